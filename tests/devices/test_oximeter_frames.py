"""Frames of makers' own oximeters: as captured, as encoded, and out of any stream of bytes."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import MalformedFrame
from devices.wire.assembler import FrameAssembler
from devices.wire.berrymed import BerryMedReading, berrymed_assembler
from devices.wire.contec import ContecReading, contec_assembler, is_contec_measurement
from devices.wire.jks50f import Jks50fReading, jks50f_assembler
from devices.wire.nonin import NoninReading, NoninStatus
from devices.wire.o2ring import READ_SENSORS, O2RingFrame, O2RingReading, o2ring_assembler
from devices.wire.oxyii import LIVE, OxyiiFrame, OxyiiReading, oxyii_assembler, oxyii_opening
from devices.wire.pc60fw import Pc60fwReading, is_pc60fw_measurement, pc60fw_assembler

percents = st.integers(1, 100)
pulses = st.integers(1, 126)
tenths = st.integers(1, 255).map(lambda tenth: tenth / 10)
hundredths = st.integers(0, 8190).map(lambda hundredth: hundredth / 100)
flags = st.booleans()
fast = st.integers(1, 250)

pc60fws = st.builds(
    Pc60fwReading, percents, fast, tenths, flags, flags, st.none() | st.integers(0, 3)
)
berrymeds = st.builds(
    BerryMedReading, st.none() | percents, st.none() | fast, flags, flags, flags, flags
)
contecs = st.builds(ContecReading, pulses, percents, flags)
jks50fs = st.builds(
    Jks50fReading, flags, st.none() | percents, st.none() | pulses, st.none() | hundredths
)
nonins = st.builds(
    NoninReading,
    st.none() | percents,
    st.none() | fast,
    hundredths,
    st.integers(0, 0x3F).map(lambda bits: NoninStatus(bits << 1)),
    st.integers(0, 255).map(lambda tenth: tenth / 10),
    st.integers(0, 0xFFFF),
)
o2rings = st.builds(
    O2RingReading, st.none() | percents, st.none() | fast, st.none() | tenths, flags, percents
)
oxyiis = st.builds(OxyiiReading, percents, fast, flags, percents, fast)
replies = o2rings.map(lambda told: bytes(O2RingFrame(0, bytes(told), reply=True)))
live_replies = oxyiis.map(lambda told: bytes(OxyiiFrame(LIVE, 3, bytes(told), reply=True)))

STREAMS: dict[str, tuple[Callable[[], FrameAssembler], st.SearchStrategy[bytes]]] = {
    "pc60fw": (pc60fw_assembler, pc60fws.map(bytes)),
    "berrymed": (berrymed_assembler, berrymeds.map(bytes)),
    "contec": (contec_assembler, contecs.map(bytes)),
    "jks50f": (jks50f_assembler, jks50fs.map(bytes)),
    "o2ring": (o2ring_assembler, replies),
    "oxyii": (oxyii_assembler, live_replies),
}
every_stream = pytest.mark.parametrize("maker", sorted(STREAMS))


@given(measured=st.one_of(pc60fws, berrymeds, contecs, jks50fs, nonins, o2rings, oxyiis))
def test_what_is_encoded_decodes_to_the_same(measured: Pc60fwReading) -> None:
    assert type(measured).from_bytes(bytes(measured)) == measured


@every_stream
def test_frames_come_whole_out_of_any_cutting(maker: str) -> None:
    begin, some = STREAMS[maker]

    @settings(max_examples=40)
    @given(frames=st.lists(some, min_size=1, max_size=5), sizes=st.lists(st.integers(1, 40)))
    def holds(frames: list[bytes], sizes: list[int]) -> None:
        assert _fed(begin(), b"".join(frames), sizes) == frames

    holds()


@every_stream
def test_it_resynchronises_after_garbage_and_tells_of_it(maker: str) -> None:
    begin, some = STREAMS[maker]

    @settings(max_examples=40)
    @given(before=some, after=some, garbage=st.binary(min_size=1, max_size=30))
    def holds(before: bytes, after: bytes, garbage: bytes) -> None:
        # Garbage may itself begin a frame, which then swallows as much as that frame is long.
        found = _fed(begin(), before + garbage + after * 10, [])
        assert found[0] == before or maker == "jks50f"
        assert found[-2:] == [after] * 2

    holds()


@every_stream
def test_garbage_that_begins_no_frame_is_told_byte_for_byte(maker: str) -> None:
    frames = STREAMS[maker][0]()
    found = frames.feed(b"\x00" * 20)
    (error,) = found
    assert isinstance(error, MalformedFrame)
    assert str(error).endswith("20 bytes are no sound frame: " + "00" * 16 + "…")


@every_stream
def test_any_bytes_are_frames_or_errors_and_memory_is_bounded(maker: str) -> None:
    begin = STREAMS[maker][0]

    @settings(max_examples=40)
    @given(pieces=st.lists(st.binary(max_size=200), max_size=30))
    def holds(pieces: list[bytes]) -> None:
        frames = begin()
        taken = 0
        for piece in pieces:
            taken += sum(len(one) for one in frames.feed(piece) if isinstance(one, bytes))
            assert frames.held <= 1024
        assert taken <= sum(map(len, pieces))

    holds()


@every_stream
def test_a_flipped_bit_is_told_where_there_is_a_checksum(maker: str) -> None:
    begin, some = STREAMS[maker]
    if maker == "berrymed":
        return  # its packets have none

    @settings(max_examples=40)
    @given(frame=some, bit=st.integers(0, 7), data=st.data())
    def holds(frame: bytes, bit: int, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(frame) - 1))
        broken = bytearray(frame)
        broken[at] ^= 1 << bit
        assert bytes(broken) not in _fed(begin(), bytes(broken), [])

    holds()


@pytest.mark.parametrize(
    ("frame", "measures"),
    [
        ("aa550f07025a57d24c45a7", False),
        ("aa550f08015f55005700c0da", True),
        ("aa550f06210200000045", False),
        ("aa55f0030303f6", False),
        ("aa550f08016358002300c0d7", True),
        ("aa550f070213161e29389a", False),
        ("aa550f062101050000f8", False),
    ],
)
def test_captured_frames_of_a_pc60fw_are_sound(frame: str, measures: bool) -> None:
    data = bytes.fromhex(frame)
    assert pc60fw_assembler().feed(data) == [data]
    assert is_pc60fw_measurement(data) is measures


def test_a_captured_pc60fw_measurement_is_95_percent_and_85_a_minute() -> None:
    told = Pc60fwReading.from_bytes(bytes.fromhex("aa550f08015f55005700c0da"))
    assert told == Pc60fwReading(95, 85, 8.7, battery=3)


@pytest.mark.parametrize(
    ("frame", "measures"),
    [("eb010440637f0012", True), ("eb000348093f", False), ("eb00433c0771", False)],
)
def test_captured_frames_of_a_contec_are_sound(frame: str, measures: bool) -> None:
    data = bytes.fromhex(frame)
    assert contec_assembler().feed(data) == [data]
    assert is_contec_measurement(data) is measures


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ("624200000000006100920a0100", O2RingReading(98, 66, 1.0, True, 97, 0x92)),
        ("ffffff00000000600005000000", O2RingReading(None, None, None, False, 96, 5)),
        ("ffffff00000000620100000000", O2RingReading(None, None, None, False, 98)),
    ],
)
def test_captured_payloads_of_an_o2ring(payload: str, told: O2RingReading) -> None:
    assert O2RingReading.from_bytes(bytes.fromhex(payload)) == told


def test_the_questions_are_those_that_others_send() -> None:
    assert bytes(O2RingFrame(READ_SENSORS)) == bytes.fromhex("aa17e8000000001b")
    assert bytes(OxyiiFrame(0xE1, 2, b"")) == bytes.fromhex("a5e11e00020000bf")


def test_the_greeting_of_an_o2ring_s_holds_the_time_as_its_maker_shifts_it() -> None:
    epoch = 0x65432100
    key = bytes.fromhex("c2cfdad8a8f7c435") + b"0000" + bytes((0, 0x80, 0x40, 0x20))
    salt = bytes.fromhex("c2a7cf50dafed885a8f8f7eac44335f3")
    assert oxyii_opening(epoch) == bytes(a ^ b for a, b in zip(key, salt, strict=True))


def test_a_jks50f_frame_whose_checksum_is_cut_off_is_whole_with_the_next_one() -> None:
    first, second = (bytes(Jks50fReading(True, spo2, 70, 1.5)) for spo2 in (97, 96))
    frames = jks50f_assembler()
    assert frames.feed(first[:-1]) == []
    assert frames.feed(second) == [first[:-1], second]


def test_the_invalid_marks_of_a_berrymed_are_no_numbers() -> None:
    told = BerryMedReading.from_bytes(bytes((0x80, 0, 0x40, 0x7F, 0x7F)))
    assert (told.spo2, told.pulse) == (None, None)
    assert BerryMedReading.from_bytes(bytes((0x80, 0, 0x40, 0x37, 0x58))).pulse == 183


def test_a_wrong_length_makes_nobody_wait_for_long() -> None:
    good = bytes(Pc60fwReading(97, 64, 3.2, battery=3))
    broken = b"\xaa\x55\x0f\xff\x01"
    found = pc60fw_assembler().feed(broken + good)
    assert found[-1] == good


def _fed(frames: FrameAssembler, stream: bytes, sizes: list[int]) -> list[bytes]:
    """Feed it in pieces of these sizes, the rest in one; the frames found."""
    found: list[bytes | MalformedFrame] = []
    for size in sizes:
        found += frames.feed(stream[:size])
        stream = stream[size:]
    found += frames.feed(stream)
    return [one for one in found if isinstance(one, bytes)]
