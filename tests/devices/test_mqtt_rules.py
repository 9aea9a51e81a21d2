"""The pure rules of the MQTT driver: what is a copy, who is there, what one filter holds."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.complaints import Complaints
from devices.mqtt_duplicates import Duplicates
from devices.mqtt_filters import covering
from devices.mqtt_presence import Presence
from devices.mqtt_settings import MqttDevice
from devices.reading import LinkReason

CONNECTED, SILENT = LinkReason.CONNECTED, LinkReason.SILENT


def test_a_stamped_copy_is_known_for_ten_minutes() -> None:
    recent = Duplicates("B1/ox", {})
    assert recent.admit(b"a", 0.0, stamped=True, dup=False)[1]
    assert not recent.admit(b"a", 600.0, stamped=True, dup=False)[1]
    assert recent.admit(b"a", 1300.0, stamped=True, dup=False)[1]


def test_without_a_stamp_only_the_brokers_word_makes_a_copy() -> None:
    recent = Duplicates("B1/ox", {})
    assert recent.admit(b"a", 0.0, stamped=False, dup=False)[1]
    assert recent.admit(b"a", 1.0, stamped=False, dup=False)[1]
    assert not recent.admit(b"a", 2.0, stamped=False, dup=True)[1]
    assert recent.admit(b"b", 3.0, stamped=False, dup=True)[1]


@pytest.mark.parametrize("dup", [False, True])
def test_a_copy_of_what_an_earlier_run_stored_is_known_and_acknowledged_at_once(dup: bool) -> None:
    before = Duplicates("B1/ox", {})
    mark = before.admit(b"a", 0.0, stamped=True, dup=False)[0].mark
    after = Duplicates("B1/ox", {mark: 0.0})
    copy, new = after.admit(b"a", 600.0, stamped=True, dup=dup)
    heard: list[str] = []
    copy.when_stored(lambda: heard.append("copy"), 2)
    assert (new, heard) == (False, ["copy"])
    assert after.admit(b"a", 700.0, stamped=True, dup=dup)[1] is not dup
    assert Duplicates("B1/oy", {mark: 0.0}).admit(b"a", 1.0, stamped=True, dup=dup)[1]


def test_the_last_thousand_are_remembered_however_long_ago() -> None:
    recent = Duplicates("B1/ox", {})
    for number in range(1_500):
        recent.admit(b"%d" % number, 10.0 * number, stamped=False, dup=False)
    assert not recent.admit(b"501", 15_000.0, stamped=False, dup=True)[1]
    assert recent.admit(b"400", 15_000.0, stamped=False, dup=True)[1]


def test_a_copy_is_acknowledged_only_after_the_first_is_stored() -> None:
    recent = Duplicates("B1/ox", {})
    heard: list[str] = []
    first, _ = recent.admit(b"a", 0.0, stamped=True, dup=False)
    first.when_stored(lambda: heard.append("first"), 1)
    copy, new = recent.admit(b"a", 1.0, stamped=True, dup=True)
    copy.when_stored(lambda: heard.append("copy"), 2)
    assert not new
    assert heard == []
    first.stored()
    assert heard == ["first", "copy"]
    recent.admit(b"a", 2.0, stamped=True, dup=True)[0].when_stored(lambda: heard.append("late"), 3)
    assert heard == ["first", "copy", "late"]


@given(st.lists(st.tuples(st.binary(max_size=1), st.booleans(), st.booleans()), max_size=60))
def test_what_is_new_by_bytes_is_never_a_copy(said: list[tuple[bytes, bool, bool]]) -> None:
    recent = Duplicates("B1/ox", {})
    seen: set[bytes] = set()
    for second, (payload, stamped, dup) in enumerate(said):
        new = recent.admit(payload, float(second), stamped=stamped, dup=dup)[1]
        assert new or payload in seen
        assert not (new and (stamped or dup) and payload in seen)
        seen.add(payload)


def presence(*, streams: bool = True, silent_after: float | None = 10.0) -> Presence:
    return Presence(MqttDevice(bed="B", device="d", streams=streams, silent_after=silent_after))


def test_each_change_of_a_link_is_told_once() -> None:
    ox = presence()
    assert ox.sent_live(0.0) is CONNECTED
    assert ox.sent_live(5.0) is None
    assert ox.look(14.9) is None
    assert ox.look(15.0) is SILENT
    assert ox.look(99.0) is None
    assert not ox.up
    assert ox.sent_live(100.0) is CONNECTED
    assert ox.up


def test_a_streaming_device_proves_itself_by_data_only() -> None:
    ox = presence()
    assert ox.said_online(0.0) is None
    assert ox.look(10.0) is LinkReason.NOT_SEEN
    assert ox.said_online(11.0) is None
    assert ox.sent_live(12.0) is CONNECTED


def test_saying_online_again_does_not_put_off_the_silence() -> None:
    ox = presence()
    ox.sent_live(0.0)
    assert ox.said_online(9.0) is None
    assert ox.look(10.0) is SILENT


def test_a_button_is_there_when_it_says_so() -> None:
    button = presence(streams=False, silent_after=90.0)
    assert button.said_online(0.0) is CONNECTED
    assert button.said_online(60.0) is None
    assert button.look(149.0) is None
    assert button.said_offline() is LinkReason.DEVICE_OFFLINE
    assert button.look(500.0) is None


def test_a_device_that_does_not_come_back_with_its_broker_is_silent() -> None:
    ox = presence()
    ox.sent_live(0.0)
    assert ox.broker_went() is LinkReason.BROKER_LOST
    assert ox.look(60.0) is None
    ox.broker_came(60.0)
    assert ox.look(70.0) is SILENT


@pytest.mark.parametrize(
    ("filters", "one"),
    [
        (["kat/c/+/+/+"], "kat/c/+/+/+"),
        (["kat/c/+/+/+", "kat/c/ward/+/ox"], "kat/c/+/+/+"),
        (["kat/c/+/+/+", "ward/+/ox"], "+/+/+/#"),
        (["kat/c/+/+/+", "ward/+/ox", "x"], "+/#"),
        (["a/b", "c/b"], "+/b"),
    ],
)
def test_one_filter_holds_what_all_match(filters: list[str], one: str) -> None:
    assert covering(filters) == one


def test_one_source_gets_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(logging.getLogger("test"))
    for at in (0.0, 1.0, 59.0, 60.0):
        complaints.complain("ox", at, f"wrong at {at}")
    complaints.complain("cuff", 1.0, "also wrong")
    assert [record.getMessage() for record in caplog.records] == [
        "ox: wrong at 0.0",
        "ox: wrong at 60.0 (and 2 more since the last line)",
        "cuff: also wrong",
    ]


def test_invented_sources_share_a_line(caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(logging.getLogger("test"))
    for number in range(3_000):
        complaints.complain(f"topic {number}", 0.0, "unknown")
    assert len(caplog.records) == 1_001
