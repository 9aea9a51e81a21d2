"""Twelve Bluetooth devices that fail at random: nothing lost, nothing doubled, each loss told."""

import pytest

from alerts.event import Change
from tests.support.jump_loop import run_jumping
from tests.support.radio_bed import STOCK
from tests.support.radio_day import ALARM_DELAY, RadioDay

pytestmark = pytest.mark.system
HOURS = 0.25


def test_of_twelve_devices_that_fail_at_random_every_reading_arrives_once() -> None:
    async def main() -> RadioDay:
        day = RadioDay(HOURS)
        await day.run()
        return day

    day = run_jumping(main())
    ledger = day.ledger
    assert ledger.streamed_frames > 4_000
    assert ledger.measured.total() >= 4 * STOCK
    assert (ledger.lost, ledger.doubled) == (0, 0)
    assert ledger.malformed == day.garbage > 0
    assert 0 < ledger.live.total() <= ledger.measured.total() - 4 * (STOCK - 1)
    assert sum(seconds > ALARM_DELAY for _, seconds in day.losses) > 10
    assert day.unalarmed == 0
    assert day.count("T-LINK", Change.START) > 0
