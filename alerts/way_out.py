"""The parts of a bed that a patient leaves by: standby, T-LEFT, the evidence, the discharge."""

from collections.abc import Callable

from alerts.chart import Chart
from alerts.contacts import Contacts
from alerts.cuffs import Cuffs
from alerts.discharge import Discharge
from alerts.evidence import Evidence
from alerts.left import Left
from alerts.limits import Profile
from alerts.part import Part
from alerts.rows import Source
from alerts.setup import BedSetup
from alerts.signals import Judged
from alerts.standby import StandbyPart
from alerts.streams import Streams
from devices.reading import Report, Sample

Taker = Callable[[float, Sample], bool]


class WayOut:
    """Builds them, and hands on to each what it listens to."""

    __slots__ = ("discharge", "evidence", "left", "parts", "standby")

    def __init__(
        self,
        profile: Profile,
        setup: BedSetup,
        streams: Streams,
        *,
        cuffs: Cuffs,
        contacts: Contacts,
        chart: Chart,
    ) -> None:
        self.standby = StandbyPart(profile, streams, contacts)
        self.left = Left(setup, profile, streams, cuffs, self.standby)
        self.evidence = Evidence(profile, streams, cuffs, chart)
        self.discharge = Discharge(profile, self.evidence)
        self.parts: tuple[Part, ...] = (self.standby, self.left, self.discharge)
        contacts.speakers = [self.standby, self.left]
        streams.watch = self._watch

    def take_report(self, at: float, report: Report) -> None:
        """What was said or seen of nausea."""
        self.discharge.note(self.evidence.take_report(at, report))

    def scored(self, then: Taker) -> Taker:
        """A taker of MOAA/S that keeps each score for the criteria and hands it on."""

        def take(at: float, sample: Sample) -> bool:
            turned = self.discharge.note(self.evidence.take_score(at, sample))
            return then(at, sample) or turned

        return take

    def take_pressure(self, at: float) -> None:
        """The cuffs have a reading."""
        self.discharge.turned = True
        self.left.look(at)

    def _watch(self, at: float, source: Source, now: Judged) -> bool:
        turned = self.discharge.note(self.evidence.take_stream(at, source, now))
        return (self.left.stands and not now.weak and self.left.back(at)) or turned
