"""The title of Logs always says what is chosen, whatever a container is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.log import LogFilter
from moducop_tui.pages.logs import LEVELS, LogView, logs
from moducop_tui.pages.look import look_at
from tests.screens import builders as build
from tests.screens.gallery import KEYMAP, as_text, book


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20), (200, 60)])
@pytest.mark.parametrize("name", ["web", "trackdiag-analytics-worker-1", "hostile-" + "n" * 180])
def test_level_and_boot_stand_behind_a_source_of_any_length(name: str, width: int, height: int) -> None:
    look = look_at(build.readings(), width, height, build.NOW, build.WALL)
    for priority, level in LEVELS.items():
        view = replace(LogView(), source=name, wanted=LogFilter(container=name, max_priority=priority))
        paused = as_text(logs(look, book(), replace(view, bottom=1, paused_at=0), KEYMAP)).split("\n")[1]
        assert width < 80 or f"{level} - this boot" in paused
        title = as_text(logs(look, book(), view, KEYMAP)).split("\n")[1]
        assert f"Log of {name[:6]}" in title
        assert level in title
        assert "live" in title
        assert "this b" in title
