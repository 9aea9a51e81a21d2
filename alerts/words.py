"""How engine texts write things."""


def clock(seconds: float) -> str:
    """A span as minutes and seconds: 80 -> "1:20"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def ago(age_s: float) -> str:
    """How long ago something was so, to be added to its words; nothing within the minute."""
    return f", {age_s / 60:.0f} min ago" if age_s >= 60 else ""
