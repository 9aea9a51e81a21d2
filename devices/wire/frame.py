"""Taking fields off the front of a little-endian frame; a short frame is malformed."""

from datetime import datetime

from devices.errors import MalformedFrame
from devices.wire.date_time import DATE_TIME_LENGTH, decode_date_time
from devices.wire.medfloat import SFLOAT_LENGTH, decode_sfloat


class FrameReader:
    """A cursor over one frame. Every `take` raises MalformedFrame where the frame ends too soon.

    Bytes left over after the last field are allowed: the Bluetooth services may grow fields that
    an older reader has to ignore.
    """

    __slots__ = ("_at", "_data", "_name")

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._data = bytes(data)
        self._at = 0

    @property
    def remaining(self) -> int:
        """Bytes not taken yet."""
        return len(self._data) - self._at

    def take(self, count: int, field: str) -> bytes:
        """Take the next `count` bytes, named `field` in the error."""
        end = self._at + count
        if end > len(self._data):
            raise MalformedFrame(
                f"{self._name}: {field} needs bytes {self._at} to {end - 1}, "
                f"the frame has {len(self._data)}"
            )
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def take_int(self, size: int, field: str) -> int:
        """Take an unsigned little-endian integer of `size` bytes."""
        return int.from_bytes(self.take(size, field), "little")

    def take_big_int(self, size: int, field: str) -> int:
        """Take an unsigned big-endian integer of `size` bytes (device quirks only)."""
        return int.from_bytes(self.take(size, field), "big")

    def take_sfloat(self, field: str) -> float | None:
        """Take an SFLOAT; None where the device says it has no number."""
        return decode_sfloat(self.take(SFLOAT_LENGTH, field))

    def take_date_time(self, field: str) -> datetime | None:
        """Take a Date Time; None where the device does not know it."""
        return decode_date_time(self.take(DATE_TIME_LENGTH, field))
