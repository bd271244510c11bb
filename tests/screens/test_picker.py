"""A list to choose from tells its lines apart at any size."""

from __future__ import annotations

import pytest

from moducop_tui.pages.look import look_at
from moducop_tui.pages.picker import Choice, PickerView, picker
from tests.screens import builders as build
from tests.screens.gallery import as_text


def drawn(*choices: Choice, width: int = 80, height: int = 24) -> str:
    look = look_at(build.readings(), width, height, build.NOW, build.WALL)
    return as_text(picker(look, PickerView("Log source", choices), [()] * height))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20), (200, 60)])
def test_words_at_the_right_give_way_to_the_name(width: int, height: int) -> None:
    names = [f"nginx-demo-{service}-1" for service in ("db", "web", "worker-of-the-week")]
    text = drawn(*(Choice(name, name, "container of nginx-demo") for name in names), width=width, height=height)
    assert all(name in text for name in names)
    assert "contai" in text


def test_a_key_at_the_right_is_kept_whole() -> None:
    text = drawn(Choice("Apps whole log: the log of the chosen container on a screen", "x", "PageDown"))
    assert "PageDown" in text
