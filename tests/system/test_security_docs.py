"""docs/security.md: its commands make certificates that a broker and we accept."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from devices.mqtt import MqttSettings
from monitor.check_broker import reach_broker
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system
DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"


async def test_the_commands_make_certificates_that_are_accepted(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is absent (Debian package openssl)")
    text = await asyncio.to_thread(DOCUMENT.read_text, encoding="utf-8")
    script = "\n".join(["set -eu", *re.findall(r"```sh\n(.+?)```", text, flags=re.DOTALL)])
    shell = await asyncio.create_subprocess_exec(
        "sh", "-c", script, cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    _, said = await shell.communicate()
    assert shell.returncode == 0, said.decode()
    access = (
        f"cafile {tmp_path}/ca.pem\ncertfile {tmp_path}/server.pem\nkeyfile {tmp_path}/server.key\n"
        "require_certificate true\nuse_identity_as_username true"
    )
    async with Mosquitto(tmp_path, access) as broker:
        settings = MqttSettings(
            site="clinic",
            host="localhost",
            port=broker.port,
            ca_file=tmp_path / "ca.pem",
            cert_file=tmp_path / "kat-monitor.pem",
            key_file=tmp_path / "kat-monitor.key",
        )
        warnings: list[str] = []
        assert "by TLS" in await reach_broker(settings, warnings.append)
        assert warnings == []
