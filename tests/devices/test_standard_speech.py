"""What a standard oximeter tells of its storage: a report that nobody ends does not last."""

from collections.abc import Callable
from datetime import datetime

import pytest

from devices.errors import MalformedFrame
from devices.reading import Header
from devices.speech.standard import StandardSpeech
from devices.speech.talk import Measurement
from devices.wire.pulse_oximeter import Oximetry, SpotCheck

FRAME = bytes(SpotCheck(Oximetry(97, 64)))


def reporting() -> StandardSpeech:
    """It was asked for what it has stored."""
    speech = StandardSpeech()
    assert list(speech.open(datetime(2026, 1, 1), frozenset({"2A52", "2A5E"})))  # noqa: DTZ001  # its own
    return speech


def is_stored(speech: StandardSpeech) -> bool:
    """Whether a spot-check that comes now counts as stored."""
    (said,) = speech.hear("2A5E", FRAME)
    assert isinstance(said, Measurement)
    return said.say(Header(at=0.0, bed="B1", device="ox1"))[0].history


def refuse(speech: StandardSpeech) -> None:
    (ask,) = speech.open(datetime(2026, 1, 1), frozenset({"2A52"}))  # noqa: DTZ001  # its own
    speech.refused(ask)


def answer_nonsense(speech: StandardSpeech) -> None:
    with pytest.raises(MalformedFrame):
        speech.hear("2A52", b"\x06")


def stay_silent(speech: StandardSpeech) -> None:
    assert speech.period is not None
    speech.repeat()


@pytest.mark.parametrize("ends", [refuse, answer_nonsense, stay_silent])
def test_after_a_report_that_was_refused_broken_or_left_unended_a_spot_check_is_new(
    ends: Callable[[StandardSpeech], None],
) -> None:
    speech = reporting()
    ends(speech)
    assert not is_stored(speech)
    assert speech.period is None


def test_a_report_goes_on_for_as_long_as_records_come() -> None:
    speech = reporting()
    for _ in range(5):
        assert is_stored(speech)
        speech.repeat()
    assert is_stored(speech)
