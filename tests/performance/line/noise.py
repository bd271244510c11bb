"""Noise on the line, typed at every screen, list and plan: no crash, the console still answers, and nothing acts.

In view mode, and unlocked without a question: the console then stands at every plan one confirmation from acting.
"""

from __future__ import annotations

import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.performance.line.session import Stage
from tests.performance.line.steps import COMPLETE
from tests.performance.line.terminals import TERMINALS
from tests.performance.measure import memory

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = (
    ("1",), ("2",), ("3",), ("4",), ("5",), ("6",), ("p",), ("h",), ("a",), ("v",), ("?",), ("g",), ("m",), ("i",),
    ("u",), ("4", "r"), ("2", "s"), ("v", "c"),
)  # fmt: skip
"""Keys that lead to all screens, the lists that open over them, the box that unlocks, and plans of every weight."""
MODES = {"view": 'unlock = "confirmation"\n', "unlocked": 'unlock = "nothing"\n'}
"""Configurations of the console; in the second `u` unlocks without a question."""
CHUNK = 2000
"""Bytes that are typed at once; then the console must answer."""
SPARSE = 24
"""Bytes that come one by one, as on a line that is disturbed now and then: each could be a key."""
ANSWERS_WITHIN = 60.0
GROWS_AT_MOST = 40.0
"""MiB by which one console may have grown."""
_HALVES = (
    b"\x1b", b"\x1b[", b"\x1b[?", b"\x1b[1;", b"\x1bO", b"\x1b[?1;2", b"\x1b[12;", b"\x1b]", b"\x1bP", b"\x1b[200~",
    b"\x1b[M", b"\x1b[<0;", b"\x1b[?1;2c", b"\x1b[24;80R", b"\x1b[201~", b"\x9b", b"\x1b[I", b"\x1b[1;5", b"\x1b_",
)  # fmt: skip


@dataclass
class Outcome:
    """What became of the noise at one place."""

    name: str
    typed: int = 0
    """Bytes."""
    bursts: int = 0
    left: int = 0
    """How often noise has left the console, which `q` and Ctrl-C do at once; a new one is started then."""
    grown: float = 0.0
    """MiB, the most of all consoles there."""
    orders: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def problems(self) -> list[str]:
        """All that is wrong, in words."""
        found = [self.problem] if self.problem else []
        if self.grown > GROWS_AT_MOST:
            found.append("has grown without end")
        return [*found, *(f"acted: {one}" for one in self.orders)]


def run(count: int, side_by_side: int = 3) -> int:
    """Type so many bytes in all; prints what came of it, and returns 1 if anything was wrong."""
    jobs = list(product(MODES, PLACES))
    each = -(-count // len(jobs))
    print("\nNoise at every screen, list and plan")
    print(f"{'keys, mode':20}{'bytes':>10}{'left':>6}{'MiB grown':>11}  wrong")
    outcomes = []
    with ThreadPoolExecutor(side_by_side) as pool:
        for one in pool.map(lambda job: at_place(job[0], job[1], each), jobs):
            outcomes.append(one)
            wrong = "; ".join(one.problems) or "nothing"
            print(f"{one.name:20}{one.typed:10d}{one.left:6d}{one.grown:11.1f}  {wrong}", flush=True)
    print(f"{'all':20}{sum(one.typed for one in outcomes):10d}{sum(one.left for one in outcomes):6d}")
    return 1 if any(one.problems for one in outcomes) else 0


def at_place(mode: str, keys: tuple[str, ...], count: int) -> Outcome:
    """Type noise at one place, coming back to it before each chunk."""
    outcome = Outcome(f"{' '.join(keys)}, {mode}")
    source = random.Random(outcome.name)
    terminal = next(one for one in TERMINALS if one.name == "xterm-256color")
    with tempfile.TemporaryDirectory(prefix="noise-") as directory:
        orders = Path(directory) / "orders"
        orders.touch()
        while outcome.typed < count and outcome.problem is None:
            with Stage(terminal, None, orders=orders, configuration=MODES[mode]) as stage:
                _one_console(stage, outcome, source, keys, count)
        outcome.orders = tuple(orders.read_text().splitlines())
    return outcome


def _one_console(stage: Stage, outcome: Outcome, source: random.Random, keys: tuple[str, ...], count: int) -> None:
    """Until enough is typed, it is left, or something is wrong."""
    stage.console.wait_for(COMPLETE, 60.0)
    kinds = (_text, _any_bytes, _broken_utf8, _half_sequences, _lone_bytes)
    began_with = 0.0
    while outcome.typed < count:
        outcome.problem = _answer(stage)
        if outcome.problem is None:
            _go(stage, keys, unlocked="unlocked" in outcome.name)
            began_with = began_with or _resident(stage)
            kinds[outcome.bursts % len(kinds)](stage, outcome, source)
            outcome.bursts += 1
            outcome.problem = _answer(stage)
        if outcome.problem == "left":
            outcome.problem = None
            outcome.left += 1
            return
        if outcome.problem:
            return
        outcome.grown = max(outcome.grown, _resident(stage) - began_with)


def _resident(stage: Stage) -> float:
    return memory(stage.console.process(), "VmRSS", "status") / 1024


def _go(stage: Stage, keys: tuple[str, ...], *, unlocked: bool) -> None:
    if unlocked and "UNLOCKED" not in stage.console.row(0):
        stage.console.press("u")
        stage.watch(0.2)
    for key in keys:
        stage.console.press(key)
        stage.watch(0.6 if len(keys) > 1 else 0.1)  # a plan must have been seen before anything can confirm it


def _answer(stage: Stage) -> str | None:
    """None when the console goes to its Overview as asked."""
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
            return None
    return f"no answer for {ANSWERS_WITHIN:.0f} s"


def _type(stage: Stage, outcome: Outcome, noise: bytes) -> None:
    for start in range(0, len(noise), 100):
        if stage.console.has_ended:
            return
        piece = noise[start : start + 100]
        stage.console.send(piece)
        stage.console.settle(0.0, 0.0)
        outcome.typed += len(piece)


def _any_bytes(stage: Stage, outcome: Outcome, source: random.Random) -> None:
    _type(stage, outcome, source.randbytes(CHUNK))


def _broken_utf8(stage: Stage, outcome: Outcome, source: random.Random) -> None:
    """Lead bytes without the rest, rests without a lead, letters in between."""
    pieces: tuple[Callable[[], bytes], ...] = (
        lambda: bytes((source.randrange(0xC0, 0x100),)),
        lambda: bytes((source.randrange(0x80, 0xC0),)),
        lambda: bytes((source.randrange(0x20, 0x7F),)),
        lambda: "é漢\u202e".encode()[: source.randrange(1, 8)],
    )
    _type(stage, outcome, b"".join(source.choice(pieces)() for _ in range(CHUNK // 2))[:CHUNK])


def _half_sequences(stage: Stage, outcome: Outcome, source: random.Random) -> None:
    """Escape sequences cut anywhere, replies to questions that nobody asked, and letters."""
    out = b""
    while len(out) < CHUNK:
        whole = source.choice(_HALVES)
        out += whole[: source.randrange(1, len(whole) + 1)] + source.randbytes(source.randrange(3))
    _type(stage, outcome, out[:CHUNK])


def _text(stage: Stage, outcome: Outcome, source: random.Random) -> None:
    """What another program writes onto the same line: nothing of it is rubbish, each byte is a key."""
    words = ("".join(map(chr, source.choices(range(0x21, 0x7F), k=source.randrange(1, 9)))) for _ in range(CHUNK))
    out = "".join(word + source.choice((" ", " ", "\r", "\r\n", "\n")) for word in words)[: CHUNK // 2]
    for piece in (out[start : start + 40] for start in range(0, len(out), 40)):
        _type(stage, outcome, piece.encode())
        stage.watch(source.uniform(0.0, 0.05))


def _lone_bytes(stage: Stage, outcome: Outcome, source: random.Random) -> None:
    """Letters and controls apart from each other, and then a burst of everything that ASCII has."""
    for _ in range(SPARSE):
        _type(stage, outcome, bytes((source.randrange(0x80),)))
        stage.watch(source.uniform(0.0, 0.25))
    _type(stage, outcome, bytes(source.randrange(0x80) for _ in range(CHUNK - SPARSE)))
