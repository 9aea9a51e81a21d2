"""When a row's point stands in a time-series database: one ms for each point of a series, for ever.

A series is (measurement, bed, device, origin), of alarms (measurement, bed, condition, origin). Two
points of a series in the same ms would be one point, and the second would overwrite the first.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from alerts.event import AlarmEvent
from devices.reading import Beats, Cuff, Reading, Report, Sample

LONGEST_BEATS_MS = 60_000
"""No device sends more beats than of a minute in one reading."""

_LATEST_MS = 4_102_444_800_000  # the year 2100: a later claim is no time of measurement
_WINDOW_MS = 60_000  # looked up at once: a backlog asks for one place after the other
_BEFORE_MS = 2_000  # and a little of what lies before, for what comes out of order

Series = tuple[str, str, str, str]


class Place(NamedTuple):
    """What a row asks for: a point at `wanted_ms` of its series, or several back to `span_ms`.

    Rows of one `moment` with different `field`s are fields of one point. `late`: it was measured
    before it was received, so that it may lie among points that stand already.
    """

    series: Series
    wanted_ms: int
    field: str
    moment: tuple[object, ...]
    late: bool = False
    beats: tuple[int, ...] = (0,)  # ms of each point, counted back from the last

    @property
    def span_ms(self) -> int:
        """How far the earliest point lies before the last."""
        return self.beats[0]


class Given(NamedTuple):
    """The ms given to a place. `behind`: it lies before an earlier point of its series."""

    ms: int
    behind: bool


class _Lane(NamedTuple):
    last_ms: int
    point_ms: int
    behind: bool
    moment: tuple[object, ...]
    fields: frozenset[str]


class _Window(NamedTuple):
    """Which ms of [low, high] have a point of a series: what was stored, and what was given since.

    (`taken` may hold others too.)
    """

    low: int
    high: int
    taken: set[int]


class PointClock:
    """Gives each place its ms; a new one goes on from `floor_ms`, the latest ms ever given.

    `occupied(series, low, high)` tells which ms in [low, high] have a stored point of the series;
    asked only for places that may lie behind, and of a backlog once a minute of it: to ask is slow.
    """

    def __init__(self, floor_ms: int, occupied: Callable[[Series, int, int], set[int]]) -> None:
        self._floor_ms = floor_ms
        self._occupied = occupied
        self._lanes: dict[Series, _Lane] = {}
        self._windows: dict[Series, _Window] = {}  # of each series the last one asked for

    def give(self, place: Place) -> Given:
        """The ms of the place's last point."""
        lane = self._lanes.get(place.series)
        if lane and lane.moment == place.moment and place.field not in lane.fields:
            shared = lane._replace(fields=lane.fields | {place.field})
            self._lanes[place.series] = shared
            return Given(lane.point_ms, lane.behind)
        last_ms = lane.last_ms if lane else self._floor_ms
        behind = place.late and place.wanted_ms - place.span_ms <= last_ms
        ms = self._free(place) if behind else max(place.wanted_ms, last_ms + 1 + place.span_ms)
        self._lanes[place.series] = _Lane(
            max(last_ms, ms), ms, behind, place.moment, frozenset({place.field})
        )
        if window := self._windows.get(place.series):
            window.taken.update(ms - back for back in place.beats)
        return Given(ms, behind)

    def mark(self) -> dict[Series, _Lane]:
        """What was given so far, to return to."""
        return self._lanes.copy()

    def back_to(self, mark: dict[Series, _Lane]) -> None:
        """Forget what was given since `mark`."""
        self._lanes = mark
        self._windows.clear()

    def _free(self, place: Place) -> int:
        """The first ms from the wanted one on where none of the place's points is taken."""
        low = place.wanted_ms
        while True:
            window = self._window(place.series, low - place.span_ms, low)
            for ms in range(low, window.high + 1):
                if window.taken.isdisjoint(ms - back for back in place.beats):
                    return ms
            low = window.high + 1

    def _window(self, series: Series, first: int, last: int) -> _Window:
        known = self._windows.get(series)
        if known is None or first < known.low or last > known.high:
            low, high = first - _BEFORE_MS, last + _WINDOW_MS
            known = _Window(low, high, self._occupied(series, low, high))
            self._windows[series] = known
        return known


def place_of_reading(reading: Reading, session: str | None) -> Place | None:
    """The place that a reading asks for; None if it measures nothing (a link, a broken frame).

    History stands at its device time, everything else (and an impossible device time) at receipt.
    """
    match reading:
        case Sample():
            measurement, field, trust = "vitals", reading.metric.value, reading.validity.value
        case Report():
            measurement, field, trust = "vitals", "nausea", ""
        case Cuff():
            measurement, field, trust = "nibp", "", ""
        case Beats(rr_ms=rr_ms) if rr_ms:
            measurement, field, trust = "rr", "", ""
        case _:
            return None
    measured = reading.device_time if reading.history else None
    late = measured is not None and 0 < measured < min(reading.at, _LATEST_MS / 1000)
    at = measured if late and measured is not None else reading.at
    return Place(
        series=(measurement, reading.bed, reading.device, reading.origin.value),
        wanted_ms=round(at * 1000),
        field=field,
        moment=(at, late, trust, session),
        late=late,
        beats=beats_back(reading),
    )


def place_of_event(event: AlarmEvent) -> Place:
    """The place that an alarm event asks for: each event is a point of its own."""
    series = ("alarm", event.bed or "", event.condition, event.origin.value)
    return Place(series, round(event.at * 1000), "", (event.id,))


def beats_back(reading: Reading) -> tuple[int, ...]:
    """How many ms before the last point each point of the reading lies, the earliest first."""
    if not isinstance(reading, Beats):
        return (0,)
    return tuple(round(back) for back in accumulate(reversed(reading.rr_ms[1:]), initial=0.0))[::-1]
