"""A memory of Mender that names another image than runs is a problem, and only then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.problem import Severity
from moducop_tui.model.problems import find_problems
from moducop_tui.model.readings import Readings
from tests.unit.actions_updates.update_scenes import WAITS, boot, client_of, readings_of, slots, update
from tests.unit.core.well_device import NOW
from tests.unit.slots.verdict_cases import B

IN_B = slots(mounted=B)
SWITCHED = readings_of(client_of("5.x"), IN_B, boot(3, count=1))


def told(readings: Readings) -> list[str]:
    return [one.sentence for one in find_problems(readings, NOW) if one.severity is Severity.WARNING]


def test_after_a_switch_by_hand_it_is_said_with_both_names() -> None:
    (problem,) = [one for one in find_problems(SWITCHED, NOW) if one.brief == "Mender's memory wrong"]
    assert problem.sentence == "Mender believes that another image is installed"
    assert "v2.6.0" in problem.evidence
    assert "v2.7.0" in problem.evidence


@pytest.mark.parametrize(
    "readings",
    [
        readings_of(client_of("5.x")),
        readings_of(client_of("5.x", provides=()), IN_B, boot(3, count=1)),
        readings_of(client_of("5.x", update(WAITS)), IN_B, boot(3, 1, 1)),
        replace(SWITCHED, slots=readings_of(client_of("5.x"), slots(mounted=B, b=None)).slots),
    ],
    ids=["true", "says nothing", "on trial", "image not read"],
)
def test_where_it_is_true_or_can_t_be_told_nothing_is_said(readings: Readings) -> None:
    assert "Mender believes that another image is installed" not in told(readings)
