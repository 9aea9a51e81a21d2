"""A virtual pulse oximeter: PLX Continuous Measurement (2A5F) over the virtual radio."""

from devices.wire.pulse_oximeter import (
    Continuous,
    OximeterFeatures,
    OximeterSensor,
    OximeterStatus,
    Oximetry,
    SpotCheck,
)
from devices.wire.record_access import (
    RecordAnswer,
    RecordOperation,
    RecordRequest,
    RecordResponse,
)
from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio

_ALL_STATUS = OximeterStatus(sum(OximeterStatus))
_ALL_SENSOR = OximeterSensor(sum(OximeterSensor))
_UNREMARKABLE = OximeterSensor(0)
_SUPPORTED = 0x43  # measurement status, sensor status, pulse amplitude index


class VirtualOximeter(Peripheral):
    """A finger probe that notifies about once a second, as often as its owner calls `notify`.

    What it has `stored` it reports, all of it, whenever it is asked.
    """

    def __init__(self, radio: VirtualRadio, address: str, name: str = "Oximeter") -> None:
        self.stored: list[SpotCheck] = []
        told = OximeterFeatures(_SUPPORTED, _ALL_STATUS, _ALL_SENSOR)
        super().__init__(
            radio,
            address,
            name,
            VirtualService(
                "1822",
                (
                    Offer("2A5F", notifies=True),
                    Offer("2A5E", indicates=True),
                    Offer("2A52", indicates=True, written=self._access_records),
                    Offer("2A60", value=bytes(told)),
                ),
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

    async def check(self, measured: SpotCheck) -> bool:
        """Indicate one spot-check; True if it was confirmed."""
        return await self.send(bytes(measured), "2A5E")

    async def _access_records(self, request: bytes) -> None:
        answer = RecordAnswer.OPERATION_UNKNOWN
        if request == bytes(RecordRequest(RecordOperation.REPORT)):
            answer = RecordAnswer.SUCCESS if self.stored else RecordAnswer.NO_RECORDS
            for record in list(self.stored):
                if not await self.check(record):
                    return
        await self.send(bytes(RecordResponse(RecordOperation.REPORT, answer)), "2A52")
