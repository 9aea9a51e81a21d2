"""Does the broker keep what devices send while we are away? Measured at each start, and by check.

Brokers drop what exceeds their limits in silence: only a measurement shows it.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence

import aiomqtt

from devices.mqtt_credentials import CredentialUnusable
from devices.mqtt_handshake import NoConnection
from devices.mqtt_probe import PROBE_MOST, Kept, ProbeFailed, measure_keeping
from devices.mqtt_settings import MqttDevice, MqttSettings

_SPARE = 2.0  # the advice is so many times what is needed: a device may send more, or come in
_RESTS = 1.0  # beside a service we rest as long as we work
_RETRY_S = 60.0
_LONGEST_S = 300.0
_LOG = logging.getLogger(__name__)
_AWAY = (aiomqtt.MqttError, CredentialUnusable, NoConnection, OSError, TimeoutError)


def backlog_of(devices: Sequence[MqttDevice], outage_s: float) -> int:
    """How many messages devices send in so many seconds."""
    return sum(math.ceil(outage_s / device.period_s) for device in devices)


async def keep_asking(
    settings: MqttSettings, messages: int, outage_s: float, note: Callable[[str], None]
) -> None:
    """Measure once, however often it takes until the broker lets us; `note` hears the result."""
    while True:
        try:
            async with asyncio.timeout(_LONGEST_S):
                kept = await measure_keeping(settings, messages, rests=_RESTS)
        except ProbeFailed as error:
            _LOG.warning("%s", error)
            note(f"what it keeps is not known: {error}")
            return
        except _AWAY as error:
            _LOG.info("what the broker keeps is not known yet: %s", error or type(error).__name__)
            await asyncio.sleep(_RETRY_S)
        else:
            _LOG.log(logging.INFO if is_enough(kept) else logging.WARNING, "the broker %s",
                     verdict(kept, messages, outage_s))  # fmt: skip
            note(verdict(kept, messages, outage_s))
            return


def is_enough(kept: Kept) -> bool:
    """Whether nothing was dropped."""
    return kept.came >= kept.sent


def verdict(kept: Kept, messages: int, outage_s: float) -> str:
    """The result in words that follow "the broker"; where it is too little, what to set."""
    if is_enough(kept):
        whole = "" if messages <= PROBE_MOST else f" (measured with {PROBE_MOST:,} of them)"
        return f"keeps the {messages:,} messages of an outage of {outage_s:.0f} s{whole}"
    wanted = _round_up(_SPARE * messages)
    return (
        f"keeps {kept.came:,} of {kept.sent:,} messages while we are away: of an outage of "
        f"{outage_s:.0f} s the rest is lost. mosquitto: max_queued_messages {wanted} (and "
        "max_queued_bytes 0); nats-server: more max_file_store in jetstream"
    )


def _round_up(number: float) -> int:
    """To the next 1, 2 or 5 with zeros: a setting that a person can read."""
    power = 10 ** math.floor(math.log10(number))
    return next(int(step * power) for step in (1, 2, 5, 10) if step * power >= number)
