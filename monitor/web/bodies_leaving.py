"""Bodies of the way out: standby, what is found before the patient goes, signature, sensors off."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from alerts.command import Assessed, SensorsOff, Sign, Standby, StandbyEnd
from alerts.standby import REASONS
from monitor.web.told import Deeds, SessionBody, Told

_YES = frozenset({"yes", "y", "true", "ok", "done", "told", "steady", "steadily", "alone"})
_NO = frozenset({"no", "n", "false", "not yet", "unsteady", "not told"})
_OVER = frozenset({"resolved", "none", "absent", "over", "gone"})
_THERE = frozenset({"present", "still", "still there", "not resolved"})


class StandbyBody(SessionBody):
    """The patient leaves the monitor: `reason` (or `value`) toilet, sensor or other."""

    kind: Literal["standby"]
    reason: str = ""
    value: str = ""
    escort: Annotated[str, Field(max_length=80)] = ""

    @property
    def why(self) -> str:
        """The reason, wherever it was written."""
        return (self.reason or self.value).strip().lower()

    @model_validator(mode="after")
    def _has_a_reason(self) -> Self:
        if self.why not in REASONS:
            raise ValueError(f'"reason" is one of {", ".join(REASONS)}, not {self.why!r}')
        return self

    def deeds(self, told: Told) -> Deeds:
        """The order for it."""
        return (Standby(at=told.now, by=told.by, id=told.id, reason=self.why, escort=self.escort),)


class StandbyEndBody(SessionBody):
    """The patient is back."""

    kind: Literal["standby_end"]

    def deeds(self, told: Told) -> Deeds:
        """The order for it."""
        return (StandbyEnd(at=told.now, by=told.by, id=told.id),)


class AbilityBody(SessionBody):
    """The patient walks steadily, was told not to drive: `value` yes (also when left out) or no."""

    kind: Literal["walks", "no_driving"]
    value: bool | Annotated[str, Field(max_length=200)] = True

    @model_validator(mode="after")
    def _is_an_answer(self) -> Self:
        if isinstance(self.value, str) and _word(self.value) not in _YES | _NO:
            raise ValueError(f'"value" is yes or no, not {self.value!r}')
        return self

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        ok = self.value if isinstance(self.value, bool) else _word(self.value) in _YES
        return (_assessed(self.kind, told, self.value, ok=ok),)


class ResolvedBody(SessionBody):
    """Sedation, or respiratory depression: `value` resolved (or a score of 0), or still present."""

    kind: Literal["sedation", "respiration"]
    value: Annotated[float, Field(ge=0, le=100)] | Annotated[str, Field(max_length=200)]

    @model_validator(mode="after")
    def _is_an_answer(self) -> Self:
        if isinstance(self.value, str) and _word(self.value) not in _OVER | _THERE:
            raise ValueError(f'"value" is resolved or present, not {self.value!r}')
        return self

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        ok = _word(self.value) in _OVER if isinstance(self.value, str) else self.value == 0
        return (_assessed(self.kind, told, self.value, ok=ok),)


class SignBody(SessionBody):
    """The discharge of a patient who is READY, signed."""

    kind: Literal["sign"]

    def deeds(self, told: Told) -> Deeds:
        """The signature."""
        return (Sign(at=told.now, by=told.by, id=told.id),)


class SensorsOffBody(SessionBody):
    """After the signature: the sensors come off, technical alarms end."""

    kind: Literal["sensors_off"]

    def deeds(self, told: Told) -> Deeds:
        """The order for it."""
        return (SensorsOff(at=told.now, by=told.by, id=told.id),)


LeavingEvent = StandbyBody | StandbyEndBody | AbilityBody | ResolvedBody | SignBody | SensorsOffBody


def _assessed(of: str, told: Told, said: bool | float | str, *, ok: bool) -> Assessed:
    text = said if isinstance(said, str) else ""
    return Assessed(
        at=told.now, by=told.by, id=told.id, happened_at=told.happened, of=of, ok=ok, text=text
    )


def _word(said: str) -> str:
    return said.strip().lower()
