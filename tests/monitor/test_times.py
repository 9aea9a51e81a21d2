"""Instants as text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.times import iso, parse_iso


def test_an_instant_reads_as_utc_with_milliseconds() -> None:
    assert iso(1795426200.25) == "2026-11-23T09:30:00.250Z"
    assert iso(1795426200.9996) == "2026-11-23T09:30:01.000Z"
    assert iso(-0.001) == "1969-12-31T23:59:59.999Z"


@given(st.integers(-2_000_000_000_000, 4_000_000_000_000))
def test_text_comes_back_as_the_same_millisecond(ms: int) -> None:
    assert round(parse_iso(iso(ms / 1000)) * 1000) == ms


def test_offsets_are_understood() -> None:
    assert parse_iso("2026-11-23T11:30:00.250+02:00") == 1795426200.25


@pytest.mark.parametrize("text", ["2026-11-23T09:30:00", "yesterday", ""])
def test_text_without_a_zone_or_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time zone|isoformat"):
        parse_iso(text)
