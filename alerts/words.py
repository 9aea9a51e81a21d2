"""How engine texts write things."""


def clock(seconds: float) -> str:
    """A span as minutes and seconds: 80 -> "1:20"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
