"""Everything that goes into an engine, as stored: one ordered list of inputs, to bytes and back.

Replaying the stored inputs of a bed through a fresh engine gives byte-identical events.
"""

from typing import Protocol

import msgspec

from alerts.command import Command, Gap, Order, Tick
from alerts.event import AlarmEvent
from alerts.limits import Profile
from devices.reading import Header, Reading

Input = Reading | Command | Gap | Tick


class Engine(Protocol):
    """The face that a bed's engine and the site's engine share."""

    @property
    def profile(self) -> Profile:
        """The limits it judges by."""
        ...

    @property
    def next_deadline(self) -> float | None:
        """When something will change by time alone, on the service's timeline."""
        ...

    def observe(self, reading: Reading, /) -> list[AlarmEvent]:
        """Decide on a reading."""
        ...

    def command(self, command: Command, /) -> list[AlarmEvent]:
        """Carry out a command, or raise Refused and change nothing."""
        ...

    def advance(self, at: float, /) -> list[AlarmEvent]:
        """Let time pass."""
        ...

    def gap(self, gap: Gap, /) -> list[AlarmEvent]:
        """Learn that the service was away."""
        ...


def encode_input(item: Input) -> bytes:
    """The bytes that are stored; decode_input(encode_input(x)) == x."""
    return _encoder.encode(item)


def decode_input(body: bytes) -> Input:
    """The input that was stored; msgspec.ValidationError where the bytes are none."""
    return _decoder.decode(body)


def kind_of(item: Input) -> str:
    """The input's tag, as stored beside its bytes."""
    return str(type(item).__struct_config__.tag)


def measured_at(item: Input) -> float:
    """When what an input tells was the case: stored readings are of their device's time."""
    if isinstance(item, Header):
        if item.measured_at is not None:
            return min(item.measured_at, item.at)
        if item.history and item.device_time is not None:
            return min(item.device_time, item.at)
    return item.at


def apply_input(engine: Engine, item: Input) -> list[AlarmEvent]:
    """Give one input to an engine by the method that takes its kind."""
    if isinstance(item, Tick):
        return engine.advance(item.at)
    if isinstance(item, Gap):
        return engine.gap(item)
    if isinstance(item, Order):
        return engine.command(item)
    return engine.observe(item)


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Input] = msgspec.json.Decoder(Input)
