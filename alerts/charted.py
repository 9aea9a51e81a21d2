"""Entries that other parts of a bed read (alerts/chart.py keeps them): each a kind of its own."""

from alerts.order import Order


class Happening(Order, frozen=True, kw_only=True):
    """Something that happened at a stated time."""

    happened_at: float


class Note(Happening, frozen=True, kw_only=True, tag="note", tag_field="type"):
    """Words for the record."""

    text: str


class Vitals(Happening, frozen=True, kw_only=True, tag="vitals", tag_field="type"):
    """Who measured by hand, when and how; the numbers are judged as readings of device "staff"."""

    method: str = ""
    systolic: float | None = None
    diastolic: float | None = None
    mean_pressure: float | None = None
    pulse_rate: float | None = None
    respiratory_rate: float | None = None
    spo2: float | None = None


class Oxygen(Happening, frozen=True, kw_only=True, tag="oxygen", tag_field="type"):
    """Oxygen is given (`flow_l_min` where known), or no more: the patient breathes air."""

    on: bool
    flow_l_min: float | None = None
    text: str = ""


class Airway(Happening, frozen=True, kw_only=True, tag="airway", tag_field="type"):
    """Something done for the airway ("chin lift")."""

    text: str


class Antihypertensive(
    Happening, frozen=True, kw_only=True, tag="antihypertensive", tag_field="type"
):
    """A drug against high pressure; `text` names drug and dose."""

    text: str


class Dissociation(Happening, frozen=True, kw_only=True, tag="dissociation", tag_field="type"):
    """Whether the patient is back, as staff find it; `score` where one was taken (0: back)."""

    resolved: bool
    score: float | None = None
    text: str = ""


class Escort(Happening, frozen=True, kw_only=True, tag="escort", tag_field="type"):
    """Who will bring the patient home."""

    name: str


class Override(Happening, frozen=True, kw_only=True, tag="override", tag_field="type"):
    """A named person goes past a rule for a reason: "BP-GATE", or a line of the discharge."""

    of: str
    reason: str


class Assessed(Happening, frozen=True, kw_only=True, tag="assessed", tag_field="type"):
    """A point of the way out as staff find it; `of` is a key of alerts/criteria.py ASSESSED."""

    of: str
    ok: bool
    text: str = ""


Charted = Oxygen | Airway | Antihypertensive | Dissociation | Escort | Override | Assessed
"""What the chart keeps for other parts to read."""
