"""Frames to the intake: none raises, none vanishes, whatever its bytes."""

import random

import pytest

from devices.ble_frames import FrameIntake
from devices.catalog import MODELS, DeviceModel
from devices.reading import Header, Malformed
from devices.speech.framed import FramedSpeech
from devices.speech.omron import OmronSpeech
from tests.support.recorder import Recorder

STREAMS = [model for model in MODELS if isinstance(model.speech(), FramedSpeech | OmronSpeech)]
WHOLE = [model for model in MODELS if model not in STREAMS]


@pytest.mark.parametrize("model", WHOLE, ids=lambda model: model.name)
async def test_every_frame_of_any_bytes_becomes_a_reading_or_malformed(model: DeviceModel) -> None:
    frames, intake = _intake_of(model)
    chance = random.Random(7)  # the same bytes each time
    for _ in range(300):
        told = len(intake.readings)
        data = chance.randbytes(chance.randrange(24))
        frames.receive(chance.choice(model.measurements), data)
        frames.close()
        assert len(intake.readings) > told, data.hex()
    assert not intake.rejected


@pytest.mark.parametrize("model", STREAMS, ids=lambda model: model.name)
async def test_a_stream_of_any_bytes_raises_nothing_and_is_told_as_malformed(
    model: DeviceModel,
) -> None:
    frames, intake = _intake_of(model)
    chance = random.Random(7)  # the same bytes each time
    for _ in range(300):
        frames.receive(chance.choice(model.measurements), chance.randbytes(chance.randrange(24)))
    frames.receive(model.measurements[0], b"\x00" * 1100)  # whatever it waited for
    assert intake.of(Malformed)
    assert not intake.rejected


def _intake_of(model: DeviceModel) -> tuple[FrameIntake, Recorder]:
    intake = Recorder()

    def header() -> Header:
        return Header(at=intake.now(), bed="B1", device="d1")

    return FrameIntake(model, header, intake), intake
