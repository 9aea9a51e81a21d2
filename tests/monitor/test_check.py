"""`kat-monitor check`: a line a part, and 0 only if every one of them can be reached."""

import asyncio
from pathlib import Path

import pytest

from monitor.check import check
from tests.support.influxd import influxd
from tests.support.mosquitto import Mosquitto
from tests.support.ports import free_port

pytestmark = pytest.mark.system


def write_config(folder: Path, *, broker: int, influx: str, urls: str = "", mqtt: str = "") -> Path:
    (folder / "urls").write_text(urls, encoding="utf-8")
    path = folder / "config.toml"
    path.write_text(
        f"""
        site = {{ id = "clinic" }}
        bluetooth = {{ enabled = false }}
        mqtt = {{ port = {broker}{mqtt} }}
        influx = {{ enabled = true, url = "{influx}" }}
        pager = {{ urls_file = "urls" }}
        bed = [{{ id = "a" }}]
        """,
        encoding="utf-8",
    )
    return path


async def test_all_is_well_where_every_part_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "influx").mkdir()
    async with Mosquitto(tmp_path) as broker, influxd(tmp_path / "influx") as server:
        path = write_config(tmp_path, broker=broker.port, influx=server.url, urls="json://x\n")
        assert await asyncio.to_thread(check, path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        f"ok    configuration {path}",
        "ok    store",
        "ok    broker 127.0.0.1",
        "ok    influx",
        "ok    pager",
    ]
    assert lines[-1] == "ok    pager: 1 channels"


def test_each_part_that_cannot_be_reached_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    path = write_config(tmp_path, broker=port, influx=f"http://127.0.0.1:{free_port()}")
    (tmp_path / "urls").unlink()
    assert check(path) == 1
    said = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert said["ok    store"] == f"{tmp_path / 'data'} can be written"
    assert "refused" in said[f"FAIL  broker 127.0.0.1:{port}"]
    assert "Cannot connect" in said["FAIL  influx"]
    assert "urls" in said["FAIL  pager"]


async def test_what_must_be_seen_to_is_a_line_and_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    secret.chmod(0o644)
    (tmp_path / "influx").mkdir()
    async with Mosquitto(tmp_path) as broker, influxd(tmp_path / "influx") as server:
        path = write_config(
            tmp_path,
            broker=broker.port,
            influx=server.url,
            mqtt=', username = "kat", password_file = "secret"',
        )
        assert await asyncio.to_thread(check, path) == 0
    assert (
        f"warn  mqtt.password_file {secret} can be read by everyone on this machine: chmod 600"
        in capsys.readouterr().out.splitlines()
    )


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    path = write_config(tmp_path, broker=free_port(), influx=f"http://127.0.0.1:{free_port()}")
    check(path)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_clinic_without_bluetooth_devices_is_not_asked_for_an_adapter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('site = { id = "clinic" }\nmqtt = { enabled = false }\nbed = [{ id = "a" }]')
    assert check(path) == 0
    assert "bluetooth" not in capsys.readouterr().out
