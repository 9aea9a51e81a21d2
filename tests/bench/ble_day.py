"""Twelve Bluetooth devices for simulated hours of random faults: sent, received, lost, alarms.

`python -m tests.bench.ble_day 8` for a whole day (some four minutes of processor time).
"""

import logging
import sys
import time
from collections import Counter

from alerts.event import Change
from tests.support.jump_loop import run_jumping
from tests.support.radio_day import ALARM_DELAY, RadioDay

_HOURS = 2.0


def main(hours: float) -> None:
    """One day, its figures."""

    async def lived() -> RadioDay:
        day = RadioDay(hours)
        await day.run()
        return day

    logging.disable()  # bumble's, of links that end
    began = time.process_time()
    day = run_jumping(lived())
    ledger, losses = day.ledger, day.losses
    spent = time.process_time() - began
    print(f"   {hours:g} simulated hours, 12 devices; {spent:.0f} s of processor time")
    for mishap, times in sorted(day.mishaps.items()):
        print(f"   {times:6,} x {mishap}")
    print(f"   stream frames: {ledger.streamed_frames:,} sent, {ledger.heard_frames:,} received")
    measured, delivered = ledger.measured.total(), ledger.delivered.total()
    live = ledger.live.total()
    print(f"   cuff readings: {measured:,} measured, {delivered:,} received ({live:,} live)")
    indications = sum(bed.cuff.sent for bed in day.beds)
    print(f"   for these {indications:,} indications: the others were repeats")
    print(f"   lost {ledger.lost}, doubled {ledger.doubled}")
    print(f"   broken frames: {day.garbage:,} sent, {ledger.malformed:,} told")
    long = sum(seconds > ALARM_DELAY for _, seconds in losses)
    reasons = Counter(lost.reason.value for lost, _ in losses)
    print(
        f"   links lost {len(losses):,} ({dict(reasons)}), of these {long:,} over {ALARM_DELAY:g} s"
    )
    begun, ended = (day.count("T-LINK", change) for change in (Change.START, Change.END))
    print(f"   T-LINK: {begun:,} began, {ended:,} ended; losses without one: {day.unalarmed}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else _HOURS)
