"""A bare MQTT 3.1.1 client that does only what it is told: it may leave out every answer it owes.

A library would acknowledge, ping and reconnect by itself; to see what a broker does of its own, a
test must be able not to.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import NamedTuple

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP = 2, 3, 4, 9, 13
_WITHIN_S = 20.0


class Heard(NamedTuple):
    """A PUBLISH as it came."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    dup: bool
    mid: int


class Will(NamedTuple):
    """What the broker publishes for a client that is gone; at QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


class Peer:
    """One connection. `heard` are the messages that came, `gone` is set once it has ended."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard: list[Heard] = []
        self.gone = asyncio.Event()
        self.refused: int | None = None  # the code of CONNACK; 0: let in
        self.session_present = False
        self.acknowledges = True
        self._reader, self._writer = reader, writer
        self._news = asyncio.Event()
        self._answers: dict[tuple[int, int], bytes] = {}
        self._mid = 0

    @property
    def payloads(self) -> list[bytes]:
        """What came, in order."""
        return [message.payload for message in self.heard]

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False
    ) -> None:
        """Publish, and at QoS 1 wait for the broker's PUBACK (or the end of the connection)."""
        mid = self.send(topic, payload, qos=qos, retain=retain)
        if qos:
            await self._answer(_PUBACK, mid)

    def send(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> int:
        """Publish without waiting; the message id."""
        mid = self._next_mid()
        named = _text(topic) + (mid.to_bytes(2, "big") if qos else b"")
        self._write(0x30 | qos << 1 | retain, named + payload)
        return mid

    async def subscribe(self, *filters: str, qos: int = 1) -> bytes:
        """Subscribe in one packet; the codes granted, empty if the connection ended instead."""
        mid = self._next_mid()
        asked = b"".join(_text(name) + bytes([qos]) for name in filters)
        self._write(0x82, mid.to_bytes(2, "big") + asked)
        return await self._answer(_SUBACK, mid)

    async def ping(self) -> None:
        """Ask for a sign of life and wait for it."""
        self._answers.pop((_PINGRESP, 0), None)
        self._write(0xC0, b"")
        await self._answer(_PINGRESP, 0)

    def acknowledge(self, message: Heard) -> None:
        """Send the PUBACK of a message."""
        self._write(0x40, message.mid.to_bytes(2, "big"))

    def disconnect(self) -> None:
        """Say DISCONNECT: no accident, so no will."""
        self._write(0xE0, b"")

    def die(self) -> None:
        """End the connection without a word."""
        self._writer.transport.abort()

    async def until(self, condition: Callable[[], bool], within_s: float = _WITHIN_S) -> None:
        """Wait until something that came makes the condition true."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def connect(
        self, client_id: str, *, clean: bool, keepalive: int, will: Will | None, level: int
    ) -> None:
        """Send CONNECT and wait for CONNACK, or for the end."""
        flags = clean << 1
        body = _text(client_id)
        if will is not None:
            flags |= 0x04 | 1 << 3 | will.retain << 5
            body += _text(will.topic) + len(will.payload).to_bytes(2, "big") + will.payload
        properties = b"\x00" if level == 5 else b""
        head = _text("MQTT") + bytes([level, flags]) + keepalive.to_bytes(2, "big") + properties
        self._write(0x10, head + body)
        answer = await self._answer(_CONNACK, 0)
        if answer:
            self.session_present, self.refused = bool(answer[0] & 1), answer[1]

    async def listen(self) -> None:
        """Take what comes until the connection ends."""
        try:
            while True:
                [first] = await self._reader.readexactly(1)
                self._take(first, await self._reader.readexactly(await self._length()))
        except (OSError, asyncio.IncompleteReadError):
            self.gone.set()
        finally:
            self._news.set()

    async def _length(self) -> int:
        length = shift = 0
        while True:
            [byte] = await self._reader.readexactly(1)
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return length

    def _take(self, first: int, body: bytes) -> None:
        kind = first >> 4
        if kind == _PUBLISH:
            self._hear(first, body)
        elif kind == _CONNACK:
            self._answers[kind, 0] = body
        elif kind == _PINGRESP:
            self._answers[kind, 0] = b"\x00"
        else:
            self._answers[kind, int.from_bytes(body[:2], "big")] = body[2:] or b"\x00"
        self._news.set()

    def _hear(self, first: int, body: bytes) -> None:
        qos = first >> 1 & 3
        end = 2 + int.from_bytes(body[:2], "big")
        mid, start = (int.from_bytes(body[end : end + 2], "big"), end + 2) if qos else (0, end)
        message = Heard(
            body[2:end].decode(), body[start:], qos, bool(first & 1), bool(first & 8), mid
        )
        self.heard.append(message)
        if qos and self.acknowledges:
            self.acknowledge(message)

    async def _answer(self, kind: int, mid: int) -> bytes:
        await self.until(lambda: (kind, mid) in self._answers or self.gone.is_set())
        return self._answers.pop((kind, mid), b"")

    def _next_mid(self) -> int:
        self._mid = self._mid % 65_535 + 1
        return self._mid

    def _write(self, first: int, body: bytes) -> None:
        left, length = len(body), b""
        while True:
            left, low = left >> 7, left & 0x7F
            length += bytes([low | (0x80 if left else 0)])
            if not left:
                break
        self._writer.write(bytes([first]) + length + body)


@contextlib.asynccontextmanager
async def peer(
    port: int,
    client_id: str,
    *,
    clean: bool = True,
    keepalive: int = 0,
    will: Will | None = None,
    level: int = 4,
    acknowledges: bool = True,
) -> AsyncGenerator[Peer]:
    """A connected peer; at the end it dies, unless it said DISCONNECT before."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection = Peer(reader, writer)
    connection.acknowledges = acknowledges
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(connection.listen(), name=f"peer {client_id}")
        try:
            await connection.connect(
                client_id, clean=clean, keepalive=keepalive, will=will, level=level
            )
            yield connection
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            listening.cancel()


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()
