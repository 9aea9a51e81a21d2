"""The decode command's names: any case, and an error that lists what exists."""

import pytest

from devices.decode import decode
from devices.errors import MalformedFrame, UnknownCharacteristic, UnknownModel
from devices.wire.oxyii import OxyiiFrame

BM85 = bytes.fromhex("566a0047000000ea07080b121f00003f000000")


def test_names_of_characteristics_and_models_may_be_in_any_case() -> None:
    assert decode("2a35", BM85, "beurer bm85")["pulse"] == 63
    assert decode("sfloat", b"\xbd\xf0")["value"] == 18.9


def test_a_model_without_a_quirk_reads_the_standard_frame() -> None:
    frame = bytes.fromhex("167c0056006100e807060f11111b33000000")
    assert decode("2A35", frame, "boso medicus") == decode("2A35", frame)


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(UnknownCharacteristic, match=r"no characteristic '2A99'; there are 2A08, "):
        decode("2A99", b"")
    with pytest.raises(UnknownModel, match=r"there are .*Beurer BM85, boso medicus"):
        decode("2A35", BM85, "BM86")


@pytest.mark.parametrize(
    ("characteristic", "frame"),
    [
        ("contec-cms50d-ff02", "eb010453637f0026"),
        ("contec-cms50d-ff02", "ea010453637f0024"),
        ("viatom-pc60fw-nus", "aa550f0801603e005000c009"),
        ("viatom-pc60fw-nus", "aa550f0201" + "00"),
        ("viatom-oxyii-frame", "a5e11e00020000be"),
        ("viatom-oxyii-frame", "a5e11f00020000bf"),
        ("yonker-cdeacd81", "828367510000190b18131200000000"),
        ("jks50f", "fe" + "00" * 67),
        ("viatom-o2ring", "aa17e8000000001c"),
        ("viatom-oxyii-live", "a5e11e00020000bf"),
        ("nonin-0aad7ea0", "0c101c0140000161004001"),
        ("berrymed-bci", "80000040"),
        ("berrymed-bci", "8000804061"),
    ],
)
def test_a_maker_s_frame_with_a_wrong_lead_or_checksum_is_malformed(
    characteristic: str, frame: str
) -> None:
    with pytest.raises(MalformedFrame):
        decode(characteristic, bytes.fromhex(frame))


def test_an_o2ring_message_survives_a_round_trip() -> None:
    frame = OxyiiFrame(0x04, 9, b"\x01\x02", reply=True)
    assert OxyiiFrame.from_bytes(bytes(frame)) == frame


def test_a_jks50f_frame_may_come_with_its_checksum() -> None:
    frame = bytes.fromhex("ff440100" + "61" + "48" + "00" * 62)
    checksum = bytes((sum(frame) + 1 & 0xFF,))
    assert decode("jks50f", frame + checksum) == {"finger": True, "spo2": 97, "pulse": 72}
    with pytest.raises(MalformedFrame, match="checksum"):
        decode("jks50f", frame + b"\x00")


def test_frames_of_makers_own_oximeters_are_told_in_plain_fields() -> None:
    nonin = bytes.fromhex("0a101c01400001610040")
    assert decode("nonin-0aad7ea0", nonin) == {
        "spo2": 97,
        "pulse": 64,
        "pai": 3.2,
        "status": 0x10,
        "volts": 2.8,
        "counter": 1,
    }
    berrymed = decode("berrymed-bci", bytes.fromhex("8400004061"))
    assert (berrymed["spo2"], berrymed["pulse"], berrymed["no_finger"]) == (97, 64, False)
