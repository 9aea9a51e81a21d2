"""A virtual pulse oximeter: PLX Continuous Measurement (2A5F) over the virtual radio."""

from devices.wire.pulse_oximeter import (
    Continuous,
    OximeterFeatures,
    OximeterSensor,
    OximeterStatus,
    Oximetry,
)
from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio

_ALL_STATUS = OximeterStatus(sum(OximeterStatus))
_ALL_SENSOR = OximeterSensor(sum(OximeterSensor))
_UNREMARKABLE = OximeterSensor(0)
_SUPPORTED = 0x43  # measurement status, sensor status, pulse amplitude index


class VirtualOximeter(Peripheral):
    """A finger probe that notifies about once a second, as often as its owner calls `notify`."""

    def __init__(self, radio: VirtualRadio, address: str, name: str = "Oximeter") -> None:
        told = OximeterFeatures(_SUPPORTED, _ALL_STATUS, _ALL_SENSOR)
        super().__init__(
            radio,
            address,
            name,
            VirtualService(
                "1822", (Offer("2A5F", notifies=True), Offer("2A60", value=bytes(told)))
            ),
        )

    async def notify(
        self,
        spo2: float | None,
        pulse: float | None,
        *,
        perfusion: float | None = None,
        status: OximeterStatus = OximeterStatus.ONGOING,
        sensor: OximeterSensor = _UNREMARKABLE,
    ) -> bool:
        """Send SpO2 (percent), pulse (per minute), perfusion index (percent); True if heard."""
        frame = Continuous(
            normal=Oximetry(spo2, pulse), status=status, sensor=sensor, amplitude=perfusion
        )
        return await self.send(bytes(frame))

    async def notify_probe_off(self) -> bool:
        """Send what a probe on no finger sends."""
        return await self.notify(
            None,
            None,
            status=OximeterStatus.ONGOING | OximeterStatus.UNAVAILABLE,
            sensor=OximeterSensor.NOT_ON_PERSON,
        )
