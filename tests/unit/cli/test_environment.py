from __future__ import annotations

import pytest

from moducop_tui.terminal.environment import SETTINGS, prepare


def test_textual_is_told_to_be_sparing() -> None:
    environment: dict[str, str] = {}
    prepare(environment, serial=False)
    assert environment == dict(SETTINGS)


def test_what_the_person_has_set_stays() -> None:
    environment = {"TEXTUAL_FPS": "30", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
    prepare(environment, serial=False)
    assert environment["TEXTUAL_FPS"] == "30"
    assert environment["TEXTUAL_COLOR_SYSTEM"] == "truecolor"


@pytest.mark.parametrize("serial", [True, False])
def test_a_stale_size_is_forgotten_on_a_serial_line_only(serial: bool) -> None:
    environment = {"COLUMNS": "80", "LINES": "24"}
    prepare(environment, serial=serial)
    assert ("COLUMNS" in environment, "LINES" in environment) == (not serial, not serial)


def test_textual_never_filters_colours_itself() -> None:
    environment = {"NO_COLOR": "1"}
    prepare(environment, serial=False)
    assert "NO_COLOR" not in environment
