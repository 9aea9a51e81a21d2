"""Bodies about cuff readings."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from alerts.command import VoidReading
from monitor.web.body import Reason
from monitor.web.told import Deeds, SessionBody, Told


class VoidedReading(BaseModel):
    """The reading that is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime


class VoidReadingBody(SessionBody):
    """A cuff reading was none (the patient moved, a slip of the pen): take it back.

    value: when it was measured, as the screen shows it, alone or as {"at": ...}; the reason is
    needed. Of two severe readings in a row the second is only taken back after one by hand.
    """

    kind: Literal["void_reading"]
    value: Annotated[AwareDatetime | VoidedReading, Field(description="the time of the reading")]
    reason: Reason = ""

    def deeds(self, told: Told) -> Deeds:
        """The order for it."""
        meant = self.value.at if isinstance(self.value, VoidedReading) else self.value
        order = VoidReading(
            at=told.now,
            by=told.by,
            id=told.id,
            measured_at=meant.timestamp(),
            reason=self.reason,
        )
        return (order,)
