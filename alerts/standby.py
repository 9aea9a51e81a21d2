"""Standby: the patient is off the monitor for a while, by whose order, why, and until when."""

from collections.abc import Sequence

import msgspec

from alerts.condition import CALLING
from alerts.contacts import Contacts
from alerts.event import Cause, Priority
from alerts.leaving import Standby, StandbyEnd
from alerts.limits import Profile
from alerts.order import Refused
from alerts.part import Orders
from alerts.signals import usable
from alerts.status import Hold, StandbyStatus, Task
from alerts.streams import Streams
from alerts.words import clock
from devices.reading import Metric, Sample, Validity

REASONS = ("toilet", "sensor", "other")
NAME = "STANDBY"  # what is shown to speak for the alarms that it covers


class StandbyState(msgspec.Struct):
    """Plain data. back_since, back_at: valid SpO2 without a break; away: it was broken since."""

    since: float | None = None
    until: float = 0
    reason: str = ""
    escort: str = ""
    by: str = ""
    away: bool = False
    back_since: float | None = None
    back_at: float = 0


class StandbyPart:
    """The standby of one bed, and T-STANDBY when it lasts too long."""

    __slots__ = ("contacts", "panel", "rules", "session", "state", "streams")

    def __init__(self, profile: Profile, streams: Streams, contacts: Contacts) -> None:
        self.rules = profile.standby
        self.panel = streams.panel
        self.session = streams.session
        self.streams = streams
        self.contacts = contacts
        self.state = StandbyState()

    @property
    def orders(self) -> Orders:
        """A person begins it, a person may end it."""
        return {Standby: self._begin, StandbyEnd: self._end_by_hand}

    @property
    def active(self) -> bool:
        """Off the monitor, in time or late."""
        return self.state.since is not None

    @property
    def late(self) -> bool:
        """The time is over: the suppression has ended, T-STANDBY stands."""
        return self.panel.standby_rule.state.level is not None

    @property
    def deadline(self) -> float | None:
        """When it is over; once it is late and answered, when it calls again."""
        if not self.active:
            return None
        if self.late:
            return self.panel.standby.due_again(self.rules.again_s)
        return self.state.until

    def elapse(self, at: float) -> None:
        """The time is over: back by now, or an alarm, again and again."""
        s, due = self.state, self.deadline
        if s.since is None or due is None or at < due:
            return
        if not self.late and self._watched(at):
            self._stop(at)
            return
        again = self.late
        self.panel.standby_rule.report(at, f"{_words(s)}, {clock(at - s.since)}")
        if again:
            self.panel.standby.call_again(at)
            return
        self.panel.standby.settle(at)
        self.arm()

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = StandbyState()

    def arm(self) -> None:
        """While it lasts, rules of less than HIGH go on but begin nothing."""
        if not self.session.watching:
            self.state = StandbyState()  # no patient, or no sensor to come back to
        held = self.active and not self.late
        for row, rule in self.panel.rows():
            rule.held = held and row.priority is not Priority.HIGH
        self.panel.watch_rule.held = self.panel.faint_rule.held = held

    @property
    def tasks(self) -> Sequence[Task]:
        """None: it is shown by itself."""
        return ()

    def status(self) -> StandbyStatus | None:
        """For the screen: why, with whom, by whose order, since when, until when at most."""
        s = self.state
        if s.since is None:
            return None
        return StandbyStatus(
            reason=s.reason, escort=s.escort, by=s.by, since=s.since, until=s.until
        )

    @property
    def holds(self) -> Sequence[Hold]:
        """The suppression: by whose order, why, until when; none once it is late."""
        s = self.state
        if s.since is None or self.late:
            return ()
        hold = Hold(kind="standby", owner=s.by, reason=_words(s), since=s.since, until=s.until)
        return (hold,)

    def speaks_for(self, condition: str) -> str | None:
        """What covers this technical alarm, if standby does."""
        if not self.active:
            return None
        if self.late:
            return self.rules.id if condition in self.rules.while_late else None
        return NAME if condition in self.rules.covers else None

    def hear(self, at: float, sample: Sample) -> bool:
        """An SpO2 sample while standby lasts; True if that ended it.

        An oximeter that goes along, or is not off yet, is no return: only data after a break are.
        """
        s = self.state
        if usable(sample) is None or sample.validity is not Validity.VALID:
            s.back_since, s.away = None, True
            return False
        if s.back_since is None or at > s.back_at + self._break_s:
            s.back_since, s.away = at, True
        s.back_at = at
        if not s.away or at < s.back_since + self.rules.back_s:
            return False
        self._stop(at)
        return True

    @property
    def _break_s(self) -> float:
        return self.streams.tracks[Metric.SPO2].keep_s

    def _watched(self, at: float) -> bool:
        """Valid SpO2 has come all the time until now."""
        s = self.state
        if s.back_since is None or at > s.back_at + self._break_s:
            return False
        return at >= s.back_since + self.rules.back_s

    def _begin(self, at: float, order: Standby) -> None:
        if not self.session.open:
            raise Refused("no session is open at this bed", conflict=True)
        if not self.session.watching:
            raise Refused("the sensors are off: nothing is missed", conflict=True)
        if order.reason not in REASONS:
            raise Refused(f"standby for {order.reason!r}: the reasons are {', '.join(REASONS)}")
        if not order.by.strip():
            raise Refused("standby is ordered by a named person")
        if self.active:
            raise Refused(
                f"on standby for {clock(at - (self.state.since or at))}: end it (standby_end)",
                conflict=True,
            )
        high = [
            ladder.state.condition
            for ladder in self.panel.ladders.values()
            if ladder.state.state in CALLING and ladder.state.priority is Priority.HIGH
        ]
        if high:
            raise Refused(f"acknowledge {', '.join(high)} first", conflict=True)
        track = self.streams.tracks[Metric.SPO2].state
        self.state = StandbyState(
            since=at,
            until=at + self.rules.most_s,
            reason=order.reason,
            escort=order.escort.strip(),
            by=order.by,
            back_since=None if track.valid_at is None else track.valid_since,
            back_at=0 if track.valid_at is None else track.valid_at,
        )
        self.arm()
        self.contacts.cover(at)

    def _end_by_hand(self, at: float, order: StandbyEnd) -> None:
        if not self.active:
            raise Refused("no standby at this bed", conflict=True)
        self.panel.standby.end(at, Cause.PERSON, order.by)
        self._stop(at)

    def _stop(self, at: float) -> None:
        """Everything is judged again; what it covered calls if it still stands."""
        self.state = StandbyState()
        self.panel.standby_rule.reset()
        self.panel.standby.settle(at)
        self.arm()
        self.contacts.cover(at)


def _words(s: StandbyState) -> str:
    """Why, and who went along: "toilet, with KM"."""
    return f"{s.reason}, with {s.escort}" if s.escort else s.reason
