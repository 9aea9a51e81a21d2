"""What Prometheus may read of the service: counters and gauges, in a registry of our own."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from alerts.event import AlarmEvent
from devices.reading import Reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LAG_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Counted on the event loop, read by GET /metrics."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._readings = Counter(
            "kat_readings", "Readings taken in, by type", ["type"], registry=registry
        )
        self._reading_children: dict[type, Counter] = {}
        self._events = Counter(
            "kat_alarm_events",
            "Alarm events, by condition, priority and change",
            ["condition", "priority", "change"],
            registry=registry,
        )
        self._pages = Counter(
            "kat_pages", "Pages to on-call staff, by outcome", ["outcome"], registry=registry
        )
        self._parts = Gauge(
            "kat_part_up", "Whether a part of the service works", ["part"], registry=registry
        )
        self._events_lost = Gauge(
            "kat_mqtt_events_lost",
            "Alarm events never published: the broker was away for too long",
            registry=registry,
        )
        self._lag = Histogram(
            "kat_loop_lag_seconds",
            "How late the 5 Hz frames were",
            buckets=_LAG_BUCKETS,
            registry=registry,
        )
        self._frame = Gauge(
            "kat_last_frame_timestamp_seconds",
            "Wall time of the newest frame; its age says whether screens are served",
            registry=registry,
        )

    def count_reading(self, reading: Reading) -> None:
        """One reading was taken in."""
        kind = type(reading)
        child = self._reading_children.get(kind)
        if child is None:
            child = self._reading_children[kind] = self._readings.labels(kind.__name__.lower())
        child.inc()

    def count_events(self, events: Iterable[AlarmEvent]) -> None:
        """Alarm events were decided."""
        for event in events:
            self._events.labels(event.condition, event.priority.value, event.change.value).inc()

    def count_page(self, outcome: str) -> None:
        """A page came to be due (intent), was sent, failed on every channel, or was given up."""
        self._pages.labels(outcome).inc()

    def note_part(self, part: str, *, up: bool) -> None:
        """A part of the service works, or does not."""
        self._parts.labels(part).set(up)

    def observe_frame(self, lag_s: float) -> None:
        """A frame was made, `lag_s` real seconds late."""
        self._lag.observe(max(lag_s, 0.0))
        self._frame.set_to_current_time()

    def watch_lost_events(self, lost: Callable[[], float]) -> None:
        """Ask the MQTT driver, or the one that took its place, at each scrape."""
        self._events_lost.set_function(lost)

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Export a gauge that is asked for its value at each scrape, as kat_<name>."""
        Gauge(f"kat_{name}", what, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Everything in Prometheus' text format (CONTENT_TYPE)."""
        return generate_latest(self._registry)
