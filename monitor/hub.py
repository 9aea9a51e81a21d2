"""What all screens share: the newest of everything, the log, and each screen's place in the stream.

Plain and synchronous; only monitor/web/ws.py moves bytes. Every change carries the number of the
frame that will tell it, so what a screen lacks is simply everything after the frame it has: values
merge by themselves (latest wins), events queue up in order, and screens in step share one encoding.
"""

import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from alerts.event import AlarmEvent
from alerts.status import BedStatus, StandingAlarm
from devices.reading import Origin, Reading
from monitor.board import BedBoard, BedPlan, Shown
from monitor.times import iso
from monitor.views import BedView, DeviceView, Frame, Json, Snapshot
from monitor.wire import event_json, standing_json

TICK_S = 0.2  # real seconds between frames: 5 Hz
LOG_LENGTH = 100  # alarm events in a snapshot
MAX_WAITING = 500  # alarm events kept for screens that fell behind
MAX_IN_FLIGHT = 2  # unacknowledged messages on the way to one screen

__all__ = ["BedPlan", "Hub", "Screen", "ScreenView", "SiteCard"]


class SiteCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen must know of the site once."""

    site: str
    origin: Origin
    speed: float = 1.0
    station: str = ""
    version: str = ""
    limits: Mapping[str, Json] = {}
    stale_after_s: Mapping[str, float] = {}
    red_flags: tuple[str, ...] = ()


class ScreenView(msgspec.Struct, frozen=True, kw_only=True):
    """A connected screen as T-UI judges it; `unconfirmed_s` is real time since its last answer."""

    station: str
    armed: bool
    visible: bool
    unconfirmed_s: float


class Screen:
    """One connected screen: what it was sent, what it has answered, what still waits for it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.station = ""
        self.armed = False
        self.visible = False
        self.sent = 0  # number of the newest message handed over
        self.silent_ticks = 0
        self._wake = wake
        self._in_flight: deque[int] = deque()
        self._outbox: deque[str] = deque()

    def acknowledge(self, seq: int) -> None:
        """The screen has applied everything up to message `seq`."""
        while self._in_flight and self._in_flight[0] <= seq:
            self._in_flight.popleft()
            self.silent_ticks = 0

    def take(self) -> str | None:
        """The next message to send, or None."""
        return self._outbox.popleft() if self._outbox else None

    @property
    def ready(self) -> bool:
        """Whether one more message may go on its way."""
        return len(self._in_flight) < MAX_IN_FLIGHT

    def hand(self, seq: int, message: str) -> None:
        """Put message `seq` on its way."""
        self.sent = seq
        self._in_flight.append(seq)
        self._outbox.append(message)
        self._wake()


class Hub:
    """The one place screens read from. `now` gives seconds on the service's timeline.

    `refresh` may be set to offer what is cheaper to offer once a frame than at each change: an
    alarm event and the status it led to then arrive in the same frame.
    """

    def __init__(self, card: SiteCard, beds: Iterable[BedPlan], now: Callable[[], float]) -> None:
        self.card = card
        self.refresh: Callable[[], None] = _nothing  # called just before anything is told
        self.hurry: Callable[[], None] = _nothing  # called when an alarm should not await the beat
        self.epoch = uuid.uuid4().hex[:12]  # another one tells a screen of a restart
        self.seq = 1
        self._now = now
        self._boards = {plan.bed: BedBoard(plan) for plan in beds}
        self._standing: tuple[StandingAlarm, ...] = ()
        self._site_alarms: list[Json] = []
        self._site_version = 0
        self._events: deque[tuple[int, Json]] = deque()
        self._forgotten = 0  # number of the frame that told the newest event no longer kept
        self._screens: set[Screen] = set()

    def offer_reading(self, reading: Reading) -> None:
        """Show a reading. KeyError for a bed that is not configured."""
        self._boards[reading.bed].offer_reading(reading, self.seq + 1)

    def recall(self, readings: Iterable[Reading]) -> None:
        """Show what was known before a restart: numbers and their times, of beds that still are."""
        for reading in readings:
            board = self._boards.get(reading.bed)
            if board is not None and isinstance(reading, Shown):
                board.recall(reading, self.seq + 1)

    def offer_events(self, events: Iterable[AlarmEvent]) -> None:
        """Tell alarm events, in order; none is ever left out of a screen's stream."""
        for event in events:
            self._events.append((self.seq + 1, event_json(event)))
        while len(self._events) > MAX_WAITING:
            self._forgotten, _ = self._events.popleft()
        self.hurry()

    def offer_status(self, status: BedStatus) -> None:
        """Show a bed as its engine sees it now."""
        self._boards[status.bed].offer_status(status, self.seq + 1)

    def offer_site(self, standing: Sequence[StandingAlarm]) -> None:
        """Show the site's own standing alarms."""
        if tuple(standing) != self._standing:
            self._standing = tuple(standing)
            self._site_alarms = [standing_json(alarm) for alarm in standing]
            self._site_version = self.seq + 1

    def show_devices(self, bed: str, devices: Iterable[DeviceView]) -> None:
        """A bed has other devices than before."""
        self._boards[bed].show_devices(devices, self.seq + 1)

    def configure(self, card: SiteCard, beds: Iterable[BedPlan]) -> None:
        """The site has these beds now; of those that stay all is kept. Screens get a snapshot."""
        self.card = card
        before, self._boards = self._boards, {}
        for plan in beds:
            board = before.get(plan.bed)
            if board is None:
                board = BedBoard(plan)
            elif board.plan.devices != plan.devices:
                board.set_devices(plan.devices, self.seq + 1)
            board.plan = plan
            self._boards[plan.bed] = board
        self._forgotten = self.seq + 1

    def set_bed_state(self, bed: str, state: str) -> None:
        """Say whether a bed's alarms can be trusted: "ok" or "unknown"."""
        self._boards[bed].set_state(state, self.seq + 1)

    def beds(self) -> list[BedView]:
        """Every bed, whole but for its trends."""
        self.refresh()
        now = self._now()
        return [board.view(now, drawn=False) for board in self._boards.values()]

    def site_standing(self) -> tuple[StandingAlarm, ...]:
        """The site's own standing alarms."""
        self.refresh()
        return self._standing

    def screens(self) -> list[ScreenView]:
        """The connected screens; T-UI counts those armed, visible and lately confirmed."""
        return [
            ScreenView(
                station=screen.station or self.card.station,
                armed=screen.armed,
                visible=screen.visible,
                unconfirmed_s=round(screen.silent_ticks * TICK_S, 1),
            )
            for screen in self._screens
        ]

    def join(self, wake: Callable[[], None]) -> Screen:
        """A new screen, its snapshot waiting; `wake` is called when it has something to send."""
        screen = Screen(wake)
        self._screens.add(screen)
        self.refresh()
        self.seq += 1
        screen.hand(self.seq, self._snapshot())
        return screen

    def leave(self, screen: Screen) -> None:
        """The screen is gone."""
        self._screens.discard(screen)

    def tick(self, *, beat: bool = True) -> None:
        """Number what changed and hand it to every screen that is ready.

        Call it every TICK_S, and with `beat` False for a frame between two beats.
        """
        self.refresh()
        self.seq += 1
        made: dict[int, str] = {}
        for screen in self._screens:
            screen.silent_ticks += beat
            if not screen.ready:
                continue
            message = made.get(screen.sent)
            if message is None:
                message = made[screen.sent] = self._message(screen.sent)
            screen.hand(self.seq, message)

    def _message(self, since: int) -> str:
        return self._snapshot() if since < self._forgotten else self._frame(since)

    def _frame(self, since: int) -> str:
        now = self._now()
        frame = Frame(
            seq=self.seq,
            since=since,
            at=iso(now),
            beds={
                name: board.changes(since, now)
                for name, board in self._boards.items()
                if board.version > since
            },
            events=[event for version, event in self._events if version > since],
            site_alarms=self._site_alarms if self._site_version > since else None,
        )
        return msgspec.json.encode(frame).decode()

    def _snapshot(self) -> str:
        card = self.card
        now = self._now()
        snapshot = Snapshot(
            epoch=self.epoch,
            seq=self.seq,
            at=iso(now),
            site=card.site,
            origin=card.origin,
            speed=card.speed,
            version=card.version,
            station=card.station,
            beds=[board.view(now) for board in self._boards.values()],
            site_alarms=self._site_alarms,
            log=[event for _, event in self._events][-LOG_LENGTH:],
            limits=dict(card.limits),
            stale_after_s=dict(card.stale_after_s),
            red_flags=list(card.red_flags),
        )
        return msgspec.json.encode(snapshot).decode()


def _nothing() -> None:
    """Nobody has anything to add."""
