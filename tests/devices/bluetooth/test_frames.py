"""Frames to the intake: none raises, none vanishes, whatever its bytes."""

import random

import pytest

from devices.ble_frames import FrameIntake
from devices.catalog import MODELS, DeviceModel
from devices.reading import Header
from tests.support.recorder import Recorder


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_every_frame_of_any_bytes_becomes_a_reading_or_malformed(model: DeviceModel) -> None:
    intake = Recorder()

    def header() -> Header:
        return Header(at=intake.now(), bed="B1", device="d1")

    frames = FrameIntake(model, header, intake)
    chance = random.Random(7)  # the same bytes each time
    for _ in range(300):
        told = len(intake.readings)
        data = chance.randbytes(chance.randrange(24))
        frames.receive(chance.choice(model.measurements), data)
        frames.close()
        assert len(intake.readings) > told, data.hex()
    assert not intake.rejected
