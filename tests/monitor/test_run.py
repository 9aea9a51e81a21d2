"""The process around a service: what cannot start is one line and exit code 1, at once."""

import socket
from pathlib import Path

import pytest

from monitor.run import serve_plan
from tests.support.bedside_service import plan


def test_a_port_in_use_is_one_line_before_anything_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve_plan(plan(tmp_path / "data", port)) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kat-monitor: port {port} on 127.0.0.1 is in use")
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_used_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file, no folder", encoding="utf-8")
    assert serve_plan(plan(tmp_path / "data", 0)) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "data" in line
