"""`kat-monitor check --message`: what a message would become, by the driver's own code."""

import io
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import main

Say = Callable[[str, object], tuple[int, list[str]]]
"""A topic and a payload; the exit code and the lines."""

CONFIG = """
site = { id = "clinic" }

[[mqtt.mapping]]
topic = "ward/{bed}/ox"
device = "ox"
metric = "spo2"
each = "/samples"
pointer = "/o"
time_pointer = "/t"

[[mqtt.mapping]]
topic = "ward/{bed}/nibp"
device = "ox"
metric = "systolic"
pointer = "/s"

[[mqtt.mapping]]
topic = "ward/{bed}/nibp"
device = "ox"
metric = "diastolic"
pointer = "/d"

[[mqtt.mapping]]
topic = "ward/{bed}/rr"
device = "ox"
metric = "rr_ms"
pointer = "/rr"

[[bed]]
id = "a"
[[bed.device]]
id = "ox"
kind = "monitor"
[[bed.device]]
id = "button"
kind = "button"
"""


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives a message to the command."""
    config, file = tmp_path / "config.toml", tmp_path / "payload"
    config.write_text(CONFIG, encoding="utf-8")

    def run(topic: str, payload: object) -> tuple[int, list[str]]:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        file.write_bytes(data)
        code = main(["check", "--config", str(config), "--message", topic, str(file)])
        return code, capsys.readouterr().out.splitlines()

    return run


def test_each_reading_is_shown_with_value_unit_validity_and_time(say: Say) -> None:
    said = {"samples": [{"o": 96, "t": "2026-11-23T09:29:59Z"}, {"o": 97, "t": 1795426200250}]}
    assert say("ward/a/ox", said) == (
        0,
        [
            "ok    a ox: spo2 96 %, valid, measured 2026-11-23T09:29:59.000Z, history",
            "ok    a ox: spo2 97 %, valid, measured 2026-11-23T09:30:00.250Z",
        ],
    )
    assert say("ward/a/ox", {"samples": [{"o": None}]}) == (
        0,
        ["ok    a ox: spo2 has no value, unavailable (no_value)"],
    )
    assert say("ward/a/nibp", {"s": 120, "d": 80}) == (
        0,
        ["ok    a ox: cuff systolic 120 mm[Hg], diastolic 80 mm[Hg], valid"],
    )
    assert say("ward/a/rr", {"rr": [800, 812.5]}) == (0, ["ok    a ox: rr_ms 800 812.5 ms"])


def test_a_native_message_is_judged_as_well(say: Say) -> None:
    assert say("kat/clinic/a/ox/reading", {"spo2": 97, "moaas": 4}) == (
        0,
        ["ok    a ox: spo2 97 %, valid", "ok    a ox: moaas 4, valid"],
    )
    press = {"id": "p1", "source": "button", "kind": "nrs", "value": 6}
    assert say("kat/clinic/a/button/nausea", press) == (
        0,
        ["ok    a button: nausea report nrs 6 by button"],
    )
    assert say("kat/clinic/a/ox/status", b"offline") == (
        0,
        ["ok    a ox: link down (device_offline)"],
    )


@pytest.mark.parametrize(
    ("topic", "payload", "line"),
    [
        ("ward/a/ox", b"{", "ward/a/ox: bad JSON: Input data was truncated"),
        (
            "ward/a/nibp",
            {"sys": 120},
            "ward/a/nibp: the payload has nothing at '/s', '/d'; it has '/sys'",
        ),
        ("ward/a/nibp", {"s": "high"}, "ward/a/nibp: systolic at '/s' is 'high', not a number"),
        (
            "ward/a/oy",
            {},
            (
                "ward/a/oy: no mapping row is for topic 'ward/a/oy'; the nearest is "
                "'ward/{bed}/ox': level 3 is 'oy', not 'ox'"
            ),
        ),
        (
            "ward/b/ox",
            {},
            "ward/b/ox: no bed 'b' with MQTT devices is configured; there are a",
        ),
        (
            "kat/clinic/a/oy/reading",
            {},
            "kat/clinic/a/oy/reading: no device 'oy' at bed 'a'; it has button, ox",
        ),
        ("kat/clinic/a/ox/status", b"online", "kat/clinic/a/ox/status: it carries no reading"),
    ],
)
def test_what_becomes_of_nothing_is_told_in_one_line(
    say: Say, topic: str, payload: object, line: str
) -> None:
    assert say(topic, payload) == (1, [f"FAIL  {line}"])


def test_what_cannot_be_is_shown_and_told(say: Say) -> None:
    code, lines = say("ward/a/ox", {"samples": [{"o": 250}]})
    assert code == 1
    assert lines == [
        "ok    a ox: spo2 has no value, invalid (out_of_range)",
        "FAIL  ward/a/ox: out of the possible: spo2 250.0",
    ]


def test_the_driver_logs_nothing_beside_the_line(
    say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    say("ward/a/ox", b"{")
    assert caplog.records == []
    assert logging.getLogger("devices.mqtt_inbox").level == logging.NOTSET


def test_a_payload_comes_from_standard_input_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"s": 120, "d": 80}')))
    assert main(["check", "--config", str(config), "--message", "ward/a/nibp", "-"]) == 0
    assert "systolic 120" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    absent = str(tmp_path / "absent")
    assert main(["check", "--config", str(config), "--message", "ward/a/ox", absent]) == 1
    assert capsys.readouterr().out == f"FAIL  {absent}: cannot be read: No such file or directory\n"


def test_a_wrong_configuration_comes_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.replace('device = "ox"', 'device = "oy"', 1), encoding="utf-8")
    assert main(["check", "--config", str(config), "--message", "ward/a/ox", "-"]) == 2
    told = capsys.readouterr().err
    assert "mqtt.mapping[1].device = 'oy': no bed has such an MQTT device" in told
