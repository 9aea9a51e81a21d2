"""Bodies of session events that turn themselves into what the engine understands."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from alerts.command import Call, Command
from devices.reading import Origin, Reading
from monitor.web.body import Reason, TimedBody

Deeds = Sequence[Command | Reading]
"""What one event of a session is to the service, in the order in which it is carried out."""


class Told(NamedTuple):
    """Who tells it where and when: timeline seconds of now and of the time that was stated."""

    bed: str
    by: str
    id: str
    now: float
    happened: float
    origin: Origin


class SessionBody(TimedBody):
    """An event of a session."""

    @abstractmethod
    def deeds(self, told: Told) -> Deeds:
        """The commands and readings that it is."""


class ObservedBody(SessionBody):
    """Something that staff saw or measured: silent, unless they want `help` with it."""

    help: Annotated[
        bool, Field(description="call for help as well: HIGH, heard and paged at once")
    ] = False

    @abstractmethod
    def observed(self, told: Told) -> Deeds:
        """What was observed."""

    @property
    @abstractmethod
    def about(self) -> str:
        """The observation in the words of a call for help."""

    def deeds(self, told: Told) -> Deeds:
        """The observation, then the call."""
        call = Call(at=told.now, by=told.by, about=self.about)
        return (*self.observed(told), call) if self.help else self.observed(told)


class ReasonedBody(SessionBody):
    """An event that needs a `reason`; `value` may hold it as well."""

    reason: Reason = ""
    value: Annotated[str | None, Field(max_length=500)] = None

    @property
    def why(self) -> str:
        """The reason, wherever it was written."""
        return (self.reason or self.value or "").strip()

    @model_validator(mode="after")
    def _has_a_reason(self) -> Self:
        if not self.why:
            raise ValueError('say why: "reason" is a text that is not empty')
        return self
