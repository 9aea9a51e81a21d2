"""What a bed remembers of its audio pauses."""

import msgspec


class BedMemory(msgspec.Struct):
    """pauses: audio pauses since the last answer; the others are of the one that runs."""

    pauses: int = 0
    pause_since: float = 0
    pause_until: float | None = None
    pause_by: str = ""
