"""/ws: a snapshot, then frames, to every connected screen.

Each connection has one task that sends and one that listens; a slow one waits alone, for the hub
hands a screen no third message before it has answered one.
"""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from monitor.hub import TICK_S, Hub, Screen
from monitor.metrics import Metrics
from monitor.web.face import face_of

HURRY_S = 0.05  # least time between two frames that alarm events bring about
router = APIRouter()


class Word(msgspec.Struct, frozen=True):
    """What a screen may say: the message it has applied, whether it can be heard and seen."""

    ack: int | None = None
    armed: bool | None = None
    visible: bool | None = None
    station: Annotated[str, msgspec.Meta(max_length=80)] | None = None


@router.websocket("/ws")
async def screen_socket(socket: WebSocket) -> None:
    """Serve one screen until it goes."""
    hub = face_of(socket).hub
    await socket.accept()
    something = asyncio.Event()
    screen = hub.join(something.set)
    try:
        async with asyncio.TaskGroup() as group:
            sender = group.create_task(_send(socket, screen, something), name="screen sender")
            nonsense = await _listen(socket, screen)
            sender.cancel()
        if nonsense is not None:
            wrong = f"A screen says {{'ack': seq}}; this was not it: {nonsense}"
            await socket.close(1007, wrong[:120])
    finally:
        hub.leave(screen)


async def tell_screens(hub: Hub, metrics: Metrics) -> None:
    """Make a frame every TICK_S of real time (the loop's own), and at once for an alarm event.

    The service's clock may run faster in a demo; frames do not. A frame that comes too late
    is not made up for: the next one carries everything.
    """
    loop = asyncio.get_running_loop()
    alarm = asyncio.Event()
    hub.hurry = alarm.set
    due = loop.time()
    while True:
        due += TICK_S
        if due < loop.time():
            due = loop.time() + TICK_S
        await _hurry_until(due, alarm, hub)
        metrics.observe_frame(loop.time() - due)
        hub.tick()


async def _hurry_until(due: float, alarm: asyncio.Event, hub: Hub) -> None:
    """Wait for the next beat; tell alarm events before it, though no more often than HURRY_S."""
    loop = asyncio.get_running_loop()
    while loop.time() < due:
        try:
            async with asyncio.timeout_at(due):
                await alarm.wait()
                alarm.clear()
                hub.tick(beat=False)
                await asyncio.sleep(HURRY_S)
        except TimeoutError:
            return


async def _send(socket: WebSocket, screen: Screen, something: asyncio.Event) -> None:
    try:
        while True:
            await something.wait()
            something.clear()
            while (message := screen.take()) is not None:
                await socket.send_text(message)
    except WebSocketDisconnect:
        return  # the listener hears of it too, and ends


async def _listen(socket: WebSocket, screen: Screen) -> msgspec.DecodeError | None:
    """Heed a screen until it goes (None) or says what cannot be understood."""
    while (said := await socket.receive())["type"] == "websocket.receive":
        text = said.get("text") or said.get("bytes") or ""
        try:
            _heed(screen, msgspec.json.decode(text, type=Word))
        except msgspec.DecodeError as error:
            return error
    return None


def _heed(screen: Screen, word: Word) -> None:
    if word.ack is not None:
        screen.acknowledge(word.ack)
    if word.armed is not None:
        screen.armed = word.armed
    if word.visible is not None:
        screen.visible = word.visible
    if word.station is not None:
        screen.station = word.station
