"""The broker's part of `kat-monitor check`: are we let in, may we read and write there?"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncGenerator, Callable

import aiomqtt
import msgspec

from devices.mqtt_credentials import broker_warnings, load_credentials
from devices.mqtt_handshake import certificate_end, make_client, shake_hands
from devices.mqtt_probe import measure_keeping
from devices.mqtt_settings import MqttSettings
from monitor.broker_keeping import is_enough, verdict

_REFUSED = 0x80  # SUBACK
_RETURN_WITHIN_S = 3.0

Warn = Callable[[str], None]


class NotAllowed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The broker lets us in, but not do our work."""


async def reach_broker(settings: MqttSettings, warn: Warn) -> str:
    """Connect beside the service, listen to its topics and publish to its marker's.

    Raises CredentialUnusable, NoConnection or NotAllowed. `warn` hears what works but must be seen
    to.
    """
    name = f"kat-check-{secrets.token_hex(4)}"  # never the service's own session
    settings = msgspec.structs.replace(settings, client_id=name)
    credentials = await asyncio.to_thread(load_credentials, settings, time.time())
    for warning in credentials.warnings:
        warn(warning)
    client = make_client(settings, credentials, identifier=name, clean_session=True)
    async with _connected(client, settings):
        for warning in broker_warnings(certificate_end(client), time.time()):
            warn(warning)
        await _listen(client, settings)
        await _hear_marker(client, settings.marker_topic)
    return f"lets us in{' by TLS' if settings.tls else ''}, listen and publish"


async def try_keeping(settings: MqttSettings, messages: int, outage_s: float) -> str:
    """Measure what the broker keeps for us, beside a service that may run.

    Raises as measure_keeping, and NotAllowed where it keeps too little, with the right setting.
    """
    kept = await measure_keeping(settings, messages, name="check")
    said = verdict(kept, messages, outage_s)
    if not is_enough(kept):
        raise NotAllowed(said)
    return said


@contextlib.asynccontextmanager
async def _connected(client: aiomqtt.Client, settings: MqttSettings) -> AsyncGenerator[None]:
    await shake_hands(client, settings)
    try:
        yield
    finally:
        await client.__aexit__(None, None, None)


async def _listen(client: aiomqtt.Client, settings: MqttSettings) -> None:
    granted = await client.subscribe([(name, 1) for name in settings.filters])
    refused = [
        name for name, code in zip(settings.filters, granted, strict=True) if code == _REFUSED
    ]
    if refused:
        raise NotAllowed(f"refuses our subscription to {', '.join(refused)}: may we read there?")


async def _hear_marker(client: aiomqtt.Client, topic: str) -> None:
    """A publication that is not allowed is dropped in silence: only its return proves it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_RETURN_WITHIN_S):
            await client.publish(topic, b"check", qos=1)
            async for message in client.messages:
                if str(message.topic) == topic:
                    return
    raise NotAllowed(f"does not pass on what we publish to {topic}: may we publish and read there?")
