from __future__ import annotations

import pytest

from moducop_tui.terminal.environment import SETTINGS, is_serial, prepare


def test_textual_is_told_to_be_sparing() -> None:
    environment: dict[str, str] = {}
    prepare(environment, "/dev/pts/3")
    assert environment == dict(SETTINGS)


def test_what_the_person_has_set_stays() -> None:
    environment = {"TEXTUAL_FPS": "30", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
    prepare(environment, "/dev/pts/3")
    assert environment["TEXTUAL_FPS"] == "30"
    assert environment["TEXTUAL_COLOR_SYSTEM"] == "truecolor"


@pytest.mark.parametrize(
    ("terminal", "serial"),
    [
        ("/dev/ttymxc2", True),
        ("/dev/ttyS0", True),
        ("/dev/ttyUSB1", True),
        ("/dev/ttyGS0", True),
        ("/dev/ttyAMA0", True),
        ("/dev/ttyACM0", True),
        ("/dev/tty1", False),
        ("/dev/pts/0", False),
        ("/dev/console", False),
        (None, False),
    ],
)
def test_a_stale_size_is_forgotten_on_a_serial_line_only(terminal: str | None, serial: bool) -> None:
    environment = {"COLUMNS": "80", "LINES": "24"}
    prepare(environment, terminal)
    assert is_serial(terminal) == serial
    assert ("COLUMNS" in environment, "LINES" in environment) == (not serial, not serial)
