"""The sentences of the document, with their figures."""

from collections.abc import Sequence
from textwrap import fill

from alerts.limits import Profile
from monitor.episodes import Comparison
from monitor.load.markdown import fewer
from monitor.load.naive import SUSTAINED_S, THRESHOLDS
from monitor.load.outcome import groups
from monitor.load.survey import ANSWER_S, Load

_AIM = 90

FATES = """Each naive crossing has exactly one fate:

- **called**: an alarm of ours was announced (new or risen) while the value was beyond the
  threshold, or at its return.
- **standing**: it lay inside an alarm of ours that stood already; nobody is called twice.
- **limit**: no value went beyond a limit of ours (a rate of 47 alarms naively, not here).
- **delay** (suppressed by delay): the values that our rules judge went beyond a limit but came back
  before its delay was over.
- **confirmation** (suppressed by confirmation): a cuff reading beyond a limit that the next reading
  did not confirm.
- **artefact** (suppressed by the artefact gate): raw values went beyond a limit, but none of those
  that are left after the gate: the median, impossible values, the device's own marks.
- **no cuff**: an arterial line, which our rules do not judge."""

DELAYS = """From the first raw value beyond a limit to the announcement, less the delay that the
limit itself asks for; for cuff readings from the reading that decides. Counted are events that had
to be announced while no alarm of their priority stood yet. Up to 2 s are the median's. Less than
zero: a graver limit, the depth of the fall, two very low values, or a reading that nobody repeated
called earlier than this row would have."""


def summary(loads: Sequence[Load], profile: Profile) -> str:
    """What a hospital engineer wants to know first."""
    counted = groups(loads, profile)
    naive, new = sum(c.naive for c in counted), sum(c.new for c in counted)
    calls, lasting = sum(c.calls for c in counted), sum(c.lasting for c in counted)
    lost = sum(len(load.missed) for load in loads)
    first = f"""We ran {len(loads)} recordings of patients, {sum(x.hours for x in loads):.1f} hours,
through the alarm engine of the service with the profile `{profile.name}`. A monitor with plain
thresholds ({", ".join(t.label for t in THRESHOLDS)}) would have alarmed {naive} times;
{lasting} of these were sustained. For the same things KAT Monitor raises {new} new alarms
({fewer(new, naive)}), {calls} announcements with every rise to a higher step
({fewer(calls, naive)}). It watches for more than those thresholds do: with everything it makes
{sum(len(load.calls) for load in loads)} announcements. Of {sum(len(x.sustained) for x in loads)}
events that its rules say must be announced it missed {lost or "none"}."""
    return "\n\n".join(fill(part, 100) for part in (first, _aim(loads, profile)) if part)


def _aim(loads: Sequence[Load], profile: Profile) -> str:
    counted = [c for c in groups(loads, profile) if c.naive]
    met = [c for c in counted if 100 * c.new <= (100 - _AIM) * c.naive]
    names = ", ".join(f"{c.name} ({fewer(c.new, c.naive)})" for c in met)
    told = (
        [f"The aim, {_AIM} % fewer alarms than naive crossings, is met for {names}."] if met else []
    )
    told += [
        f"It is not met for {c.name} ({fewer(c.new, c.naive)}): {c.lasting} of {c.naive} crossings"
        " there were sustained, and no delay or confirmation may take those away."
        for c in counted
        if c not in met
    ]
    return " ".join(told)


def method(profile: Profile) -> str:
    """How it was counted."""
    signals = profile.signals
    return f"""## How it was counted

Made by `kat-monitor alarm-load`; the same recordings and profile (version `{profile.version}`) give
the same document.

- Each recording is one session in phase PEAK without a baseline, so what compares with a baseline
  rests. It cannot answer a request for a cuff reading, neither of a schedule nor of a BP-CHECK: its
  next reading comes when it came then.
- A nurse is assumed who acknowledges each alarm {ANSWER_S:g} s after it called; unanswered, one
  latched alarm would swallow the next.
- An **announcement** is a new alarm, or one that rises to a higher step or priority. Ends, updates
  and steps down call nobody.
- A naive crossing begins when a value goes beyond its threshold and ends with the first that is not
  or a gap of more than five usual intervals. It is sustained with {SUSTAINED_S:g} s or more, or two
  cuff readings in a row.
- An event had to be announced if its raw values stayed beyond one of our limits for
  {SUSTAINED_S:g} s or more and longer than the limit's delay; a search of its own finds them,
  without the engine. It is missed unless an alarm of at least its priority stands by the delay +
  {signals.median_lag_s:g} s (+ {signals.weak_s:g} s if the signal was weak)."""


def tuning(words: str, comparison: Comparison) -> str:
    """What another profile would change."""
    told = (
        f"{words} On these recordings that would remove {len(comparison.removed)} alarms, add"
        f" {len(comparison.added)} and leave {comparison.same} as they are"
        " (`kat-monitor replay --compare` lists them one by one)."
    )
    return fill(told, 100)
