"""Line protocol: the exact lines of the contract, and that every text survives its escaping."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.event import AlarmEvent, AlarmKind, Change, Presence, Priority, Signal
from devices.reading import (
    Beats,
    Cuff,
    Link,
    LinkReason,
    Malformed,
    Metric,
    Origin,
    Reading,
    Report,
    ReportKind,
    ReportSource,
    Sample,
    Validity,
)
from monitor.influx.lines import SITE_BED, event_line, reading_lines

AT = 1_795_406_720.546
MS = 1_795_406_720_546


def sample(value: float | None, validity: Validity = Validity.VALID) -> Sample:
    return Sample(
        at=AT, bed="B3", device="ox-1", metric=Metric.SPO2, value=value, validity=validity
    )


def cuff(
    systolic: float | None, mean: float | None = None, validity: Validity = Validity.VALID
) -> Cuff:
    return Cuff(
        at=AT,
        bed="B3",
        device="cuff-1",
        systolic=systolic,
        diastolic=122,
        mean_pressure=mean,
        validity=validity,
    )


def alarm(**changes: object) -> AlarmEvent:
    fields: dict[str, object] = {
        "at": AT,
        "id": f"B3:BP-SEV:{MS}:2",
        "seq": 17,
        "bed": "B3",
        "session": "s-1",
        "occurrence": f"B3:BP-SEV:{MS}",
        "condition": "BP-SEV",
        "kind": AlarmKind.PHYSIOLOGICAL,
        "priority": Priority.HIGH,
        "change": Change.START,
        "cause": None,
        "presence": Presence.PRESENT,
        "signal": Signal.ON,
        "value": 186,
        "limit": 180,
        "metric": Metric.SYSTOLIC,
        "text": "SYS 186 > 180",
        "origin": Origin.REAL,
    }
    return AlarmEvent(**(fields | changes))  # pyright: ignore[reportArgumentType] - a test's own table


def test_a_sample_is_a_float_of_vitals_with_the_bed_tag_first() -> None:
    line = b'vitals,bed=B3,device=ox-1,origin=real session="s-1",spo2=97.0 1795406720546'
    assert reading_lines(sample(97), "s-1", MS) == [line]


def test_a_reading_outside_of_a_session_has_an_empty_one() -> None:
    assert b'session="",spo2=97.5 ' in reading_lines(sample(97.5), None, MS)[0]


def test_a_questionable_value_says_so() -> None:
    lines = reading_lines(sample(82, Validity.QUESTIONABLE), "s-1", MS)
    assert lines[0].endswith(b",spo2=82.0,quality=1i 1795406720546")


@pytest.mark.parametrize("validity", [Validity.UNAVAILABLE, Validity.INVALID])
def test_a_value_that_is_none_is_not_written(validity: Validity) -> None:
    assert reading_lines(sample(None, validity), "s-1", MS) == []
    assert reading_lines(cuff(None, validity=validity), "s-1", MS) == []


def test_a_cuff_cycle_is_one_point_of_what_it_measured() -> None:
    line = b'nibp,bed=B3,device=cuff-1,origin=real session="",systolic=205.0,diastolic=122.0 '
    assert reading_lines(cuff(205), None, MS) == [line + b"1795406720546"]
    assert b",mean_pressure=150.0 " in reading_lines(cuff(205, 150), None, MS)[0]


def test_beats_are_counted_back_from_the_end_of_the_last() -> None:
    beats = Beats(at=AT, bed="B3", device="strap-1", origin=Origin.DEMO, rr_ms=(800, 810.5, 790))
    assert reading_lines(beats, "s-1", MS) == [
        b'rr,bed=B3,device=strap-1,origin=demo session="s-1",rr_ms=800.0 1795406718946',
        b'rr,bed=B3,device=strap-1,origin=demo session="s-1",rr_ms=810.5 1795406719756',
        b'rr,bed=B3,device=strap-1,origin=demo session="s-1",rr_ms=790.0 1795406720546',
    ]


def test_a_nausea_score_is_a_vital_and_a_press_has_no_number() -> None:
    def report(kind: ReportKind, value: float | None) -> Reading:
        return Report(
            at=AT,
            bed="B3",
            device="button",
            id="1",
            source=ReportSource.TABLET,
            kind=kind,
            value=value,
        )

    assert b",nausea=6.0 " in reading_lines(report(ReportKind.NRS, 6), None, MS)[0]
    assert reading_lines(report(ReportKind.PRESS, None), None, MS) == []


def test_links_and_broken_frames_measure_nothing() -> None:
    link = Link(at=AT, bed="B3", device="ox-1", up=False, reason=LinkReason.SILENT)
    frame = Malformed(at=AT, bed="B3", device="ox-1", where="2a5f", detail="short")
    assert reading_lines(link, None, MS) == reading_lines(frame, None, MS) == []


def test_an_alarm_event_is_a_point_with_its_priority_as_a_number() -> None:
    assert event_line(alarm(), MS) == (
        b'alarm,bed=B3,condition=BP-SEV,origin=real session="s-1",change="start",priority=3i'
        b',value=186.0,limit=180.0,text="SYS 186 > 180",occurrence="B3:BP-SEV:1795406720546"'
        b" 1795406720546"
    )


def test_an_alarm_without_numbers_has_none_and_the_site_has_a_bed_of_its_own() -> None:
    line = event_line(alarm(bed=None, session=None, value=None, limit=None), MS).decode()
    assert line.startswith(f'alarm,bed={SITE_BED},condition=BP-SEV,origin=real session="",')
    assert "value=" not in line
    assert "limit=" not in line


@given(text=st.text())
def test_every_text_survives_its_escaping(text: str) -> None:
    line = event_line(alarm(text=text), MS).decode()
    found = re.search(r',text="((?:[^"\\]|\\.)*)",occurrence="', line, re.DOTALL)
    assert found is not None
    assert re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL) == text


@given(name=st.text(min_size=1))
def test_no_tag_breaks_out_of_its_place(name: str) -> None:
    line = event_line(alarm(condition=name), MS).decode()
    assert "\n" not in line.split(" session=", 1)[0]
    tags = re.fullmatch(
        r"alarm,bed=B3,condition=((?:\\.|[^\\, =])+),origin=real",
        line.split(' session="s-1"', 1)[0],
    )
    assert tags is not None


@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_is_written_exactly_or_not_at_all(value: float) -> None:
    lines = reading_lines(sample(value), None, MS)
    if not math.isfinite(value):
        assert lines == []
        return
    text = lines[0].decode().split("spo2=")[1].split(" ")[0]
    assert float(text) == value
    assert not text.lstrip("-").isdigit(), "an integer would fix the field's type for ever"
