"""A stored record to copy, and what an InfluxDB must hold of it, said without monitor.influx."""

import random
from itertools import count
from pathlib import Path

from alerts.event import AlarmEvent, AlarmKind, Change, Presence, Priority, Signal
from devices.reading import Beats, Cuff, Link, LinkReason, Metric, Origin, Reading, Sample, Validity
from monitor.influx.client import InfluxClient
from monitor.journal import encode_input, kind_of
from monitor.store.reader import Reader
from monitor.store.rows import EventRow, InputRow, StoredEvent, StoredReading
from monitor.store.store import Store

BEGAN_AT = 1_795_406_400.0
MEASUREMENTS = ("vitals", "nibp", "rr", "alarm")
TAGS = ("bed", "device", "condition", "origin")

Point = tuple[object, ...]
Points = dict[Point, dict[str, object]]


class Ward:
    """Puts seconds of a ward into a store: two beds, all shapes of readings, seeded."""

    def __init__(self, store: Store, seed: int = 1) -> None:
        self._store = store
        self._random = random.Random(seed)
        self._seconds = count()
        self._events = count(1)

    def work(self, seconds: int) -> None:
        """Put so many seconds of readings, with an alarm every tenth."""
        for _ in range(seconds):
            second = next(self._seconds)
            for bed in ("B1", "B2"):
                readings = self._readings(bed, BEGAN_AT + second, second)
                seqs = count(self._store.next_input_seq())
                self._store.put([self._row(reading, next(seqs)) for reading in readings])
            if second % 10 == 0:
                self._store.put([EventRow(event=self._event(BEGAN_AT + second))], urgent=True)

    def _row(self, reading: Reading, seq: int) -> InputRow:
        return InputRow(
            seq=seq,
            at=reading.at,
            bed=reading.bed,
            session=f"s-{reading.bed}",
            kind=kind_of(reading),
            body=encode_input(reading),
        )

    def _readings(self, bed: str, at: float, second: int) -> list[Reading]:
        ox, strap, spo2 = f"ox-{bed}", f"strap-{bed}", self._random.randint(85, 99)
        doubt = Validity.QUESTIONABLE if second % 7 == 0 else Validity.VALID
        rr = tuple(self._random.uniform(600, 1000) for _ in range(1 + second % 2))
        readings: list[Reading] = [
            Sample(at=at, bed=bed, device=ox, metric=Metric.SPO2, value=spo2, validity=doubt),
            Sample(at=at, bed=bed, device=ox, metric=Metric.PULSE_RATE, value=60.25 + second % 40),
            Sample(
                at=at,
                bed=bed,
                device=ox,
                metric=Metric.PERFUSION_INDEX,
                value=None,
                validity=Validity.UNAVAILABLE,
            ),
            Beats(at=at, bed=bed, device=strap, rr_ms=rr),
            Beats(at=at, bed=bed, device=strap, rr_ms=rr),  # a second frame in the same instant
        ]
        if second % 5 == 0:
            cuff = f"cuff-{bed}"
            readings += [
                Cuff(at=at, bed=bed, device=cuff, systolic=120.0 + second % 50, diastolic=80.0),
                Cuff(
                    at=at,
                    bed=bed,
                    device=cuff,
                    systolic=118,
                    diastolic=79,
                    device_time=at - 900,
                    history=True,
                ),
                Link(at=at, bed=bed, device=ox, up=True, reason=LinkReason.CONNECTED),
            ]
        return readings

    def _event(self, at: float) -> AlarmEvent:
        number = next(self._events)
        occurrence = f"B1:O2-LO:{round(at * 1000)}"
        return AlarmEvent(
            at=at,
            id=f"{occurrence}:1",
            seq=number,
            bed=None if number % 3 == 0 else "B1",
            session="s-B1",
            occurrence=occurrence,
            condition="O2-LO",
            kind=AlarmKind.PHYSIOLOGICAL,
            priority=Priority.MEDIUM,
            change=Change.START,
            cause=None,
            presence=Presence.PRESENT,
            signal=Signal.ON,
            value=82.0,
            limit=None if number % 2 else 90.0,
            metric=Metric.SPO2,
            text='SpO2 82 < 90, "weak \\ signal",\n= été',
            origin=Origin.REAL,
        )


def stored_points(folder: Path) -> Points:
    """Every point that the store's rows ask for."""
    points: Points = {}
    with Reader(folder) as reader:
        for row in reader.readings_since(0, 1_000_000):
            for point, fields in _of_reading(row):
                points.setdefault(point, {}).update(fields)
        for event in reader.events_since(0, 1_000_000):
            point, fields = _of_event(event)
            points[point] = fields
    return points


async def written_points(client: InfluxClient) -> Points:
    """Every point that the database holds, read by InfluxQL."""
    points: Points = {}
    for measurement in MEASUREMENTS:
        for row in await client.select(f"SELECT * FROM {measurement}"):  # noqa: S608 - our own names
            tags = tuple(row.pop(tag, None) for tag in TAGS)
            point = (measurement, *tags, row.pop("time"))
            assert point not in points, "a point that stands twice"
            points[point] = {name: value for name, value in row.items() if value is not None}
    return points


def _of_reading(row: StoredReading) -> list[tuple[Point, dict[str, object]]]:
    reading = row.reading
    place = (reading.bed, reading.device, None, str(reading.origin))
    session: dict[str, object] = {"session": row.session or ""}
    if getattr(reading, "validity", None) is Validity.QUESTIONABLE:
        session["quality"] = 1
    match reading:
        case Sample(value=float(value)):
            return [(("vitals", *place, row.point_ms), session | {reading.metric.value: value})]
        case Cuff(systolic=float()):
            numbers = {
                "systolic": reading.systolic,
                "diastolic": reading.diastolic,
                "mean_pressure": reading.mean_pressure,
                "pulse_rate": reading.pulse_rate,
            }
            there = {name: value for name, value in numbers.items() if value is not None}
            return [(("nibp", *place, row.point_ms), session | there)]
        case Beats(rr_ms=rr_ms):
            return [
                (("rr", *place, row.point_ms - round(sum(rr_ms[n + 1 :]))), session | {"rr_ms": rr})
                for n, rr in enumerate(rr_ms)
            ]
        case _:
            return []


def _of_event(row: StoredEvent) -> tuple[Point, dict[str, object]]:
    event = row.event
    fields = {
        "session": event.session,
        "change": "start",
        "priority": 2,
        "value": event.value,
        "limit": event.limit,
        "text": event.text,
        "occurrence": event.occurrence,
    }
    point = ("alarm", event.bed or "(site)", None, event.condition, "real", row.point_ms)
    return point, {name: value for name, value in fields.items() if value is not None}
