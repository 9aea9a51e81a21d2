"""What virtual devices sent and what was received of it, frame by frame."""

from collections import Counter, defaultdict
from collections.abc import Hashable

from devices.reading import Beats, Cuff, Intake, Link, Malformed, Reading, Rejected, Sample, Stored

Key = tuple[Hashable, ...]


class Ledger:
    """An intake before the intake. Streams are compared in their order, deliveries as a whole."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.streamed: defaultdict[str, list[Key]] = defaultdict(list)
        self.heard: defaultdict[str, list[Key]] = defaultdict(list)
        self.measured: Counter[Key] = Counter()
        self.delivered: Counter[Key] = Counter()
        self.live: Counter[Key] = Counter()
        self.malformed = 0
        self.links: list[Link] = []

    @property
    def streamed_frames(self) -> int:
        """Frames that left a device whose link stood."""
        return sum(map(len, self.streamed.values()))

    @property
    def heard_frames(self) -> int:
        """Those of them that became readings."""
        return sum(map(len, self.heard.values()))

    @property
    def lost(self) -> int:
        """Frames and measurements that were sent and are nowhere."""
        streams = sum(_missing(sent, self.heard[name]) for name, sent in self.streamed.items())
        return streams + (self.measured - self.delivered).total()

    @property
    def doubled(self) -> int:
        """Readings that are there more often than they were sent."""
        streams = sum(_missing(heard, self.streamed[name]) for name, heard in self.heard.items())
        return streams + (self.delivered - self.measured).total()

    def now(self) -> float:
        """As the intake's."""
        return self._intake.now()

    def receive(
        self, readings: tuple[Reading, ...], stored: Stored = None, message: bytes | None = None
    ) -> None:
        """Note it and pass it on."""
        name = f"{readings[0].bed} {readings[0].device}"
        match readings[0]:
            case Cuff() as cuff:
                key = (name, cuff.systolic, cuff.diastolic, cuff.device_time)
                self.delivered[key] += 1
                self.live[key] += not cuff.history
            case Malformed():
                self.malformed += 1
            case Link() as link:
                self.links.append(link)
            case _:
                self.heard[name].append(_key(readings))
        self._intake.receive(readings, stored, message)

    def reject(self, rejected: Rejected, stored: Stored = None) -> None:
        """Pass it on."""
        self._intake.reject(rejected, stored)


def _key(readings: tuple[Reading, ...]) -> Key:
    values: list[Hashable] = []
    for reading in readings:
        if isinstance(reading, Sample):
            values.append(reading.value)
        elif isinstance(reading, Beats):
            values += [round(interval * 1024 / 1000) for interval in reading.rr_ms]
    return tuple(values)


def _missing(these: list[Key], among: list[Key]) -> int:
    """How many of these are not among those, both in one order."""
    position, missing = 0, 0
    places: defaultdict[Key, list[int]] = defaultdict(list)
    for place, key in enumerate(among):
        places[key].append(place)
    for key in these:
        later = next((place for place in places[key] if place >= position), None)
        if later is None:
            missing += 1
        else:
            position = later + 1
    return missing
