"""The reconnect policy: bounded, jittered, and every change told once."""

from hypothesis import given
from hypothesis import strategies as st

from devices.link import FIRST_DELAY, LONGEST_DELAY, Backoff, LinkState
from devices.reading import LinkReason


def test_delays_double_to_the_longest_and_begin_again_after_success() -> None:
    backoff = Backoff(chance=lambda: 1.0)
    delays = [backoff.next_delay() for _ in range(8)]
    assert delays == [0.5, 1, 2, 4, 8, 15, 15, 15]
    backoff.reset()
    assert backoff.next_delay() == FIRST_DELAY


@given(chances=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3000))
def test_however_often_it_fails_a_delay_is_never_zero_nor_too_long(chances: list[float]) -> None:
    drawn = iter(chances)
    backoff = Backoff(chance=lambda: next(drawn))
    for _ in chances:
        assert FIRST_DELAY / 2 <= backoff.next_delay() <= LONGEST_DELAY


def test_each_change_of_a_link_is_news_once() -> None:
    link = LinkState()
    down, up = LinkReason.NOT_SEEN, LinkReason.CONNECTED
    told = [link.change(state, reason) for state, reason in (
        (False, down), (False, LinkReason.SILENT), (True, up), (True, up), (False, down),
    )]  # fmt: skip
    assert told == [True, False, True, False, True]
    assert link.reason is down


def test_that_a_lost_device_needs_to_be_paired_is_news_once() -> None:
    link = LinkState()
    reasons = (LinkReason.NOT_SEEN, LinkReason.NOT_PAIRED, LinkReason.NOT_PAIRED, LinkReason.SILENT)
    assert [link.change(False, reason) for reason in reasons] == [True, True, False, False]
    assert link.reason is LinkReason.NOT_PAIRED
