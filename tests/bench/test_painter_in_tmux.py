"""A second, real terminal, tmux, shows the very cells that Textual drew, after every frame of random sessions."""

from __future__ import annotations

import os
import random
import re
import subprocess
import time
from pathlib import Path

import pytest

from moducop_tui.terminal.families import LINUX, VT102, VT220, XTERM
from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.shadow import Shadow
from moducop_tui.terminal.styles import BLINK, BOLD, DIM, ITALIC, REVERSE, STRIKE, UNDERLINE, Depth, Style, apply_sgr

SHOWN_IN_BLANKS = UNDERLINE | REVERSE | STRIKE
COMPARED = SHOWN_IN_BLANKS | BOLD | DIM | ITALIC | BLINK
PROFILES = {
    "vt102": Profile(Depth.MONOCHROME, Charset.ASCII, VT102.attributes, VT102.abilities),
    "vt102 with DEC lines": Profile(Depth.EIGHT, Charset.DEC, VT102.attributes, VT102.abilities),
    "vt220": Profile(Depth.EIGHT, Charset.ASCII, VT220.attributes, VT220.abilities),
    "linux": Profile(Depth.EIGHT, Charset.UTF8, LINUX.attributes, LINUX.abilities, light_lines=True),
    "xterm": Profile(Depth.SIXTEEN, Charset.UTF8, XTERM.attributes, XTERM.abilities, light_lines=True),
    "xterm-256color": Profile(Depth.PALETTE, Charset.UTF8, XTERM.attributes, XTERM.abilities, light_lines=True),
    "xterm-direct": Profile(Depth.TRUE_COLOUR, Charset.UTF8, XTERM.attributes, XTERM.abilities, light_lines=True),
}
Shown = tuple[str, Style]


class Tmux:
    """A pane that shows what is written into a pipe."""

    def __init__(self, place: Path, width: int, height: int) -> None:
        self._socket, pipe = place / "socket", place / "pipe"
        os.mkfifo(pipe)
        self._frames = 0
        show = f"stty raw -echo; exec cat {pipe}"
        self._run("-f/dev/null", "-u", "new-session", "-d", "-x", str(width), "-y", str(height), show)
        self._run("set", "-g", "status", "off")
        self._pipe = pipe.open("wb", buffering=0)

    def _run(self, *words: str) -> str:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        environment.pop("TMUX", None)
        command = ["tmux", "-S", str(self._socket), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    def feed(self, text: str) -> None:
        """Show it, and wait until it is shown: a title is set behind it."""
        self._frames += 1
        title = f"frame {self._frames}"
        self._pipe.write(f"{text}\x1b]2;{title}\x07".encode())
        until = time.monotonic() + 10
        while self._run("display", "-p", "#{pane_title}").strip() != title:
            assert time.monotonic() < until, "tmux does not take what was sent"
            time.sleep(0.005)

    def rows(self, width: int) -> list[list[Shown]]:
        """The cells as tmux has them; a wide character fills the first of its two."""
        captured = self._run("capture-pane", "-p", "-e", "-N").split("\n")[:-1]
        style, drawing, rows = Style(), False, []  # both go on from row to row
        for line in captured:
            row: list[Shown] = []
            for sequence, shift, character in re.findall(r"\x1b\[([\d;:]*)m|([\x0e\x0f])|([^\x1b])", line):
                if character:
                    row.append((_DEC.get(character, character) if drawing else character, style))
                elif shift:
                    drawing = shift == "\x0e"
                else:
                    style = apply_sgr(style, sequence)
            rows.append(_joined(row, width))
        return rows

    def close(self) -> None:
        """End the server."""
        self._pipe.close()
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], check=False, capture_output=True)


_DEC = dict(zip("qxlkmjtuwvn", "─│┌┐└┘├┤┬┴┼", strict=True))


def _joined(row: list[Shown], width: int) -> list[Shown]:
    """Combining marks joined to their letters, and the second cells of wide characters added."""
    cells: list[Shown] = []
    for character, style in row:
        if "\u0300" <= character <= "\u036f":
            at = -2 if cells[-1][0] == "" else -1
            cells[at] = cells[at][0] + character, cells[at][1]
        else:
            cells.append((character, style))
            if "\u2e80" <= character <= "\uffef":
                cells.append(("", style))
    return cells + [(" ", Style())] * (width - len(cells))


def seen(character: str, style: Style) -> Shown:
    """What a person sees of a cell."""
    attributes = style.attributes & COMPARED
    if character == " " and not attributes & SHOWN_IN_BLANKS:
        return " ", Style(paper=style.paper)
    return character, Style(attributes, style.ink, style.paper)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (37, 9)])
def test_tmux_shows_what_textual_drew(name: str, width: int, height: int, tmp_path: Path) -> None:
    chance = random.Random(f"{name} {width}")
    shadow = Shadow(width, height, PROFILES[name])
    painter = Painter(width, height, PROFILES[name], shadow.styles)
    tmux = Tmux(tmp_path, width, height)
    try:
        tmux.feed("\x1b[31;1mdirt\r\n" * 30 + "\x1b[5;7r\x1b[4h\x1b[?6h\x1b(0")
        for frame in range(40):
            shadow.feed(scrolled(chance, width, height, frame) if frame % 3 == 2 else drawn(chance, width, height))
            while sent := painter.paint(shadow.grid, chance.choice([None, 200])):
                tmux.feed(sent)
            check(tmux.rows(width), shadow, frame)
    finally:
        tmux.close()


def check(rows: list[list[Shown]], shadow: Shadow, frame: int) -> None:
    grid = shadow.grid
    for y in range(grid.height):
        for x in range(grid.width):
            expected = seen(grid.characters[y][x], shadow.styles.reduced[grid.styles[y][x]])
            if expected[0] != "":
                assert seen(*rows[y][x]) == expected, f"frame {frame}, column {x}, row {y}"


SGR = (
    "",
    "1",
    "7",
    "4",
    "31",
    "1;32",
    "97;41",
    "38;5;208",
    "38;2;1;200;3",
    "48;2;250;250;0",
    "40;37",
    "2",
    "3;9",
    "7;33",
)
PIECES = (
    "web up 3 d",
    "é ü ñ",
    "漢字 wide",
    "a\u0301e\u0300 marks",
    "┌──┬──┐",
    "│  │",
    "● ▶ █",
    "x",
    " " * 30,
    "0123456789" * 9,
)


def drawn(chance: random.Random, width: int, height: int) -> str:
    """Pieces of text all over the screen."""
    out = ""
    for _ in range(chance.randint(1, 12)):
        y, x = chance.randrange(height), chance.randrange(width)
        text = chance.choice(PIECES) * chance.randint(1, 3)
        out += f"\x1b[{y + 1};{x + 1}H\x1b[{chance.choice(SGR)}m{text}\x1b[0m"
    return out


def scrolled(chance: random.Random, width: int, height: int, frame: int) -> str:
    """A log with a head and a foot; the rows move up or down by a few from one call to the next."""
    first = frame + chance.randint(-4, 4)
    top, bottom = chance.randint(0, 2), height - chance.randint(0, 2)
    rows = [
        f"\x1b[{y + 1};1H\x1b[33m10:41 entry {(first + y) * 7919} é\x1b[0m".ljust(width) for y in range(top, bottom)
    ]
    return "".join(rows)
