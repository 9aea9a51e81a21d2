"""Record Access Control Point (2A52): asking a device for what it has stored (GATT supplement)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

_RESPONSE = 6


class RecordOperation(IntEnum):
    """What a device can be asked for; PLXS 1.0.1 knows no others."""

    REPORT = 1
    DELETE = 2
    ABORT = 3
    COUNT = 4


class RecordAnswer(IntEnum):
    """How a request ended."""

    SUCCESS = 1
    OPERATION_UNKNOWN = 2
    OPERATOR_INVALID = 3
    OPERATOR_UNKNOWN = 4
    OPERAND_INVALID = 5
    NO_RECORDS = 6
    NOT_ABORTED = 7
    NOT_COMPLETED = 8
    OPERAND_UNKNOWN = 9


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """An operation on all records (operator 1)."""

    operation: RecordOperation

    def __bytes__(self) -> bytes:
        return bytes((self.operation, 1))


@dataclass(frozen=True, slots=True)
class RecordResponse:
    """The end of an operation."""

    operation: RecordOperation
    answer: RecordAnswer

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short or no response that we know."""
        frame = FrameReader("2A52", data)
        kind, _, operation, answer = frame.take(4, "response")
        if kind != _RESPONSE:
            raise MalformedFrame(f"2A52: operation {kind} is no response (6)")
        try:
            return cls(RecordOperation(operation), RecordAnswer(answer))
        except ValueError as error:
            raise MalformedFrame(f"2A52: {error}") from error

    def __bytes__(self) -> bytes:
        return bytes((_RESPONSE, 0, self.operation, self.answer))
