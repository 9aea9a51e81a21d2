"""`kat-monitor check --message`: what would become of one MQTT message?

It goes through the driver's own inbox, into an intake that only listens.
"""

import asyncio
import logging
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from devices.mqtt_connection import Arrival
from devices.mqtt_inbox import Inbox
from devices.mqtt_settings import MqttDevice, MqttSettings
from devices.reading import (
    METRICS,
    Beats,
    Cuff,
    Link,
    Malformed,
    Metric,
    Reading,
    Rejected,
    Report,
    Sample,
    Stored,
)
from monitor.config import load_config
from monitor.planning import mqtt_devices, mqtt_settings, plan_from
from monitor.times import iso

DONE, FAILED = 0, 1
_MOST = 16 * 1024 * 1024  # bytes of a file; more than any broker passes on to a device's topic


class Verdict(msgspec.Struct, frozen=True):
    """A line for each reading that would come of a message, and why it would be rejected."""

    readings: tuple[str, ...]
    refusals: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """All of it, as printed."""
        return [
            *(f"ok    {line}" for line in self.readings),
            *(f"FAIL  {line}" for line in self.refusals),
        ]


def check_message(path: Path, topic: str, file: str) -> int:
    """Print what a message on `topic` with the payload of `file` ("-": standard input) would be.

    0 if it becomes readings, else 1 with the reason. Raises ConfigError for the configuration.
    """
    config = load_config(path)
    plan_from(config, path)  # for its mistakes
    try:
        payload = _read(file)
    except OSError as error:
        print(f"FAIL  {file}: cannot be read: {error.strerror}")
        return FAILED
    verdict = judge(mqtt_settings(config, path), mqtt_devices(config), topic, payload)
    print("\n".join(verdict.lines))
    return FAILED if verdict.refusals else DONE


def judge(
    settings: MqttSettings, devices: tuple[MqttDevice, ...], topic: str, payload: bytes
) -> Verdict:
    """What the driver would make of a message that arrives as soon as it is measured."""
    settings = msgspec.structs.replace(settings, one_filter=False)  # tell of strangers too
    first = asyncio.run(_hear(settings, devices, topic, payload, time.time()))
    times = [one.device_time for one in first.readings if one.device_time is not None]
    heard = asyncio.run(_hear(settings, devices, topic, payload, max(times))) if times else first
    refusals = [f"{letter.where}: {letter.reason}" for letter in heard.letters]
    said = [line for reading in heard.readings for line in _lines(reading)]
    if not said and not refusals:
        refusals = [f"{topic}: it carries no reading"]
    return Verdict(tuple(said), tuple(dict.fromkeys(refusals)))


@dataclass
class _Listener:
    """An intake that keeps what it is told."""

    at: float
    readings: list[Reading] = field(default_factory=list[Reading])
    letters: list[Rejected] = field(default_factory=list[Rejected])

    def now(self) -> float:
        return self.at

    def receive(
        self, readings: tuple[Reading, ...], stored: Stored = None, message: bytes | None = None
    ) -> None:
        del stored, message  # nothing is kept, nobody is answered
        self.readings += readings

    def reject(self, rejected: Rejected, stored: Stored = None) -> None:
        del stored
        self.letters.append(rejected)


async def _hear(
    settings: MqttSettings,
    devices: tuple[MqttDevice, ...],
    topic: str,
    payload: bytes,
    at: float,
) -> _Listener:
    listener = _Listener(at)
    arrival = Arrival(topic, payload, retain=False, dup=False, backlog=False, acknowledge=_nobody)
    log = logging.getLogger(Inbox.__module__)
    level = log.level
    log.setLevel(logging.ERROR)  # what the driver would log is the line that we print
    try:
        Inbox(settings, devices, listener, {}).take(arrival)
    finally:
        log.setLevel(level)
    return listener


def _nobody() -> None:
    """No broker waits for an acknowledgement."""


def _lines(reading: Reading) -> list[str]:
    """How a reading is shown; a frame that is malformed is told by its refusal."""
    match reading:
        case Link(reason=reason, up=up):
            said = [] if up else [f"link down ({reason})"]
        case Malformed():
            said = []
        case Sample(metric=metric, value=value):
            said = [f"{metric} {_number(metric, value)}, {_trust(reading)}"]
        case Cuff():
            said = [f"cuff {_pressures(reading)}, {_trust(reading)}"]
        case Beats(rr_ms=beats):
            said = [f"rr_ms {' '.join(f'{beat:g}' for beat in beats)} ms"]
        case Report(kind=kind, source=source, value=value):
            rating = "" if value is None else f" {value:g}"
            said = [f"nausea report {kind}{rating} by {source}"]
    return [f"{reading.bed} {reading.device}: {line}{_dated(reading)}" for line in said]


def _number(metric: Metric, value: float | None) -> str:
    if value is None:
        return "has no value"
    unit = METRICS[metric].unit
    return f"{value:g}" if unit.startswith("{") else f"{value:g} {unit}"


def _pressures(cuff: Cuff) -> str:
    metrics = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN_PRESSURE, Metric.PULSE_RATE)
    values = (cuff.systolic, cuff.diastolic, cuff.mean_pressure, cuff.pulse_rate)
    said = [
        f"{metric} {_number(metric, value)}"
        for metric, value in zip(metrics, values, strict=True)
        if value is not None
    ]
    return ", ".join(said) or "has no value"


def _trust(reading: Sample | Cuff) -> str:
    return reading.validity if reading.reason is None else f"{reading.validity} ({reading.reason})"


def _dated(reading: Reading) -> str:
    told = "" if reading.device_time is None else f", measured {iso(reading.device_time)}"
    return f"{told}, history" if reading.history else told


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(_MOST)
    with Path(file).open("rb") as payload:
        return payload.read(_MOST)
