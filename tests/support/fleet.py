"""Many bedside devices that lose nothing themselves: each sends until the broker has confirmed."""

import asyncio
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from devices.reading import Metric
from devices.wire.bedside_json import encode_reading

NUMBERED = Metric.PERFUSION_INDEX
"""The metric that carries a message's number, in thousandths: 0 to 100,000."""


class Sender(NamedTuple):
    """One device. `dated`: its messages are told apart by a device time, else by `seq`."""

    bed: str
    device: str
    dated: bool


class _Message(NamedTuple):
    topic: str
    payload: bytes


class _Line:
    """The devices of one bed at the broker; what paho's thread tells is heard by `hear`."""

    def __init__(self, port: int, name: str, doubt_s: float) -> None:
        self.unconfirmed: dict[int, _Message] = {}
        self._doubt_s = doubt_s
        self._confirmed: deque[tuple[float, _Message]] = deque(maxlen=5_000)
        self._news: deque[tuple[str, float, int]] = deque()
        self._lost_at = 0.0
        self.client = paho.Client(CallbackAPIVersion.VERSION2, name)
        self.client.max_inflight_messages_set(100)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_publish = self._on_publish
        self.client.on_disconnect = self._on_disconnect
        self.client.on_connect = self._on_connect
        self.client.connect_async("127.0.0.1", port)

    def send(self, message: _Message) -> None:
        """paho sends it again with the same bytes after each reconnect until it is confirmed."""
        mid = self.client.publish(*message, qos=1).mid
        self.unconfirmed[mid] = message

    def hear(self) -> None:
        """Take in what has happened; doubt what was confirmed shortly before a loss."""
        while self._news:
            what, at, mid = self._news.popleft()
            if what == "confirmed" and mid in self.unconfirmed:
                self._confirmed.append((at, self.unconfirmed.pop(mid)))
            elif what == "lost":
                self._lost_at = at
            elif what == "back":
                doubtful = [
                    m for when, m in self._confirmed if when > self._lost_at - self._doubt_s
                ]
                for message in doubtful if self._lost_at else ():
                    self.send(message)

    def _on_publish(self, _client: object, _data: object, mid: int, *_: object) -> None:
        self._note("confirmed", mid)

    def _on_disconnect(self, *_: object) -> None:
        self._note("lost")

    def _on_connect(self, *_: object) -> None:
        self._note("back")

    def _note(self, what: str, mid: int = 0) -> None:
        self._news.append((what, time.monotonic(), mid))


class Fleet:
    """Numbered readings of `senders` to a broker, in turn, at a rate; `sent[sender]` counts them.

    `doubt_s`: what was confirmed in so many seconds before the broker was lost is sent again too,
    for a broker that confirms before it has saved.
    """

    def __init__(
        self, site: str, port: int, senders: tuple[Sender, ...], doubt_s: float = 0.0
    ) -> None:
        self.sent = dict.fromkeys(senders, 0)
        self._site = site
        self._lines = {
            bed: _Line(port, f"fleet-{bed}", doubt_s)
            for bed in dict.fromkeys(sender.bed for sender in senders)
        }

    def unconfirmed(self) -> int:
        """Messages sent whose PUBACK has not come."""
        for line in self._lines.values():
            line.hear()
        return sum(len(line.unconfirmed) for line in self._lines.values())

    @contextmanager
    def connected(self) -> Generator[None]:
        """Every bed's client at work."""
        for line in self._lines.values():
            line.client.loop_start()
        try:
            yield
        finally:
            for line in self._lines.values():
                line.client.disconnect()
                line.client.loop_stop()

    async def stream(self, seconds: float, per_second: float) -> None:
        """Send for so long, in bursts of 20 ms."""
        loop = asyncio.get_running_loop()
        began, count = loop.time(), 0
        while loop.time() < began + seconds:
            while count < (loop.time() - began) * per_second:
                for sender in self.sent:
                    self._send(sender)
                    count += 1
            self.unconfirmed()
            await asyncio.sleep(0.02)

    def _send(self, sender: Sender) -> None:
        number = self.sent[sender]
        self.sent[sender] += 1
        payload = encode_reading(
            {Metric.SPO2: 97.0, NUMBERED: number / 1000},
            seq=None if sender.dated else number,
            device_time=time.time() if sender.dated else None,
        )
        topic = f"kat/{self._site}/{sender.bed}/{sender.device}/reading"
        self._lines[sender.bed].send(_Message(topic, payload))
