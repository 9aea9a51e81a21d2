"""Bodies of what staff see at the patient and do about it: nausea, sedation, symptoms, help."""

import uuid
from typing import Annotated, Literal, Self

import msgspec
from pydantic import Field, model_validator

from alerts.command import Call, GiveAntiemetic, Symptom
from devices.reading import Header, Metric, Report, ReportKind, ReportSource, Sample
from monitor.board import STAFF
from monitor.web.body import Nrs, Reason, Text
from monitor.web.told import Deeds, ObservedBody, SessionBody, Told

_SEEN = {"retch": "retch seen", "vomit": "vomit seen"}


class NauseaEventBody(ObservedBody):
    """Nausea as staff asked or saw it; `report` says what, `value` the rating of "nrs"."""

    kind: Literal["nausea"]
    report: Literal["nrs", "retch", "vomit"] = "nrs"
    value: Nrs | None = None

    @model_validator(mode="after")
    def _is_rated(self) -> Self:
        if (self.report == "nrs") != (self.value is not None):
            raise ValueError('report "nrs" comes with a value from 0 to 10, any other without')
        return self

    def observed(self, told: Told) -> Deeds:
        """A report of staff."""
        kind = ReportKind(self.report)
        return (report_of(staff_header(told), kind, self.value, report_id=told.id, by=told.by),)

    @property
    def about(self) -> str:
        """What was seen."""
        return _SEEN.get(self.report, f"nausea {self.value}")


class MoaasBody(ObservedBody):
    """Depth of sedation, 0 (no response) to 5 (alert)."""

    kind: Literal["moaas"]
    value: Annotated[int, Field(ge=0, le=5)]

    def observed(self, told: Told) -> Deeds:
        """A score of staff."""
        header = msgspec.structs.asdict(staff_header(told))
        return (Sample(**header, metric=Metric.MOAAS, value=float(self.value), by=told.by),)

    @property
    def about(self) -> str:
        """The score."""
        return f"MOAA/S {self.value}"


class SymptomBody(ObservedBody):
    """One symptom or several in words; those that the profile calls red flags are an alarm."""

    kind: Literal["symptom"]
    value: Text | Annotated[list[Text], Field(max_length=20)]

    @property
    def symptoms(self) -> tuple[str, ...]:
        """Each in its words."""
        said = [self.value] if isinstance(self.value, str) else self.value
        return tuple(words.strip() for words in said if words.strip())

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.symptoms:
            raise ValueError('"value" is a symptom in words, or a list of them')
        return self

    def observed(self, told: Told) -> Deeds:
        """Symptoms as staff see them."""
        symptom = Symptom(
            at=told.now,
            by=told.by,
            id=told.id,
            symptoms=self.symptoms,
            happened_at=told.happened,
        )
        return (symptom,)

    @property
    def about(self) -> str:
        """The symptoms."""
        return ", ".join(self.symptoms)


class AntiemeticBody(SessionBody):
    """An antiemetic was given; `value` names drug and dose."""

    kind: Literal["antiemetic"]
    value: Reason = ""

    def deeds(self, told: Told) -> Deeds:
        """The entry, which asks for the nausea half an hour later."""
        given = GiveAntiemetic(
            at=told.now, by=told.by, id=told.id, given_at=told.happened, drug=self.value.strip()
        )
        return (given,)


class CallBody(SessionBody):
    """Send help to this bed; `value` says why, if there is time to."""

    kind: Literal["call"]
    value: Reason = ""

    def deeds(self, told: Told) -> Deeds:
        """A call."""
        return (Call(at=told.now, by=told.by, id=told.id, about=self.value.strip()),)


PeopleEvent = NauseaEventBody | MoaasBody | SymptomBody | AntiemeticBody | CallBody


def staff_header(told: Told) -> Header:
    """The header of a reading that staff entered."""
    return Header(
        at=told.now, bed=told.bed, device=STAFF, origin=told.origin, device_time=told.happened
    )


def report_of(
    header: Header,
    kind: ReportKind,
    value: float | None,
    *,
    report_id: str,
    source: ReportSource = ReportSource.STAFF,
    by: str | None,
) -> Report:
    """What somebody said of nausea; it gets an id where the sender gave none."""
    return Report(
        **msgspec.structs.asdict(header),
        id=report_id or uuid.uuid4().hex,
        source=source,
        kind=kind,
        value=None if value is None else float(value),
        by=by,
    )
