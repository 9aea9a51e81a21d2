"""Being let in by the broker: connects, and says in one sentence why it does not come about.

paho tells nobody of a connection that ends between CONNECT and CONNACK, and writes the reason of a
refused certificate into its log only; both are listened to here while the handshake lasts.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import aiomqtt
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.client import ConnectFlags
from paho.mqtt.enums import LogLevel
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from devices.mqtt_credentials import Credentials
from devices.mqtt_settings import MqttSettings

_ANSWER_DELAY = 10.0  # s for TCP, TLS and CONNACK together
_TLS_PORT = 8883  # IANA: secure-mqtt
_BAD_PASSWORD = frozenset({134, 135})  # CONNACK 4 and 5, as paho names them in MQTT 5's numbers
_HUNG_UP = ReasonCode(PacketTypes.CONNACK, "Server unavailable")  # known by identity
_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.CRITICAL)  # what aiomqtt and paho say here is told by us, once


# Else the kernel holds a publication back until the broker has confirmed the PUBACK before it, and
# an alarm goes out up to 40 ms later.
_AT_ONCE = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)


class NoConnection(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The broker cannot be reached or does not let us in; the message says what would help."""


def make_client(settings: MqttSettings, credentials: Credentials, **more: Any) -> aiomqtt.Client:
    """A client of aiomqtt for this broker, not yet connected; `more` are its own arguments."""
    return aiomqtt.Client(
        settings.host,
        settings.port,
        protocol=aiomqtt.ProtocolVersion.V311,
        username=settings.username,
        password=credentials.password,
        tls_context=credentials.tls,
        logger=_LOG,
        socket_options=_AT_ONCE,
        **more,
    )


def paho_of(client: aiomqtt.Client) -> PahoClient:
    """The client beneath, to which aiomqtt has no public way."""
    return client._client  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - said above


async def shake_hands(client: aiomqtt.Client, settings: MqttSettings) -> None:
    """Connect the client. Raises NoConnection."""
    heard: list[str] = []
    listening = _Listening(paho_of(client), heard.append)
    try:
        async with asyncio.timeout(_ANSWER_DELAY):
            await client.__aenter__()
    except (aiomqtt.MqttError, TimeoutError) as error:
        listening.end()
        paho_of(client).disconnect()  # else a socket without CONNACK stays open
        raise NoConnection(_reason(error, heard, settings)) from error
    finally:
        listening.end()


@contextlib.asynccontextmanager
async def connected(client: aiomqtt.Client, settings: MqttSettings) -> AsyncGenerator[None]:
    """Connected inside. Raises NoConnection, and TimeoutError if the good-bye finds no end."""
    # aiomqtt connects in a thread, which no cancellation stops: let it end, then close
    connecting = asyncio.create_task(shake_hands(client, settings), name="mqtt connect")
    try:
        await asyncio.shield(connecting)
    except asyncio.CancelledError:
        with contextlib.suppress(NoConnection, aiomqtt.MqttError):
            await connecting
            await client.__aexit__(None, None, None)
        raise
    try:
        yield
    finally:
        async with asyncio.timeout(_ANSWER_DELAY):
            await client.__aexit__(None, None, None)


def certificate_end(client: aiomqtt.Client) -> float | None:
    """When the broker's own certificate ends, in seconds since 1970; None: without TLS."""
    wire = paho_of(client).socket()
    certificate = wire.getpeercert() if isinstance(wire, ssl.SSLSocket) else None
    return ssl.cert_time_to_seconds(str(certificate["notAfter"])) if certificate else None


class _Listening:
    """Hears paho's errors, and ends the wait for a CONNACK when the connection has ended."""

    def __init__(self, paho: PahoClient, hear: Callable[[str], None]) -> None:
        self._paho = paho
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self._on_disconnect: Callable[..., None] | None = paho.on_disconnect
        self._waiting = True
        paho.on_log = self._on_log
        paho.on_disconnect = self._on_ended

    def end(self) -> None:
        self._waiting = False
        self._paho.on_log = None
        self._paho.on_disconnect = self._on_disconnect

    def _on_log(self, _: PahoClient, __: Any, level: int, text: str) -> None:
        if level == LogLevel.MQTT_LOG_ERR:
            self._hear(text)

    def _on_ended(self, *said: Any) -> None:
        if self._on_disconnect is not None:
            self._on_disconnect(*said)
        self._loop.call_soon_threadsafe(self._give_up)  # a thread may be the one that connects

    def _give_up(self) -> None:
        """Tell aiomqtt of a CONNACK that says no; it ignores that where one has said yes."""
        answer = cast("Callable[..., None] | None", self._paho.on_connect)
        if self._waiting and answer is not None:
            answer(self._paho, None, ConnectFlags(session_present=False), _HUNG_UP, None)


def _reason(error: Exception, heard: list[str], settings: MqttSettings) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if not isinstance(error, aiomqtt.MqttCodeError):
        return _unreached(error, settings)
    if error.rc is _HUNG_UP:
        return _hung_up(heard, settings)
    code = error.rc
    if isinstance(code, ReasonCode) and code.value in _BAD_PASSWORD:
        return _refused_user(str(code), settings)
    return f"refuses us: {code}"


def _unreached(error: Exception, settings: MqttSettings) -> str:
    """No connection, or no TLS over it."""
    cause = error.__context__  # aiomqtt keeps only the text
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(cause, settings)
    if isinstance(cause, socket.gaierror):
        return f"mqtt.host {settings.host!r} is not known: {cause.strerror}"
    if isinstance(cause, TimeoutError):
        return "no answer in time" + ("; does it speak TLS at this port?" if settings.tls else "")
    if settings.tls and isinstance(cause, ssl.SSLError | ConnectionResetError):
        return f"does not speak TLS here ({error}): its TLS port is usually {_TLS_PORT}"
    return str(error)


def _refused_user(answer: str, settings: MqttSettings) -> str:
    if settings.username is None:
        return f"refuses us: {answer}; give mqtt.username and mqtt.password_file"
    where = f"mqtt.password_file {settings.password_file}"
    return f"refuses mqtt.username {settings.username!r}: {answer}; is {where} right?"


def _hung_up(heard: list[str], settings: MqttSettings) -> str:
    """It hung up on our CONNECT, or on what TLS showed of us."""
    if not settings.tls:
        return "hangs up before it answers: does it want TLS (mqtt.ca_file) at this port?"
    why = f" ({heard[0]})" if heard else ""
    if settings.cert_file is None:
        return f"hangs up{why}: does it want a client certificate (mqtt.cert_file)?"
    return f"does not accept our certificate, mqtt.cert_file {settings.cert_file}{why}"


def _untrusted(error: ssl.SSLCertVerificationError, settings: MqttSettings) -> str:
    match error.verify_code:  # OpenSSL's X509_V_ERR_*
        case 62 | 64:
            what = f"is not made for mqtt.host {settings.host!r}"
        case 10:
            what = "has expired"
        case 9:
            what = "is not valid yet; is this machine's clock right?"
        case _:
            what = f"is not signed by mqtt.ca_file {settings.ca_file} ({error.verify_message})"
    return f"the broker's certificate {what}"
