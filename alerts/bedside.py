"""What happens at one bed when a reading comes, time passes or the phase changes."""

from collections.abc import Callable

from alerts.announce import Announcer
from alerts.autonomic import Autonomic
from alerts.calls import Calls
from alerts.chart import Chart
from alerts.contacts import Contacts
from alerts.course import Course
from alerts.cuffs import Cuffs
from alerts.equipment import Equipment
from alerts.event import AlarmKind, Cause
from alerts.flags import Flags
from alerts.limb import Limb
from alerts.limits import Profile
from alerts.memory import BedMemory
from alerts.occurrence import OccurrenceState
from alerts.panel import Panel
from alerts.part import Part, earliest
from alerts.reminders import Reminders
from alerts.reports import Reports
from alerts.session import Session
from alerts.setup import BedSetup, DeviceRow
from alerts.staff import STAFF
from alerts.streams import Streams
from alerts.way_out import WayOut
from devices.reading import Beats, Cuff, Link, Malformed, Metric, Reading, Report, Sample


class Bedside:
    """The working parts of a bed behind BedEngine; inputs come in the order of time.

    `deadline` may lie too early, never too late: hearing from a device only moves deadlines away,
    so the fast path of a quiet sample does not look for them again.
    """

    def __init__(
        self,
        setup: BedSetup,
        profile: Profile,
        announcer: Announcer,
        *,
        required: tuple[DeviceRow, ...] = (),
    ) -> None:
        self.setup = setup
        self.profile = profile
        self.announcer = announcer
        self.memory = BedMemory()
        self.session = Session(profile)
        self.panel = Panel(setup, profile, announcer)
        self.streams = Streams(setup, self.panel, self.session)
        self.calls = Calls(self.panel, self.session)
        self.reports = Reports(profile, self.panel, self.session, self.streams, self.calls)
        self.reminders = Reminders(profile.voice, self.panel, self.session)
        self.cuffs = Cuffs(setup, profile, self.panel, self.session, self.reminders)
        self.flags = Flags(self.panel, self.session, self.cuffs.open_check)
        self.contacts = Contacts(setup, self.panel, self.session, self.streams)
        self.autonomic = Autonomic(setup, self.panel, self.streams, self.cuffs)
        self.chart = Chart(self.session)
        self.equipment = Equipment(setup.devices, required, self.panel, self.session)
        self.limb = Limb(setup, profile.limb, self.panel, self.streams, self.cuffs)
        self.way_out = WayOut(
            profile, setup, self.streams, cuffs=self.cuffs, contacts=self.contacts, chart=self.chart
        )
        self.course = Course(setup, profile, self.panel, self.session, self.chart)
        self.parts: tuple[Part, ...] = (
            self.calls,
            self.reports,
            self.flags,
            self.streams,
            self.cuffs,
            self.contacts,
            self.autonomic,
            self.reminders,
            self.equipment,
            self.limb,
            *self.course.parts,
            *self.way_out.parts,
        )
        self._deadline: float | None = None
        self._deadline_known = False
        self._rest: float | None = None  # the same without the ticks of the autonomic watch
        self._samples: dict[Metric, Callable[[float, Sample], bool]] = {
            Metric.SPO2: self._take_spo2,
            Metric.HEART_RATE: self.streams.take,
            Metric.PULSE_RATE: self.streams.take,
            Metric.RESPIRATORY_RATE: self.streams.take,
            Metric.PERFUSION_INDEX: self.streams.take_perfusion,
            Metric.BATTERY: self.equipment.take_battery,
            Metric.MOAAS: self.way_out.scored(self.reports.take_sedation),
        }

    def take(self, at: float, reading: Reading) -> None:
        """One reading of this bed. Without a session, history or foreign data decide nothing."""
        if isinstance(reading, Report):
            self._take_report(at, reading)
        elif reading.history:
            proved = self.contacts.prove(at, reading.device)
            stored = self._concerns(reading) and self.cuffs.take_stored(at, reading)
            if not (proved or stored):
                return
            self.way_out.take_pressure(at)
        elif isinstance(reading, Link):
            self.contacts.take_link(at, reading)
        elif isinstance(reading, Malformed):
            self.contacts.take_malformed(at, reading)
            self.equipment.come(at, reading.device)
        elif not self._take_live(at, reading) and not self.announcer.state.untold:
            return
        self.stir(at)

    def _take_report(self, at: float, report: Report) -> None:
        if self._concerns(report):
            self.reports.take(at, report)
            self.way_out.take_report(at, report)
        elif self.session.open:
            self.equipment.take_foreign(at, report)

    def _take_live(self, at: float, reading: Sample | Beats | Cuff) -> bool:
        """Something that a device measured; True if a deadline may have come nearer."""
        if not self._admits(at, reading):
            return False
        stirred = self.contacts.hear(at, reading.device)
        if reading.device not in self.equipment.state.came:
            stirred = self.equipment.come(at, reading.device) or stirred
        if self.session.open:
            return self._take_measured(at, reading) or stirred
        if isinstance(reading, Sample):
            return self.equipment.take_idle(at, reading) or stirred
        return stirred

    def _take_measured(self, at: float, reading: Sample | Beats | Cuff) -> bool:
        """Something measured in a session; True if a deadline may have come nearer."""
        woken = self.autonomic.asleep
        if woken:
            self.autonomic.wake(at)
        if isinstance(reading, Sample):
            taker = self._taker(reading)
            return (taker is not None and taker(at, reading)) or woken
        if isinstance(reading, Beats):
            self.autonomic.take_beats(at, reading)
            return woken
        self.limb.deflate(at, reading.device)
        self.cuffs.take(at, reading)
        self.autonomic.take_pressure(at)
        self.way_out.take_pressure(at)
        return True

    def stir(self, at: float) -> None:
        """Something may have changed: look at covers and deadlines again."""
        self._deadline_known = False
        self.course.gate.review(at)
        told, discharge = self.announcer.state, self.way_out.discharge
        if (told.untold or discharge.turned) and discharge.review(at):
            self.rearm(at)
        if told.untold:
            self.contacts.cover(at)
            self.calls.cover(at)

    @property
    def deadline(self) -> float | None:
        """The next instant at which something may happen by itself."""
        if not self._deadline_known:
            self._deadline, self._deadline_known = self._find_deadline(), True
        return self._deadline

    def fire(self, at: float) -> None:
        """Do everything that is due at `at`."""
        if not self.session.open:
            self.equipment.elapse(at)
            self.stir(at)
            return
        if self._tick_alone(at):
            return
        if self.session.elapse(at):
            self.rearm(at)
        until = self.memory.pause_until
        if until is not None and until <= at:
            self.memory.pause_until = None
        # physiological alarms first: what they lost may speak for the technical ones
        self._elapse(at, AlarmKind.PHYSIOLOGICAL)
        for part in self.parts:
            part.elapse(at)
        self._elapse(at, AlarmKind.TECHNICAL)
        self.cuffs.lose_overdue(at)
        self.stir(at)

    def excuse(self, since: float, at: float, *, known: bool) -> None:
        """The service was away from `since` to `at`; a pause outlives only a short absence."""
        voice = self.profile.voice
        away_s = at - since if known and at - since <= voice.gap_s else None
        for ladder in self.panel.ladders.values():
            ladder.outlast(away_s)
        until = self.memory.pause_until
        self.memory.pause_until = None if until is None or away_s is None else until + away_s
        if self.session.open:
            for rule in self.panel.silences():
                rule.excuse(at, voice.gap_grace_s)
            self.streams.excuse(at, voice.gap_grace_s)
        self.stir(at)

    def welcome(self, at: float) -> None:
        """A session opened: nothing of the last patient is left."""
        self.announcer.state.session = self.session.state.id
        self.announcer.state.origin = self.session.state.origin
        self.memory = BedMemory()
        for part in self.parts:
            part.begin(at)
        for ladder in self.panel.ladders.values():
            ladder.state = OccurrenceState()
        for rule in self.panel.silences():
            rule.wait_from(at)
        self.rearm(at)

    def part(self, at: float, by: str) -> None:
        """The session closed: every alarm ends, with its cause."""
        for ladder in self.panel.ladders.values():
            ladder.end(at, Cause.SESSION_CLOSED, by)
        self.memory.pause_until = None
        self.rearm(at)
        self.announcer.state.session = None

    def rearm(self, at: float) -> None:
        """Take phase and baseline: technical alarms follow at once, physiological wait for data."""
        self.arm()
        self.equipment.look(at)
        for rule in self.panel.silences():
            rule.arm(at, self.session.state.phase, is_open=self.session.watching)
        for ladder in self.panel.ladders.values():
            if ladder.kind is AlarmKind.TECHNICAL:
                ladder.settle(at, data=False)
        self.cuffs.reschedule(at)

    def arm(self) -> None:
        """Tell each rule whether it judges; nothing else moves."""
        phase, watching = self.session.state.phase, self.session.watching
        for row, rule in self.panel.rows():
            rule.armed = self.session.reached(row.armed)
        for rule in self.panel.silences():
            rule.armed = rule.counts_in(phase, is_open=watching)
        for part in self.parts:
            part.arm()
        self._deadline_known = False

    def _elapse(self, at: float, kind: AlarmKind) -> None:
        for ladder in self.panel.ladders.values():
            deadline = ladder.deadline
            if ladder.kind is kind and deadline is not None and deadline <= at:
                self.contacts.cover(at)
                ladder.elapse(at)

    def _admits(self, at: float, reading: Sample | Beats | Cuff) -> bool:
        """Foreign data, and samples that lay somewhere, are not even a sign of their device."""
        if self.session.open and not self._concerns(reading):
            self.equipment.take_foreign(at, reading)
            return False
        return isinstance(reading, Cuff) or self.streams.live(at, reading)

    def _concerns(self, reading: Reading) -> bool:
        """Only an open session judges, and only data of its own origin (or a person's entry)."""
        state = self.session.state
        return self.session.open and (reading.origin is state.origin or reading.device == STAFF)

    def _taker(self, sample: Sample) -> Callable[[float, Sample], bool] | None:
        """Who judges a sample; a value that a person read off once is no stream."""
        if sample.device == STAFF and sample.metric in self.streams.tracks:
            return self.streams.take_by_hand
        return self._samples.get(sample.metric)

    def _take_spo2(self, at: float, sample: Sample) -> bool:
        stirred = self.streams.take(at, sample)
        if self.way_out.standby.active:
            stirred = self.way_out.standby.hear(at, sample) or stirred
        if self.panel.nausea_rule.dangerous_if:
            self.reports.weigh(at)
            return True
        return stirred

    def _tick_alone(self, at: float) -> bool:
        """Nothing but a tick of the autonomic watch, every second: nobody else has to look."""
        rest = self._rest
        others_due = not self._deadline_known or (rest is not None and rest <= at)
        if others_due or not self.autonomic.quiet:
            return False
        self.autonomic.elapse(at)
        if self.announcer.state.untold or not self.autonomic.quiet:
            self.stir(at)
        else:
            self._deadline = earliest(rest, self.autonomic.deadline)
        return True

    def _find_deadline(self) -> float | None:
        self._rest = None
        if not self.session.open:
            return self.equipment.deadline
        found = [part.deadline for part in self.parts if part is not self.autonomic]
        found += [ladder.deadline for ladder in self.panel.ladders.values()]
        self._rest = earliest(self.session.deadline, self.memory.pause_until, *found)
        return earliest(self._rest, self.autonomic.deadline)
