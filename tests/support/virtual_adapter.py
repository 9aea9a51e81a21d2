"""A virtual radio's adapter as a row of the Bluetooth driver."""

from devices.ble import AdapterRow
from simulators.radio import VirtualAdapter


def virtual(adapter: VirtualAdapter) -> AdapterRow:
    """The row that reads through it."""
    return AdapterRow(
        client_backend=adapter.client_backend, scanner_backend=adapter.scanner_backend
    )
