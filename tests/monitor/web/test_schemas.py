"""The published schemas are those of the types, and real messages have their keys."""

import json
from typing import Any

import pytest

from monitor.web.schemas import FOLDER, schemas, text
from tests.monitor.web.page import make_hub, spo2

Json = dict[str, Any]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_published_schema_is_current(name: str) -> None:
    published = (FOLDER / name).read_text(encoding="utf-8")
    assert published == text(schemas()[name]), "run python -m monitor.web.schemas"


def test_no_published_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(schemas())


@pytest.mark.parametrize(("kind", "shape"), [("snapshot", "BedView"), ("frame", "BedChange")])
def test_a_real_message_has_the_keys_of_its_schema(kind: str, shape: str) -> None:
    hub = make_hub()
    hub.offer_reading(spo2(96.0))
    screen = hub.join(lambda: None)
    hub.offer_reading(spo2(97.0))
    hub.tick()
    messages = [json.loads(screen.take() or ""), json.loads(screen.take() or "")]
    message = next(message for message in messages if message["kind"] == kind)
    schema = schemas()[f"{kind}.json"]
    assert set(message) == set(schema["properties"])
    bed = message["beds"][0] if kind == "snapshot" else message["beds"]["B1"]
    assert set(bed) <= set(schema["$defs"][shape]["properties"])
    assert set(bed["readings"]["spo2"]) == set(schema["$defs"]["ReadingView"]["properties"])


def test_an_instant_is_published_as_text() -> None:
    at = schemas()["alarm_event.json"]["properties"]["at"]
    assert at == {"type": "string", "format": "date-time"}
    dose = schemas()["snapshot.json"]["$defs"]["SessionStatus"]["properties"]["dose_at"]
    assert {"type": "string", "format": "date-time"} in dose["anyOf"]
