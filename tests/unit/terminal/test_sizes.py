"""Whoever tells a size, no more of it is drawn than a screen can have: every cell takes memory."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from moducop_tui.cli import status
from moducop_tui.terminal.environment import prepare
from moducop_tui.terminal.link import read_link, read_size
from moducop_tui.terminal.probe import size_in
from moducop_tui.terminal.recognition import recognise
from moducop_tui.terminal.sizes import MOST
from moducop_tui.terminal.wishes import size_of

ABSURD = ((65535, 65535), (65535, 24), (80, 65535), (501, 501), (32768, 1))


@contextmanager
def tty_of(columns: int, rows: int) -> Iterator[int]:
    far, near = pty.openpty()
    try:
        fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        yield near
    finally:
        os.close(far)
        os.close(near)


@pytest.mark.parametrize("size", ABSURD)
def test_of_a_tty_that_says_too_much_as_much_is_drawn_as_a_screen_can_have(size: tuple[int, int]) -> None:
    with tty_of(*size) as tty:
        expected = min(size[0], MOST), min(size[1], MOST)
        assert read_size(tty) == expected
        assert read_link(tty, {}).size == expected
        assert recognise(tty, {"TERM": "xterm", "LANG": "C.UTF-8"}).detected.size == expected


@pytest.mark.parametrize("size", ABSURD)
def test_a_tty_keeps_the_size_that_it_has(size: tuple[int, int]) -> None:
    with tty_of(*size) as tty:
        recognise(tty, {"TERM": "xterm", "LANG": "C.UTF-8"})
        assert tuple(os.get_terminal_size(tty)) == size


def test_a_size_that_screens_have_is_believed() -> None:
    for size in ((80, 24), (132, 43), (240, 67), (MOST, MOST)):
        with tty_of(*size) as tty:
            assert read_size(tty) == size


def test_no_answer_of_a_terminal_and_no_wish_goes_beyond_it() -> None:
    assert size_in([(9999, 9999)]) is None
    assert size_in([(24, 9999)]) is None
    for word in ("501x24", "80x501", "999x999", "65535x65535"):
        with pytest.raises(ValueError, match="from 10 to 500"):
            size_of(word)


@pytest.mark.parametrize("columns", ["65535", "99999999999", "1" * 5000])
def test_a_page_of_text_is_no_wider_whatever_the_environment_says(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert status._width() <= MOST


@pytest.mark.parametrize("said", ["65535", "501", "99999999999", "1" * 5000, "-1", "many", "", "\u0661\u0662"])
def test_textual_is_told_of_no_size_that_no_terminal_has(said: str) -> None:
    environment = {"COLUMNS": said, "LINES": said}
    prepare(environment, serial=False)
    assert not environment.keys() & {"COLUMNS", "LINES"}
