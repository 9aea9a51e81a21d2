"""The Bluetooth driver of a running service: other devices without ending the links of the rest."""

from collections.abc import Iterable

from devices.ble import BleDevice, BleDriver, Identity
from devices.ble_pairing import Paired, PairingFailed, PairingFault


class RadioLink:
    """What the Bluetooth part was told to read, and its driver; None while that is restarted.

    A part that fails is started again: it then begins with what is told here.
    """

    def __init__(self, devices: Iterable[BleDevice]) -> None:
        self.devices = tuple(devices)
        self._driver: BleDriver | None = None

    def hold(self, driver: BleDriver) -> None:
        """This one carries it out from now on."""
        self._driver = driver

    def let_go(self) -> None:
        """Nobody does until the part is started again."""
        self._driver = None

    def change(self, devices: Iterable[BleDevice]) -> None:
        """Read these and no others. A plain call."""
        self.devices = tuple(devices)
        if self._driver is not None:
            self._driver.change(self.devices)

    def device(self, home: str, name: str) -> BleDevice | None:
        """The device of that home and name, as it is told to the driver."""
        here = (row for row in self.devices if (row.bed, row.id) == (home, name))
        return next(here, None)

    def identity(self, home: str, name: str) -> Identity | None:
        """What a device last said of itself."""
        return None if self._driver is None else self._driver.identity(home, name)

    async def pair(self, home: str, name: str) -> Paired:
        """Pair with a device now. Raises PairingFailed, KeyError where it is not read here."""
        if self._driver is None:
            raise PairingFailed(PairingFault.NO_BLUETOOTH)
        return await self._driver.pair(home, name)
