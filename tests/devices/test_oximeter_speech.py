"""What oximeters of makers' own protocols are taken to say, and how often."""

from datetime import UTC, datetime

import pytest

from devices.errors import MalformedFrame
from devices.measured_oximeters import contec_readings, nonin_readings
from devices.reading import Header, Reading, Reason, Sample, Validity
from devices.speech.berrymed import CHANGED_AFTER, SAME_AFTER, BerryMedSpeech
from devices.speech.nonin import NoninSpeech
from devices.speech.o2ring import O2RingSpeech
from devices.speech.oxyii import OxyiiSpeech
from devices.speech.pc60fw import Pc60fwSpeech
from devices.speech.talk import Measurement, Said, Speech
from devices.wire.berrymed import BERRYMED_NOTIFIES, BerryMedReading
from devices.wire.contec import ContecReading
from devices.wire.nonin import NONIN_NOTIFIES, NoninReading, NoninStatus
from devices.wire.o2ring import O2RING_NOTIFIES, O2RingFrame
from devices.wire.oxyii import OXYII_NOTIFIES, SETUP, OxyiiFrame
from devices.wire.pc60fw import PC60FW_NOTIFIES, pc60fw_frame

HEADER = Header(at=100.0, bed="B1", device="ox1")
STEADY = BerryMedReading(97, 64)


class Stream:
    """A BerryMed, packet by packet: what each one leads to."""

    def __init__(self) -> None:
        self.speech = BerryMedSpeech()

    def says(self, packet: BerryMedReading, times: int = 1) -> int:
        """How many measurements that many of this packet make."""
        return len(said(self.speech, BERRYMED_NOTIFIES, bytes(packet) * times))


def said(speech: Speech, characteristic: str, data: bytes) -> tuple[Said, ...]:
    return tuple(speech.hear(characteristic, data))


def trust(readings: tuple[Reading, ...]) -> set[tuple[float | None, Validity, Reason | None]]:
    return {(one.value, one.validity, one.reason) for one in readings if isinstance(one, Sample)}


def test_the_first_packet_is_told_and_a_steady_number_repeated() -> None:
    stream = Stream()
    assert stream.says(STEADY) == 1
    assert stream.says(STEADY, SAME_AFTER - 1) == 0
    assert stream.says(STEADY) == 1


def test_a_number_that_changes_is_told_within_a_second() -> None:
    stream = Stream()
    stream.says(STEADY)
    assert stream.says(BerryMedReading(96, 64), CHANGED_AFTER - 1) == 0
    assert stream.says(BerryMedReading(96, 64)) == 1


@pytest.mark.parametrize(
    "lost",
    [
        BerryMedReading(None, 64),
        BerryMedReading(97, None),
        BerryMedReading(97, 64, no_finger=True),
        BerryMedReading(97, 64, probe_off=True),
        BerryMedReading(97, 64, no_signal=True),
        BerryMedReading(97, 64, searching=True),
    ],
)
def test_a_loss_is_told_with_its_very_packet_and_once(lost: BerryMedReading) -> None:
    stream = Stream()
    stream.says(STEADY, 3)
    assert stream.says(lost) == 1
    assert stream.says(lost, SAME_AFTER - 1) == 0


def test_a_finger_that_flutters_does_not_flood() -> None:
    stream = Stream()
    off = BerryMedReading(97, 64, no_finger=True)
    told = sum(stream.says(packet) for _ in range(500) for packet in (STEADY, off))
    assert told <= 1000 / CHANGED_AFTER * 2


@pytest.mark.parametrize(
    ("status", "reads"),
    [
        (NoninStatus.ON_FINGER, (97.0, Validity.VALID, None)),
        (
            NoninStatus.ON_FINGER | NoninStatus.WEAK_SIGNAL,
            (97.0, Validity.QUESTIONABLE, Reason.WEAK_SIGNAL),
        ),
        (
            NoninStatus.ON_FINGER | NoninStatus.SEARCHING | NoninStatus.WEAK_SIGNAL,
            (None, Validity.UNAVAILABLE, Reason.NO_PULSE),
        ),
        (NoninStatus.SMART_POINT, (None, Validity.UNAVAILABLE, Reason.SENSOR_OFF)),
    ],
)
def test_the_status_of_a_nonin_decides_how_far_its_numbers_go(
    status: NoninStatus, reads: tuple[float | None, Validity, Reason | None]
) -> None:
    assert trust(nonin_readings(HEADER, NoninReading(97, 64, 3.2, status))[:1]) == {reads}


def test_a_number_that_cannot_be_is_invalid_not_dropped() -> None:
    measured = NoninReading(126, 400, 3.2, NoninStatus.ON_FINGER)
    impossible = (None, Validity.INVALID, Reason.OUT_OF_RANGE)
    assert trust(nonin_readings(HEADER, measured)[:2]) == {impossible}


def test_a_contec_without_a_number_for_spo2_has_no_pulse_either() -> None:
    blank = (None, Validity.UNAVAILABLE, Reason.NO_VALUE)
    assert trust(contec_readings(HEADER, ContecReading(127, 127, finger=True))) == {blank}


@pytest.mark.parametrize("data", [b"", b"\x0a\x10", b"\x0b" + b"\x00" * 9, b"\x0a" + b"\x00" * 20])
def test_a_nonin_frame_of_another_length_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedFrame, match=r"Nonin frame"):
        said(NoninSpeech(), NONIN_NOTIFIES, data)


def test_a_ring_that_refuses_says_so() -> None:
    refusal = bytes(O2RingFrame(1, b"\x00" * 13, reply=True))
    (error,) = said(O2RingSpeech(), O2RING_NOTIFIES, refusal)
    assert str(error) == "O2Ring reply: status 1, 0 would be an answer"


def test_a_reply_too_short_for_what_it_measures_is_malformed() -> None:
    (short,) = said(O2RingSpeech(), O2RING_NOTIFIES, bytes(O2RingFrame(0, b"\x61", reply=True)))
    assert isinstance(short, MalformedFrame)


def test_frames_that_measure_nothing_say_nothing() -> None:
    acknowledged = bytes(OxyiiFrame(SETUP, 1, b"", reply=True))
    speech = OxyiiSpeech()
    assert len(tuple(speech.open(datetime.now(UTC), set()))) == 3
    assert said(speech, OXYII_NOTIFIES, acknowledged) == ()
    waveform = pc60fw_frame(0x0F, bytes((0x02, 1, 2, 3, 4, 5)))
    assert said(Pc60fwSpeech(), PC60FW_NOTIFIES, waveform) == ()


@pytest.mark.parametrize("speech", [Pc60fwSpeech, BerryMedSpeech, NoninSpeech, O2RingSpeech])
def test_a_battery_service_beside_it_is_understood_and_is_not_vital(speech: type[Speech]) -> None:
    (told,) = said(speech(), "2A19", b"\x32")
    assert isinstance(told, Measurement)
    assert not told.vital
    assert trust(told.say(HEADER)) == {(50.0, Validity.VALID, None)}
