"""Pairing at an operator's command, through our agent and the face of BlueZ."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from devices.ble import AdapterRow, BleDevice, BleDriver
from devices.ble_adapter import Adapter
from devices.ble_pairing import PairingFailed, PairingFault, pair_address, unpair_address
from devices.catalog import find_model
from devices.reading import Cuff
from monitor.pair import print_pair, print_unpair
from simulators.cuff import VirtualCuff
from simulators.radio import VirtualRadio
from tests.support.bluez import ADAPTER, BluezFace, bluez
from tests.support.own_bus import bus, run
from tests.support.recorder import Recorder

__all__ = ["bus"]  # a fixture

CUFF = BleDevice("B1", "cuff1", "F1:00:00:00:00:02", find_model("A&D UA-651BLE"))
PATH = f"{ADAPTER}/dev_F1_00_00_00_00_02"


@asynccontextmanager
async def cuff_near(bus: str) -> AsyncGenerator[tuple[VirtualCuff, BluezFace]]:
    """A cuff that advertises, before an adapter of BlueZ."""
    radio = VirtualRadio()
    cuff = VirtualCuff(radio, CUFF.address, "UA-651BLE", sleeps=False)
    await cuff.switch_on()
    async with bluez(bus, await radio.adapter()) as face:
        yield cuff, face
    await cuff.switch_off()


async def pair() -> None:
    adapter = Adapter(AdapterRow("hci0"), lambda _: None)
    await pair_address([adapter], CUFF.address, 1.0)


def test_a_device_is_paired_through_our_agent_trusted_and_its_bond_kept(
    bus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        async with cuff_near(bus) as (_, face):
            assert await print_pair(CUFF, (AdapterRow("hci0"),)) == 0
            assert [face.says(PATH, flag) for flag in ("Paired", "Bonded", "Trusted")] == [True] * 3
            assert face.agents.told == [
                "RegisterAgent NoInputNoOutput",
                "RequestDefaultAgent",
                "UnregisterAgent",
            ]

    run(main)
    name = "B1/cuff1 (F1:00:00:00:00:02, A&D UA-651BLE)"
    assert capsys.readouterr().out == f"{name}: paired, trusted, bond kept\n"


def test_a_bond_can_be_forgotten_and_made_anew(
    bus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        async with cuff_near(bus):
            for _ in range(2):
                assert await print_pair(CUFF, (AdapterRow("hci0"),)) == 0
                assert await print_pair(CUFF, (AdapterRow("hci0"),)) == 0
                assert await print_unpair(CUFF) == 0
            assert not await unpair_address(CUFF.address)

    run(main)
    told = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    already = "paired already, bond kept; if it is not read all the same, `unpair` it first"
    assert told == ["paired, trusted, bond kept", already, "bond forgotten"] * 2


@pytest.mark.parametrize(
    ("member", "signature"),
    [("RequestPasskey", "o"), ("RequestConfirmation", "ou"), ("RequestPinCode", "o")],
)
def test_a_device_that_wants_a_passkey_is_refused_by_our_agent(
    bus: str, member: str, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with cuff_near(bus) as (_, face):
            face.agents.question = (member, signature)
            with pytest.raises(PairingFailed, match="it cannot be paired here") as failed:
                await pair()
            assert failed.value.fault is PairingFault.PASSKEY
            assert not face.says(PATH, "Paired")

    run(main)
    assert "refused: this gateway has no keys and no display" in caplog.text


def test_another_device_that_wants_to_pair_meanwhile_is_refused(
    bus: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with cuff_near(bus) as (_, face):
            stranger = f"{ADAPTER}/dev_F1_00_00_00_00_66"
            allowed: list[bool] = []
            allow = face.agents.allow

            async def besides(pairer: str | None, device: str) -> bool:
                allowed.append(await allow(None, stranger))
                return await allow(pairer, device)

            face.agents.allow = besides
            await pair()
            assert allowed == [False]

    run(main)
    assert "F1:00:00:00:00:66 wants to pair, refused" in caplog.text


def test_a_device_that_must_be_paired_is_told_as_such_at_once_and_never_connected(
    bus: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        intake = Recorder()
        async with cuff_near(bus) as (cuff, face), asyncio.TaskGroup() as tasks:
            driver = BleDriver((CUFF,), intake, (AdapterRow("hci0"),))
            running = tasks.create_task(driver.run(), name="driver")
            await intake.until(lambda: bool(intake.links("cuff1")))
            await face.heard_times(12)  # it tries again
            assert intake.links("cuff1") == [(False, "not_paired")]
            assert not cuff.connected
            running.cancel()

    run(main)
    assert caplog.text.count("then `kat-monitor pair B1/cuff1`") == 1


def test_a_device_that_is_paired_while_the_driver_runs_is_read(bus: str) -> None:
    async def main() -> None:
        intake = Recorder()
        async with cuff_near(bus) as (cuff, _), asyncio.TaskGroup() as tasks:
            driver = BleDriver((CUFF,), intake, (AdapterRow("hci0"),))
            running = tasks.create_task(driver.run(), name="driver")
            await intake.until(lambda: bool(intake.links("cuff1")))
            assert str(await driver.pair("B1", "cuff1")) == "paired, trusted, bond kept"
            await cuff.indicate(205, 122, 150, 88, intake.now())
            await intake.until(lambda: bool(intake.of(Cuff)))
            assert intake.links("cuff1") == [(False, "not_paired"), (True, "connected")]
            running.cancel()

    run(main)


def test_a_device_that_is_not_there_is_not_in_range(
    bus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        async with cuff_near(bus) as (cuff, _):
            cuff.fade()
            with pytest.raises(PairingFailed, match="not in range: it was not heard") as failed:
                await pair()
            assert failed.value.fault is PairingFault.NOT_IN_RANGE

    run(main)
    assert capsys.readouterr().out == ""


def test_without_bluetoothd_pairing_says_so(bus: str) -> None:
    assert bus

    async def main() -> None:
        with pytest.raises(PairingFailed, match="is bluetoothd running") as failed:
            await pair()
        assert failed.value.fault is PairingFault.NO_BLUETOOTH
        await asyncio.sleep(0)

    run(main)


def test_a_paired_device_that_takes_no_link_is_told_with_what_may_help(
    bus: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        intake = Recorder()
        async with cuff_near(bus) as (cuff, _), asyncio.TaskGroup() as tasks:
            await pair()
            cuff.faults.drops_at_connect = 1000
            driver = BleDriver((CUFF,), intake, (AdapterRow("hci0"),))
            running = tasks.create_task(driver.run(), name="driver")
            await intake.until(lambda: bool(intake.links("cuff1")))
            assert intake.links("cuff1") == [(False, "connect_failed")]
            running.cancel()

    run(main)
    assert caplog.text.count("`kat-monitor unpair B1/cuff1`") == 1
