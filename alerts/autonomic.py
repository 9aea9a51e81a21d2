"""What heart rate and beats say of a patient: nausea watch and fainting, reckoned at ticks.

Samples and beats are only kept; every few seconds of the session's own time they are judged. So
what is said depends on the data alone, and not on when somebody asks.
"""

import math
from collections.abc import Sequence

import msgspec

from alerts.beats import BeatFilter, BeatsState
from alerts.condition import State
from alerts.cuffs import Cuffs
from alerts.nausea import NauseaIndex, Readout, reckon
from alerts.panel import Panel
from alerts.part import Orders
from alerts.rows import Source
from alerts.rules.faint import Pace
from alerts.rules.pressure import Pressure
from alerts.rules.watch import WatchState
from alerts.session import DRUGGED
from alerts.setup import BedSetup
from alerts.status import Task
from alerts.streams import Streams
from alerts.tempo import Tempo, TempoState
from alerts.verdicts import Verdicts, VerdictsState
from alerts.words import clock
from devices.reading import Beats, Metric

_LOSABLE = {State.ON, State.ACKED}


class TickState(msgspec.Struct):
    """next_at: of the tick, None while nothing comes; heart: as reckoned at the last one.

    pressures: the last two.
    """

    next_at: float | None = None
    heart: Readout = Readout()
    missing_since: float | None = None
    pressures: list[Pressure] = []


class AutonomicState(msgspec.Struct):
    """Everything that is kept."""

    tick: TickState
    beats: BeatsState
    tempo: TempoState
    verdicts: VerdictsState


class Autonomic:
    """NAU-WATCH and VASOVAGAL of one bed."""

    __slots__ = (
        "beats",
        "cuffs",
        "panel",
        "profile",
        "session",
        "sources",
        "streams",
        "tempo",
        "tick",
        "verdicts",
    )

    def __init__(
        self,
        setup: BedSetup,
        panel: Panel,
        streams: Streams,
        cuffs: Cuffs,
    ) -> None:
        self.profile = profile = panel.profile
        self.panel = panel
        self.session = streams.session
        self.streams = streams
        self.cuffs = cuffs
        self.beats = BeatFilter(profile.beats)
        self.tempo = Tempo(profile.nausea_watch)
        self.verdicts = Verdicts(profile.nausea_watch, panel)
        self.tick = TickState()
        # heart_rate is of a strap or an ECG; an oximeter has pulse_rate, and its beats are no use
        self.sources = {d.id for d in setup.devices if Metric.HEART_RATE in d.metrics}

    @property
    def state(self) -> AutonomicState:
        """Its plain data, shared with it."""
        return AutonomicState(self.tick, self.beats.state, self.tempo.state, self.verdicts.state)

    @state.setter
    def state(self, kept: AutonomicState) -> None:
        self.tick, self.beats.state = kept.tick, kept.beats
        self.tempo.state, self.verdicts.state = kept.tempo, kept.verdicts

    @property
    def orders(self) -> Orders:
        """What is known of the patient, and whether a watch was right."""
        return self.verdicts.orders

    @property
    def asleep(self) -> bool:
        """No tick waits: nothing has come for so long that nothing is left to judge."""
        return self.tick.next_at is None

    @property
    def quiet(self) -> bool:
        """Neither of its alarms waits or stands."""
        return all(
            ladder.state.state is State.IDLE and ladder.deadline is None
            for ladder in (self.panel.watch, self.panel.faint)
        )

    def wake(self, at: float) -> None:
        """Something was measured: ticks count from here."""
        self.tick.next_at = at + self.profile.nausea_watch.tick_s

    def take_beats(self, at: float, beats: Beats) -> None:
        """Keep the beats of a strap or ECG. A frame older than what was seen is history."""
        if beats.device in self.sources and beats.at >= at:
            self.beats.take(at, beats.device, beats.rr_ms)

    def take_pressure(self, at: float) -> None:
        """The cuff has a reading: it may raise or lower VASOVAGAL."""
        s, newest = self.tick, self.cuffs.state.pressure
        if newest is None or (s.pressures and newest == s.pressures[-1]):
            return
        s.pressures = [*s.pressures[-1:], newest]
        if self.panel.faint.standing:
            self._press(newest)
            self.panel.faint.settle(at, data=self.streams.rate(at) is not None)

    @property
    def deadline(self) -> float | None:
        """The next tick, or when the heart rate counts as lost while it is in alarm."""
        tick = self.tick.next_at
        lost_at = self._lost_at()
        return lost_at if tick is None else tick if lost_at is None else min(tick, lost_at)

    def elapse(self, at: float) -> None:
        """Judge at a tick; a heart rate that is lost in alarm is an alarm."""
        lost_at, faint = self._lost_at(), self.panel.faint
        if lost_at is not None and lost_at <= at:
            silent_s = self.streams.silent_s(Source.HEART, at)
            faint.lose(at, f"SIGNAL LOST {clock(silent_s)}")
        s = self.tick
        if s.next_at is not None and s.next_at <= at:
            self.take_pressure(at)  # one that had to wait for the end of its burst
            self._tick(at)
            idle = not self.tempo.state.rates and not self.beats.state.beats
            s.next_at = None if idle else at + self.profile.nausea_watch.tick_s

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.tick = TickState()
        self.beats = BeatFilter(self.profile.beats)
        self.tempo = Tempo(self.profile.nausea_watch)
        self.verdicts.begin()
        self.panel.watch_rule.state = WatchState()
        self.panel.faint_rule.reset()

    def arm(self) -> None:
        """Which of the two judges, and against the baseline before which time of the dose."""
        p, reached = self.profile, self.session.reached
        on = p.nausea_watch.on
        self.panel.watch_rule.armed = on and reached(p.nausea_watch.armed)
        self.panel.faint_rule.armed = reached(p.vasovagal.armed)
        dose_at = self.session.state.dose_at
        if dose_at is not None:
            self.tempo.settle(dose_at)

    @property
    def tasks(self) -> Sequence[Task]:
        """Every watch asks whether it was right."""
        return self.verdicts.tasks

    def index(self) -> NauseaIndex | None:
        """The index of the last tick, for the screen; None where it is switched off."""
        rules = self.profile.nausea_watch
        if not rules.on or not self.session.open:
            return None
        found = reckon(rules, self.tick.heart)
        return self.verdicts.count(found)

    def _tick(self, at: float) -> None:
        s, rules = self.tick, self.profile.nausea_watch
        rate = self.streams.rate(at)
        self.tempo.keep(at, rate)
        self.beats.forget(at)
        variability = self.beats.variability(at)
        if self.session.state.dose_at is None:
            self.tempo.keep_quiet(at, rate, variability.value)
        recent = self.tempo.rate(at, rules.recent_s)
        before = self.tempo.rate(at, rules.before_s, rules.recent_s)
        base = self.tempo.state
        change, missing = None, variability.missing
        if variability.value is not None:
            if base.ms is None:
                missing = "no baseline of beats before the dose"
            else:
                change = math.log(variability.value / base.ms)
        s.heart = Readout(
            rate=self.tempo.rate(at, rules.rate_s),
            baseline=base.rate,
            rise=None if recent is None or before is None else recent - before,
            change=change,
            beats_missing=missing,
            drugged=self.session.state.phase in DRUGGED,
            prior=self.verdicts.prior,
        )
        if self.panel.watch_rule.armed:
            self._watch(at)
        if recent is not None and before is not None and base.rate is not None:
            self._look_for_faint(at, Pace(recent, before, base.rate))
        if self.panel.faint.standing:
            self.panel.faint.settle(at, data=rate is not None)

    def _watch(self, at: float) -> None:
        """A watch whose index cannot be told for long is neither there nor over: unknown."""
        s, ladder = self.tick, self.panel.watch
        index = reckon(self.profile.nausea_watch, s.heart)
        self.panel.watch_rule.judge(at, index)
        if index.missing is None:
            s.missing_since = None
        elif s.missing_since is None:
            s.missing_since = at
        missing_s = 0 if s.missing_since is None else at - s.missing_since
        if ladder.state.state in _LOSABLE and missing_s >= self.profile.nausea_watch.lost_s:
            ladder.lose(at, f"NO INDEX: {index.missing}")
        else:
            ladder.settle(at, data=index.missing is None)
        self.verdicts.ask(at)

    def _look_for_faint(self, at: float, pace: Pace) -> None:
        rule, pressures = self.panel.faint_rule, self.tick.pressures
        if not rule.judge(at, pace):
            return
        if pressures and at - pressures[-1].at <= self.profile.vasovagal.pressure_s:
            self._press(pressures[-1])
        self.panel.faint.settle(at)
        self.cuffs.open_check(at, self.profile.vasovagal.id)

    def _press(self, newest: Pressure) -> None:
        baseline = self.session.baseline_pressure
        earlier = [p.systolic for p in self.tick.pressures if p.at < newest.at]
        compared = [*earlier, *([] if baseline is None else [baseline.systolic])]
        self.panel.faint_rule.press(newest, tuple(compared))

    def _lost_at(self) -> float | None:
        standing = self.panel.faint.state.state in _LOSABLE
        return self.streams.lost_at(Source.HEART) if standing else None
