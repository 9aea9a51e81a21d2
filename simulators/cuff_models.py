"""Cuffs of the makers that we know, by the names of the catalogue, as virtual peripherals."""

from collections.abc import Callable, Mapping

from devices.wire.yonker import YONKER_NOTIFIES, YONKER_SERVICE
from simulators.cuff import VirtualCuff
from simulators.cuff_quirks import encode_as_bm85, encode_as_boso, encode_as_yonker
from simulators.gatt import Offer, VirtualService
from simulators.omron import OmronCuff
from simulators.radio import VirtualRadio

_YONKER = VirtualService(YONKER_SERVICE, (Offer(YONKER_NOTIFIES, indicates=True),))
_REST = 30.0  # seconds between two links of an Omron that is left in its transfer mode


def _and(radio: VirtualRadio, address: str) -> VirtualCuff:
    return VirtualCuff(radio, address, "A&D_UA-651BLE", bonds=True)


def _beurer(radio: VirtualRadio, address: str) -> VirtualCuff:
    return VirtualCuff(radio, address, "BM85", encode=encode_as_bm85)


def _boso(radio: VirtualRadio, address: str) -> VirtualCuff:
    return VirtualCuff(radio, address, "boso medicus", encode=encode_as_boso)


def _yonker(radio: VirtualRadio, address: str) -> VirtualCuff:
    return VirtualCuff(radio, address, "YK-IBPA1", encode=encode_as_yonker, service=_YONKER)


def _omron(radio: VirtualRadio, address: str) -> OmronCuff:
    cuff = OmronCuff(radio, address)
    cuff.faults.return_delay = _REST
    return cuff


CUFFS: Mapping[str, Callable[[VirtualRadio, str], VirtualCuff | OmronCuff]] = {
    "A&D UA-651BLE": _and,
    "Beurer BM85": _beurer,
    "boso medicus": _boso,
    "Omron HEM-7600T": _omron,
    "Yonker YK-IBPA1": _yonker,
}
"""Those that depart from the standard; `VirtualCuff` itself follows it."""
