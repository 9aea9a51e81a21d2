"""What people enter for the nausea watch: the patient's risk, and whether a watch was right."""

from alerts.order import Order


class NoteRisk(Order, frozen=True, kw_only=True, tag="risk", tag_field="type"):
    """What makes nausea likelier in this patient, by the names of the profile; replaces the last.

    The names are those of `nausea_watch.prior`: earlier_nausea, motion_sickness, female, under_50.
    """

    factors: tuple[str, ...]


class JudgeWatch(Order, frozen=True, kw_only=True, tag="watch_verdict", tag_field="type"):
    """Was the patient nauseated? Answers the oldest watch that still waits for it."""

    nauseated: bool
