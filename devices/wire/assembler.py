"""Whole frames out of notifications that carry pieces of them, or several of them at once."""

from collections.abc import Callable

from devices.errors import MalformedFrame

UNKNOWN = 0
"""The length of a frame of which too little has come to tell."""

NO_FRAME = -1
"""The length where no frame begins."""

_TOLD = 16  # bytes of what was skipped that an error shows


def _always(_frame: bytes) -> bool:
    return True


class FrameAssembler:
    """The byte stream of one connection, cut into frames.

    `length_of` tells the whole length of the frame that bytes begin with, UNKNOWN while they are
    too few, NO_FRAME where none begins; `is_sound` checks its checksum. What is no sound frame, or
    longer than `longest` bytes, is skipped byte by byte until one begins: no wrong length makes it
    wait for more than `longest` bytes, and it never holds more.
    """

    def __init__(
        self,
        name: str,
        length_of: Callable[[bytes], int],
        *,
        longest: int,
        is_sound: Callable[[bytes], bool] = _always,
    ) -> None:
        self._name = name
        self._length_of = length_of
        self._longest = longest
        self._is_sound = is_sound
        self._held = b""

    @property
    def held(self) -> int:
        """Bytes that wait for the rest of their frame."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes | MalformedFrame]:
        """The frames that are whole now, in order, and an error for each run of other bytes."""
        stream = self._held + data
        found: list[bytes | MalformedFrame] = []
        begin = skipped = 0
        while begin < len(stream):
            length = self._length_at(stream, begin)
            if length == UNKNOWN:
                break
            if length == NO_FRAME:
                begin += 1
                continue
            found += self._garbage(stream[skipped:begin])
            found.append(stream[begin : begin + length])
            begin += length
            skipped = begin
        found += self._garbage(stream[skipped:begin])
        self._held = stream[begin:]
        return found

    def _length_at(self, stream: bytes, begin: int) -> int:
        """Of the sound frame there, UNKNOWN while it is not whole."""
        seen = stream[begin : begin + self._longest + 1]
        length = self._length_of(seen)
        if length == UNKNOWN:
            return UNKNOWN if len(seen) <= self._longest else NO_FRAME
        if length > self._longest:
            return NO_FRAME
        if length > len(seen):
            return UNKNOWN
        return length if length > 0 and self._is_sound(seen[:length]) else NO_FRAME

    def _garbage(self, skipped: bytes) -> list[MalformedFrame]:
        if not skipped:
            return []
        more = "…" if len(skipped) > _TOLD else ""
        shown = skipped[:_TOLD].hex() + more
        return [MalformedFrame(f"{self._name}: {len(skipped)} bytes are no sound frame: {shown}")]
