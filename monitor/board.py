"""What every screen shows of one bed: the newest of everything, each piece with when it changed."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from alerts.status import BedStatus, Phase, SessionStatus
from devices.reading import (
    METRICS,
    Beats,
    Cuff,
    Link,
    Malformed,
    Metric,
    Reading,
    Report,
    Sample,
    Validity,
)
from monitor.times import iso
from monitor.trend import Trend
from monitor.views import BedView, DeviceView, Json, ReadingView
from monitor.wire import outward, pending_json, session_json, standing_json

STAFF = "staff"  # the device name of what people measured by hand and typed in
Shown = Sample | Cuff | Report  # readings with numbers (a cuff's pulse is no live rate: unseen)
_CUFF = frozenset({Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN_PRESSURE})
FRESH_S = 10.0  # a device without a number does not hide another's number younger than this
_NUMBERS = frozenset({Validity.VALID, Validity.QUESTIONABLE})


class BedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A bed as configured: its name, label and ward, and its devices with their kinds."""

    bed: str
    label: str = ""
    ward: str = ""
    devices: dict[str, str] = {}


class Latest(msgspec.Struct, frozen=True, gc=False):
    """The newest reading of one metric; `at` is when it was measured, as far as we know."""

    version: int
    at: float
    value: float | None
    reading: Shown
    last_value: float | None = None
    last_at: float | None = None


class BedBoard:
    """One bed in pieces, each with the version of its last change; changes(n) are those after n."""

    def __init__(self, plan: BedPlan) -> None:
        self.plan = plan
        self.version = 0  # of the newest change
        self._readings: dict[Metric, Latest] = {}
        self._trends: dict[Metric, Trend] = {}
        self._devices = {
            name: DeviceView(device=name, kind=kind, up=None, since=None, reason=None)
            for name, kind in plan.devices.items()
        }
        self._status: BedStatus | None = None
        self._pieces: dict[str, tuple[int, Any]] = {}
        self._set("state", "ok", 0)
        self._set("devices", list(self._devices.values()), 0)
        self.offer_status(BedStatus(bed=plan.bed, phase=Phase.EMPTY, session=None), 0)

    def offer_reading(self, reading: Reading, version: int) -> None:
        """Show what a device or a person said, unless something better is known."""
        match reading:
            case Sample() | Cuff() | Report():
                self.recall(reading, version)
            case Link():
                self._offer_link(reading, version)
            case Malformed() | Beats():
                return
        self._seen(reading, version)

    def recall(self, reading: Shown, version: int) -> None:
        """Show the numbers of a reading, and take nothing from it about its device's presence."""
        match reading:
            case Sample(metric=Metric.BATTERY):
                self._set_device(reading.device, version, battery=reading.value)
            case Sample():
                self._offer_value(reading.metric, reading.value, reading, version)
            case Cuff():
                self._offer_value(Metric.SYSTOLIC, reading.systolic, reading, version)
                self._offer_value(Metric.DIASTOLIC, reading.diastolic, reading, version)
                self._offer_value(Metric.MEAN_PRESSURE, reading.mean_pressure, reading, version)
            case Report():
                if reading.value is not None:
                    self._offer_value(Metric.NAUSEA, reading.value, reading, version)

    def offer_status(self, status: BedStatus, version: int) -> None:
        """Show the bed as its engine sees it now."""
        if status == self._status:
            return
        self._status = status
        if status.session is not None:
            self._forget(status.session, version)
        self._set("phase", status.phase.value, version)
        self._set("session", session_json(status.session) if status.session else None, version)
        self._set("alarms", [standing_json(alarm) for alarm in status.alarms], version)
        self._set("pending", [pending_json(mark) for mark in status.pending], version)
        index = status.nausea_index
        self._set("nausea_index", outward(index) if index is not None else None, version)
        self._set("holds", [outward(hold) for hold in status.holds], version)
        self._set("tasks", [outward(task) for task in status.tasks], version)
        self._set("not_ready", list(status.not_ready), version)
        self._set("note", status.note, version)
        standby = status.standby
        self._set("standby", None if standby is None else outward(standby), version)
        pause = status.pause_until
        self._set("pause_until", iso(pause) if pause is not None else None, version)

    def _forget(self, session: SessionStatus, version: int) -> None:
        """Numbers from before this session came are another's; a void reading is none."""
        for metric, latest in self._readings.items():
            void = metric in _CUFF and any(abs(latest.at - at) < 1 for at in session.voided)
            known_at = latest.at if latest.reading.history else latest.reading.at
            if latest.value is not None and (void or known_at < session.here_since):
                gone = Latest(version, latest.at, None, latest.reading)
                self._readings[metric] = gone
                self.version = version
        for trend in self._trends.values():
            trend.forget_before(session.here_since)

    def show_devices(self, views: Iterable[DeviceView], version: int) -> None:
        """The bed has these devices now: a name may stand for another one than before."""
        self._devices = {view.device: view for view in views}
        self._set("devices", list(self._devices.values()), version)

    def set_devices(self, kinds: Mapping[str, str], version: int) -> None:
        """The bed has these devices now; what is known of those that stay is kept."""
        self._devices = {
            name: self._devices.get(name)
            or DeviceView(device=name, kind=kind, up=None, since=None, reason=None)
            for name, kind in kinds.items()
        }
        self._set("devices", list(self._devices.values()), version)

    def set_state(self, state: str, version: int) -> None:
        """Say whether the bed's alarms can be trusted: "ok" or "unknown"."""
        self._set("state", state, version)

    def changes(self, since: int, now: float) -> Json:
        """The changed keys of this bed's view, as a frame carries them."""
        out: Json = {
            name: value for name, (version, value) in self._pieces.items() if version > since
        }
        readings = self._reading_views(since, now)
        if readings:
            out["readings"] = readings
        return out

    def view(self, now: float, *, drawn: bool = True) -> BedView:
        """The whole bed, as a snapshot carries it (`drawn`: with its trends)."""
        pieces = {name: value for name, (_, value) in self._pieces.items()}
        trends = self._trends.items() if drawn else ()
        trend = {name.value: trend.points(now) for name, trend in trends}
        return BedView(
            bed=self.plan.bed,
            label=self.plan.label,
            ward=self.plan.ward,
            readings=self._reading_views(-1, now),
            trend=trend,
            **pieces,
        )

    def _reading_views(self, since: int, now: float) -> dict[str, ReadingView]:
        return {
            metric.value: _view(metric, latest, now)
            for metric, latest in self._readings.items()
            if latest.version > since
        }

    def _set(self, name: str, value: Any, version: int) -> None:
        known = self._pieces.get(name)
        if known is None or known[1] != value:
            self._pieces[name] = (version, value)
            self.version = version

    def _offer_value(
        self, metric: Metric, value: float | None, reading: Shown, version: int
    ) -> None:
        old = self._readings.get(metric)
        at = _measured_at(reading)
        if old is None or _replaces(reading, at, value, old):
            self._readings[metric] = Latest(version, at, value, reading, *_last(value, old))
            self.version = version
        if value is not None and not reading.history:
            trend = self._trends.get(metric)
            if trend is None:
                trend = self._trends[metric] = Trend()
            trend.add(at, value)

    def _offer_link(self, link: Link, version: int) -> None:
        since, reason = iso(link.at), link.reason.value
        self._set_device(link.device, version, up=link.up, since=since, reason=reason)

    def _seen(self, reading: Reading, version: int) -> None:
        """A device that speaks is there, even where no link was ever reported."""
        known = self._devices.get(reading.device)
        if known is not None and known.up is None and not reading.history:
            self._set_device(reading.device, version, up=True, since=iso(reading.at))

    def _set_device(self, name: str, version: int, **changes: Any) -> None:
        known = self._devices.get(name) or DeviceView(
            device=name, kind="", up=None, since=None, reason=None
        )
        self._devices[name] = msgspec.structs.replace(known, **changes)
        self._set("devices", list(self._devices.values()), version)


def _measured_at(reading: Shown) -> float:
    """A stored reading and one made by hand state their time; any other is of its receipt."""
    stated = reading.history or reading.device == STAFF
    return reading.device_time if stated and reading.device_time is not None else reading.at


def _replaces(new: Shown, at: float, value: float | None, old: Latest) -> bool:
    """Live goes before stored, newer before older, a fresh number before another's silence."""
    if new.history != old.reading.history:
        return old.reading.history
    if at < old.at:
        return False
    hides = value is None and old.value is not None and new.device != old.reading.device
    return not (hides and at - old.at <= FRESH_S)


def _last(value: float | None, old: Latest | None) -> tuple[float | None, float | None]:
    """While there is no number: the last one and its time."""
    if value is not None or old is None:
        return None, None
    return (old.last_value, old.last_at) if old.value is None else (old.value, old.at)


def _view(metric: Metric, latest: Latest, now: float) -> ReadingView:
    reading = latest.reading
    return ReadingView(
        value=latest.value,
        at=iso(latest.at),
        age=round(max(now - latest.at, 0.0), 1),
        validity=_validity(reading, latest.value),
        origin=reading.origin,
        device=reading.device,
        reason=None if isinstance(reading, Report) else reading.reason,
        history=reading.history,
        unit=METRICS[metric].unit,
        last_value=latest.last_value,
        last_value_at=iso(latest.last_at) if latest.last_at is not None else None,
    )


def _validity(reading: Shown, value: float | None) -> Validity:
    """A cuff may be valid as a whole and still lack one of its numbers (the mean)."""
    validity = Validity.VALID if isinstance(reading, Report) else reading.validity
    missing = value is None and validity in _NUMBERS
    return Validity.UNAVAILABLE if missing else validity
