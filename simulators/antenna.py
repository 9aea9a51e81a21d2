"""A real Bluetooth controller in place of the virtual radio: one simulated device on real air."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Self

from bumble import hci
from bumble.device import Device
from bumble.transport import open_transport
from bumble.transport.common import TransportSink, TransportSource

from simulators.radio import VirtualRadio


class NoController(Exception):  # noqa: N818  # it reads as what happened
    """There is no Bluetooth controller behind a transport, or it may not be used."""


class Antenna(VirtualRadio):
    """A radio with one host, on the controller behind a transport. Use `open`.

    Nobody can carry a real controller out of range: to fade, it hangs up and stops advertising.
    """

    def __init__(self, source: TransportSource, sink: TransportSink) -> None:
        super().__init__()
        self._source = source
        self._sink = sink
        self._host: Device | None = None
        self._moves: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, transport: str) -> AsyncGenerator[Self]:
        """The controller that bumble calls so: hci-socket:0, usb:0, tcp-client:HOST:PORT.

        Raises NoController where there is none that can be used.
        """
        try:
            opened = await open_transport(transport)
        except Exception as error:  # each kind of transport has errors of its own
            why = str(error) or type(error).__name__
            raise NoController(f"no Bluetooth controller at {transport}: {why}") from error
        try:
            yield cls(opened.source, opened.sink)
        finally:
            await opened.close()

    async def power_on(self, address: str, name: str) -> Device:
        """The one host, powered. Raises RuntimeError for a second one."""
        if self._host is not None:
            raise RuntimeError("a controller carries one simulated device; open another for more")
        self._host = Device.with_hci(name, hci.Address(address), self._source, self._sink)
        await self._host.power_on()
        return self._host

    async def power_off(self, host: Device) -> None:
        """Take the host off the air."""
        for move in self._moves:
            move.cancel()
        await host.power_off()
        self._host = None

    def fade(self, address: str) -> None:
        """Hang up and fall silent."""
        del address
        self._move(self._leave())

    def approach(self, address: str) -> None:
        """Advertise again."""
        del address
        self._move(self._return())

    async def _leave(self) -> None:
        if self._host is None:
            return
        await self._host.stop_advertising()
        for link in list(self._host.connections.values()):
            await link.disconnect()

    async def _return(self) -> None:
        if self._host is not None:
            await self._host.start_advertising(auto_restart=True)

    def _move(self, work: Coroutine[Any, Any, None]) -> None:
        """Keep hold of the task: nobody else does."""
        task = asyncio.get_running_loop().create_task(work, name="antenna")
        self._moves.add(task)
        task.add_done_callback(self._moves.discard)
