"""A virtual chest strap: Heart Rate Measurement (2A37) with RR intervals over the virtual radio."""

from collections.abc import Sequence

from devices.wire.heart_rate import HeartRateMeasurement
from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio


class VirtualStrap(Peripheral):
    """A strap that notifies about once a second, as often as its owner calls `notify`."""

    def __init__(self, radio: VirtualRadio, address: str, name: str = "Strap") -> None:
        super().__init__(
            radio, address, name, VirtualService("180D", (Offer("2A37", notifies=True),))
        )

    async def notify(
        self, bpm: float, rr_ms: Sequence[float] = (), *, contact: bool | None = True
    ) -> bool:
        """Send a heart rate (per minute) and RR intervals (ms) since the last; True if heard."""
        intervals = tuple(round(interval * 1024 / 1000) for interval in rr_ms)
        return await self.send(bytes(HeartRateMeasurement(round(bpm), contact, rr_1024=intervals)))
