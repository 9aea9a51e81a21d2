"""A corridor light for KAT Monitor, as an example: says what the lamp above each door should show.

    python3 corridor_light.py --host BROKER --site clinic
        [--ca ca.pem --user light-corridor --password-file FILE] [--origin real]

It needs paho-mqtt 2 (Debian: python3-paho-mqtt of trixie; else pip) and nothing of ours. Put the
lamp's own wires where it prints. It is written from docs/messages.md alone, and tested.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

SILENT_AFTER = 30.0  # s without a heartbeat: three of them
COLOURS = {"high": "red", "medium": "yellow", "low": "cyan"}
RANKS = {"low": 1, "medium": 2, "high": 3}


def lamp(alarms: list[dict[str, Any]]) -> str:
    """What the lamp shows for these alarms: the gravest that calls, else the gravest that stands.

    An acknowledged alarm stands without calling; one that another speaks for (covered_by) and one
    of low priority do not call either.
    """
    shown = [alarm for alarm in alarms if alarm["covered_by"] is None]
    if not shown:
        return "dark"
    worst = max(shown, key=lambda alarm: (_calls(alarm), RANKS[alarm["priority"]]))
    way = "flashing" if _calls(worst) else "steady"
    return f"{COLOURS[worst['priority']]} {way}: {worst['text']}"


def _calls(alarm: dict[str, Any]) -> bool:
    return alarm["signal"] in {"on", "latched"} and alarm["priority"] != "low"


class Light:
    """What is known of each bed, and whether anybody still tells us."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._lamps: dict[str, str] = {}
        self._shown: set[str] = set()  # the lamps that show something, true or not
        self._heard_at: float | None = None  # of the last heartbeat; None: nobody watches

    def hear_status(self, payload: bytes | bytearray, retained: bool, at: float) -> None:
        """A retained "online" is old: it says that somebody lived once, not that somebody lives."""
        if payload != b"online":
            self.silence("the monitor says that it is offline")
        elif not retained:
            if self._heard_at is None:
                show("LIVE")
                for place in sorted(self._shown - self._lamps.keys()):
                    show(f"{place}: unknown")  # gone meanwhile, or about to be told
                for place, shown in self._lamps.items():
                    show(f"{place}: {shown}")
                self._shown = set(self._lamps)
            self._heard_at = at

    def hear_alarms(self, place: str, payload: bytes | bytearray) -> None:
        """The standing alarms of a bed, or of the whole site; empty: there is no such bed."""
        if not payload:
            if self._lamps.pop(place, None) is not None and self._heard_at is not None:
                show(f"{place}: gone")
                self._shown.discard(place)
            return
        alarms: list[dict[str, Any]] = json.loads(payload)
        ours = [alarm for alarm in alarms if alarm["origin"] == self._origin]
        now, before = lamp(ours), self._lamps.get(place)
        self._lamps[place] = now
        if now != before and self._heard_at is not None:
            show(f"{place}: {now}")
            self._shown.add(place)

    def connected(self) -> None:
        """The broker now tells all that stands, and nothing of what went while it was away."""
        self._lamps.clear()

    def look(self, at: float) -> None:
        """Time has passed."""
        if self._heard_at is not None and at - self._heard_at > SILENT_AFTER:
            self.silence(f"no heartbeat for {SILENT_AFTER:.0f} s")

    def silence(self, why: str) -> None:
        """Say that nothing here can be believed: never just go dark."""
        if self._heard_at is not None:
            show(f"NOT LIVE: {why}")
        self._heard_at = None


def show(line: str) -> None:
    """Here the lamp's own wires begin."""
    print(line, flush=True)


def main() -> None:
    """Follow the broker for ever."""
    said = _arguments()
    light, base = Light(said.origin), f"kat/{said.site}"
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    if said.ca:
        client.tls_set(said.ca)
    if said.user:
        client.username_pw_set(said.user, Path(said.password_file).read_text().strip())

    def on_connect(*_: Any) -> None:
        light.connected()
        topics = (f"{base}/monitor/status", f"{base}/alarm", f"{base}/+/alarm")
        client.subscribe([(topic, 1) for topic in topics])

    def on_message(_: Any, __: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic == f"{base}/monitor/status":
            light.hear_status(message.payload, message.retain, time.monotonic())
        else:
            place = message.topic.removeprefix(f"{base}/").removesuffix("alarm").rstrip("/")
            light.hear_alarms(place or "site", message.payload)

    client.on_connect, client.on_message = on_connect, on_message
    show("NOT LIVE: nothing heard yet")
    while True:
        try:
            client.connect(said.host, said.port, keepalive=10)
            while client.loop(timeout=0.5) == mqtt.MQTT_ERR_SUCCESS:
                light.look(time.monotonic())
            light.silence("the broker is lost")
        except OSError as error:
            light.silence(f"no broker: {error}")
        time.sleep(1.0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="what the lamp above each door should show")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--site", required=True)
    parser.add_argument("--ca", help="trust this authority, and speak TLS")
    parser.add_argument("--user")
    parser.add_argument("--password-file")
    parser.add_argument("--origin", default="real", choices=["real", "test", "demo"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
