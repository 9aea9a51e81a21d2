"""Outward JSON: the contract's keys, and no instant that leaves as a bare number."""

import json
from typing import get_args, get_type_hints

import msgspec
import pytest

from alerts.event import AlarmEvent
from alerts.status import (
    BaselineStatus,
    BedStatus,
    CheckStatus,
    Hold,
    PendingMark,
    Phase,
    SessionStatus,
    StandingAlarm,
)
from devices.reading import Origin
from monitor.store.rows import SessionRow
from monitor.times import iso
from monitor.wire import INSTANTS, event_json, outward, status_json
from tests.monitor.web.events import alarm_event, standing

OUTWARD_TYPES = (
    AlarmEvent,
    StandingAlarm,
    PendingMark,
    Hold,
    SessionStatus,
    CheckStatus,
    BaselineStatus,
    BedStatus,
    SessionRow,
)
NO_INSTANTS = {
    "value",
    "limit",
    "worst",
    "systolic",
    "diastolic",
    "heart_rate",
    "spo2",
    "cuff_interval_s",
    "respiratory_rate",
    "amount_mg",
    "planned_s",
}
CONTRACT_KEYS = [
    "at",
    "id",
    "seq",
    "bed",
    "session",
    "occurrence",
    "condition",
    "kind",
    "priority",
    "change",
    "cause",
    "presence",
    "signal",
    "value",
    "limit",
    "metric",
    "text",
    "origin",
    "by",
]


def test_an_event_has_the_contracts_keys_in_its_order() -> None:
    event = event_json(alarm_event(1, at=1_795_406_720.546))
    assert list(event)[: len(CONTRACT_KEYS)] == CONTRACT_KEYS
    assert event["at"] == "2026-11-23T04:05:20.546Z"
    assert json.loads(msgspec.json.encode(event))["priority"] == "medium"


@pytest.mark.parametrize("kind", OUTWARD_TYPES, ids=lambda kind: kind.__name__)
def test_every_float_of_an_outward_type_is_an_instant_or_known_to_be_none(
    kind: type[msgspec.Struct],
) -> None:
    hints = get_type_hints(kind)
    floats = {name for name, hint in hints.items() if hint is float or float in get_args(hint)}
    assert floats - INSTANTS <= NO_INSTANTS


def test_a_status_leaves_whole_with_nested_instants_as_text() -> None:
    session = SessionStatus(
        id="S1",
        protocol="iv",
        visit="K7",
        initials="AB",
        origin=Origin.TEST,
        began_at=0.0,
        check=CheckStatus(condition="BP-SEV", due_from=60.0, due_until=120.0, text="repeat"),
    )
    status = BedStatus(bed="B1", phase=Phase.PEAK, session=session, alarms=(standing(1),))
    said = status_json(status)
    assert said["session"]["check"]["due_from"] == "1970-01-01T00:01:00.000Z"
    assert said["session"]["dose_at"] is None
    assert said["alarms"][0]["event"]["at"] == iso(1000.0)
    assert json.loads(msgspec.json.encode(said)) == json.loads(json.dumps(said))


def test_a_free_form_reason_is_left_as_it_is() -> None:
    event = msgspec.structs.replace(alarm_event(1), reason={"at": 12.5, "rule": "limit"})
    assert outward(event)["reason"] == {"at": 12.5, "rule": "limit"}
