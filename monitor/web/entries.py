"""What people entered in a session, as the record has it: who, what, when."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from alerts.command import Close, Order
from devices.reading import Metric, Reading, Report, Sample
from monitor.board import STAFF
from monitor.journal import decode_input
from monitor.store.rows import InputRow
from monitor.times import iso
from monitor.wire import outward

Json = dict[str, Any]

_NO_PERSONS = frozenset(
    {
        *("arrive", "beats", "cover", "cuff", "fault", "gap", "link", "malformed", "place"),
        *("sessions", "tick"),
    }
)
"""Kinds of input that no person enters; a pressure by hand stands in its entry of vitals."""
_SCORES = b'"moaas"'
_STATED = ("happened_at", "given_at", "ended_at", "device_time")
_SAID = frozenset({"type", "at", "by", "id", "bed", "device", "origin", "history", *_STATED})


def entries_of(rows: Iterable[InputRow]) -> list[Json]:
    """Each entry of a session in the order of entering.

    at: when it was entered; happened_at: when it happened, as it says; what: its own fields.
    """
    return list(_entries(rows))


def _entries(rows: Iterable[InputRow]) -> Iterator[Json]:
    for row in rows:
        if row.kind in _NO_PERSONS or (row.kind == "sample" and _SCORES not in row.body):
            continue
        try:
            item = decode_input(row.body)
        except msgspec.ValidationError:
            yield {
                "kind": row.kind,
                "by": None,
                "at": iso(row.at),
                "what": {},
            }  # of another version
            continue
        if isinstance(item, Order | Report) or _is_score(item):
            yield _entry(item)


def _is_score(item: object) -> bool:
    return isinstance(item, Sample) and item.metric is Metric.MOAAS and item.device == STAFF


def _entry(item: Any) -> Json:
    said = outward(item)
    stated = next((said[name] for name in _STATED if said.get(name) is not None), said["at"])
    what: Json = {
        name: value
        for name, value in said.items()
        if name not in _SAID
        and value not in (None, "", [], ())
        and isinstance(value, str | int | float | list | tuple)
    }
    return {
        "id": said.get("id", ""),
        "kind": _kind(item, said),
        "by": said["by"],
        "at": said["at"],
        "happened_at": stated,
        "what": what,
    }


def _kind(item: Order | Reading, said: Json) -> str:
    match item:
        case Close():
            return "discharge" if item.outcome == "discharged" else "abort"
        case Report():
            return "nausea"
        case Sample():
            return "moaas"
        case _:
            return str(said["type"])
