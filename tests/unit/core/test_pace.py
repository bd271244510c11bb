"""How often the screen is drawn."""

from __future__ import annotations

import pytest

from moducop_tui.pace import CALM, FIRST, FIRST_LASTS, FIRST_ON_SERIAL, NEWS, Pace


class Hand:
    """A clock that a test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("serial", "seconds"), [(False, FIRST), (True, FIRST_ON_SERIAL)])
def test_the_first_drawing_waits_for_the_readings_that_come_together(serial: bool, seconds: float) -> None:
    clock = Hand()
    pace = Pace(serial=serial, clock=clock)
    pace.asked()
    assert pace.wait() == pytest.approx(seconds)
    clock.now += seconds
    assert pace.wait() <= 0


def test_first_readings_are_drawn_as_they_come() -> None:
    clock = Hand()
    pace = Pace(clock=clock)
    pace.drawn(24)
    assert pace.wait() == pytest.approx(FIRST)


def test_afterwards_news_is_drawn_together() -> None:
    clock = Hand()
    pace = Pace(clock=clock)
    clock.now += FIRST_LASTS
    pace.drawn(3)
    assert pace.wait() == pytest.approx(NEWS)
    clock.now += NEWS
    assert pace.wait() <= 0


def test_while_nothing_changes_drawing_is_seldom() -> None:
    clock = Hand()
    pace = Pace(clock=clock)
    clock.now += FIRST_LASTS
    pace.drawn(0)
    assert pace.wait() == pytest.approx(CALM)


def test_another_screen_begins_anew() -> None:
    clock = Hand()
    pace = Pace(clock=clock)
    clock.now += FIRST_LASTS
    pace.asked()
    pace.drawn(0)
    assert pace.wait() == pytest.approx(FIRST)
