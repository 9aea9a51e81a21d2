"""An operator's wish that a device be paired, for whoever makes the next connection to it."""

import asyncio

from bleak import BleakClient

from devices.ble_adapter import Sighting
from devices.ble_pairing import Paired, PairingFailed, PairingFault, pair_connected


class PairingWish:
    """`taken` once the device is heard; then it comes to an outcome."""

    def __init__(self) -> None:
        self.taken = asyncio.Event()
        self._outcome: asyncio.Future[Paired] = asyncio.get_running_loop().create_future()

    async def wait_outcome(self, seen_s: float, paired_s: float) -> Paired:
        """How it went: the device heard within `seen_s`, and paired within `paired_s` seconds.

        Raises PairingFailed.
        """
        try:
            async with asyncio.timeout(seen_s):
                await self.taken.wait()
        except TimeoutError:
            raise PairingFailed(PairingFault.NOT_IN_RANGE) from None
        try:
            async with asyncio.timeout(paired_s):
                return await self._outcome
        except TimeoutError:
            raise PairingFailed(PairingFault.TIMED_OUT) from None

    async def fulfil(self, sighting: Sighting, client: BleakClient) -> bool:
        """Pair over the new link; whether it worked."""
        self.taken.set()
        try:
            paired = await pair_connected(sighting, client)
        except PairingFailed as failed:
            self.fail(failed)
            return False
        if not self._outcome.done():
            self._outcome.set_result(paired)
        return True

    def fail(self, why: PairingFailed) -> None:
        """It cannot be, if it is not settled yet."""
        if self.taken.is_set() and not self._outcome.done():
            self._outcome.set_exception(why)
