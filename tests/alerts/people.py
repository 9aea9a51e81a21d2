"""Rows of a timeline in which people speak: symptoms, calls, scores, and what staff answer."""

from alerts.command import Call, Resolve, Symptom
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.status import Task
from devices.reading import Metric, Report, ReportKind, ReportSource, Sample
from tests.alerts.timeline import BED, T, nausea


def staff(
    second: float, kind: ReportKind, number: float | None = None, by: str = "KM", name: str = ""
) -> Report:
    """What one of the staff enters of nausea."""
    said = nausea(second, kind, number, source=ReportSource.STAFF, name=name)
    return Report(
        at=said.at,
        bed=BED,
        device="staff",
        id=said.id,
        source=said.source,
        kind=kind,
        value=number,
        by=by,
    )


def moaas(
    second: float, score: float, *, device: str = "staff", said: float | None = None
) -> Sample:
    """A sedation score, entered by KM or asked by the tablet; `said`: the second it is of."""
    return Sample(
        at=T + second,
        bed=BED,
        device=device,
        metric=Metric.MOAAS,
        value=score,
        device_time=None if said is None else T + said,
        by="KM" if device == "staff" else None,
    )


def symptom(second: float, *symptoms: str, ago_s: float = 0, by: str = "KM") -> Symptom:
    """Staff see symptoms."""
    happened_at = T + second - ago_s
    return Symptom(at=T + second, by=by, symptoms=symptoms, happened_at=happened_at)


def call(second: float, about: str = "", by: str = "KM") -> Call:
    """Staff call for help."""
    return Call(at=T + second, by=by, about=about)


def attended(
    second: float,
    event: AlarmEvent,
    nrs: float | None = None,
    *,
    antiemetic: bool = False,
    outcome: str = "attended",
    by: str = "KM",
) -> Resolve:
    """Somebody has been there."""
    return Resolve(
        at=T + second,
        by=by,
        occurrence=event.occurrence,
        outcome=outcome,
        nrs=nrs,
        antiemetic=antiemetic,
    )


def asked(engine: BedEngine) -> list[tuple[str, str, float | None]]:
    """What staff are asked to ask: kind, words, and the second it is due."""
    tasks: tuple[Task, ...] = engine.status().tasks
    kinds = {"nausea_recheck", "antiemetic_answer"}
    return [
        (task.kind, task.text, None if task.due_at is None else task.due_at - T)
        for task in tasks
        if task.kind in kinds
    ]
