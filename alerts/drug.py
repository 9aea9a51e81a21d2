"""The drug of a session as entered and corrected, and the phases that its times make."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from alerts.order import Refused
from alerts.protocol import Protocol
from alerts.status import Phase


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A dose. stated_at: as it was first entered; given_at: as corrected since."""

    id: str
    stated_at: float
    given_at: float
    amount_mg: float | None = None


class Pause(msgspec.Struct, frozen=True):
    """The infusion stood still; until None: it still does."""

    since: float
    until: float | None = None


class Moved(msgspec.Struct, frozen=True):
    """A person moved the session on to RECOVERY, or back to PEAK."""

    to: Phase
    at: float


class Stretch(NamedTuple):
    """A phase, and since when."""

    phase: Phase
    since: float


class Drug(msgspec.Struct):
    """Plain data.

    first_dose_at: what the very first entry said, kept for ever; doses: T0 first; planned_s: of the
    infusion, pauses not counted; end_at: its end as somebody said it.
    """

    first_dose_at: float | None = None
    doses: list[Given] = []
    planned_s: float = 0
    pauses: list[Pause] = []
    rate: float | None = None
    rate_unit: str = ""
    end_at: float | None = None
    moved: Moved | None = None

    @property
    def dose_at(self) -> float | None:
        """The effective T0."""
        return self.doses[0].given_at if self.doses else None

    @property
    def last_dose_at(self) -> float | None:
        """When a dose was last given."""
        return max((dose.given_at for dose in self.doses), default=None)

    @property
    def amount_mg(self) -> float | None:
        """Of all doses together; None where one is unknown."""
        amounts = [dose.amount_mg for dose in self.doses if dose.amount_mg is not None]
        return sum(amounts) if amounts and len(amounts) == len(self.doses) else None

    @property
    def paused_since(self) -> float | None:
        """Since when the infusion stands still; None while it runs or is over."""
        if self.end_at is not None or not self.pauses or self.pauses[-1].until is not None:
            return None
        return self.pauses[-1].since

    def until(self, phase: Phase, protocol: Protocol) -> float | None:
        """When a phase ends by time alone; None where time does not end it."""
        if self.dose_at is None or self.last_dose_at is None:
            return None
        ended = self._dosing_until(protocol, self.dose_at)
        if phase is Phase.DOSING or ended is None:
            return ended if phase is Phase.DOSING else None
        if phase is not Phase.PEAK:
            return None
        after_end = ended + protocol.peak_after_end_s
        until = max(self.last_dose_at + protocol.peak_after_dose_s, after_end)
        if self.moved is None:
            return until
        return max(until, self.moved.at + protocol.peak_after_end_s)

    def stretch(self, at: float, protocol: Protocol) -> Stretch | None:
        """The phase at an instant, and since when; None before the first dose."""
        if self.dose_at is None:
            return None
        if self.moved is not None and self.moved.to is Phase.RECOVERY:
            return Stretch(Phase.RECOVERY, self.moved.at)
        ended = self.until(Phase.DOSING, protocol)
        if ended is None or at < ended:
            return Stretch(Phase.DOSING, self.dose_at)
        over = self.until(Phase.PEAK, protocol)
        if over is None or at < over:
            return Stretch(Phase.PEAK, ended)
        return Stretch(Phase.RECOVERY, over)

    def _dosing_until(self, protocol: Protocol, dose_at: float) -> float | None:
        """As said, else planned and some grace; None while the infusion stands still."""
        if self.end_at is not None or self.paused_since is not None:
            return self.end_at
        stood_s = sum(p.until - p.since for p in self.pauses if p.until is not None)
        return dose_at + self.planned_s + stood_s + protocol.dosing_grace_s


def find_dose(doses: Iterable[Given], entry: str, entry_at: float | None, within_s: float) -> Given:
    """The dose with this id, or nearest to this stated time; neither given: the latest.

    Raises:
        Refused: there is none.
    """
    known = list(doses)
    if entry:
        known = [dose for dose in known if dose.id == entry]
    elif entry_at is not None:
        known = [dose for dose in known if abs(dose.stated_at - entry_at) <= within_s]
        known.sort(key=lambda dose: -abs(dose.stated_at - entry_at))
    if not known:
        raise Refused("there is no such dose in this session", conflict=True)
    return known[-1]
