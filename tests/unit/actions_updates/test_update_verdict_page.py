"""The evidence of the verdict in rows of 80 columns, and of fewer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.model.update_verdict import judge_update
from moducop_tui.pages.update_verdict import update_verdict_rows
from moducop_tui.roles import Role
from moducop_tui.text import line_cells, plain
from tests.unit.actions_updates.test_update_verdict import BEFORE, YOUNG, came_back, on_trial
from tests.unit.actions_updates.update_scenes import slots
from tests.unit.core.well_device import SYSTEM, WALL
from tests.unit.slots.verdict_cases import B


def rows(width: int = 80, **topics: Any) -> list[str]:
    readings = on_trial(**topics)
    verdict = judge_update(readings, BEFORE, WALL)
    assert verdict is not None
    return [plain(row).rstrip() for row in update_verdict_rows(verdict, width)]


def test_what_was_expected_stands_over_what_is_booted_and_all_comparisons_below() -> None:
    assert rows() == [
        "  expected  B  cpu01-standard-v2.7.0.40ee657.20260218.1208",
        "  booted    B  the same",
        "  units     0 failed (before: 0)          apps      1 of 1 well (before: 1 of 1)",
        "  network   end0 up (before: same)        clock     synchronised (before: same)",
        "  journal   12 errors in the last hour (before: 12)",
        "            before: 20 min ago",
    ]


def test_what_is_worse_is_marked_in_text() -> None:
    told = rows(system=replace(SYSTEM, failed_units=("gpsd.service",)))
    assert "! units     1 failed: gpsd.service (before: 0)" in told
    other = rows(slots=slots(mounted=B, b="v9.9.9"))
    assert "! booted    B  cpu01-standard-v9.9.9" in other


def test_why_it_came_back_stands_in_sentences() -> None:
    verdict = came_back()
    told = [plain(row).rstrip() for row in update_verdict_rows(verdict, 80)]
    assert told[0] == "  expected  B  cpu01-standard-v2.7.0.40ee657.20260218.1208"
    assert told[1] == "! booted    A  cpu01-standard-v2.6.0.f457f6d.20260210.1101"
    assert "B did not boot, or was rebooted or lost power" in " ".join(told)


@pytest.mark.parametrize("width", [60, 76, 80, 120, 200])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    many = tuple(f"a-unit-with-a-long-name-{number}.service" for number in range(9))
    readings = on_trial(system=replace(YOUNG, failed_units=many))
    verdict = judge_update(readings, BEFORE, WALL)
    assert verdict is not None
    for row in update_verdict_rows(verdict, width):
        assert line_cells(row) <= width
    assert any(span.role is Role.WARN for row in update_verdict_rows(verdict, width) for span in row)
