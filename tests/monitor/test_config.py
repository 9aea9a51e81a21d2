"""config.toml: the example is valid, documented and complete; mistakes are listed all at once."""

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from devices.reading import Origin
from monitor.config import Config, load_config, parse_config
from monitor.mistakes import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.toml"


def test_the_example_is_a_valid_three_bed_clinic() -> None:
    config = load_config(EXAMPLE)
    assert [bed.id for bed in config.bed] == ["room-1", "room-2", "room-3"]
    assert config.origin is Origin.REAL


def test_every_key_there_is_stands_in_the_example() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    missing = [key for key in _keys(Config) if f"{key} = " not in text]
    assert missing == []


def test_every_commented_key_of_the_example_is_a_key_there_is() -> None:
    lines = [
        line.removeprefix("# ")
        for line in EXAMPLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("# ") and " = " in line
    ]
    known = set(_keys(Config))
    assert [line for line in lines if line.split(" = ")[0] not in known] == []


def test_all_mistakes_are_listed_at_once_with_file_key_and_value() -> None:
    raw: dict[str, Any] = {
        "site": {"id": "two words", "colour": 1},
        "web": {"port": "eighty"},
        "bed": [{"id": "a"}, {"id": "b", "device": [{"id": "x", "kind": "toaster"}]}],
    }
    with pytest.raises(ConfigError) as caught:
        parse_config(raw, Path("clinic.toml"))
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert all(line.startswith("clinic.toml: ") for line in lines)
    assert any("site.id = 'two words'" in line for line in lines)
    assert any("site.colour" in line and "no such key" in line for line in lines)
    assert any("web.port = 'eighty'" in line for line in lines)
    assert any("bed[2].device[1].kind = 'toaster'" in line and "'cuff'" in line for line in lines)


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_a_number_that_is_none_is_a_mistake(number: str) -> None:
    raw = tomllib.loads(f'[site]\nid="x"\n[pager]\nmedium_after_s={number}\n[[bed]]\nid="a"')
    with pytest.raises(ConfigError, match="medium_after_s"):
        parse_config(raw, Path("clinic.toml"))


@pytest.mark.parametrize(
    ("beds", "what"),
    [
        ([{"id": "a"}, {"id": "a"}], "bed id"),
        (
            [
                {
                    "id": "a",
                    "device": [{"id": "d", "kind": "button"}, {"id": "d", "kind": "monitor"}],
                }
            ],
            "device id of bed a",
        ),
        ([{"id": "a", "device": [{"id": "staff", "kind": "monitor"}]}], "what people enter"),
        ([{"id": "monitor"}], "our own MQTT topics"),
        ([{"id": "unassigned"}], "stands for what is at no bed"),
    ],
)
def test_a_name_stands_for_one_thing_only(beds: list[dict[str, Any]], what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        parse_config({"site": {"id": "x"}, "bed": beds}, Path("clinic.toml"))


def cuff(name: str, address: str) -> dict[str, Any]:
    return {"id": name, "kind": "cuff", "address": address}


def test_each_device_with_the_address_of_another_is_one_mistake_that_names_both() -> None:
    beds = [
        {"id": "a", "device": [cuff("x", "C0:00:00:00:00:0a")]},
        {"id": "b", "device": [cuff("y", "C0:00:00:00:00:0A"), cuff("z", "C0:00:00:00:00:01")]},
    ]
    raw: dict[str, Any] = {
        "site": {"id": "s"},
        "bed": beds,
        "device": [cuff("spare", "c0:00:00:00:00:0a")],
    }
    with pytest.raises(ConfigError) as caught:
        parse_config(raw, Path("clinic.toml"))
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        f"clinic.toml: {key} has the address of bed[1].device[1] (x); each device has its own"
        for key in (
            "bed[2].device[1].address = 'C0:00:00:00:00:0A': y",
            "device[1].address = 'c0:00:00:00:00:0a': spare",
        )
    ]


@pytest.mark.parametrize(
    "address",
    ["C0:00:00:00:00", "C0-00-00-00-00-01", "hci0", "", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"],
)
def test_what_is_no_bluetooth_address_says_what_one_looks_like(address: str) -> None:
    raw: dict[str, Any] = {
        "site": {"id": "s"},
        "bed": [{"id": "a", "device": [cuff("x", address)]}],
    }
    with pytest.raises(ConfigError, match=r"bed\[1\].device\[1\].address: .*such as C0:26:DF:"):
        parse_config(raw, Path("clinic.toml"))


@pytest.mark.parametrize(
    ("device", "why"),
    [
        ([{"id": "x", "kind": "monitor"}], "x has no bed and no address"),
        ([cuff("x", "C0:00:00:00:00:01"), cuff("x", "C0:00:00:00:00:02")], "twice: x"),
        ([cuff("staff", "C0:00:00:00:00:01")], "stands for what people enter"),
        ([{**cuff("x", "C0:00:00:00:00:01"), "same_limb_as": "ox"}], "x has no bed yet"),
        ([{**cuff("x", "C0:00:00:00:00:01"), "required": True}], "x has no bed yet"),
    ],
)
def test_a_device_without_a_bed_can_go_to_any(device: list[dict[str, Any]], why: str) -> None:
    raw: dict[str, Any] = {"site": {"id": "s"}, "bed": [{"id": "a"}], "device": device}
    with pytest.raises(ConfigError, match=why):
        parse_config(raw, Path("clinic.toml"))


def test_devices_of_two_beds_may_have_one_name() -> None:
    ox = {"id": "ward-ox", "kind": "monitor"}
    beds = [{"id": "a", "device": [ox]}, {"id": "b", "device": [ox]}]
    config = parse_config({"site": {"id": "x"}, "bed": beds}, Path("clinic.toml"))
    assert [bed.device[0].id for bed in config.bed] == ["ward-ox", "ward-ox"]


def test_a_mapping_that_cannot_work_is_a_mistake_like_any_other() -> None:
    rows = [
        {"topic": "ward/ox", "device": "ox", "metric": "spo2", "pointer": "/a"},
        {"topic": "w/{bed}", "device": "ox", "metric": "spo2", "pointer": "/a", "unit": "mile"},
    ]
    raw: dict[str, Any] = {"site": {"id": "x"}, "mqtt": {"mapping": rows}, "bed": [{"id": "a"}]}
    with pytest.raises(ConfigError) as caught:
        parse_config(raw, Path("clinic.toml"))
    topic, unit = (str(mistake) for mistake in caught.value.mistakes)
    assert topic == (
        "clinic.toml: mqtt.mapping[1]: topic 'ward/ox': the bed is its level {bed} or the key bed: "
        "give one of the two"
    )
    assert unit.startswith("clinic.toml: mqtt.mapping[2]: unit 'mile' of spo2 is none of %")


@pytest.mark.parametrize(
    ("mqtt", "why"),
    [
        ({"ca_file": "ca", "cert_file": "c"}, "cert_file and key_file belong together"),
        ({"ca_file": "ca", "key_file": "k"}, "cert_file and key_file belong together"),
        ({"cert_file": "c", "key_file": "k"}, "cert_file needs TLS"),
        ({"password_file": "p"}, "password_file needs a username"),
    ],
)
def test_half_of_what_a_broker_asks_for_is_a_mistake(mqtt: dict[str, str], why: str) -> None:
    raw: dict[str, Any] = {"site": {"id": "x"}, "mqtt": mqtt, "bed": [{"id": "a"}]}
    with pytest.raises(ConfigError, match=f"mqtt: {why}"):
        parse_config(raw, Path("clinic.toml"))


def test_a_missing_file_and_broken_toml_say_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_config(tmp_path / "absent.toml")
    broken = tmp_path / "broken.toml"
    for content in (b"[site", b"\xff\xfe"):
        broken.write_bytes(content)
        with pytest.raises(ConfigError, match="not TOML"):
            load_config(broken)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path)


def _keys(table: type[BaseModel]) -> list[str]:
    keys: list[str] = []
    for name, field in table.model_fields.items():
        inner = [field.annotation, *get_args(field.annotation)]
        tables = [t for t in inner if isinstance(t, type) and issubclass(t, BaseModel)]
        keys.extend(_keys(tables[0]) if tables else [name])
    return keys
