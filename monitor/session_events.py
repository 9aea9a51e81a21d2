"""Session events of a recording (CSV: time_s, kind, detail) as commands and reports."""

import re
from pathlib import Path
from typing import NamedTuple

from alerts.command import (
    Attend,
    Begin,
    Close,
    Command,
    EndInfusion,
    Entry,
    GiveDose,
    Refused,
    TakeBaseline,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from devices.reading import Cuff, Metric, Reading, Report, ReportKind, ReportSource, Sample
from monitor.recording import Recording, RecordingError, read_cells, read_time

_BY = "replay"
_REPORTS = {kind.value for kind in ReportKind}


class Input(NamedTuple):
    """A reading or a command at its time; `where` names the line it came from."""

    at: float
    reading: Reading | None = None
    order: Command | None = None
    where: str = ""

    @property
    def begins(self) -> bool:
        """It opens the session."""
        return isinstance(self.order, Begin)

    @property
    def opens(self) -> bool:
        """It says something of the session's phases, so they are not assumed."""
        return isinstance(self.order, Begin | TakeBaseline | GiveDose)

    def apply(self, engine: BedEngine) -> list[AlarmEvent]:
        """Give it to the engine.

        Raises:
            RecordingError: the command makes no sense at this point of the session.
        """
        if self.reading is not None:
            return engine.observe(self.reading)
        if self.order is None:
            return []
        try:
            return engine.command(self.order)
        except Refused as refused:
            raise RecordingError(f"{self.where}: {refused.detail}") from refused


def read_session_events(path: Path, recording: Recording) -> list[Input]:
    """The events of a file; kinds that the engine does not know are notes.

    Raises:
        RecordingError: it is no CSV, or a detail is not what its kind needs.
    """
    found: list[Input] = []
    for line, cells in read_cells(path):
        at = read_time(path, line, cells)
        where = f"{path}: line {line}, kind {cells.get('kind', '')}"
        kind = cells.get("kind", "").lower()
        detail = cells.get("detail", "") or cells.get("value", "")
        reading = _reading(at, recording.setup.bed, kind, detail, where)
        order = None if reading is not None else _order(at, recording.name, kind, detail)
        found.append(Input(at, reading, order, where))
    return found


def _order(at: float, session: str, kind: str, detail: str) -> Command:
    order: Command
    match kind:
        case "begin":
            order = Begin(at=at, by=_BY, session=session, protocol=detail or "iv", visit="")
        case "baseline":
            order = TakeBaseline(at=at, by=_BY)
        case "dose":
            order = GiveDose(at=at, by=_BY, given_at=at, override="recorded")
        case "infusion_end":
            order = EndInfusion(at=at, by=_BY)
        case "attend":
            leaves = detail == "leaves"
            order = Attend(at=at, by=_BY if leaves else detail or _BY, leaves=leaves)
        case "discharge" | "close":
            order = Close(at=at, by=_BY, outcome="discharged")
        case "abort":
            order = Close(at=at, by=_BY, outcome="aborted", reason=detail or "recorded")
        case _:
            order = Entry(at=at, by=_BY, kind=kind, happened_at=at, value=detail or None)
    return order


def _reading(at: float, bed: str, kind: str, detail: str, where: str) -> Reading | None:
    if kind == "moaas":
        value = _number(detail, where)
        return Sample(at=at, bed=bed, device="staff", metric=Metric.MOAAS, value=value, by=_BY)
    if kind == "vitals":
        return _pressure(at, bed, detail, where)
    if kind == "nausea" or kind in _REPORTS:
        return _report(at, bed, kind, detail, where)
    return None


def _pressure(at: float, bed: str, detail: str, where: str) -> Cuff:
    found = re.fullmatch(r"(\d+)\s*/\s*(\d+)", detail)
    if found is None:
        raise RecordingError(f"{where}: detail {detail!r} is no pressure like 120/80")
    systolic, diastolic = float(found[1]), float(found[2])
    return Cuff(at=at, bed=bed, device="staff", systolic=systolic, diastolic=diastolic)


def _report(at: float, bed: str, kind: str, detail: str, where: str) -> Report:
    """The kind itself, or for `nausea` the word or number in the detail."""
    word = kind if kind in _REPORTS else detail.lower()
    known = ReportKind(word) if word in _REPORTS else ReportKind.NRS
    return Report(
        at=at,
        bed=bed,
        device="tablet",
        id=f"{kind}-{at:g}",
        source=ReportSource.TABLET,
        kind=known,
        value=_number(detail, where) if known is ReportKind.NRS else None,
    )


def _number(detail: str, where: str) -> float:
    try:
        return float(detail)
    except ValueError:
        raise RecordingError(f"{where}: detail {detail!r} is no number") from None
