"""Noise on the line, typed at every screen: no crash, the console still answers, and nothing but looking happens."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.performance.line.session import Stage
from tests.performance.line.steps import COMPLETE
from tests.performance.line.terminals import TERMINALS

if TYPE_CHECKING:
    from collections.abc import Callable

SCREENS = ("1", "2", "3", "4", "5", "6", "p", "?", "g")
"""The keys of all screens, and the list that opens over them."""
CHUNK = 2000
"""Bytes that are typed at once; then the console must answer."""
ANSWERS_WITHIN = 60.0
_LEAVES = bytes((0x03, ord("q")))
"""Ctrl-C and q end the console, as they should; without them noise is typed at it for longer."""
_HALVES = (
    b"\x1b", b"\x1b[", b"\x1b[?", b"\x1b[1;", b"\x1bO", b"\x1b[?1;2", b"\x1b[12;", b"\x1b]", b"\x1bP", b"\x1b[200~",
    b"\x1b[M", b"\x1b[<0;", b"\x1b[?1;2c", b"\x1b[24;80R", b"\x1b[201~", b"\x9b", b"\x1b[I", b"\x1b[1;5", b"\x1b_",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the noise at one screen."""

    screen: str
    typed: int
    left: int
    """How often noise chose to leave the console, from the list of everything that a key can do."""
    problems: tuple[str, ...]


def run(count: int, side_by_side: int = 3) -> int:
    """Type so many bytes in all; prints what came of it, and returns 1 if anything was wrong."""
    each = -(-count // len(SCREENS))
    with ThreadPoolExecutor(side_by_side) as pool:
        outcomes = list(pool.map(lambda screen: at_screen(screen, each), SCREENS))
    print(f"\nNoise at every screen\n{'screen':10}{'bytes':>10}{'left':>6}  wrong")
    for one in outcomes:
        print(f"{one.screen:10}{one.typed:10d}{one.left:6d}  {'; '.join(one.problems) or 'nothing'}")
    return 1 if any(one.problems for one in outcomes) else 0


def at_screen(screen: str, count: int) -> Outcome:
    """Type noise at one screen, coming back to it before each chunk."""
    source = random.Random(screen)
    kinds = (_any_bytes, _broken_utf8, _half_sequences)
    terminal = next(one for one in TERMINALS if one.name == "xterm-256color")
    typed = left = 0
    while typed < count:
        with Stage(terminal, None) as stage:
            stage.console.wait_for(COMPLETE, 60.0)
            while typed < count:
                noise = kinds[typed // CHUNK % len(kinds)](source).translate(None, _LEAVES)
                _type(stage, noise)
                typed += len(noise)
                problem = _answer(stage, screen)
                if problem == "left":
                    left += 1
                    break
                if problem:
                    return Outcome(screen, typed, left, (problem,))
    return Outcome(screen, typed, left, ())


def _type(stage: Stage, noise: bytes) -> None:
    for start in range(0, len(noise), 100):
        stage.console.send(noise[start : start + 100])
        stage.console.settle(0.0, 0.0)


def _answer(stage: Stage, screen: str) -> str | None:
    """None when the console goes to its Overview, and from there to the screen, as asked."""
    until = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < until:
        if stage.console.has_ended:
            code = stage.console.wait_end()
            return "left" if code == 0 else f"ended with {code}"
        stage.console.press("escape")
        stage.watch(0.3)
        stage.console.press("1")
        stage.watch(0.3)
        if "[1 Overview]" in stage.console.text():
            stage.console.press(screen)
            return None
    return f"no answer for {ANSWERS_WITHIN:.0f} s"


def _any_bytes(source: random.Random) -> bytes:
    return source.randbytes(CHUNK)


def _broken_utf8(source: random.Random) -> bytes:
    """Lead bytes without the rest, rests without a lead, letters in between."""
    pieces: tuple[Callable[[], bytes], ...] = (
        lambda: bytes((source.randrange(0xC0, 0x100),)),
        lambda: bytes((source.randrange(0x80, 0xC0),)),
        lambda: bytes((source.randrange(0x20, 0x7F),)),
        lambda: "é漢\u202e".encode()[: source.randrange(1, 8)],
    )
    return b"".join(source.choice(pieces)() for _ in range(CHUNK // 2))[:CHUNK]


def _half_sequences(source: random.Random) -> bytes:
    """Escape sequences cut anywhere, replies to questions that nobody asked, and letters."""
    out = b""
    while len(out) < CHUNK:
        whole = source.choice(_HALVES)
        out += whole[: source.randrange(1, len(whole) + 1)] + source.randbytes(source.randrange(3))
    return out[:CHUNK]
