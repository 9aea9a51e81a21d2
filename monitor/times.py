"""Instants of the service's timeline as text, and back: ISO 8601 UTC with milliseconds."""

from datetime import UTC, datetime


def iso(at: float) -> str:
    """Timeline seconds as "2026-11-23T09:30:00.250Z", rounded to the millisecond."""
    moment = datetime.fromtimestamp(round(at * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_iso(text: str) -> float:
    """Timeline seconds of an ISO 8601 instant; ValueError says what is wrong with it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time; write it like 2026-11-23T09:30:00.250Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; end it with Z for UTC")
    return moment.timestamp()
