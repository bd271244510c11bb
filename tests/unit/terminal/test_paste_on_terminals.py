"""Pasted text through a terminal: marked where the terminal is known to mark it, keys like any others elsewhere."""

from __future__ import annotations

import sys

from tests.unit.terminal.far_end import FarEnd

_CONSOLE = (sys.executable, "-m", "moducop_tui", "--config=/dev/null")


def started(term: str) -> FarEnd:
    far = FarEnd("--demo", program=("env", f"TERM={term}", "LC_ALL=C.UTF-8", *_CONSOLE))
    far.wait_for("1 Overview")
    far.read(0.5)
    return far


def test_marked_pasted_text_is_typed_and_not_obeyed() -> None:
    with started("xterm") as far:
        assert b"\x1b[?2004h" in far.sent
        far.press("\x1b[200~6\rq\r\x1b[201~")
        far.read(0.5)
        assert "[1 Overview]" in far.text()
        far.press("2")
        far.wait_for("[2 Slots]")
        far.press("/")
        far.wait_for("Enter finds")
        far.press("\x1b[200~upgrade\ravailable\r\x1b[201~")
        far.wait_for("/ upgrade available")
        far.press("q")
        far.wait_for("/ upgrade availableq")


def test_a_terminal_that_marks_nothing_is_not_asked_to_and_its_pasted_text_is_keys() -> None:
    with started("vt220") as far:
        assert b"?2004" not in far.sent
        far.press("2/upgrade")
        far.wait_for("/ upgrade")
        far.press("\r")
        far.wait_for("upgrade_available")
