"""What a reading costs in the engine (processor time), every rule, and whole recordings in replay.

Quiet patients, once a second SpO2, pulse and heart rate of each bed in turn, so that no bed's state
lies in the processor's cache at 20,000 beds and more. Then recordings: how many readings a second.
Other numbers of beds are arguments; 100,000 take about 4 minutes to build, and 5 GB.
"""

import gc
import sys
from pathlib import Path
from time import process_time

from alerts.command import Begin, EndInfusion, GiveDose
from alerts.engine import BedEngine
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Metric, Sample
from monitor.profile import load_profile
from monitor.recording import Recording, read_recording
from monitor.replay import replay
from tests.support.shared import SHARED

BEDS = (20, 1_000, 20_000)
_AT_LEAST = 60_000  # readings measured
_WARM_S = 5  # the window of the median is full
_METRICS = (
    (Metric.SPO2, "ox", 97.0),
    (Metric.PULSE_RATE, "ox", 72.0),
    (Metric.HEART_RATE, "strap", 72.0),
)
_PROFILE = load_profile("default")


def bed(name: str) -> BedEngine:
    """A bed in PEAK with an oximeter, a strap and a cuff."""
    devices = (
        DeviceRow(id="ox", metrics=(Metric.SPO2, Metric.PULSE_RATE)),
        DeviceRow(id="strap", metrics=(Metric.HEART_RATE,)),
        DeviceRow(id="cuff", metrics=(Metric.SYSTOLIC, Metric.DIASTOLIC), streams=False),
    )
    engine = BedEngine(BedSetup(bed=name, devices=devices), _PROFILE)
    engine.command(Begin(at=0, by="bench", session=name, protocol="iv", visit=""))
    engine.command(GiveDose(at=0, by="bench", given_at=0, planned_s=0))
    engine.command(EndInfusion(at=0, by="bench"))
    return engine


def second(at: float, beds: int) -> list[Sample]:
    """What all beds send in one second; the values tremble."""
    return [
        Sample(at=at, bed="", device=device, metric=metric, value=value + (i + int(at)) % 2)
        for i in range(beds)
        for metric, device, value in _METRICS
    ]


def price(count: int) -> str:
    """Microseconds a reading with so many beds in turn."""
    engines = [bed(f"B{i}") for i in range(count)]
    per_bed = len(_METRICS)
    feeds = [engines[i // per_bed].observe for i in range(count * per_bed)]
    gc.collect()
    gc.freeze()
    spent, measured, at = 0.0, 0, 1.0
    while measured < _AT_LEAST:
        readings = second(at, count)
        began = process_time()
        for feed, reading in zip(feeds, readings, strict=True):
            feed(reading)
        if at > _WARM_S:
            spent += process_time() - began
            measured += len(readings)
        at += 1
    gc.unfreeze()
    return f"{count:>7,} beds: {spent / measured * 1e6:.1f} us a reading"


def recordings() -> list[Recording]:
    """Those beside the checkout, if they are here."""
    folder = None if SHARED is None else SHARED / "recordings"
    files = [] if folder is None else sorted(folder.glob("*.csv"))
    return [read_recording(Path(file)) for file in files if file.name != "INDEX.csv"]


def whole(read: list[Recording]) -> str:
    """Readings a second of whole recordings through the engine."""
    count = sum(sum(1 for _ in recording.readings()) for recording in read)
    began = process_time()
    for recording in read:
        for _ in replay(recording, _PROFILE):
            pass
    spent = process_time() - began
    each = f"{spent / count * 1e6:.1f} us each"
    return f"{len(read)} recordings: {count / spent:,.0f} readings/s, {each}"


def main() -> None:
    read = recordings()
    if read:
        print("  ", whole(read), flush=True)
    for count in [int(word) for word in sys.argv[1:]] or BEDS:
        print("  ", price(count), flush=True)


if __name__ == "__main__":
    main()
