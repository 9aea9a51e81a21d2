"""docs/mapping.md: each row and payload on the page gives the result that stands there."""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from devices.mapping_row import _UNITS
from devices.reading import Metric
from monitor.check_message import judge
from monitor.config import Mapping, parse_config
from monitor.planning import mqtt_devices, mqtt_settings, plan_from

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")
_FENCE = r"```{}\n(.*?)```\n"
_MESSAGE = re.compile(
    r"^On `([^`\n]+)`:\n\n" + _FENCE.format("(?:json|payload)") + r"\n" + _FENCE.format("text"),
    flags=re.MULTILINE | re.DOTALL,
)
SYSTEMS = ("OpenMQTTGateway", "ESPHome", "Home Assistant", "gateway's batch", "array", "Sparkplug")


class Example(NamedTuple):
    """A message of the page, with the configuration of its section."""

    section: str
    config: str
    topic: str
    payload: bytes
    result: list[str]


def examples() -> list[Example]:
    found: list[Example] = []
    for section in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        config = re.search(_FENCE.format("toml"), section, flags=re.DOTALL)
        for topic, payload, result in _MESSAGE.findall(section):
            assert config is not None
            found.append(
                Example(
                    section.splitlines()[0],
                    config[1],
                    topic,
                    payload.rstrip("\n").encode(),
                    result.splitlines(),
                )
            )
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.topic)
def test_an_example_gives_what_the_page_says(example: Example) -> None:
    path = ROOT / "example.toml"
    config = parse_config(tomllib.loads('site = { id = "clinic" }\n' + example.config), path)
    plan_from(config, path)
    verdict = judge(
        mqtt_settings(config, path), mqtt_devices(config), example.topic, example.payload
    )
    assert verdict.lines == example.result


def test_every_system_has_an_example_and_every_fence_is_in_one() -> None:
    found = examples()
    for system in SYSTEMS:
        assert any(system in example.section for example in found), system
    assert len(re.findall(r"^```text$", TEXT, flags=re.MULTILINE)) == len(found)
    assert len(re.findall(r"^On `", TEXT, flags=re.MULTILINE)) == len(found)


def test_every_key_metric_and_unit_of_a_row_stands_on_the_page() -> None:
    wanted = [*Mapping.model_fields, *Metric, *(unit for unit, _ in _UNITS)]
    assert [word for word in wanted if f"`{word}`" not in TEXT] == []
