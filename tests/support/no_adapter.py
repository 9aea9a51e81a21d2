"""A bleak scanner on a machine without a Bluetooth adapter."""

from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakError


class NoAdapter(BaseBleakScanner):
    """Fails to start, as bleak's BlueZ scanner does there."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        super().__init__(None, None)

    async def start(self) -> None:
        raise BleakError("No Bluetooth adapters found.")

    async def stop(self) -> None: ...
