"""The Bluetooth LE driver: a scanner for each adapter, one task a device, all through bleak.

No failure of a device, of an adapter or of the Bluetooth service ends it: each is told once as a
Link reading and tried again for ever.
"""

import asyncio
from collections.abc import Mapping, Sequence

from bleak_retry_connector import close_stale_connections_by_address

from devices.ble_adapter import Adapter, AdapterRow, Sighting
from devices.ble_device import BleDevice, DeviceLink
from devices.ble_pairing import Paired
from devices.reading import Intake

__all__ = ["FRAMES_REMEMBERED", "AdapterRow", "BleDevice", "BleDriver"]

FRAMES_REMEMBERED = 86_400.0
"""Seconds back to which a start wants to know which delivered frames are in the record."""

_DEFAULT_ADAPTER = (AdapterRow(),)


class BleDriver:
    """Reads all `rows` through the `adapters`; a device connects through one that hears it.

    `known`: marks of delivered frames that the record holds from earlier runs. Raises ValueError
    where two rows have one address: only one of them could ever be read.
    """

    def __init__(
        self,
        rows: Sequence[BleDevice],
        intake: Intake,
        adapters: Sequence[AdapterRow] = _DEFAULT_ADAPTER,
        known: Mapping[bytes, float] | None = None,
    ) -> None:
        self._adapters = [Adapter(row, self._hear) for row in adapters]
        self._links = [DeviceLink(row, intake, known or {}, len(adapters)) for row in rows]
        self._by_address = _by_address(self._links)

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for adapter in self._adapters:
                scanning = adapter.scan(
                    missing=self._is_one_missing,
                    listening=self._free_stale_links,
                    lost=self._adapter_lost,
                )
                tasks.create_task(scanning, name=f"ble scanner {adapter.row.name or ''}")
            for link in self._links:
                tasks.create_task(link.keep(), name=f"ble {link.row.bed} {link.row.id}")

    async def pair(self, bed: str, device: str) -> Paired:
        """Pair with a device at an operator's command. Raises PairingFailed, KeyError: not ours."""
        for link in self._links:
            if (link.row.bed, link.row.id) == (bed, device):
                return await link.pair()
        raise KeyError(f"{bed}/{device}")

    def _hear(self, sighting: Sighting) -> None:
        link = self._by_address.get(sighting.device.address.upper())
        if link is not None:
            link.sighted(sighting)

    def _is_one_missing(self) -> bool:
        return any(link.missing for link in self._links)

    def _adapter_lost(self) -> None:
        """A device is out of reach once no adapter listens."""
        if all(adapter.down is not None for adapter in self._adapters):
            for link in self._links:
                link.adapter_lost()

    async def _free_stale_links(self) -> None:
        """BlueZ keeps the links of a process that was killed, and a linked device is not heard."""
        if all(adapter.is_real for adapter in self._adapters):
            for link in self._links:
                if link.missing:
                    await close_stale_connections_by_address(link.row.address)


def _by_address(links: Sequence[DeviceLink]) -> dict[str, DeviceLink]:
    found: dict[str, DeviceLink] = {}
    for link in links:
        row, other = link.row, found.setdefault(link.row.address.upper(), link).row
        if other is not row:
            raise ValueError(
                f"{other.bed} {other.id} and {row.bed} {row.id} have one address, {row.address}"
            )
    return found
