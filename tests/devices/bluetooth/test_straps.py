"""Straps as they differ: one that tells skin contact, one that never does, none to three beats."""

import pytest

from devices.ble import BleDevice
from devices.catalog import find_model
from devices.reading import Beats, Metric, Reason, Sample, Validity
from tests.devices.bluetooth.ward import STRAP, reading, ward

H7 = BleDevice("B1", "strap1", STRAP.address, find_model("Polar H7"))
RR_S = 1024


@pytest.mark.parametrize("beats", [0, 1, 2, 3])
async def test_an_h10_tells_no_contact_and_none_to_three_beats_a_frame(beats: int) -> None:
    async with ward(read=False) as here, reading(here, STRAP):
        await here.strap.wait_subscribed()
        flags = 0x10 if beats else 0x00
        intervals = b"".join((RR_S + one).to_bytes(2, "little") for one in range(beats))
        await here.strap.send(bytes((flags, 61)) + intervals)
        await here.intake.until(lambda: bool(here.intake.of(Sample)))
        (rate,) = here.intake.of(Sample)
        assert (rate.metric, rate.value, rate.validity) == (Metric.HEART_RATE, 61, Validity.VALID)
        assert [len(one.rr_ms) for one in here.intake.of(Beats)] == ([beats] if beats else [])


async def test_an_h7_off_the_skin_has_no_heart_rate_and_no_beats() -> None:
    async with ward(read=False) as here, reading(here, H7):
        await here.strap.wait_subscribed()
        await here.strap.notify(61, (983,), contact=True)
        await here.strap.notify(61, (983,), contact=False)
        await here.intake.until(lambda: len(here.intake.of(Sample)) == 2)
        worn, off = here.intake.of(Sample)
        assert (worn.value, worn.validity) == (61, Validity.VALID)
        assert (off.value, off.validity, off.reason) == (
            None,
            Validity.UNAVAILABLE,
            Reason.NO_CONTACT,
        )
        assert len(here.intake.of(Beats)) == 1
