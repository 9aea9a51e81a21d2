"""Scanning: what is on the air, and config lines that load."""

import tomllib

import pytest

from devices.ble_adapter import why_unusable
from devices.catalog import GENERIC, DeviceKind
from monitor.config_beds import Bed
from monitor.scan import Found, describe, print_scan, scan
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualRadio
from simulators.strap import VirtualStrap
from tests.support.no_adapter import NoAdapter


async def test_a_scan_names_each_device_in_range_and_how_to_configure_it() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    oximeter = VirtualOximeter(radio, "F1:00:00:00:00:0A", "Ox")
    strap = VirtualStrap(radio, "F1:00:00:00:00:0B", "Polar H10 1234")
    await oximeter.switch_on()
    await strap.switch_on()
    found = {one.name: one for one in await scan(0.4, scanner_backend=adapter.scanner_backend)}
    await oximeter.switch_off()
    await strap.switch_off()
    assert found["Ox"].services == ("1822",)
    assert found["Ox"].model is GENERIC[DeviceKind.OXIMETER]
    assert found["Polar H10 1234"].model is not None
    lines = "\n".join(one.config_lines() for one in found.values())
    bed = Bed.model_validate(tomllib.loads(f'[[bed]]\nid = "B1"\n{lines}')["bed"][0])
    assert {(device.kind, device.address, device.model) for device in bed.device} == {
        ("oximeter", "F1:00:00:00:00:0A", None),
        ("strap", "F1:00:00:00:00:0B", "Polar H10"),
    }


def test_a_device_we_cannot_read_is_listed_without_config_lines() -> None:
    lamp = Found("C0:00:00:00:00:01", "", ("FE9F",), -80, None)
    assert describe(lamp).split("  ")[1:4] == ["(no name)", "FE9F", "not in the catalogue"]
    assert "[[bed.device]]" not in describe(lamp)


async def test_without_an_adapter_a_scan_fails_with_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await print_scan(0.1, scanner_backend=NoAdapter) == 1
    said = capsys.readouterr().err
    assert said == "no Bluetooth adapter can be used: No Bluetooth adapters found.\n"


def test_a_machine_without_a_system_bus_is_told_what_to_start() -> None:
    assert "bluetoothd" in why_unusable(FileNotFoundError(2, "No such file or directory"))
    assert why_unusable(TimeoutError()) == "TimeoutError"
