"""What the rows of the device catalogue say: pure data about one kind of device."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from devices.speech.standard import StandardSpeech
from devices.speech.talk import Speech
from devices.wire.blood_pressure import BloodPressure

STREAM_SILENCE = 10.0
"""A stream says something about every second; a link that says nothing for so long is dead."""


class DeviceKind(StrEnum):
    """What a device measures; the `kind` of a device in config.toml."""

    CUFF = "cuff"
    OXIMETER = "oximeter"
    STRAP = "strap"


class Evidence(StrEnum):
    """What a row rests on, weakest last."""

    STANDARD = "standard"  # the specification of its Bluetooth service
    CAPTURE = "capture"  # frames that somebody recorded from such a device
    LAYOUT = "layout"  # a description of its frames; no frame of a device was seen


@dataclass(frozen=True, slots=True)
class DeviceModel:
    """One kind of device.

    `service` and `measurements` are assigned numbers ("2A35") or whole UUIDs in lower case;
    `measurements` are the characteristics it sends by itself, `speech` makes the conversation of
    one connection. A device that `streams` is lost after `silence` seconds without data; one that
    does not wakes only to deliver and is never silent. `bonds`: it answers nobody it is not paired
    with. `can_start`: the monitor can start a measurement. `advertised` are name prefixes by which
    a scan tells the model from the generic one.
    """

    name: str
    kind: DeviceKind
    service: str
    measurements: tuple[str, ...]
    speech: Callable[[], Speech] = StandardSpeech
    silence: float | None = None
    bonds: bool = False
    can_start: bool = False
    advertised: tuple[str, ...] = ()
    evidence: Evidence = Evidence.STANDARD
    note: str = ""
    decode_pressure: Callable[[bytes], BloodPressure] = BloodPressure.from_bytes

    @property
    def streams(self) -> bool:
        """Whether it sends all the time, so that its silence is a loss."""
        return self.silence is not None
