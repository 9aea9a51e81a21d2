"""Frames that come twice: what is a repeat, and what may be a second measurement."""

import pytest

from devices.frame_marks import FrameMarks, Seen

NOW = 1_800_000_000.0
DAY = 86_400.0


@pytest.mark.parametrize(
    ("clock", "delay", "seen"),
    [
        (NOW - 3 * DAY, 5.0, Seen.REPEAT),  # sent again at once
        (NOW - 3 * DAY, 5 * DAY, Seen.REPEAT),  # all of its memory, at each connection
        (NOW - 9_000 * DAY, 5.0, Seen.REPEAT),
        (NOW - 9_000 * DAY, 900.0, Seen.DOUBTFUL),  # a clock that begins anew at each waking
        (None, 5.0, Seen.REPEAT),
        (None, 60.0, Seen.NEW),  # equal values a minute apart are two readings
    ],
)
def test_the_same_frame_is_judged_by_its_time(
    clock: float | None, delay: float, seen: Seen
) -> None:
    marks = FrameMarks("B1/cuff1", {})
    mark = marks.mark("2A35", b"\x10\x20")
    assert marks.admit(mark, NOW, clock) is Seen.NEW
    assert marks.admit(mark, NOW + delay, clock) is seen


def test_a_frame_is_told_by_device_characteristic_and_bytes() -> None:
    one, other = FrameMarks("B1/cuff1", {}), FrameMarks("B2/cuff1", {})
    marks = {
        one.mark("2A35", b"1"),
        one.mark("2A35", b"2"),
        one.mark("2A5E", b"1"),
        other.mark("2A35", b"1"),
    }
    assert len(marks) == 4


def test_a_frame_that_an_earlier_run_put_into_the_record_is_a_repeat() -> None:
    before = FrameMarks("B1/cuff1", {})
    mark = before.mark("2A35", b"1")
    after = FrameMarks("B1/cuff1", {mark: NOW})
    assert after.admit(mark, NOW + 3_600, NOW - 60) is Seen.REPEAT


def test_only_the_newest_frames_are_remembered() -> None:
    marks = FrameMarks("B1/cuff1", {})
    frames = [marks.mark("2A35", str(number).encode()) for number in range(4_001)]
    assert {marks.admit(frame, NOW, NOW) for frame in frames} == {Seen.NEW}
    assert marks.admit(frames[-1], NOW, NOW) is Seen.REPEAT
    assert marks.admit(frames[0], NOW, NOW) is Seen.NEW


def test_a_frame_without_a_time_that_is_sent_again_and_again_stays_one_measurement() -> None:
    marks = FrameMarks("B1/cuff1", {})
    mark = marks.mark("2A35", b"1")
    seen = [marks.admit(mark, NOW + 9.0 * number, None) for number in range(5)]
    assert seen == [Seen.NEW, *[Seen.REPEAT] * 4]
