"""Bodies of what staff measured, gave and noted."""

from typing import Annotated, Literal, Self

import msgspec
from pydantic import Field, model_validator

from alerts.command import Airway, Antihypertensive, Dissociation, Escort, Note, Oxygen, Vitals
from devices.reading import Cuff, Header, Metric, Reading, Sample
from monitor.board import STAFF
from monitor.web.amounts import read_quantity, says_air
from monitor.web.body import Reason, Text
from monitor.web.told import Deeds, ObservedBody, SessionBody, Told

_RESOLVED = frozenset({"resolved", "none", "absent", "no", "over"})
_FLOW_MOST = 60.0


class VitalsBody(ObservedBody):
    """What was measured by hand `at` a time, any of it together; `method` says how.

    A pressure is systolic and diastolic, or `value` "120/80".
    """

    kind: Literal["vitals"]
    value: Annotated[str, Field(pattern=r"^\s*\d{2,3}\s*/\s*\d{2,3}\s*$")] | None = None
    systolic: Annotated[float, Field(ge=30, le=350)] | None = None
    diastolic: Annotated[float, Field(ge=10, le=300)] | None = None
    mean_pressure: Annotated[float, Field(ge=15, le=330)] | None = None
    pulse_rate: Annotated[float, Field(ge=10, le=350)] | None = None
    respiratory_rate: Annotated[float, Field(ge=0, le=120)] | None = None
    spo2: Annotated[float, Field(ge=1, le=100)] | None = None
    method: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def _is_measured(self) -> Self:
        systolic, diastolic = self.pressure
        if (systolic is None) != (diastolic is None):
            raise ValueError("a pressure has both, systolic and diastolic")
        if systolic is not None and diastolic is not None and systolic <= diastolic:
            raise ValueError("systolic is above diastolic; were they swapped?")
        if systolic is None and (self.mean_pressure, self.pulse_rate) != (None, None):
            raise ValueError("mean_pressure and pulse_rate come with a pressure")
        if (systolic, self.respiratory_rate, self.spo2) == (None, None, None):
            raise ValueError("say what was measured: a pressure, respiratory_rate or spo2")
        return self

    @property
    def pressure(self) -> tuple[float | None, float | None]:
        """Systolic and diastolic, in whichever way they were written."""
        if self.value is None:
            return self.systolic, self.diastolic
        systolic, _, diastolic = self.value.partition("/")
        return float(systolic), float(diastolic)

    def observed(self, told: Told) -> Deeds:
        """Who measured it and how, then each reading."""
        systolic, diastolic = self.pressure
        entry = Vitals(
            at=told.now,
            by=told.by,
            id=told.id,
            happened_at=told.happened,
            method=self.method,
            systolic=systolic,
            diastolic=diastolic,
            mean_pressure=self.mean_pressure,
            pulse_rate=self.pulse_rate,
            respiratory_rate=self.respiratory_rate,
            spo2=self.spo2,
        )
        return (entry, *measured(entry, told))

    @property
    def about(self) -> str:
        """What was measured."""
        systolic, diastolic = self.pressure
        said = [] if systolic is None else [f"BP {systolic:g}/{diastolic:g}"]
        said += [] if self.respiratory_rate is None else [f"RR {self.respiratory_rate:g}"]
        said += [] if self.spo2 is None else [f"SpO2 {self.spo2:g}"]
        return ", ".join(said)


def measured(vitals: Vitals, told: Told) -> tuple[Reading, ...]:
    """The readings that an entry of vitals is."""
    header = msgspec.structs.asdict(
        Header(
            at=told.now,
            bed=told.bed,
            device=STAFF,
            origin=told.origin,
            device_time=told.happened,
        )
    )
    found: list[Reading] = []
    if vitals.systolic is not None:
        found.append(
            Cuff(
                **header,
                systolic=vitals.systolic,
                diastolic=vitals.diastolic,
                mean_pressure=vitals.mean_pressure,
                pulse_rate=vitals.pulse_rate,
                by=told.by,
            )
        )
    for metric, value in (
        (Metric.RESPIRATORY_RATE, vitals.respiratory_rate),
        (Metric.SPO2, vitals.spo2),
    ):
        if value is not None:
            found.append(Sample(**header, metric=metric, value=value, by=told.by))
    return tuple(found)


class OxygenBody(SessionBody):
    """Oxygen: litres a minute (0: air), "2 l/min", "air", or words for how it is given."""

    kind: Literal["oxygen"]
    value: Annotated[float, Field(ge=0, le=_FLOW_MOST)] | Reason

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        return (_oxygen(self.value, told),)


def _oxygen(said: float | str, told: Told) -> Oxygen:
    quantity = read_quantity(said)
    flow = None if quantity is None else quantity.number
    on = flow > 0 if flow is not None else not says_air(str(said))
    return Oxygen(
        at=told.now,
        by=told.by,
        id=told.id,
        happened_at=told.happened,
        on=on,
        flow_l_min=flow,
        text=said if isinstance(said, str) else "",
    )


class DissociationBody(SessionBody):
    """Is the patient back? "resolved", a score (0: back), or words for what is still there."""

    kind: Literal["dissociation"]
    value: Annotated[float, Field(ge=0, le=100)] | Annotated[str, Field(min_length=1)]

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        said = self.value
        text = said if isinstance(said, str) else ""
        score = said if isinstance(said, int | float) else None
        resolved = score == 0 if score is not None else text.strip().lower() in _RESOLVED
        return (
            Dissociation(
                at=told.now,
                by=told.by,
                id=told.id,
                happened_at=told.happened,
                resolved=resolved,
                score=score,
                text=text,
            ),
        )


class EscortBody(SessionBody):
    """Who will bring the patient home: a name."""

    kind: Literal["escort"]
    value: Annotated[str, Field(min_length=1, max_length=200)]

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        return (
            Escort(at=told.now, by=told.by, id=told.id, happened_at=told.happened, name=self.value),
        )


class WordsBody(SessionBody):
    """Words for the record: a note, something done for the airway, a drug against pressure."""

    kind: Literal["note", "airway", "antihypertensive"]
    value: Text | float | None = None

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        text = (
            ""
            if self.value is None
            else f"{self.value:g}"
            if not isinstance(self.value, str)
            else self.value
        )
        kind = {"note": Note, "airway": Airway, "antihypertensive": Antihypertensive}[self.kind]
        return (kind(at=told.now, by=told.by, id=told.id, happened_at=told.happened, text=text),)


ChartEvent = VitalsBody | OxygenBody | DissociationBody | EscortBody | WordsBody
