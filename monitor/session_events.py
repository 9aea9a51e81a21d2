"""Session events of a recording (CSV: time_s, kind, detail) as commands and reports."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pydantic

from alerts.command import Begin, Close, Command, Entry, GiveDose, Refused, TakeBaseline
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from devices.reading import (
    Header,
    Metric,
    Origin,
    Reading,
    Report,
    ReportKind,
    ReportSource,
    Sample,
)
from monitor.recording import Recording, RecordingError, read_cells, read_time
from monitor.web.bodies import EVENT_KINDS, EventBody
from monitor.web.deeds import deeds_of
from monitor.web.told import Deeds, Told

_BY = "replay"
_RECORDED = "recorded"
_REPORTS = {kind.value for kind in ReportKind} - {ReportKind.ANTIEMETIC.value}
OPENINGS = {"begin", "close"}
_NAME = re.compile(r"[a-z_0-9]+")
_BODY: pydantic.TypeAdapter[EventBody] = pydantic.TypeAdapter(EventBody)


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

    `detail` is the event's value; or, for what needs more, pairs such as "of=dose; at=60;
    reason=typed late" with the names of the HTTP body, instants in seconds of the recording. A
    column `value`, where there is one, holds the value beside them.

    Raises:
        RecordingError: it is no CSV, or a detail is not what its kind needs.
    """
    found: list[Input] = []
    for line, cells in read_cells(path):
        at = read_time(path, line, cells)
        where = f"{path}: line {line}, kind {cells.get('kind', '')}"
        kind = cells.get("kind", "").lower()
        detail, value = cells.get("detail", ""), cells.get("value", "")
        report = _reading(at, recording.setup.bed, kind, detail or value, where)
        if report is not None:
            found.append(Input(at, report, None, where))
            continue
        if kind in OPENINGS:
            found.append(Input(at, None, _opening(at, recording.name, kind, detail), where))
            continue
        told = Told(recording.setup.bed, _BY, "", at, at, Origin.REAL)
        for deed in _deeds(kind, _fields(detail, value), told, where):
            is_reading = isinstance(deed, Header)
            found.append(
                Input(at, deed if is_reading else None, None if is_reading else deed, where)
            )
    return found


def _opening(at: float, session: str, kind: str, detail: str) -> Command:
    if kind == "begin":
        return Begin(at=at, by=_BY, session=session, protocol=detail or "iv", visit="")
    return Close(at=at, by=_BY, outcome="discharged", reason=detail or _RECORDED)


def _fields(detail: str, value: str) -> dict[str, Any]:
    """The body that a line stands for: its pairs, or its one value."""
    pairs = [part.partition("=") for part in detail.split(";")] if "=" in detail else []
    if pairs and all(_NAME.fullmatch(name.strip()) and sign for name, sign, _ in pairs):
        fields: dict[str, Any] = {name.strip(): text.strip() for name, _, text in pairs}
        return {**fields, "value": value} if value else fields
    if value:
        return {"value": value, "reason": detail} if detail else {"value": value}
    return {"value": detail} if detail else {}


def _deeds(kind: str, fields: dict[str, Any], told: Told, where: str) -> Deeds:
    """What a line is to the engine; a kind that it does not know is kept as an entry."""
    if kind not in EVENT_KINDS:
        text = "; ".join(str(value) for value in fields.values()) or None
        entry = Entry(at=told.now, by=told.by, kind=kind, happened_at=told.now, value=text)
        return (entry,)
    try:
        fields = {name: _instant(name, text) for name, text in fields.items()}
        body = _BODY.validate_python({"kind": kind, **fields})
    except ValueError as error:
        raise RecordingError(f"{where}: {_words(error)}") from None
    happened = told.happened if body.at is None else body.at.timestamp()
    deeds = deeds_of(body, told._replace(happened=happened, by=body.by or told.by, id=body.id))
    return [_recorded(deed) for deed in deeds]


def _recorded(deed: Command | Reading) -> Command | Reading:
    """An end that was recorded needs no reason of its own: it is what happened."""
    if isinstance(deed, Close) and not deed.reason:
        return msgspec.structs.replace(deed, reason=_RECORDED)
    return deed


def _instant(name: str, text: Any) -> Any:
    """Seconds of the recording where a body wants a time."""
    if name not in {"at", "entry_at"}:
        return text
    return datetime.fromtimestamp(float(text), UTC)


def _words(error: ValueError) -> str:
    if not isinstance(error, pydantic.ValidationError):
        return str(error)
    said = error.errors(include_url=False)
    return "; ".join(
        ".".join([*map(str, item["loc"][1:]), ""])[:-1] + f" {item['msg']}" for item in said
    ).strip()


def _reading(at: float, bed: str, kind: str, detail: str, where: str) -> Reading | None:
    if kind == "moaas":
        value = _number(detail, where)
        return Sample(at=at, bed=bed, device="staff", metric=Metric.MOAAS, value=value, by=_BY)
    if kind == "nausea" or kind in _REPORTS:
        return _report(at, bed, kind, detail, where)
    return None


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
