"""A conversation in frames that notifications may split or join."""

from collections.abc import Iterable

from devices.errors import MalformedFrame
from devices.speech.battery import BATTERY, battery_measurement
from devices.speech.talk import Said, Speech
from devices.wire.assembler import FrameAssembler
from devices.wire.battery import BatteryLevel


class FramedSpeech(Speech):
    """Cuts the stream of the one characteristic that measures into frames; a subclass reads them.

    The standard Battery Level is understood beside it.
    """

    def __init__(self, frames: FrameAssembler) -> None:
        self._frames = frames

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """What the frames say that are whole now; of a broken one, why it is."""
        if characteristic == BATTERY:
            yield battery_measurement(BatteryLevel.from_bytes(data))
            return
        for frame in self._frames.feed(data):
            if isinstance(frame, MalformedFrame):
                yield frame
                continue
            try:
                yield from self.read(frame)
            except MalformedFrame as error:
                yield error

    def read(self, frame: bytes) -> Iterable[Said]:
        """What a whole, sound frame says; nothing where it is of a kind that we do not need."""
        raise NotImplementedError
