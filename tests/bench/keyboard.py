"""A technician who has nothing but keys: opens the console, unlocks it, and runs what a plan shows."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from .desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from .console import Place

_LETTER_S: Final = 0.03
_BREATH_S: Final = 0.3
"""Seconds between two keys of a person. The console takes none for a decision that came with the one before, and where
this machine was too busy to keep them apart, asks to press it once more."""
_ONCE_MORE: Final = "press it once more"
_PATIENCE_S: Final = 60.0
_WORDS: Final = re.compile(r"Type  (.+?)  and Enter to run it")
_ENDED: Final = r"-+ (done|failed|refused|cut off|cancelled)\b"
"""Behind an action's name, in the title of the screen that shows what is at work, or was."""


class Keyboard:
    """Before the console on a terminal of its own. Use as a context manager."""

    def __init__(self, within: Place) -> None:
        self.console = Desk(["moducop-tui"], within=within)

    def __enter__(self) -> Keyboard:
        self.console.wait_for(re.compile(r"\[1 Over|Verdict|Update: "), _PATIENCE_S)
        self.console.settle()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.console.close()

    def press(self, key: str) -> None:
        """Press one key and look."""
        self.console.press(key)
        time.sleep(_BREATH_S)

    def type(self, text: str) -> None:
        """Type words, and look at them before the next key."""
        for letter in text:
            self.console.press("space" if letter == " " else letter)
            time.sleep(_LETTER_S)
        time.sleep(_BREATH_S)

    def unlock(self) -> None:
        """Unlock acting."""
        self.press("u")
        self.console.wait_for("Type yes", _PATIENCE_S)
        self.type("yes")
        self.press("enter")
        self.console.wait_for("UNLOCKED", _PATIENCE_S)

    def choose(self, menu: str, words: str) -> str:
        """Open a list by its key, narrow it to a line, and take that; the plan that opens."""
        self.press(menu)
        self.console.wait_for("Esc closes", _PATIENCE_S)
        self.type(words)
        self.press("enter")
        return self.plan()

    def plan(self) -> str:
        """Wait for a plan that may be run; it."""
        self.console.wait_for(re.compile(r"Type  .+ and Enter to run it|Enter runs it"), _PATIENCE_S)
        return self.console.settle()

    def confirm(self, reason: str | None = None) -> None:
        """Run the plan on the screen, by what it asks for."""
        wanted = _WORDS.search(self.console.text())
        if reason is not None:
            self.type(reason)
            self.press("enter")
            self.console.wait_for(_WORDS, _PATIENCE_S)
            wanted = _WORDS.search(self.console.text())
        if wanted is not None:
            self.type(wanted[1])
        self.press("enter")

    def run_until(self, is_so: Callable[[], bool]) -> None:
        """Run the plan on the screen until something is so that comes of it."""
        self.confirm()
        until = time.monotonic() + _PATIENCE_S
        while not is_so():
            assert time.monotonic() < until, f"it does not come to it:\n{self.console.text()}"
            if _ONCE_MORE in self.console.text():
                self.press("enter")
            time.sleep(_LETTER_S)

    def run(self, title: str) -> str:
        """Run the plan on the screen, an action whose name begins so, to its end; how it ended."""
        self.confirm()
        wanted = re.compile(f"--{re.escape(title)}.*{_ENDED}")
        until = time.monotonic() + _PATIENCE_S
        while _ONCE_MORE in (shown := self.console.wait_for(re.compile(f"{_ONCE_MORE}|{wanted.pattern}"), _PATIENCE_S)):
            if time.monotonic() > until:
                raise AssertionError(f"{_PATIENCE_S} s of Enter, and it still asks to {_ONCE_MORE}:\n{shown}")
            self.press("enter")
        ended = wanted.search(shown)
        assert ended is not None, shown
        return ended[1]
