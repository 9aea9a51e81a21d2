"""Orders around a patient's way out: standby, the signature, sensors off."""

from alerts.order import Order


class Standby(Order, frozen=True, kw_only=True, tag="standby", tag_field="type"):
    """The patient leaves the monitor for a while: toilet, sensor or other; `escort` goes along."""

    reason: str
    escort: str = ""


class StandbyEnd(Order, frozen=True, kw_only=True, tag="standby_end", tag_field="type"):
    """The patient is back, or is watched again whatever the sensors say."""


class Sign(Order, frozen=True, kw_only=True, tag="sign", tag_field="type"):
    """A named person signs the discharge of a patient who is READY."""


class SensorsOff(Order, frozen=True, kw_only=True, tag="sensors_off", tag_field="type"):
    """After the signature: the sensors come off, so technical alarms end and rest."""
