"""A virtual pulse oximeter of any maker's own protocol, over the virtual radio."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bumble.device import Connection

from simulators.gatt import Offer, VirtualService
from simulators.oximeter_makers import MAKERS, Maker, Shown
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio

_ROOM = 20  # bytes of a notification with the smallest ATT MTU: longer frames come in pieces
_FIRST, _LAST = 2, 8  # of what it was asked, it remembers the greeting and the latest


class VendorOximeter(Peripheral):
    """`maker` is a name of MAKERS. One that streams sends when its owner calls `notify`.

    One that is asked answers what it shows by then. `written` is all that it was asked.
    """

    def __init__(
        self, radio: VirtualRadio, address: str, maker: str, name: str | None = None
    ) -> None:
        self._maker = MAKERS[maker]
        super().__init__(
            radio, address, name or self._maker.advertised, _service(self._maker, self._hear)
        )
        self.faults.split = _ROOM
        self.shown = Shown()
        self.written: list[bytes] = []
        self._this_link: list[tuple[float, bytes]] = []  # when it was asked what

    async def notify(self, spo2: int | None, pulse: int | None, **shown: object) -> bool:
        """Measure, and send what that makes; False where nobody listens, asks or has started it.

        `shown` are fields of Shown.
        """
        self.show(spo2, pulse, **shown)
        frames = self._maker.streams(self.shown)
        if not frames:
            return self.connected and bool(self._this_link)  # it is asked, and answers
        return self._maker.started(self._asked_since()) and await self.send(frames)

    def show(self, spo2: int | None, pulse: int | None, **shown: object) -> None:
        """Measure without sending."""
        self.shown = replace(Shown(spo2, pulse), **shown)  # pyright: ignore[reportArgumentType]  # a wrong one fails here

    def _hear(self, data: bytes) -> Awaitable[None] | None:
        self.written.append(data)
        self._this_link.append((asyncio.get_running_loop().time(), data))
        del self._this_link[_FIRST:-_LAST]
        answer = self._maker.answers(self._asked_since(), self.shown)
        return None if answer is None else self._say(answer)

    async def _say(self, answer: bytes) -> None:
        await self.send(answer)

    def _asked_since(self) -> list[tuple[float, bytes]]:
        """What it was asked over this link, with the seconds since."""
        now = asyncio.get_running_loop().time()
        return [(now - at, data) for at, data in self._this_link]

    def _on_connected(self, link: Connection) -> None:
        self._this_link.clear()
        super()._on_connected(link)


def _service(maker: Maker, hear: Callable[[bytes], Awaitable[None] | None]) -> VirtualService:
    told = Offer(maker.notifies, notifies=True)
    asked = () if maker.asked is None else (Offer(maker.asked, written=hear),)
    return VirtualService(maker.service, (told, *asked))
