"""Each point of a time-series database has a ms of its own, whatever arrives, across restarts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.reading import (
    Beats,
    Cuff,
    Metric,
    Origin,
    Reading,
    Report,
    ReportKind,
    ReportSource,
    Sample,
    Validity,
)
from monitor.influx.lines import reading_lines
from monitor.store.door import decode_reading, enter
from monitor.store.ledger import Ledger
from monitor.store.points import Place, PointClock, Series
from monitor.store.rows import DeadLetterRow, Row
from monitor.store.schema import MIGRATIONS
from tests.monitor.store.examples import START, alarm, reading_row

RESTART = "restart"


MOMENTS = st.sampled_from(
    [START + (150 * beats + ms) / 1000 for beats in range(4) for ms in range(5)]
)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Readings that crowd into a few ms of a few series, many of them stored ones."""
    history = draw(st.booleans())
    head: dict[str, Any] = {
        "at": draw(MOMENTS),
        "bed": "B1",
        "device": draw(st.sampled_from(["ox", "all"])),
        "origin": Origin.TEST,
        "history": history,
        "device_time": draw(MOMENTS | st.just(1e18)) if history else None,
    }
    validity = draw(st.sampled_from([Validity.VALID, Validity.QUESTIONABLE]))
    match draw(st.sampled_from(["sample", "sample", "cuff", "beats", "report"])):
        case "sample":
            metric = draw(st.sampled_from([Metric.SPO2, Metric.PULSE_RATE, Metric.NAUSEA]))
            return Sample(**head, metric=metric, value=9.0, validity=validity)
        case "cuff":
            return Cuff(**head, systolic=120.0, diastolic=80.0, validity=validity)
        case "beats":
            rr_ms = draw(st.lists(st.sampled_from([150.0, 150.4, 151.0]), max_size=4))
            return Beats(**head, rr_ms=tuple(rr_ms))
        case _:
            kind, source = ReportKind.NRS, ReportSource.BUTTON
            return Report(**head, id="r", kind=kind, source=source, value=3.0)


def new_tables() -> apsw.Connection:
    connection = apsw.Connection("")
    for step in MIGRATIONS:
        connection.execute(step)
    return connection


def store_all(connection: apsw.Connection, steps: Sequence[Reading | str]) -> None:
    """Two readings a transaction; RESTART forgets everything but the tables."""
    ledger = Ledger(connection)
    waiting: list[Row] = []
    for seq, step in enumerate(steps, start=1):
        if isinstance(step, str):
            ledger = Ledger(connection)
        else:
            waiting.append(reading_row(seq, step, session="s"))
        if len(waiting) == 2 or isinstance(step, str):
            ledger.write([enter(row) for row in waiting])
            waiting.clear()
    ledger.write([enter(row) for row in waiting])


def lines(connection: apsw.Connection) -> Iterator[tuple[bytes, bytes, bytes]]:
    """What the InfluxDB sink writes: series, fields, ms."""
    for point_ms, body, session in connection.execute(
        "SELECT point_ms, body, session FROM input WHERE point_ms IS NOT NULL ORDER BY seq"
    ):
        for line in reading_lines(decode_reading(body), session, point_ms):
            series, fields, ms = line.split(b" ")
            yield series, fields, ms


def field_names(fields: bytes) -> Iterator[bytes]:
    for field in fields.split(b","):
        name = field.partition(b"=")[0]
        if name not in {b"session", b"quality"}:
            yield name


@given(st.lists(readings() | st.just(RESTART), max_size=25))
def test_no_two_values_of_a_series_share_a_ms(steps: list[Reading | str]) -> None:
    connection = new_tables()
    store_all(connection, steps)
    written = Counter(
        (series, name, ms)
        for series, fields, ms in lines(connection)
        for name in field_names(fields)
    )
    assert [key for key, times in written.items() if times > 1] == []


@given(st.lists(readings(), max_size=25))
def test_fields_of_one_point_agree_on_its_quality(steps: list[Reading | str]) -> None:
    connection = new_tables()
    store_all(connection, steps)
    qualities: dict[tuple[bytes, bytes], set[bool]] = {}
    live = [s for s in steps if isinstance(s, Sample) and not s.history]
    for series, fields, ms in lines(connection):
        qualities.setdefault((series, ms), set()).add(b"quality=1i" in fields)
    assert all(len(seen) == 1 for seen in qualities.values())
    assert len(qualities) >= len({(s.device, s.at) for s in live})


def test_values_measured_together_are_one_point() -> None:
    connection = new_tables()
    pair: list[Reading | str] = [
        Sample(at=START, bed="B1", device="ox", metric=metric, value=70.0)
        for metric in (Metric.SPO2, Metric.PULSE_RATE)
    ]
    store_all(connection, pair)
    assert {ms for _, _, ms in lines(connection)} == {b"%d" % (START * 1000)}


def test_beats_of_overlapping_packets_keep_apart() -> None:
    connection = new_tables()
    rr_ms = (150.0, 150.0)
    packets: list[Reading | str] = [
        Beats(at=START + at, bed="B1", device="strap", rr_ms=rr_ms) for at in (0.3, 0.45, 0.75)
    ]
    store_all(connection, packets)
    stamps = [int(ms) - round(START * 1000) for _, _, ms in lines(connection)]
    assert stamps == [150, 300, 301, 451, 600, 750]


def test_a_stored_reading_stands_at_its_device_time_beside_what_stands_there() -> None:
    connection = new_tables()
    steps: list[Reading | str] = [
        Sample(at=START + n, bed="B1", device="ox", metric=Metric.SPO2, value=97.0)
        for n in range(200)
    ]
    flushed = Sample(
        at=START + 200,
        bed="B1",
        device="ox",
        metric=Metric.SPO2,
        value=88.0,
        history=True,
        device_time=START + 50,
    )
    store_all(connection, [*steps, flushed, RESTART, flushed])
    stamps = [int(ms) - round(START * 1000) for _, _, ms in lines(connection)]
    assert stamps == [n * 1000 for n in range(200)] + [50_001, 50_002]


def test_a_failed_commit_gives_the_same_ms_when_it_is_tried_again() -> None:
    connection = new_tables()
    ledger = Ledger(connection)
    row = enter(reading_row(1, Cuff(at=START, bed="B1", device="c", systolic=1.0, diastolic=1.0)))
    large = enter(DeadLetterRow(at=START, where="", reason="", payload=bytes(10**6)))
    connection.pragma("max_page_count", 20)
    with pytest.raises(apsw.FullError):
        ledger.write([row, large])
    connection.pragma("max_page_count", 10_000)
    ledger.write([row, large])
    assert [ms for _, _, ms in lines(connection)] == [b"%d" % (START * 1000)]


def test_events_of_a_condition_never_share_a_ms_across_restarts() -> None:
    connection = new_tables()
    for start in (1, 4, 7):
        ledger = Ledger(connection)
        ledger.write([enter(alarm(n=n, seq=n)) for n in range(start, start + 3)])
    given_ms = [row[0] for row in connection.execute("SELECT point_ms FROM event ORDER BY n")]
    assert given_ms == [round(START * 1000) + n for n in range(9)]


def test_a_backlog_asks_the_tables_once_a_minute_of_it() -> None:
    asked: list[int] = []

    def occupied(_: Series, low: int, __: int) -> set[int]:
        asked.append(low)
        return set()

    clock = PointClock(round(START * 1000), occupied)
    series = ("vitals", "B1", "ox", "real")
    given = [
        clock.give(Place(series, round((START - 600 + n // 2) * 1000), "", (n,), late=True)).ms
        for n in range(1_200)
    ]
    assert len(set(given)) == 1_200
    assert len(asked) <= 11
