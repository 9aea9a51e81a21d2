"""JSON Schemas of what crosses the house's border, made from the types: docs/schemas.

`python -m monitor.web.schemas` writes them; a test compares. Two things the types do not say are
added here: instants leave as ISO 8601 text, and which of our shapes a free-form field holds.
"""

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any, cast

import msgspec

from alerts.event import AlarmEvent
from alerts.status import (
    Hold,
    NauseaIndex,
    PendingMark,
    SessionStatus,
    StandbyStatus,
    StandingAlarm,
    Task,
)
from devices.wire.bedside_json import NauseaJson, ReadingJson
from monitor.views import BedView, Frame, Snapshot
from monitor.wire import INSTANTS

Json = dict[str, Any]

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_INSTANT: Json = {"type": "string", "format": "date-time"}
_HELD_TYPES = (
    AlarmEvent,
    StandingAlarm,
    PendingMark,
    Hold,
    NauseaIndex,
    SessionStatus,
    StandbyStatus,
    BedView,
    Task,
)
_HELD = {
    ("BedView", "session"): "SessionStatus",
    ("BedView", "alarms"): "StandingAlarm",
    ("BedView", "pending"): "PendingMark",
    ("BedView", "holds"): "Hold",
    ("BedView", "tasks"): "Task",
    ("BedView", "nausea_index"): "NauseaIndex",
    ("BedView", "standby"): "StandbyStatus",
    ("Snapshot", "site_alarms"): "StandingAlarm",
    ("Snapshot", "log"): "AlarmEvent",
    ("Frame", "beds"): "BedChange",
    ("Frame", "events"): "AlarmEvent",
    ("Frame", "site_alarms"): "StandingAlarm",
}


def schemas() -> dict[str, Json]:
    """Every schema by its file's name."""
    return {
        "alarm_event.json": _schema(AlarmEvent),
        "reading.json": _schema(ReadingJson),
        "nausea.json": _schema(NauseaJson),
        "snapshot.json": _schema(Snapshot),
        "frame.json": _schema(Frame),
    }


def text(schema: Json) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every schema."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (FOLDER / name).write_text(text(schema), encoding="utf-8")


def _schema(root: type[msgspec.Struct]) -> Json:
    _, parts = msgspec.json.schema_components([root, *_HELD_TYPES])
    for name, part in parts.items():
        part["description"] = cleandoc(part.get("description", ""))
        for field, shape in part.get("properties", {}).items():
            part["properties"][field] = _outward(name, field, shape)
    parts["BedChange"] = {
        **parts["BedView"],
        "title": "BedChange",
        "description": "The changed keys of a BedView.",
        "required": [],
    }
    needed = _reached(root.__name__, parts)
    return {
        "$schema": _DIALECT,
        **parts[root.__name__],
        "$defs": {name: parts[name] for name in sorted(needed - {root.__name__})},
    }


def _outward(owner: str, field: str, shape: Json) -> Json:
    """A field's shape as it leaves the house."""
    held = _HELD.get((owner, field))
    if held is not None:
        return _replace(shape, {"type": "object"}, {"$ref": f"#/$defs/{held}"})
    if field not in INSTANTS:
        return shape
    return _replace(_replace(shape, {"type": "number"}, _INSTANT), {"type": "string"}, _INSTANT)


def _replace(shape: Any, old: Json, new: Json) -> Any:
    if shape == old:
        return new
    if isinstance(shape, dict):
        members = cast("Json", shape)
        return {key: _replace(value, old, new) for key, value in members.items()}
    if isinstance(shape, list):
        return [_replace(item, old, new) for item in cast("list[Any]", shape)]
    return shape


def _reached(name: str, parts: dict[str, Json]) -> set[str]:
    """The names of all parts that a part refers to, itself included."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        part = waiting.pop()
        if part not in reached:
            reached.add(part)
            said = json.dumps(parts[part])
            waiting += [other for other in parts if f'"#/$defs/{other}"' in said]
    return reached


if __name__ == "__main__":
    main()
