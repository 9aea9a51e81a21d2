"""config.toml as a plan: what each part is told."""

from pathlib import Path
from typing import Any

import pytest

from devices.reading import Metric, Origin
from monitor.config import Config, load_config, parse_config
from monitor.mistakes import ConfigError
from monitor.planning import (
    ble_devices,
    influx_settings,
    mqtt_devices,
    mqtt_settings,
    pager_settings,
    plan_from,
)

EXAMPLE = Path(__file__).parents[2] / "config.toml"


def config(device: dict[str, Any], **more: Any) -> Config:
    bed = {"id": "a", "device": [{"id": "d", **device}]}
    return parse_config({"site": {"id": "x"}, "bed": [bed], **more}, Path("clinic.toml"))


def test_the_example_plans_every_bed_and_a_part_for_each_way_in() -> None:
    plan = plan_from(load_config(EXAMPLE), EXAMPLE)
    assert [setup.bed for setup in plan.beds] == ["room-1", "room-2", "room-3"]
    assert [part.name for part in plan.parts] == ["bluetooth", "mqtt", "pager"]
    assert (plan.folder, plan.origin) == (EXAMPLE.parent / "data", Origin.REAL)


def test_what_is_switched_off_gets_no_part() -> None:
    off = {"bluetooth": {"enabled": False}, "mqtt": {"enabled": False}}
    plan = plan_from(config({"kind": "monitor"}, **off), EXAMPLE)
    assert [part.name for part in plan.parts] == ["pager"]


@pytest.mark.parametrize(
    ("kind", "streams", "silent_after"),
    [("monitor", True, 15.0), ("oximeter", True, 15.0), ("cuff", False, None),
     ("button", False, None)],
)  # fmt: skip
def test_only_a_device_that_streams_is_missed_by_the_broker(
    kind: str, streams: bool, silent_after: float | None
) -> None:
    given = config({"kind": kind, "period_s": 5.0})
    (device,) = mqtt_devices(given)
    assert (device.streams, device.silent_after) == (streams, silent_after)
    assert plan_from(given, EXAMPLE).beds[0].devices[0].streams is streams


def test_a_bluetooth_device_is_known_by_its_address_in_capitals_and_its_model() -> None:
    given = config({"kind": "cuff", "address": "aa:00:00:00:00:0b", "model": "beurer bm85"})
    (device,) = ble_devices(given)
    assert (device.address, device.model.name) == ("AA:00:00:00:00:0B", "Beurer BM85")
    assert mqtt_devices(given) == ()


def test_a_model_of_another_kind_is_a_mistake() -> None:
    given = config({"kind": "oximeter", "address": "aa:00:00:00:00:0b", "model": "Beurer BM85"})
    with pytest.raises(ConfigError, match=r"model = 'Beurer BM85'.*of kind oximeter .*Nonin 3230"):
        plan_from(given, Path("config.toml"))


def test_an_unknown_model_is_a_mistake_that_lists_the_known() -> None:
    given = config({"kind": "cuff", "address": "aa:00:00:00:00:0b", "model": "BM86"})
    with pytest.raises(ConfigError, match=r"bed\[1\].device\[1\].model = 'BM86'.*Beurer BM85"):
        plan_from(given, EXAMPLE)


def test_files_count_from_where_the_configuration_lies() -> None:
    given = config(
        {"kind": "button"},
        mqtt={"username": "kat", "password_file": "secret", "ca_file": "/etc/ca.pem"},
        influx={"token_file": "token"},
        pager={"urls_file": "urls"},
    )
    path = Path("/clinic/config.toml")
    assert mqtt_settings(given, path).password_file == Path("/clinic/secret")
    assert mqtt_settings(given, path).ca_file == Path("/etc/ca.pem")
    assert influx_settings(given, path).token_file == Path("/clinic/token")
    assert pager_settings(given, path).urls_file == Path("/clinic/urls")


def test_a_mapping_reaches_the_driver_whole() -> None:
    row = {
        "topic": "ward/{bed}/ox",
        "device": "ox",
        "metric": "spo2",
        "pointer": "/values/SpO2",
        "unit": "1",
        "scale": 0.5,
        "absent": [0, "unavailable"],
        "time_pointer": "/time",
    }
    (mapped,) = mqtt_settings(config({"kind": "monitor"}, mqtt={"mapping": [row]}), EXAMPLE).mapping
    assert (mapped.topic, mapped.device, mapped.metric) == ("ward/{bed}/ox", "ox", Metric.SPO2)
    assert (mapped.convert(2.0), mapped.absent) == (100.0, (0, "unavailable"))
    assert (mapped.pointer, mapped.time_pointer) == ("/values/SpO2", "/time")
