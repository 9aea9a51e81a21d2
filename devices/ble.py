"""The Bluetooth LE driver: a scanner for each adapter, one task a device, all through bleak.

No failure of a device, of an adapter or of the Bluetooth service ends it: each is told once as a
Link reading and tried again for ever.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from bleak_retry_connector import close_stale_connections_by_address

from devices.ble_adapter import Adapter, AdapterRow, Sighting
from devices.ble_connection import Identity
from devices.ble_device import BleDevice, DeviceLink
from devices.ble_early import EarlyIndications, Listener
from devices.ble_pairing import Paired
from devices.reading import Intake

__all__ = ["FRAMES_REMEMBERED", "AdapterRow", "BleDevice", "BleDriver", "Identity"]

FRAMES_REMEMBERED = 86_400.0
"""Seconds back to which a start wants to know which delivered frames are in the record."""

_DEFAULT_ADAPTER = (AdapterRow(),)


class BleDriver:
    """Reads all `rows` through the `adapters`; a device connects through one that hears it.

    `known`: marks of delivered frames that the record holds from earlier runs. `on_radio(up,
    detail)` hears whether any adapter works, and of each that does not. Raises ValueError where two
    rows have one address: only one of them could ever be read.
    """

    def __init__(
        self,
        rows: Sequence[BleDevice],
        intake: Intake,
        adapters: Sequence[AdapterRow] = _DEFAULT_ADAPTER,
        known: Mapping[bytes, float] | None = None,
        on_radio: Callable[[bool, str], None] | None = None,
    ) -> None:
        self._on_radio = on_radio
        self._radio: tuple[bool, str] | None = None  # as last told
        self._adapters = [Adapter(row, self._hear) for row in adapters]
        self._intake = intake
        self._known = dict(known or {})
        self._links: dict[str, DeviceLink] = {}  # by address
        self._kept: dict[str, asyncio.Task[None]] = {}  # what keeps each of them, while it runs
        self._wanted = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._early = EarlyIndications(self._early_listeners)
        self.change(rows)

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for adapter in self._adapters:
                    tasks.create_task(self._scan(adapter), name=f"ble scanner {adapter.row.name}")
                if sys.platform == "linux" and any(one.is_real for one in self._adapters):
                    tasks.create_task(self._early.keep(), name="ble early indications")
                for address in self._links:
                    self._keep(tasks, address)
        finally:
            self._tasks = None
            self._kept.clear()

    def change(self, rows: Sequence[BleDevice]) -> None:
        """Read these devices from now on and no others; a row that stays keeps its connection.

        A plain call. The link of a row that goes ends without a word. Raises ValueError, with
        nothing changed, where two rows have one address.
        """
        wanted = _by_address(rows)
        ending: dict[str, asyncio.Task[None]] = {}
        for address in list(self._links):
            if self._links[address].row != wanted.get(address):
                link = self._links.pop(address)
                link.end()
                self._known.update(link.delivered)
                if address in self._kept:
                    ending[address] = self._kept.pop(address)
                    ending[address].cancel()
        for address, row in wanted.items():
            if address not in self._links:
                self._links[address] = DeviceLink(
                    row, self._intake, self._known, len(self._adapters)
                )
                if self._tasks is not None:
                    self._keep(self._tasks, address, ending.get(address))
        if self._links:
            self._wanted.set()

    def identity(self, bed: str, device: str) -> Identity | None:
        """What a device last said of itself; None while it has said nothing."""
        link = self._named(bed, device)
        return None if link is None else link.identity

    def _named(self, bed: str, device: str) -> DeviceLink | None:
        rows = (
            link for link in self._links.values() if (link.row.bed, link.row.id) == (bed, device)
        )
        return next(rows, None)

    def _keep(
        self, tasks: asyncio.TaskGroup, address: str, after: asyncio.Task[None] | None = None
    ) -> None:
        link = self._links[address]
        name = f"ble {link.row.bed} {link.row.id}"
        self._kept[address] = tasks.create_task(self._keep_after(link, after), name=name)

    async def _keep_after(self, link: DeviceLink, before: asyncio.Task[None] | None) -> None:
        """Keep a link; one that it takes the place of must have hung up."""
        if before is not None:
            await asyncio.wait((before,))
        if self._is_deaf():
            link.adapter_lost()
        await link.keep()

    async def _scan(self, adapter: Adapter) -> None:
        await self._wanted.wait()  # nobody misses an adapter that has nothing to hear
        await adapter.scan(
            missing=self._is_one_missing,
            starting=self._free_stale_links,
            works=self._adapter_works,
            lost=self._adapter_lost,
        )

    async def pair(self, bed: str, device: str) -> Paired:
        """Pair with a device at an operator's command. Raises PairingFailed, KeyError: not ours."""
        link = self._named(bed, device)
        if link is None:
            raise KeyError(f"{bed}/{device}")
        paired = await link.pair()
        self._early.look()
        return paired

    def _hear(self, sighting: Sighting) -> None:
        link = self._links.get(sighting.device.address.upper())
        if link is not None:
            link.sighted(sighting)

    def _early_listeners(self) -> Iterable[Listener]:
        listeners = (link.early_listener() for link in self._links.values())
        return (listener for listener in listeners if listener is not None)

    def _is_one_missing(self) -> bool:
        return any(link.missing for link in self._links.values())

    def _is_deaf(self) -> bool:
        return all(adapter.down is not None for adapter in self._adapters)

    def _adapter_lost(self) -> None:
        """A device is out of reach once no adapter listens."""
        self._tell_radio()
        if self._is_deaf():
            for link in self._links.values():
                link.adapter_lost()

    def _adapter_works(self) -> None:
        """What is not there now has a reason of its own."""
        self._tell_radio()
        for link in self._links.values():
            link.adapter_found()

    def _tell_radio(self) -> None:
        down = [f"{one.name}: {one.down}" for one in self._adapters if one.down is not None]
        told = (not self._is_deaf(), "; ".join(down))
        if self._on_radio is not None and told != self._radio:
            self._radio = told
            self._on_radio(*told)

    async def _free_stale_links(self) -> None:
        """BlueZ keeps the links of a process that was killed, and a linked device is not heard."""
        if all(adapter.is_real for adapter in self._adapters):
            for link in list(self._links.values()):
                if link.missing:
                    await close_stale_connections_by_address(link.row.address)


def _by_address(rows: Sequence[BleDevice]) -> dict[str, BleDevice]:
    found: dict[str, BleDevice] = {}
    for row in rows:
        other = found.setdefault(row.address.upper(), row)
        if other is not row:
            raise ValueError(
                f"{other.bed} {other.id} and {row.bed} {row.id} have one address, {row.address}"
            )
    return found
