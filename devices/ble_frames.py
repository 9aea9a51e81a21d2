"""Frames of one Bluetooth device to Readings in the intake, stored ones marked as history."""

import asyncio
from collections.abc import Callable
from functools import partial

import msgspec

from devices.catalog import DeviceModel
from devices.deliveries import SETTLE_DELAY, Deliveries, Delivery
from devices.errors import MalformedFrame
from devices.measured import cuff_readings, epoch_of, oximeter_readings, strap_readings
from devices.reading import Cuff, Header, Intake, Malformed, Reading
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.pulse_oximeter import Continuous, SpotCheck

_Readings = Callable[[Header], tuple[Reading, ...]]


class FrameIntake:
    """Takes a device's frames for as long as the device is configured, over all its connections."""

    def __init__(self, model: DeviceModel, header: Callable[[], Header], intake: Intake) -> None:
        self._model = model
        self._header = header
        self._intake = intake
        self._deliveries: Deliveries[_Readings] = Deliveries()
        self._settling: asyncio.TimerHandle | None = None

    def receive(self, characteristic: str, data: bytes) -> None:
        """One frame of the characteristic, "2A35"; a malformed one is told as such."""
        header = self._header()
        try:
            if characteristic == "2A37":
                strap = HeartRateMeasurement.from_bytes(data)
                self._intake.receive(strap_readings(header, strap))
            elif characteristic == "2A5F":
                running = Continuous.from_bytes(data)
                self._intake.receive(oximeter_readings(header, running))
            else:
                self._deliver(self._delivery(header.at, characteristic, data))
        except MalformedFrame as error:
            fields = msgspec.structs.asdict(header)
            malformed = Malformed(**fields, where=characteristic, detail=str(error))
            self._intake.receive((malformed,))

    def connection_over(self) -> None:
        """No further frame can come: decide on what waits."""
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        self._pass_on(self._deliveries.settle())

    def _delivery(self, at: float, characteristic: str, data: bytes) -> Delivery[_Readings]:
        if characteristic == "2A5E":
            checked = SpotCheck.from_bytes(data)
            clock = None if checked.clock_not_set else epoch_of(checked.timestamp)
            return Delivery(at, clock, partial(oximeter_readings, measured=checked))
        if characteristic == "2A35":
            pressure = self._model.decode_pressure(data)
            clock = epoch_of(pressure.timestamp)
            return Delivery(at, clock, partial(cuff_readings, measured=pressure))
        raise MalformedFrame(f"{characteristic} carries no measurement that we read")

    def _deliver(self, delivery: Delivery[_Readings]) -> None:
        self._pass_on(self._deliveries.take(delivery))
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        if self._deliveries.waiting:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_later(SETTLE_DELAY, self.connection_over)

    def _pass_on(self, decided: list[Delivery[_Readings]]) -> None:
        # Received when decided: a bed's readings never go back in time.
        for delivery in decided:
            header = msgspec.structs.replace(
                self._header(),
                device_time=delivery.device_time,
                history=delivery.history,
            )
            readings = delivery.measured(header)
            if delivery.undated:
                readings = tuple(map(_undated, readings))
            self._intake.receive(readings)


def _undated(reading: Reading) -> Reading:
    if isinstance(reading, Cuff):
        return msgspec.structs.replace(reading, undated=True)
    return reading
