"""What leads on after an action is said of the device as the action has left it, never as it was before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.work import Record
from moducop_tui.pages.look import look_at
from moducop_tui.pages.next_words import READ_AGAIN_WITHIN, READING_AGAIN, next_words
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.states import STATES


def said(record: Record, **ages: float) -> list[str]:
    """On the trial of B, whose topics were read so many seconds ago."""
    readings = STATES["trial"]()
    aged = {topic: build.fresh(getattr(readings, topic).value, age) for topic, age in ages.items()}
    return next_words(record, look_at(replace(readings, **aged), 80, 24, build.NOW, build.WALL))  # type: ignore[arg-type]


def ended(seconds_ago: float) -> Record:
    return replace(acting.done_record(), ended_at=build.WALL - seconds_ago)


def test_what_was_read_after_the_end_says_what_leads_on() -> None:
    words = said(ended(2.0), boot=1.0, mender=0.5)
    assert words
    assert all(one.startswith("Next: ") for one in words)


@pytest.mark.parametrize("ages", [{"boot": 3.0, "mender": 1.0}, {"boot": 1.0, "mender": 4.0}, {"boot": 9, "mender": 9}])
def test_while_anything_is_older_than_the_end_nothing_is_advised(ages: dict[str, float]) -> None:
    assert said(ended(2.0), **ages) == [READING_AGAIN]


@pytest.mark.parametrize("seconds_ago", [READ_AGAIN_WITHIN, 86_400.0, -3_600.0])
def test_a_clock_that_was_set_or_a_topic_that_is_never_read_again_hides_no_way_out(seconds_ago: float) -> None:
    assert READING_AGAIN not in said(ended(seconds_ago), boot=1e6, mender=1e6)


def test_what_was_done_to_an_app_leads_nowhere_else() -> None:
    assert said(replace(ended(2.0), action=Action(ActionKind.RESTART, "app web")), boot=9.0, mender=9.0) == []
