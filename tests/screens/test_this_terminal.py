"""The terminal that the console is seen on: named on System, changed by a key, drawn anew at once."""

from __future__ import annotations

import asyncio
import os
import re

from tests.screens import builders as build
from tests.screens.console import console
from tests.screens.test_leaving import DEMO, ENDS_WITHIN, STARTS_WITHIN, Terminal, program

_COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?3[1-7](?:;\d+)*m")


def choose(terminal: Terminal, words: str) -> bytes:
    """Take a line of the list by typing it; what was sent from then on, the whole screen."""
    os.write(terminal.master, b"T")
    terminal.read_until(b"This terminal", ENDS_WITHIN)
    for key in words:
        os.write(terminal.master, key.encode())
        terminal.read(0.1)
    terminal.output = b""
    os.write(terminal.master, b"\r")
    terminal.read_until(b"\x1b[H\x1b[J", ENDS_WITHIN)
    terminal.read_until(b"roblems", ENDS_WITHIN)
    return terminal.output


def test_system_names_the_terminal() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("6")
            await driven.until("  this terminal      unknown terminal, 8 colours, ASCII, 80x24")

    asyncio.run(scenario())


def test_a_key_opens_the_list_and_what_is_chosen_is_named_from_then_on() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("6", "T")
            await driven.until("This terminal")
            assert any("8 colours" in row and "now" in row for row in driven.rows)
            await driven.press(*"no col", "enter")
            await driven.until("unknown terminal, no colours, ASCII, 80x24")
            await driven.press("T", "escape")
            await driven.until("unknown terminal, no colours, ASCII, 80x24")

    asyncio.run(scenario())


def test_colours_and_lines_change_on_the_terminal_itself() -> None:
    with program(DEMO) as terminal:
        terminal.read_until(b"roblems", STARTS_WITHIN)
        assert _COLOUR.search(terminal.output)
        assert not _COLOUR.search(choose(terminal, "no col"))
        assert "─────".encode() in choose(terminal, "utf")
        assert b"-----" in choose(terminal, "ascii")
