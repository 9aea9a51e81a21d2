"""What staff saw or did at the patient and enter: symptoms, a call for help, an antiemetic."""

from alerts.order import Order


class Symptom(Order, frozen=True, kw_only=True, tag="symptom", tag_field="type"):
    """Symptoms in words; those that the profile calls red flags are an alarm."""

    symptoms: tuple[str, ...]
    happened_at: float


class Call(Order, frozen=True, kw_only=True, tag="call", tag_field="type"):
    """Staff ask for help, about something or just so: HIGH, and paged at once."""

    about: str = ""


class GiveAntiemetic(Order, frozen=True, kw_only=True, tag="antiemetic", tag_field="type"):
    """An antiemetic was given; `drug` names it and its dose."""

    given_at: float
    drug: str = ""
