"""The tables of what our rules made of the recordings."""

from collections import Counter
from collections.abc import Sequence
from textwrap import fill

from alerts.limits import Profile
from monitor.load.fate import Fate, ladders_of
from monitor.load.markdown import fewer, percentile, rate, table
from monitor.load.naive import BESIDE, THRESHOLDS, Threshold
from monitor.load.survey import Load

Cells = tuple[object, ...]

GROUPS: tuple[tuple[str, tuple[Threshold, ...]], ...] = (
    ("SpO2 low", THRESHOLDS[0:1]),
    ("heart rate low", THRESHOLDS[1:2]),
    ("heart rate high", THRESHOLDS[2:3]),
    ("pressure high", THRESHOLDS[3:5]),
)


class Counts:
    """Naive crossings and our announcements of one group of thresholds."""

    def __init__(
        self, name: str, loads: Sequence[Load], thresholds: Sequence[Threshold], profile: Profile
    ) -> None:
        self.name = name
        self.label = ", ".join(threshold.label for threshold in thresholds)
        names = {threshold.name for threshold in thresholds}
        ladders = {ladder for t in thresholds for ladder in ladders_of(t, profile)}
        alarms = [a for load in loads for a in load.alarms if a.ladder in ladders]
        self.naive = sum(n for load in loads for (t, _), n in load.fates.items() if t in names)
        self.lasting = sum(load.lasting[name] for load in loads for name in names)
        self.new = sum(alarm.new for alarm in alarms)
        self.calls = sum(alarm.episode.calls for alarm in alarms)


def groups(loads: Sequence[Load], profile: Profile) -> list[Counts]:
    """What has a naive counterpart, group by group."""
    return [Counts(name, loads, thresholds, profile) for name, thresholds in GROUPS]


def against_naive(loads: Sequence[Load], profile: Profile) -> str:
    """Groups side by side, the sum of them, and then everything that we announce."""
    counted = groups(loads, profile)
    rows = [_against((c.name, c.label), c.naive, c.lasting, c.new, c.calls) for c in counted]
    naive, lasting = sum(c.naive for c in counted), sum(c.lasting for c in counted)
    new, calls = sum(c.new for c in counted), sum(c.calls for c in counted)
    rows.append(_against(("these together", ""), naive, lasting, new, calls))
    every_new = sum(alarm.new for load in loads for alarm in load.alarms)
    every = sum(len(load.calls) for load in loads)
    rows.append(_against(("every alarm we have", ""), naive, lasting, every_new, every))
    head = (
        "", "naive", "naive crossings", "sustained", "our new alarms", "against naive",
        "and rises", "with these",
    )  # fmt: skip
    return table(head, rows)


def _against(names: tuple[str, str], naive: int, lasting: int, new: int, calls: int) -> Cells:
    return *names, naive, lasting, new, fewer(new, naive), calls - new, fewer(calls, naive)


def more_than_naive(loads: Sequence[Load], profile: Profile) -> str:
    """Where our rules call more often, said openly."""
    lines = [
        f"- **{c.name}**: {c.calls} announcements (rises counted) against {c.naive} crossings."
        for c in groups(loads, profile)
        if c.calls > c.naive
    ]
    watched = {ladder for t in THRESHOLDS for ladder in ladders_of(t, profile)}
    others = Counter(
        alarm.episode.condition
        for load in loads
        for alarm in load.alarms
        if alarm.episode.calls and alarm.ladder not in watched
    )
    lines += [
        f"- **{condition}**: {count} announcements; the naive thresholds watch for nothing like it."
        for condition, count in sorted(others.items())
    ]
    low = " and ".join(
        f"{threshold.label} {sum(load.beside[threshold.name] for load in loads)} times"
        for threshold in BESIDE
    )
    if not lines:
        return ""
    lines.append(f"- For comparison: a plain limit would have alarmed at {low}.")
    return "\n".join(["Where our rules call more often than the naive thresholds:", "", *lines])


def fates(loads: Sequence[Load]) -> str:
    """Every naive crossing, by what became of it."""
    total: Counter[tuple[str, Fate]] = Counter()
    for load in loads:
        total += load.fates
    rows = [
        (t.label, sum(total[t.name, fate] for fate in Fate), *(total[t.name, f] for f in Fate))
        for t in THRESHOLDS
    ]
    return table(("naive", "crossings", *Fate), rows)


def conditions(loads: Sequence[Load], hours: float) -> str:
    """Announcements by condition and priority."""
    new: Counter[tuple[str, str]] = Counter()
    calls: Counter[tuple[str, str]] = Counter()
    for alarm in (alarm for load in loads for alarm in load.alarms):
        key = (alarm.episode.condition, alarm.episode.priority)
        new[key] += alarm.new
        calls[key] += alarm.episode.calls
    rows = [
        (*key, new[key], calls[key] - new[key], rate(calls[key], hours))
        for key in sorted(calls)
        if calls[key]
    ]
    rows.append(("all", "", sum(new.values()), sum(calls.values()) - sum(new.values()),
                 rate(sum(calls.values()), hours)))  # fmt: skip
    head = ("condition", "priority", "new alarms", "rises", "announcements per hour")
    reminders = sum(load.reminders for load in loads)
    told = (
        f"Beside these, answered alarms that went on were brought back to mind {reminders} times."
    )
    return f"{table(head, rows)}\n\n{told}"


def delays(loads: Sequence[Load]) -> str:
    """p50, p95 and worst by condition."""
    found: dict[str, list[float]] = {}
    for delay in (delay for load in loads for delay in load.delays):
        found.setdefault(delay.condition, []).append(delay.seconds)
    rows = [
        (name, len(v), percentile(v, 0.5), percentile(v, 0.95), max(v))
        for name, v in sorted(found.items())
    ]
    return table(("condition", "events", "p50 s", "p95 s", "max s"), rows)


def missed(loads: Sequence[Load]) -> str:
    """How many events there were, and every one that went unannounced."""
    count = sum(len(load.sustained) for load in loads)
    lost = [(load.name, event) for load in loads for event in load.missed]
    told = (
        f"{count} events beyond one of our limits lasted long enough (30 s and the limit's delay"
        " for streamed values; one cuff reading, or two in a row, as the row asks)."
    )
    if not lost:
        return fill(f"{told} **Missed: none.**", 100)
    rows = [
        (name, event.row.id, event.row.priority.value, event.start, event.last)
        for name, event in lost
    ]
    head = ("recording", "condition", "priority", "from s", "to s")
    return f"{fill(told, 100)} **Missed: {len(lost)}.**\n\n{table(head, rows)}"
