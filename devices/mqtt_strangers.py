"""What devices that are not configured say of themselves: they may be configured later.

A broker says a retained status only once, so it is remembered. Pure.
"""

import contextlib

from devices.errors import MalformedFrame
from devices.wire.bedside import decode_status

_REMEMBERED = 1_000  # devices; beyond, the one that was silent longest is forgotten


class Strangers:
    """The last status of each."""

    def __init__(self) -> None:
        self._online: dict[tuple[str, str], bool] = {}

    def note(self, bed: str, device: str, payload: bytes) -> None:
        """One spoke; nonsense says nothing of it."""
        with contextlib.suppress(MalformedFrame):
            online = decode_status(payload)
            self._online.pop((bed, device), None)
            self._online[bed, device] = online
            if len(self._online) > _REMEMBERED:
                del self._online[next(iter(self._online))]

    def introduce(self, bed: str, device: str) -> bool | None:
        """It is configured now: whether it said it is online, None where it said nothing."""
        return self._online.pop((bed, device), None)
