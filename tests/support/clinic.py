"""A configured clinic of one bed whose monitor speaks MQTT: its config file and its devices."""

import json
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

SITE, BED, MONITOR, BUTTON = "test", "room-1", "monitor-1", "button-1"

_CONFIG = """
[site]
id = "{site}"
label = "Test clinic"
origin = "{origin}"

[web]
port = 0

[bluetooth]
enabled = false

[mqtt]
port = {broker_port}

[influx]
enabled = {influx}
url = "{influx_url}"

[pager]
{pager}
medium_after_s = 2.0

[[bed]]
id = "{bed}"
label = "Room 1"

[[bed.device]]
id = "{monitor}"
kind = "monitor"
metrics = ["spo2", "pulse_rate", "systolic", "diastolic"]
required = true

[[bed.device]]
id = "{button}"
kind = "button"
"""


def write_config(
    folder: Path,
    broker_port: int,
    *,
    influx_url: str = "",
    pager_url: str = "",
    origin: str = "real",
    site: str = SITE,
) -> Path:
    """The clinic's config.toml in `folder`, with an InfluxDB and a pager where they are named."""
    pager = ""
    if pager_url:
        urls = folder / "pager-urls"
        urls.write_text(pager_url + "\n", encoding="utf-8")
        pager = f'urls_file = "{urls}"'
    path = folder / "config.toml"
    text = _CONFIG.format(
        site=site,
        origin=origin,
        broker_port=broker_port,
        influx="true" if influx_url else "false",
        influx_url=influx_url or "http://127.0.0.1:8086",
        pager=pager,
        bed=BED,
        monitor=MONITOR,
        button=BUTTON,
    )
    path.write_text(text, encoding="utf-8")
    return path


class BedsideMonitor:
    """The bed's monitor and button, on a real broker, by paho itself."""

    def __init__(self, broker_port: int, origin: str = "real", site: str = SITE) -> None:
        self._origin = origin
        self._site = site
        self._client = paho.Client(CallbackAPIVersion.VERSION2, f"bedside-{site}")
        self._client.connect("127.0.0.1", broker_port)
        self._client.loop_start()

    def say(self, **metrics: float | None) -> None:
        """Publish one reading; returns once the broker has it."""
        self._publish(MONITOR, "reading", {**metrics, "origin": self._origin})

    def press(self, press_id: str) -> None:
        """Press the nausea button."""
        self._publish(BUTTON, "nausea", {"id": press_id, "source": "button", "kind": "press"})

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def _publish(self, device: str, kind: str, payload: dict[str, Any]) -> None:
        topic = f"kat/{self._site}/{BED}/{device}/{kind}"
        self._client.publish(topic, json.dumps(payload), qos=1).wait_for_publish(10)
