"""Instants for humans and machines outside: ISO 8601 UTC with milliseconds, and back."""

from datetime import UTC, datetime


def iso(at: float) -> str:
    """`at` (epoch seconds) as `2026-11-23T09:30:00.250Z`, rounded to the nearest millisecond.

    Raises ValueError or OverflowError for what no calendar date can say (NaN, year 10000).
    """
    seconds, ms = divmod(round(at * 1000), 1000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{ms:03d}Z"


def parse_iso(text: str) -> float:
    """Epoch seconds of an ISO 8601 instant with `Z` or an offset; ValueError says what is wrong."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone: end it with Z or an offset like +02:00")
    return moment.timestamp()
