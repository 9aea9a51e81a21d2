"""Whether what we publish of alarms comes back to us, as it would reach a light. Pure.

MQTT 3.1.1 confirms a publication that the broker's access list drops; only its return proves it.
"""

import re

PATIENCE = 30.0
"""Seconds that a publication may take to come back, once everything old is through."""

_ENDS = ("/alarm", "/alarm/event")  # a look at the end is cheap: every message gets one


class Echo:
    """The alarm topics of one site that our own filters hear (those of the site itself do not)."""

    def __init__(self, site: str) -> None:
        self._ours = re.compile(rf"kat/{re.escape(site)}/[^/]+/alarm(/event)?")
        self._due: dict[str, float] = {}
        self._told = False

    def is_ours(self, topic: str) -> bool:
        """Whether only we publish there."""
        return topic.endswith(_ENDS) and self._ours.fullmatch(topic) is not None

    def expect(self, topic: str, at: float) -> None:
        """We are about to publish there."""
        if self.is_ours(topic):
            self._due.setdefault(topic, at + PATIENCE)

    def hear(self, topic: str) -> None:
        """Something arrived there."""
        self._due.pop(topic, None)

    def restart(self, at: float) -> None:
        """A connection has begun and everything old is through: what is due counts from now."""
        self._due = dict.fromkeys(self._due, at + PATIENCE)
        self._told = False

    def overdue(self, at: float) -> str | None:
        """A topic from which nothing came back in time; told once a connection."""
        late = next((topic for topic, due in self._due.items() if at >= due), None)
        if late is None or self._told:
            return None
        self._told = True
        return late
