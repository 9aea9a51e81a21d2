"""Whether anybody can see and hear an alarm: named, visible, armed, confirming."""

import pytest

from monitor.hub import ScreenView
from monitor.screens import ScreenWatch


def screen(
    *, station: str = "Desk", armed: bool = True, visible: bool = True, unconfirmed_s: float = 0.2
) -> ScreenView:
    return ScreenView(station=station, armed=armed, visible=visible, unconfirmed_s=unconfirmed_s)


def test_a_station_that_confirms_is_told_at_once_and_only_when_it_is_news() -> None:
    watch = ScreenWatch(10)
    assert watch.note(100, [screen()]) is True
    assert (watch.armed, watch.detail) == (("Desk",), "Desk")
    assert watch.note(101, [screen()]) is None


@pytest.mark.parametrize(
    ("screens", "why"),
    [
        ([], "no screen is open"),
        ([screen(armed=False)], "no screen has its sound on"),
        ([screen(visible=False)], "no screen with sound is in view"),
        ([screen(station="", unconfirmed_s=0)], "no screen confirms"),
        ([screen(unconfirmed_s=200)], "no screen confirms"),
    ],
)
def test_nobody_sees_or_hears_for_ten_seconds(screens: list[ScreenView], why: str) -> None:
    watch = ScreenWatch(10)
    assert watch.note(100, screens) is None
    assert watch.note(110, screens) is None
    assert watch.note(110.5, screens) is False
    assert watch.armed == ()
    assert why in watch.detail
    assert watch.note(111, screens) is None
    assert watch.note(112, [screen()]) is True


def test_a_page_that_is_loaded_anew_is_no_fault() -> None:
    watch = ScreenWatch(10)
    watch.note(100, [screen()])
    assert watch.note(109, []) is None
    assert watch.note(109.5, [screen()]) is None
    assert watch.note(119, []) is None


def test_a_screen_that_stops_confirming_counts_from_its_last_word() -> None:
    watch = ScreenWatch(10)
    watch.note(100, [screen(unconfirmed_s=0)])
    assert watch.note(109.9, [screen(unconfirmed_s=9.9)]) is None
    assert watch.note(110.1, [screen(unconfirmed_s=10.1)]) is False
