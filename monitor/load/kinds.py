"""The tables by kind of recording: load, devices' own alarms, sources and licences."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from monitor.load.markdown import rate, table
from monitor.load.sources import Source
from monitor.load.survey import Load
from monitor.load.truth import WINDOWS_S


def kinds(loads: Sequence[Load]) -> str:
    """Files, hours and rates of each kind."""
    rows: list[tuple[object, ...]] = []
    for kind in sorted({load.kind for load in loads}):
        own = [load for load in loads if load.kind == kind]
        hours = sum(load.hours for load in own)
        naive = sum(load.fates.total() for load in own)
        calls = Counter(episode.priority for load in own for episode in load.calls)
        shown = (rate(calls[priority], hours) for priority in ("high", "medium", "low"))
        rows.append((kind, len(own), hours, naive, calls.total(), rate(naive, hours), *shown))
    head = (
        "kind", "files", "hours", "naive", "ours", "naive per hour", "high per hour",
        "medium per hour", "low per hour",
    )  # fmt: skip
    return table(head, rows)


def device_alarms(loads: Sequence[Load]) -> str:
    """How many of the devices' own alarms we announce as well, by what they turned out to be."""
    known = [alarm for load in loads for alarm in load.device_alarms]
    if not known:
        return "None of these recordings comes with alarms of its device."
    rows: list[tuple[object, ...]] = []
    for kind in sorted({alarm.kind for alarm in known}):
        for true in (True, False):
            own = [alarm for alarm in known if alarm.kind == kind and alarm.true is true]
            near = [sum(window in alarm.near for alarm in own) for window in WINDOWS_S]
            if own:
                rows.append((kind, "true" if true else "false", len(own), *near))
    for true in (True, False):
        own = [alarm for alarm in known if alarm.true is true]
        near = [sum(window in alarm.near for alarm in own) for window in WINDOWS_S]
        rows.append(("all", "true" if true else "false", len(own), *near))
    told = (
        "Bedside monitors raised these alarms from the shape of the ECG, and people judged them\n"
        "afterwards. We see only rates, about one value a second: asystole, ventricular\n"
        "tachycardia and ventricular fibrillation are **not ours**, and a clinic that needs them\n"
        "needs an ECG monitor. The rates here are derived from the raw signals and jump in poor\n"
        "stretches. Of a true alarm we can announce only what lasts; at a false one we should\n"
        "stay silent."
    )
    within = tuple(f"announced within {window} s" for window in WINDOWS_S)
    return f"{told}\n\n{table(('device alarm', 'verdict', 'alarms', *within), rows)}"


def sources(loads: Sequence[Load], known: dict[Path, Source]) -> str:
    """Origin and licence of every kind, and whether our naive counts are those of INDEX.csv."""
    by_name = {path.name: source for path, source in known.items()}
    rows: dict[tuple[str, str, str], int] = {}
    agree = 0
    for load in loads:
        source = by_name.get(load.name)
        key = (load.kind, "unknown", "unknown") if source is None else (
            load.kind, source.repository, source.licence,
        )  # fmt: skip
        rows[key] = rows.get(key, 0) + 1
        if source is not None:
            counts = Counter[str]()
            for (name, _), number in load.fates.items():
                counts[name] += number
            agree += all(counts[name] == number for name, number in source.naive.items())
    shown = table(
        ("kind", "from", "licence", "files"), [(*key, n) for key, n in sorted(rows.items())]
    )
    if not by_name:
        return shown
    told = f"{agree} of {len(by_name)} files."
    return f"{shown}\n\nThe naive crossings counted here are those of INDEX.csv in {told}"
