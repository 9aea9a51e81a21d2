"""The filter of heart beats: what it refuses, what it tells, and that it never tells nonsense."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.beats import BeatFilter
from tests.alerts.timeline import PROFILE

START = 1000.0


def fed(*rr_ms: float, into: BeatFilter | None = None) -> tuple[BeatFilter, float]:
    """A filter that got these beats one by one, and when the last one ended."""
    beats = into or BeatFilter(PROFILE.beats)
    at = START if beats.state.clock is None else beats.state.clock
    for rr in rr_ms:
        at += rr / 1000
        beats.take(at, "strap", (rr,))
    return beats, at


def _steady(count: int, rr: float = 800, change: float = 40) -> list[float]:
    """Beats that are longer and shorter by turns: each change is `change`."""
    return [rr + (change / 2 if i % 2 else -change / 2) for i in range(count)]


def _told(*rr_ms: float) -> float | None:
    beats, at = fed(*rr_ms)
    return beats.variability(at).value


def test_variability_is_the_usual_change_from_beat_to_beat() -> None:
    assert _told(*_steady(120)) == pytest.approx(40)


@pytest.mark.parametrize(
    "artefact",
    [
        (520.0, 1080.0),  # an early beat and its pause
        (1600.0,),  # a missed beat
        (300.0, 500.0),  # an extra one
        (25.0,),
        (5900.0,),
    ],
)
def test_an_artefact_changes_nothing(artefact: tuple[float, ...]) -> None:
    clean = _steady(60)
    assert _told(*clean, *artefact, *clean) == pytest.approx(40)


def test_a_step_of_the_rate_is_believed_after_five_beats_that_agree() -> None:
    beats, _ = fed(*_steady(60), *_steady(4, 520, 10))
    assert [clean for _, clean in beats.state.beats][-4:] == [False] * 4
    beats, at = fed(*_steady(1, 520, 10), into=beats)
    assert beats.state.beats[-1][1]
    beats, at = fed(*_steady(150, 520, 10), into=beats)
    assert beats.variability(at).value == pytest.approx(10, rel=0.01)


def test_a_new_rate_that_swings_too_much_to_agree_is_found_all_the_same() -> None:
    swinging = [500 + 45 * math.sin(i) for i in range(150)]
    beats, at = fed(*_steady(60, 900), *swinging)
    assert beats.blind(at) is None
    assert beats.variability(at).value is not None


def test_a_first_beat_that_is_an_artefact_does_no_harm() -> None:
    assert _told(1600, *_steady(120)) == pytest.approx(40)


def test_a_change_across_a_refused_beat_is_no_change() -> None:
    beats, _ = fed(*_steady(20), 1600, 810)
    refused_at = next(at for at, clean in beats.state.beats if not clean)
    assert all(at < refused_at for at, _ in beats.state.changes)


def test_frames_with_beats_missing_between_them_give_no_change() -> None:
    beats, at = fed(*_steady(20))
    count = len(beats.state.changes)
    beats.take(at + 5, "strap", (800.0,))
    assert len(beats.state.changes) == count
    beats.take(at + 5.8, "strap", (830.0,))
    assert len(beats.state.changes) == count + 1


def test_a_strap_that_tells_its_beats_each_second_loses_none() -> None:
    beats = BeatFilter(PROFILE.beats)
    ends, told, at = [START], 1, START
    for rr in _steady(7200, 870, 30):
        ends.append(ends[-1] + rr / 1000)
    while told < len(ends):
        at += 1
        frame: list[float] = []
        while told < len(ends) and ends[told] <= at:
            frame.append(math.floor((ends[told] - ends[told - 1]) * 1024) / 1.024)
            told += 1
        beats.take(at, "strap", frame)
    expected = sum(1 for end in ends if end > at - 90)
    assert abs(len(beats.state.changes) - expected) <= 2
    assert beats.variability(at).value == pytest.approx(30, rel=0.05)


def test_another_device_speaks_only_when_the_first_is_silent() -> None:
    beats, at = fed(*_steady(60))
    before = len(beats.state.beats)
    beats.take(at + 1, "ecg", (500.0, 500.0))
    assert len(beats.state.beats) == before
    beats.take(at + 30, "ecg", (800.0,))
    assert beats.state.device == "ecg"
    assert beats.state.before == 800  # a new row of beats


@pytest.mark.parametrize(
    ("rr_ms", "wait_s", "words"),
    [
        ([], 0, "no beats of a strap or ECG"),
        (_steady(200), 11, "no beats now"),
        (_steady(22), 0, "under 20 clear beats in 60 s"),
        (_steady(40), 0, "under 45 changes from beat to beat"),
        ([800.0] * 200, 0, "beats do not vary: paced, or not measured one by one"),
        ([800.0, 820, 800, 820, 1600] * 40, 0, "over 15 % of beats unclear"),
        ([800.0, 820, 1600] * 60, 0, "over 25 % of beats unclear"),
    ],
)
def test_what_cannot_be_told_is_none_with_its_reason(
    rr_ms: list[float], wait_s: float, words: str
) -> None:
    beats, at = fed(*rr_ms)
    assert beats.variability(at + wait_s) == (None, words)


GARBAGE = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-100, 7000),
    st.sampled_from([800.0, 810.0, 0.0, -1.0, 300.0, 2000.0, 1e308, math.nan, math.inf]),
)


@given(st.lists(st.tuples(st.floats(0, 200), st.lists(GARBAGE, max_size=40)), max_size=40))
def test_no_garbage_breaks_it_or_is_told_as_a_number(
    frames: list[tuple[float, list[float]]],
) -> None:
    beats, at = BeatFilter(PROFILE.beats), START
    for after, rr_ms in frames:
        at += after
        beats.take(at, "strap", rr_ms)
        value, missing = beats.variability(at)
        assert (value is None) is (missing is not None)
        assert value is None or (math.isfinite(value) and value >= PROFILE.beats.still_ms)
        kept = [number for row in beats.state.changes for number in row]
        assert all(map(math.isfinite, [*beats.state.accepted, *beats.state.sizes, *kept]))
        assert len(beats.state.beats) <= 2000


@given(st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -800.0, 6001.0]))
def test_a_frame_with_an_impossible_number_is_refused_whole(number: float) -> None:
    beats, at = fed(*_steady(60))
    changes = list(beats.state.changes)
    beats.take(at + 1.6, "strap", (800.0, number))
    assert beats.state.changes == changes
    assert beats.state.beats[-1] == (at + 1.6, False)
