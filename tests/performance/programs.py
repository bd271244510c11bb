"""What is measured: our console and its peers, each with the words that tell that its first screen is complete."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A program on a terminal. `complete` is on the screen as soon as, and not before, its first screen is whole.

    `frame` is on the screen with the first picture: the names of its panels, before what stands in them.
    """

    name: str
    argv: tuple[str, ...]
    complete: re.Pattern[str]
    frame: re.Pattern[str]
    environment: dict[str, str] = field(default_factory=dict)


_PANELS = re.compile(r"(?s)Slots.*Storage.*Apps.*Warnings and errors")
CONSOLE = Program(
    "moducop-tui",
    (sys.executable, "-m", "moducop_tui"),
    # The last container's app stands on Overview, the log has answered, the keys are named.
    re.compile(r"(?s)rattle.*in the last hour.*\? help"),
    _PANELS,
)
DEMO = Program(
    "moducop-tui --demo",
    (*CONSOLE.argv, "--demo"),
    re.compile(r"(?s)trackdiag.*in the last hour.*\? help"),
    _PANELS,
)
_WORDS = re.compile("hello, world")
HELLO = Program("bare Textual hello", (sys.executable, "-m", "tests.performance.hello"), _WORDS, _WORDS)

_ANYTHING = re.compile(r"\S")
_XTERM = {"TERM": "xterm-256color"}
PEERS = (
    Program("htop", ("htop",), re.compile(r"F10Quit|F10"), _ANYTHING),
    Program("btop", ("btop", "--utf-force"), re.compile(r"(?s)cpu.*proc"), _ANYTHING, _XTERM),
    Program("glances", ("glances",), re.compile(r"(?s)CPU.*MEM.*TASKS"), _ANYTHING, _XTERM),
)


def installed_peers() -> tuple[Program, ...]:
    """The peers that this machine has."""
    return tuple(peer for peer in PEERS if shutil.which(peer.argv[0]))
