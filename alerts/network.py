"""What T-NET judges: the broker, and links that many beds lose together."""

from collections.abc import Iterable

from alerts.limits import NetRules
from devices.reading import Link


class Network:
    """The links of all beds. links: when each lost device went down, by bed."""

    __slots__ = ("broker_down", "links", "rules", "streams")

    def __init__(self, rules: NetRules, streams: dict[str, frozenset[str]]) -> None:
        self.rules = rules
        self.streams = streams
        self.links: dict[str, dict[str, float]] = {bed: {} for bed in streams}
        self.broker_down = False

    def take(self, at: float, link: Link) -> None:
        """A link of a streaming device went up or down."""
        down = self.links[link.bed]
        if link.up:
            down.pop(link.device, None)
        else:
            down.setdefault(link.device, at)

    def hangs(self, streams: dict[str, frozenset[str]]) -> None:
        """Devices stand at other beds now: their links count there."""
        self.streams = streams
        for bed, down in self.links.items():
            for device in down.keys() - streams[bed]:
                del down[device]

    def lost(self, at: float, watched: Iterable[str], *, ever: bool) -> dict[str, float]:
        """The watched beds that lost part of their streams together, and when each began to.

        ever: it is known already, and whatever is still lost keeps it.
        """
        found: dict[str, float] = {}
        for bed in watched:
            recent = [t for t in self.links[bed].values() if ever or at - t <= self.rules.within_s]
            streams = self.streams[bed]
            if streams and len(recent) >= self.rules.part * len(streams):
                found[bed] = min(recent)
        return found if len(found) >= self.rules.beds else {}

    def lost_by(self, until: float) -> frozenset[str]:
        """The beds that had lost a device by then and have not got it back."""
        return frozenset(
            bed for bed, down in self.links.items() if any(at <= until for at in down.values())
        )
