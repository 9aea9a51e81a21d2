"""A bed with three virtual Bluetooth devices that measure for hours and fail at random."""

import asyncio
import random
from collections import Counter

from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio
from simulators.strap import VirtualStrap
from tests.support.radio_ledger import Ledger

STOCK = 30
"""Readings in the memory of the cuff as the day begins."""

_MISHAPS = (
    "link dropped",
    "out of range for 8 s",
    "out of range for 40 s",
    "silent for 25 s",
    "back after 15 s",
    "dropped twice at connecting",
    "garbage frame",
)
_CUFF_MISHAPS = (
    "out of range for 8 s",
    "out of range for 40 s",
    "each frame twice",
    "dropped after a frame",
    "knows not that it was heard",
    "dropped twice at connecting",
)
_CUFF_PERIOD = 600.0
_QUIET = 120.0  # seconds at most between two mishaps of one device
_GARBAGE = b"\x1f"  # shorter than its flags announce, for an oximeter and a strap alike


class _CountingCuff(VirtualCuff):
    """A cuff that counts its indications, repeats included."""

    sent = 0

    async def send(self, frame: bytes, uuid: str | None = None) -> bool:
        if self.connected:
            self.sent += 2 if self.faults.doubled else 1
        return await super().send(frame, uuid)


class RadioBed:
    """An oximeter and a strap that stream, a cuff that wakes to deliver.

    What they say goes into the ledger as it is sent. Every stream frame differs from the 8,000
    before it, so that none can pass for another.
    """

    def __init__(self, radio: VirtualRadio, number: int, ledger: Ledger, seed: int) -> None:
        self.name = f"B{number}"
        self.oximeter = VirtualOximeter(radio, f"F1:00:00:00:{number:02X}:01", "Oximeter")
        self.strap = VirtualStrap(radio, f"F1:00:00:00:{number:02X}:02", "Strap")
        self.cuff = _CountingCuff(radio, f"F1:00:00:00:{number:02X}:03", "Cuff")
        self.mishaps: Counter[str] = Counter()
        self.garbage = 0
        self._ledger = ledger
        self._chance = random.Random(seed + number)

    @property
    def devices(self) -> tuple[Peripheral, ...]:
        """All three."""
        return (self.oximeter, self.strap, self.cuff)

    async def live(self, until: float) -> None:
        """Until that loop time; then everything is well again, and what waits is delivered."""
        for device in self.devices:
            await device.switch_on()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._stream(until), name=f"{self.name} oximeter")
                group.create_task(self._beat(until), name=f"{self.name} strap")
                group.create_task(self._measure(until), name=f"{self.name} cuff")
                for device in self.devices:
                    work = self._fail(device, until)
                    group.create_task(work, name=f"{self.name} {device.name} fails")
        finally:
            for device in self.devices:
                await device.switch_off()

    async def _stream(self, until: float) -> None:
        number = 0
        while _now() < until:
            number += 1
            pulse, perfusion = 60 + number % 40, number // 40 % 200 / 10
            whole = self.oximeter.faults.garbage is None
            if await self.oximeter.notify(97, pulse, perfusion=perfusion):
                self._note("ox1", (97.0, float(pulse), perfusion), whole)
            await asyncio.sleep(1)

    async def _beat(self, until: float) -> None:
        number = 0
        while _now() < until:
            number += 1
            bpm, interval = 60 + number % 40, 800 + number // 40 % 200
            whole = self.strap.faults.garbage is None
            if await self.strap.notify(bpm, (interval * 1000 / 1024,)):
                self._note("strap1", (float(bpm), interval), whole)
            await asyncio.sleep(1)

    def _note(self, device: str, key: tuple[float, ...], whole: bool) -> None:
        if whole:
            self._ledger.streamed[f"{self.name} {device}"].append(key)
        else:
            self.garbage += 1

    async def _measure(self, until: float) -> None:
        first = self._ledger.now()
        for age in range(STOCK, 0, -1):
            self._keep(first - age * 60.0, age)
        number = STOCK
        while _now() < until:
            await self.cuff.deliver()
            await asyncio.sleep(_CUFF_PERIOD)
            number += 1
            self._keep(self._ledger.now(), number)
        await self.cuff.deliver()

    def _keep(self, when: float, number: int) -> None:
        systolic, diastolic = 110 + number % 20, 70 + number // 20 % 10
        self.cuff.store(systolic, diastolic, None, 64, when)
        key = (f"{self.name} cuff1", float(systolic), float(diastolic), float(int(when)))
        self._ledger.measured[key] += 1

    async def _fail(self, device: Peripheral, until: float) -> None:
        usual = _CUFF_MISHAPS if device is self.cuff else _MISHAPS
        while True:
            await asyncio.sleep(self._chance.uniform(20, _QUIET))
            if _now() >= until:
                return
            mishap = self._chance.choice(usual)
            self.mishaps[mishap] += 1
            await self._happens(device, mishap)

    async def _happens(self, device: Peripheral, mishap: str) -> None:
        faults = device.faults
        match mishap:
            case "link dropped":
                await device.drop()
            case "out of range for 8 s":
                device.fade(8)
            case "out of range for 40 s":
                device.fade(40)
            case "silent for 25 s":
                faults.silent = True
                await asyncio.sleep(25)
                faults.silent = False
            case "back after 15 s":
                faults.return_delay = 15
                await device.drop()
                await asyncio.sleep(20)
                faults.return_delay = 0
            case "dropped twice at connecting":
                faults.drops_at_connect = 2
                await device.drop()
            case "garbage frame":
                faults.garbage = _GARBAGE
            case "each frame twice":
                faults.doubled = True
                await asyncio.sleep(_CUFF_PERIOD)
                faults.doubled = False
            case "dropped after a frame":
                faults.drop_after = self._chance.randint(1, STOCK)
            case _:
                faults.unconfirmed_after = self._chance.randint(1, 3)


def _now() -> float:
    return asyncio.get_running_loop().time()
