"""Trends are thinned in the database and still tell the truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.reading import (
    Beats,
    Cuff,
    Metric,
    Reading,
    Report,
    ReportKind,
    ReportSource,
    Sample,
    Validity,
)
from monitor.store.door import enter
from monitor.store.ledger import Ledger
from monitor.store.reader import Reader
from monitor.store.rows import (
    Row,
    TrendPoint,
)
from monitor.store.schema import FILE_NAME, open_for_writing
from tests.monitor.store.conftest import Keep
from tests.monitor.store.examples import START, reading_row, sample, stored_sample


def test_trends_know_cuffs_reports_and_beats(keep: Keep, reader: Reader) -> None:
    cuff = Cuff(at=START + 1, bed="B1", device="c", systolic=120.0, diastolic=80.0)
    failed = Cuff(
        at=START + 2,
        bed="B1",
        device="c",
        systolic=None,
        diastolic=None,
        validity=Validity.UNAVAILABLE,
    )
    report = Report(at=START + 3, bed="B1", device="b", id="1", source=ReportSource.BUTTON,
                    kind=ReportKind.NRS, value=6.0)  # fmt: skip
    beats = Beats(at=START + 4, bed="B1", device="h", rr_ms=(800.0, 820.0))
    readings: list[Reading] = [cuff, failed, report, beats]
    keep([reading_row(seq, reading) for seq, reading in enumerate(readings, start=1)])

    def values(metric: Metric) -> list[float]:
        return [point.mean for point in reader.trend("B1", metric, START, START + 60)]

    assert values(Metric.SYSTOLIC) == [120.0]
    assert values(Metric.DIASTOLIC) == [80.0]
    assert values(Metric.MEAN_PRESSURE) == []
    assert values(Metric.NAUSEA) == [6.0]
    assert sorted(values(Metric.RR_MS)) == [800.0, 820.0]


arrivals = st.lists(
    st.tuples(
        st.integers(0, 400), st.integers(0, 900) | st.none(), st.sampled_from([80.0, 90.0, 97.5])
    ),
    max_size=40,
)


@given(arrivals, st.integers(0, 1_000), st.integers(1, 1_000), st.integers(1, 20))
def test_a_trend_is_what_a_plain_reckoning_gives(
    tmp_path_factory: pytest.TempPathFactory,
    arrived: list[tuple[int, int | None, float]],
    since: int,
    length: int,
    points: int,
) -> None:
    folder = tmp_path_factory.mktemp("trend")
    connection = open_for_writing(folder / FILE_NAME)
    connection.pragma("synchronous", "off")  # a hundred examples need not reach the disk
    rows: list[Row] = []
    at = START
    for seq, (pause, age, value) in enumerate(arrived, start=1):
        at += pause
        reading = sample(at, value) if age is None else stored_sample(
            at=at, device_time=at - age, value=value
        )  # fmt: skip
        rows.append(reading_row(seq, reading))
    Ledger(connection).write([enter(row) for row in rows])
    start, end = START + since, START + since + length
    with Reader(folder) as reader:
        stored = [(r.point_ms, r.reading) for r in reader.readings_since(0, 1_000)]
        raw = reader.trend("B1", Metric.SPO2, start, end)
        thinned = reader.trend("B1", Metric.SPO2, start, end, points)
    connection.close()
    wanted = sorted(
        (ms / 1000, r.value)
        for ms, r in stored
        if isinstance(r, Sample) and start * 1000 <= ms < end * 1000 and r.value is not None
    )
    assert raw == [TrendPoint(at, value, value, value) for at, value in wanted]
    assert len(thinned) <= points
    assert [point.at for point in thinned] == sorted(point.at for point in thinned)
    assert min((p.low for p in thinned), default=0) == min((v for _, v in wanted), default=0)
    assert max((p.high for p in thinned), default=0) == max((v for _, v in wanted), default=0)
    assert all(start <= p.at < end and p.low <= p.mean <= p.high for p in thinned)
