"""A virtual blood pressure cuff: Blood Pressure Measurement (2A35) over the virtual radio."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from devices.wire.blood_pressure import BloodPressure, PressureFeature, PressureStatus
from devices.wire.date_time import decode_date_time
from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio

_SUPPORTED = 0x003F  # every bit of the measurement status
_UNREMARKABLE = PressureStatus(0)
_PATIENCE = 5.0  # seconds for a listener to come before it advertises anew
_RETRY_DELAY = 0.2


class VirtualCuff(Peripheral):
    """An upper-arm cuff that sleeps, wakes to deliver what it has measured, and sleeps again.

    With `sleeps` False it keeps the link. What cannot be delivered stays in its memory and goes
    out first, oldest first, as real cuffs do. `encode` makes the frames of a cuff that departs from
    the standard, `service` is its maker's own; one that `bonds` tells nobody anything who is not
    paired with it, and takes the time: `clock_set` is what was written last.
    """

    def __init__(
        self,
        radio: VirtualRadio,
        address: str,
        name: str = "Cuff",
        *,
        sleeps: bool = True,
        bonds: bool = False,
        encode: Callable[[BloodPressure], bytes] = bytes,
        service: VirtualService | None = None,
    ) -> None:
        clock = (Offer("2A08", value=bytes(7), written=self._set_clock, protected=True),)
        standard = VirtualService(
            "1810",
            (
                Offer("2A35", indicates=True, protected=bonds),
                Offer("2A49", value=bytes(PressureFeature(_SUPPORTED))),
                *(clock if bonds else ()),
            ),
        )
        super().__init__(radio, address, name, service or standard)
        self.clock_set: datetime | None = None
        self._sleeps = sleeps
        self._encode = encode
        self._memory: list[bytes] = []

    async def switch_on(self, *, advertise: bool | None = None) -> None:
        """Power on; it advertises only once it has something to deliver, unless it never sleeps."""
        await super().switch_on(advertise=not self._sleeps if advertise is None else advertise)

    def store(
        self,
        systolic: float | None,
        diastolic: float | None,
        mean: float | None = None,
        pulse: float | None = None,
        when: float | None = None,
        *,
        status: PressureStatus = _UNREMARKABLE,
    ) -> None:
        """Measure without delivering: pressures in mmHg (None: failed), `when` in epoch seconds."""
        clock = None if when is None else datetime.fromtimestamp(when)  # noqa: DTZ006  # its own
        measured = BloodPressure(
            systolic, diastolic, mean, timestamp=clock, pulse=pulse, status=status
        )
        self._memory.append(self._encode(measured))

    async def deliver(self) -> None:
        """Wake, wait for a listener, send the whole memory, sleep again."""
        while self._memory:
            if self._sleeps and not self.connected:
                await self.advertise(always=False)
            if await self._heard_within(_PATIENCE) and await self.send(self._memory[0]):
                del self._memory[0]
            else:
                await asyncio.sleep(_RETRY_DELAY)
        if self._sleeps:
            await self.drop()

    def _set_clock(self, data: bytes) -> None:
        self.clock_set = decode_date_time(data)

    async def _heard_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.wait_subscribed()
        except TimeoutError:
            return False  # nobody there, or the link was lost on the way
        return True

    async def indicate(
        self,
        systolic: float | None,
        diastolic: float | None,
        mean: float | None = None,
        pulse: float | None = None,
        when: float | None = None,
        *,
        status: PressureStatus = _UNREMARKABLE,
    ) -> None:
        """Measure and deliver; returns once a central has confirmed it."""
        self.store(systolic, diastolic, mean, pulse, when, status=status)
        await self.deliver()
