"""How a simulated device's words go on the air: readings in, frames of its service out."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Protocol, TypeVar

from devices.reading import Beats, Cuff, Link, Metric, Reading, Reason, Sample, Validity
from devices.wire.blood_pressure import PressureStatus
from devices.wire.pulse_oximeter import OximeterSensor
from simulators.cuff import VirtualCuff
from simulators.omron import OmronCuff
from simulators.oximeter import VirtualOximeter
from simulators.peripheral import Peripheral
from simulators.strap import VirtualStrap
from simulators.vendor_oximeter import VendorOximeter

DELIVERY_TIMEOUT_S = 60.0  # a cuff that nobody fetches gives up and keeps the reading

R = TypeVar("R", bound=Reading)


class Voice(Protocol):
    """Puts what a device says where the monitor can hear it."""

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """Say this now; True once somebody has certainly heard it."""
        ...


class OximeterVoice:
    """A virtual oximeter that says what its model measures."""

    def __init__(self, peripheral: VirtualOximeter) -> None:
        self._peripheral = peripheral

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """One packet, or a move out of range or back."""
        _move(self._peripheral, readings)
        samples = {sample.metric: sample for sample in _all(Sample, readings)}
        spo2 = samples.get(Metric.SPO2)
        if spo2 is None:
            return False
        if spo2.reason is Reason.SENSOR_OFF:
            return await self._peripheral.notify_probe_off()
        weak = spo2.validity is Validity.QUESTIONABLE
        return await self._peripheral.notify(
            spo2.value,
            samples[Metric.PULSE_RATE].value,
            perfusion=samples[Metric.PERFUSION_INDEX].value,
            sensor=OximeterSensor.SIGNAL_POOR if weak else OximeterSensor(0),
        )


class VendorOximeterVoice:
    """A virtual oximeter of a maker's own protocol that says what its model measures."""

    def __init__(self, peripheral: VendorOximeter) -> None:
        self._peripheral = peripheral

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """What a second makes, or a move out of range or back."""
        _move(self._peripheral, readings)
        samples = {sample.metric: sample for sample in _all(Sample, readings)}
        spo2 = samples.get(Metric.SPO2)
        if spo2 is None:
            return False
        return await self._peripheral.notify(
            _whole(spo2.value),
            _whole(samples[Metric.PULSE_RATE].value),
            perfusion=samples[Metric.PERFUSION_INDEX].value or 0.0,
            finger=spo2.reason is not Reason.SENSOR_OFF,
            weak=spo2.validity is Validity.QUESTIONABLE,
        )


class StrapVoice:
    """A virtual strap that says what its model measures."""

    def __init__(self, peripheral: VirtualStrap) -> None:
        self._peripheral = peripheral

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """One packet, or a move out of range or back."""
        _move(self._peripheral, readings)
        beats = [beat for packet in _all(Beats, readings) for beat in packet.rr_ms]
        for sample in _all(Sample, readings):
            if sample.value is not None:
                return await self._peripheral.notify(sample.value, beats)
        return False


class CuffVoice:
    """A virtual cuff that delivers what its model measures, with its own clock's time."""

    def __init__(self, peripheral: VirtualCuff) -> None:
        self._peripheral = peripheral

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """One cycle; what is not fetched in a minute stays in the cuff's memory."""
        _move(self._peripheral, readings)
        for cuff in _all(Cuff, readings):
            failed = cuff.systolic is None
            self._peripheral.store(
                cuff.systolic,
                cuff.diastolic,
                cuff.mean_pressure,
                cuff.pulse_rate,
                cuff.at,
                status=PressureStatus.MOVEMENT if failed else PressureStatus(0),
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DELIVERY_TIMEOUT_S):
                    await self._peripheral.deliver()
        return True


class MemoryCuffVoice:
    """A virtual cuff whose memory is fetched, not sent: it keeps what its model measures."""

    def __init__(self, peripheral: OmronCuff) -> None:
        self._peripheral = peripheral

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """One cycle; a failed one leaves nothing in such a memory."""
        _move(self._peripheral, readings)
        for cuff in _all(Cuff, readings):
            if cuff.systolic is not None and cuff.diastolic is not None:
                pulse = round(cuff.pulse_rate or 0)
                self._peripheral.store(round(cuff.systolic), round(cuff.diastolic), pulse, cuff.at)
        return True


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _move(peripheral: Peripheral, readings: tuple[Reading, ...]) -> None:
    for link in _all(Link, readings):
        if link.up:
            peripheral.approach()
        else:
            peripheral.fade()


def _all(kind: type[R], readings: tuple[Reading, ...]) -> Iterable[R]:
    return (reading for reading in readings if isinstance(reading, kind))
