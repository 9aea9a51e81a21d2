"""T-LEFT: after PEAK, no valid data at all for long: has the patient left?"""

from collections.abc import Sequence

from alerts.cuffs import Cuffs
from alerts.limits import Profile
from alerts.part import Orders
from alerts.setup import BedSetup
from alerts.standby import StandbyPart
from alerts.status import Phase, Task
from alerts.streams import Streams
from alerts.words import clock

_LEAVABLE = frozenset({Phase.RECOVERY, Phase.READY})


class Left:
    """Watches for a bed that nobody lies in any more; its only state is its alarm."""

    __slots__ = ("cuffs", "panel", "rules", "session", "standby", "streamed", "streams")

    def __init__(
        self,
        setup: BedSetup,
        profile: Profile,
        streams: Streams,
        cuffs: Cuffs,
        standby: StandbyPart,
    ) -> None:
        self.rules = profile.left
        self.panel = streams.panel
        self.session = streams.session
        self.streams = streams
        self.cuffs = cuffs
        self.standby = standby
        self.streamed = any(device.streams for device in setup.devices)

    @property
    def orders(self) -> Orders:
        """None."""
        return {}

    @property
    def stands(self) -> bool:
        """Whether it has been raised: any valid reading must be told to `back`."""
        return self.panel.left_rule.state.level is not None

    @property
    def deadline(self) -> float | None:
        """When nothing will have come for so long; raised and answered, when it calls again."""
        if self.standby.active:
            return None
        if self.stands:
            return self.panel.left.due_again(self.rules.again_s)
        watched = self.streamed and self.session.watching
        if not watched or self.session.state.phase not in _LEAVABLE:
            return None
        return self._seen_at() + self.rules.after_s

    def elapse(self, at: float) -> None:
        """Nothing came; or a reading counts that had to wait for the end of its burst."""
        self.look(at)
        due = self.deadline
        if due is None or at < due:
            return
        again = self.stands
        self.panel.left_rule.report(at, f"no data for {clock(at - self._seen_at())}")
        if again:
            self.panel.left.call_again(at)
        else:
            self.panel.left.settle(at)

    def look(self, at: float) -> None:
        """A cuff reading came; only a plainly valid one shows that somebody is there."""
        valid_at = self.cuffs.state.valid_at
        if self.stands and valid_at is not None and valid_at > self.panel.left.state.onset_at:
            self.back(at)

    def back(self, at: float) -> bool:
        """Something valid came; True if that ended the alarm."""
        if not self.stands:
            return False
        self.panel.left_rule.reset()
        self.panel.left.settle(at)
        return True

    def begin(self, at: float) -> None:
        """Nothing to forget."""

    def arm(self) -> None:
        """Nothing depends on it but what is asked for when it is needed."""

    @property
    def tasks(self) -> Sequence[Task]:
        """None."""
        return ()

    def speaks_for(self, condition: str) -> str | None:
        """What covers this technical alarm: one cause makes one sound."""
        return self.rules.id if self.stands and condition in self.rules.covers else None

    def _seen_at(self) -> float:
        """The newest valid value of any kind, or when silence was excused last."""
        tracks = [track.state for track in self.streams.tracks.values()]
        seen = [state.valid_at for state in tracks] + [self.cuffs.state.valid_at]
        seen += [state.excused_until for state in tracks]
        return max((t for t in seen if t is not None), default=self.session.state.began_at)
