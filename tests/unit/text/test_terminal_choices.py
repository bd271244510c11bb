"""The list of what can be chosen about the terminal."""

from __future__ import annotations

from moducop_tui.screens.terminal_choices import terminal_view, wishes_of
from moducop_tui.terminal.detect import detect
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.probe import NOT_ASKED
from moducop_tui.terminal.profile import Charset
from moducop_tui.terminal.styles import Depth

SERIAL = detect({"TERM": "vt220"}, Link(Kind.SERIAL, "/dev/ttymxc0", 115200), NOT_ASKED)


def test_what_holds_now_is_marked() -> None:
    marked = [choice.name for choice in terminal_view(SERIAL).choices if choice.note]
    assert marked == ["8 colours", "ASCII: every terminal shows it"]


def test_every_line_wishes_one_thing() -> None:
    wishes = [wishes_of(choice.value) for choice in terminal_view(SERIAL).choices]
    assert {one.colours for one in wishes} == {None, *Depth}
    assert {one.charset for one in wishes} == {None, *Charset}
    assert all((one.colours is None) is not (one.charset is None) for one in wishes)
