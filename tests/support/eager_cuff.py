"""A bonded cuff in a hurry: it indicates as soon as its link is encrypted, to whoever it knows."""

import asyncio

from bumble.device import Connection, Device

from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio

MEASUREMENT = "2A35"


class EagerCuff(Peripheral):
    """It asks for a bond, remembers its subscriber, and waits for no subscription.

    `frames` go out at the next encrypted link, then it `leaves` or stays.
    """

    def __init__(self, radio: VirtualRadio, address: str) -> None:
        offer = Offer(MEASUREMENT, indicates=True, protected=True)
        super().__init__(radio, address, "UA-651BLE", VirtualService("1810", (offer,)))
        self.frames: list[bytes] = []
        self.leaves = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def switch_on(self, *, advertise: bool = True) -> None:
        await super().switch_on(advertise=advertise)
        self._on_air().on(Device.EVENT_CONNECTION, self._on_link)

    def _on_link(self, link: Connection) -> None:
        def encrypted() -> None:
            task = asyncio.get_running_loop().create_task(self._tell(link), name="eager")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        link.on(Connection.EVENT_CONNECTION_ENCRYPTION_CHANGE, encrypted)

    async def _tell(self, link: Connection) -> None:
        frames, self.frames = self.frames, []
        for frame in frames:
            await self._on_air().indicate_subscriber(
                link, self._telling[MEASUREMENT], frame, force=True
            )
        if frames and self.leaves:
            await self.drop()
