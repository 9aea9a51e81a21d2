"""The MQTT driver and `check` against a broker with TLS: let in, or told in one line why not."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from devices.mqtt import MqttDriver, MqttSettings
from devices.mqtt_credentials import CredentialUnusable
from devices.mqtt_handshake import NoConnection
from monitor.check_broker import NotAllowed, reach_broker
from tests.support.certificates import Authority
from tests.support.desk import Desk
from tests.support.driving import DEVICES, READING, device, driving, spo2
from tests.support.mosquitto import Mosquitto
from tests.support.ports import free_port

pytestmark = pytest.mark.system
HOST = "127.0.0.1"
unheard = list[str]().append


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def tls(authority: Authority, *more: str, hosts: tuple[str, ...] = (HOST,), **kind: Any) -> str:
    """Lines of mosquitto.conf for a listener with a certificate of the authority."""
    server = authority.sign("server", hosts=hosts, **kind)
    lines = (f"cafile {authority.ca}", f"certfile {server.cert}", f"keyfile {server.key}")
    return "\n".join((*lines, *(more or ("allow_anonymous true",))))


async def told(port: int, **more: Any) -> str:
    """What the driver says of a broker that does not let it in; `check` says the same."""
    settings = MqttSettings(site="clinic", port=port, **more)
    desk = Desk()
    driver = MqttDriver(settings, DEVICES, desk, desk.on_broker)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(driver.run(), name="driver under test")
        await desk.until(lambda: bool(desk.broker))
        task.cancel()
    ((up, said),) = desk.broker
    with pytest.raises((CredentialUnusable, NoConnection, NotAllowed)) as caught:
        await reach_broker(settings, unheard)
    assert (up, said) == (False, f"broker {settings.host}:{port}: {caught.value}")
    return str(caught.value)


async def test_a_client_certificate_opens_a_broker_that_wants_one(
    tmp_path: Path, authority: Authority
) -> None:
    ours = authority.sign("kat-monitor")
    access = tls(authority, "require_certificate true", "use_identity_as_username true")
    shown: dict[str, Any] = {"ca_file": authority.ca, "cert_file": ours.cert, "key_file": ours.key}
    async with Mosquitto(tmp_path, access) as broker:
        desk = Desk()
        async with driving(desk, broker.port, **shown):
            assert desk.broker[0][0]
        settings = MqttSettings(site="clinic", port=broker.port, **shown)
        assert await reach_broker(settings, unheard) == ("lets us in by TLS, listen and publish")
        assert "hangs up" in (said := await told(broker.port, ca_file=authority.ca))
        assert said.endswith("does it want a client certificate (mqtt.cert_file)?")
        stranger = Authority(tmp_path, "stranger").sign("kat-monitor")
        shown |= {"cert_file": stranger.cert, "key_file": stranger.key}
        said = await told(broker.port, **shown)
        assert said.startswith(f"does not accept our certificate, mqtt.cert_file {stranger.cert}")


async def test_readings_come_through_tls(tmp_path: Path, authority: Authority) -> None:
    context = ssl.create_default_context(cafile=str(authority.ca))
    async with Mosquitto(tmp_path, tls(authority)) as broker:
        desk = Desk()
        async with (
            driving(desk, broker.port, ca_file=authority.ca),
            device(broker.port, tls_context=context) as ox,
        ):
            await ox.publish(READING, spo2(97), qos=1)
            await desk.until(lambda: desk.values == [97])


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ({"hosts": ("broker.clinic",)}, "is not made for mqtt.host '127.0.0.1'"),
        ({"hosts": ("broker.clinic", "10.0.0.1")}, "is not made for mqtt.host '127.0.0.1'"),
        ({"days": -1.0}, "has expired"),
    ],
    ids=["name", "address", "expired"],
)
async def test_a_brokers_certificate_that_does_not_hold_says_why(
    tmp_path: Path, authority: Authority, server: dict[str, Any], said: str
) -> None:
    async with Mosquitto(tmp_path, tls(authority, **server)) as broker:
        assert await told(broker.port, ca_file=authority.ca) == f"the broker's certificate {said}"


async def test_a_broker_signed_by_another_authority_is_not_trusted(
    tmp_path: Path, authority: Authority
) -> None:
    other = Authority(tmp_path, "other").ca
    async with Mosquitto(tmp_path, tls(authority)) as broker:
        said = await told(broker.port, ca_file=other)
    assert said.startswith(f"the broker's certificate is not signed by mqtt.ca_file {other}")


async def test_tls_on_one_side_only_says_on_which(tmp_path: Path, authority: Authority) -> None:
    plain, hidden = tmp_path / "plain", tmp_path / "hidden"
    plain.mkdir()
    hidden.mkdir()
    async with Mosquitto(plain) as open_broker, Mosquitto(hidden, tls(authority)) as broker:
        said = await told(open_broker.port, ca_file=authority.ca)
        assert said.startswith("does not speak TLS here")
        assert said.endswith("its TLS port is usually 8883")
        assert await told(broker.port) == (
            "hangs up before it answers: does it want TLS (mqtt.ca_file) at this port?"
        )


async def test_a_wrong_password_and_a_missing_one_are_told_apart(tmp_path: Path) -> None:
    passwords, secret = tmp_path / "passwords", tmp_path / "secret"
    await make_password(passwords, "kat", "secret")
    secret.write_text("wrong\n")
    async with Mosquitto(tmp_path, f"password_file {passwords}") as broker:
        said = await told(broker.port, username="kat", password_file=secret)
        assert said.startswith("refuses mqtt.username 'kat': ")
        assert said.endswith(f"is mqtt.password_file {secret} right?")
        said = await told(broker.port)
        assert said.startswith("refuses us: ")
        assert said.endswith("give mqtt.username and mqtt.password_file")


async def test_a_host_nobody_knows_is_named() -> None:
    said = await told(free_port(), host="no-such-broker.invalid")
    assert said.startswith("mqtt.host 'no-such-broker.invalid' is not known: ")


async def test_a_missing_file_is_no_end_but_a_broker_that_is_not_reached_yet(
    tmp_path: Path,
) -> None:
    secret, desk = tmp_path / "secret", Desk()
    async with Mosquitto(tmp_path) as broker:
        settings = MqttSettings(
            site="clinic", port=broker.port, username="kat", password_file=secret
        )
        driver = MqttDriver(settings, DEVICES, desk, desk.on_broker)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(driver.run(), name="driver under test")
            await desk.until(lambda: bool(desk.broker))
            assert f"mqtt.password_file {secret} does not exist" in desk.broker[0][1]
            secret.write_text("secret")
            await desk.until(lambda: desk.broker[-1][0])
            task.cancel()


async def test_what_must_be_seen_to_is_logged_once_and_told_by_check(
    tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    async with Mosquitto(tmp_path, tls(authority, days=5.0)) as broker:
        desk = Desk()
        async with driving(desk, broker.port, ca_file=authority.ca):
            await broker.kill()
            await broker.start()
            await desk.until(lambda: len(desk.broker) == 3)
        settings = MqttSettings(site="clinic", port=broker.port, ca_file=authority.ca)
        warnings: list[str] = []
        await reach_broker(settings, warnings.append)
    (warning,) = warnings
    assert warning.startswith("the broker's certificate expires in 4 days, on ")
    assert [record.getMessage() for record in caplog.records].count(warning) == 1


async def test_an_access_list_that_stands_in_our_way_is_named(tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    for rule in ("topic read kat/#", "topic write kat/#"):
        async with refusing(tmp_path, acl, rule) as broker:
            said = await refusal(broker.port)
            assert said.startswith("does not pass on what we publish to kat/clinic/monitor/marker/")


@contextlib.asynccontextmanager
async def refusing(folder: Path, acl: Path, rule: str) -> AsyncGenerator[Mosquitto]:
    await asyncio.to_thread(acl.write_text, rule + "\n")
    async with Mosquitto(folder, f"allow_anonymous true\nacl_file {acl}") as broker:
        yield broker


async def refusal(port: int) -> str:
    with pytest.raises(NotAllowed) as caught:
        await reach_broker(MqttSettings(site="clinic", port=port), unheard)
    return str(caught.value)


async def make_password(passwords: Path, user: str, password: str) -> None:
    maker = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-b", "-c", str(passwords), user, password
    )
    assert await maker.wait() == 0
