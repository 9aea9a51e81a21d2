"""What was stored can be asked for: by restart, screens, sinks and people."""

from pathlib import Path

import apsw
from msgspec import structs

from alerts.event import Change
from devices.reading import (
    Link,
    LinkReason,
    Metric,
    Origin,
)
from monitor.store.reader import Reader
from monitor.store.rows import (
    ClockRow,
    DeadLetterRow,
    InputRow,
    PageRow,
    PoisonRow,
    SessionRow,
    SnapshotRow,
)
from monitor.store.schema import FILE_NAME
from tests.monitor.store.conftest import Keep
from tests.monitor.store.examples import (
    START,
    alarm,
    all_seqs,
    reading_row,
    sample,
    sample_row,
    stored_sample,
)


def session(name: str, bed: str = "B1", began_at: float = START) -> SessionRow:
    return SessionRow(id=name, bed=bed, protocol="iv", visit="K7", began_at=began_at)


def test_a_new_store_answers_with_nothing(reader: Reader) -> None:
    assert reader.last_at() is None
    assert reader.last_clock() is None
    assert reader.latest_snapshot("B1", 1) is None
    assert reader.session("s") is None
    assert reader.open_sessions() == reader.sessions() == []
    assert reader.events(10) == reader.occurrences() == reader.pages() == []
    assert reader.readings_since(0, 10) == reader.events_since(0, 10) == []
    assert reader.trend("B1", Metric.SPO2, START, START + 60) == []
    assert all_seqs(reader) == list(reader.inputs_of_session("s")) == []


def test_inputs_come_back_byte_for_byte_in_order(keep: Keep, reader: Reader) -> None:
    strange = b' {"type":"tick",\t"at":1e3, "\xc3\xa4":"\\u00e4"} '
    rows = [
        reading_row(1, sample()),
        InputRow(2, START, None, None, "tick", strange),
        InputRow(3, START, "B1", "s", "profile", b"\x00\xff"),
        *[sample_row(seq) for seq in range(4, 5_000)],
    ]
    keep(rows)
    assert list(reader.inputs_after(0, None)) == rows
    assert list(reader.inputs_after(4_990, None)) == rows[4_990:]


def test_marks_of_messages_are_read_back_from_a_time_on_and_of_the_newest_at_any_rate(
    keep: Keep, reader: Reader
) -> None:
    marked = [structs.replace(sample_row(seq), message=b"%d" % (seq // 2)) for seq in range(1, 9)]
    keep([*marked, sample_row(9)])
    assert list(reader.inputs_after(0, None)) == [*marked, sample_row(9)]
    assert reader.messages_since(START + 6, 0) == {b"3": START + 7, b"4": START + 8}
    assert reader.messages_since(START + 9, 3) == {b"3": START + 7, b"4": START + 8}
    assert len(reader.messages_since(START, 0)) == 5


def test_inputs_are_asked_for_by_bed_and_the_site_is_the_empty_bed(
    keep: Keep, reader: Reader
) -> None:
    rows = [InputRow(seq, START, bed, None, "tick", b"{}") for seq, bed in
            [(1, "B1"), (2, "B2"), (3, None), (4, "B1")]]  # fmt: skip
    keep(rows)
    assert [row.seq for row in reader.inputs_after(0, "B1")] == [1, 4]
    assert [row.seq for row in reader.inputs_after(1, "B1")] == [4]
    assert [row.seq for row in reader.inputs_after(0, "")] == [3]


def test_inputs_of_a_session_come_from_its_start_on(keep: Keep, reader: Reader) -> None:
    began_at = START + 1_000
    keep([session("s", began_at=began_at), *[sample_row(seq) for seq in range(1, 1_500)]])
    owned = [reading_row(seq, sample(START + seq), "s") for seq in range(1_500, 1_600)]
    late = reading_row(1_600, stored_sample(at=START + 90_000, device_time=began_at + 7), "s")
    keep([*owned, late, reading_row(1_601, sample(START + 90_001), "other")])
    assert list(reader.inputs_of_session("s")) == [*owned, late]


def test_the_newest_snapshot_of_the_right_schema_is_found(keep: Keep, reader: Reader) -> None:
    keep([SnapshotRow("B1", START + seq, seq, 1 + seq // 4, b"%d" % seq) for seq in range(1, 5)])
    keep([SnapshotRow("", START, 9, 2, b"site")])
    assert reader.latest_snapshot("B1", 2) == SnapshotRow("B1", START + 4, 4, 2, b"4")
    assert reader.latest_snapshot("B1", 1) == SnapshotRow("B1", START + 3, 3, 1, b"3")
    assert reader.latest_snapshot("B1", 3) is None
    assert reader.latest_snapshot("", 2) == SnapshotRow("", START, 9, 2, b"site")


def test_only_the_last_two_snapshots_of_a_bed_are_kept(
    tmp_path: Path, keep: Keep, reader: Reader
) -> None:
    keep([SnapshotRow("B1", START, seq, 1, b"") for seq in range(9)])
    keep([SnapshotRow("B2", START, 1, 1, b"")])
    assert reader.latest_snapshot("B2", 1) is not None
    count = apsw.Connection(str(tmp_path / FILE_NAME)).execute("SELECT count(*) FROM snapshot")
    assert next(count) == (3,)


def test_the_last_instant_is_that_of_whatever_was_stored_last(keep: Keep, reader: Reader) -> None:
    keep([ClockRow(boot_id="a", boottime=1.0, wall=2.0, offset=START - 1, at=START)])
    assert reader.last_at() == START
    keep([sample_row(1, at=START + 10)])
    assert reader.last_at() == START + 10
    keep([SnapshotRow("B1", START + 60, 1, 1, b"")])
    assert reader.last_at() == START + 60
    keep([alarm(at=START + 61)])
    assert reader.last_at() == START + 61
    keep([PageRow(key="k", at=START + 62, state="sent")])
    assert reader.last_at() == START + 62
    clock = ClockRow(boot_id="b", boottime=5.0, wall=6.0, offset=START + 70, at=START + 75)
    keep([clock])
    assert reader.last_clock() == clock
    assert reader.last_at() == START + 75


def test_a_session_is_replaced_by_its_later_row(keep: Keep, reader: Reader) -> None:
    keep([session("s"), session("t", "B2", START + 1)])
    closed = SessionRow(
        id="s",
        bed="B1",
        protocol="iv",
        visit="K7",
        initials="AB",
        origin=Origin.DEMO,
        began_at=START,
        closed_at=START + 60,
        outcome="discharged",
        profile="5f",
    )
    keep([closed])
    assert reader.session("s") == closed
    assert [row.id for row in reader.open_sessions()] == ["t"]
    assert [row.id for row in reader.sessions()] == ["t", "s"]
    assert [row.id for row in reader.sessions("B1")] == ["s"]


def test_occurrences_are_known_by_their_latest_event(keep: Keep, reader: Reader) -> None:
    keep([alarm(1, 1, seq=1), alarm(2, 1, seq=2, bed=None), alarm(1, 2, seq=3, value=80.0)])
    keep([alarm(1, 3, seq=4, change=Change.END, value=93.0), alarm(3, 1, seq=5, session="s")])

    def found(*, active: bool | None, limit: int = 9) -> list[str]:
        return [event.id for event in reader.occurrences(active=active, limit=limit)]

    assert found(active=None) == ["B1:O2-LO:3:1", "B1:O2-LO:1:3", "site:O2-LO:2:1"]
    assert found(active=True) == ["B1:O2-LO:3:1", "site:O2-LO:2:1"]
    assert found(active=False) == ["B1:O2-LO:1:3"]
    assert found(active=None, limit=1) == ["B1:O2-LO:3:1"]


def test_events_are_asked_for_by_what_they_belong_to(keep: Keep, reader: Reader) -> None:
    keep([alarm(1, 1, seq=1), alarm(1, 2, seq=2, session="s"), alarm(2, 1, seq=1, bed=None)])
    assert [event.seq for event in reader.events(9, bed="B1")] == [2, 1]
    assert [event.seq for event in reader.events(9, session="s")] == [2]
    assert [event.bed for event in reader.events(9, bed="")] == [None]
    assert [event.seq for event in reader.events(1, occurrence="B1:O2-LO:1")] == [2]
    assert reader.known_event_ids("B1") == {"B1:O2-LO:1:1", "B1:O2-LO:1:2"}
    assert reader.known_event_ids("B1", since_seq=1) == {"B1:O2-LO:1:2"}
    assert reader.known_event_ids(None) == {"site:O2-LO:2:1"}


def test_a_sink_reads_on_from_its_cursor_and_sees_only_what_has_a_point(
    keep: Keep, reader: Reader
) -> None:
    link = Link(at=START, bed="B1", device="ox", up=True, reason=LinkReason.CONNECTED)
    keep([sample_row(1), reading_row(2, link), InputRow(3, START, "B1", None, "tick", b"{}")])
    keep([reading_row(4, sample(START + 4), "s"), alarm(1, 1), alarm(1, 2)])
    first = reader.readings_since(0, 1)
    assert [row.reading for row in first] == [sample(START + 1)]
    rest = reader.readings_since(first[0].cursor, 9)
    assert [(row.cursor, row.point_ms, row.session) for row in rest] == [
        (4, round(START * 1000) + 4_000, "s")
    ]
    events = reader.events_since(0, 9)
    assert [row.event.id for row in events] == ["B1:O2-LO:1:1", "B1:O2-LO:1:2"]
    assert reader.events_since(events[0].cursor, 9) == events[1:]
    assert reader.readings_since(0, 9) == first + rest, "asked again, the answer is the same"


def test_pages_dead_letters_and_poison_are_kept(keep: Keep, reader: Reader) -> None:
    pages = [PageRow(key=key, at=START, state=state, body=b"{}") for key, state in
             [("a", "intent"), ("b", "intent"), ("a", "sent")]]  # fmt: skip
    letter = DeadLetterRow(at=START, where="kat/x", reason="bad JSON", payload=b"\xff", bed="B1")
    keep([*pages, letter, PoisonRow(7, "ZeroDivisionError()")])
    assert reader.pages() == pages
    assert reader.pages("a") == [pages[0], pages[2]]
    assert reader.pages(limit=1) == [pages[2]]
    assert reader.dead_letters(9) == [letter]
    assert reader.poisoned() == {7: "ZeroDivisionError()"}
