"""Bodies of what staff tell the nausea watch: the patient's risk, and whether a watch was right."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from alerts.command import JudgeWatch, NoteRisk
from monitor.web.told import Deeds, SessionBody, Told

_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
_Factor = Annotated[str, Field(max_length=40)]


class RiskBody(SessionBody):
    """What makes nausea likelier: names of the profile, as a list or with commas; empty: nothing.

    By default earlier_nausea, motion_sickness, female, under_50. A new list replaces the last.
    """

    kind: Literal["risk"]
    value: Annotated[list[_Factor], Field(max_length=20)] | Annotated[str, Field(max_length=500)]

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        said = self.value if isinstance(self.value, list) else re.split(r"[,\s]+", self.value)
        factors = tuple(name for name in said if name)
        return (NoteRisk(at=told.now, by=told.by, id=told.id, factors=factors),)


class WatchVerdictBody(SessionBody):
    """Was the patient nauseated when the watch began? Answers the oldest one without an answer."""

    kind: Literal["watch_verdict"]
    value: bool | Annotated[str, Field(max_length=10)]

    @field_validator("value")
    @classmethod
    def _is_an_answer(cls, value: bool | str) -> bool | str:
        if isinstance(value, str) and value.strip().lower() not in _YES | _NO:
            raise ValueError('was the patient nauseated? "yes" or "no"')
        return value

    def deeds(self, told: Told) -> Deeds:
        """The entry."""
        said = self.value
        nauseated = said if isinstance(said, bool) else said.strip().lower() in _YES
        return (JudgeWatch(at=told.now, by=told.by, id=told.id, nauseated=nauseated),)


WatchEvent = RiskBody | WatchVerdictBody
