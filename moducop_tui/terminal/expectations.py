"""Replies that the terminal owes, so that an answer finds who asked, and a late one finds nobody and does no harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

CURSOR_REPORT = re.compile(r"\[(\d{1,4});(\d{1,4})R")


@dataclass(frozen=True, slots=True)
class _Expected:
    pattern: re.Pattern[str]
    take: Callable[[re.Match[str]], None]
    until: float


class Expectations:
    """Asked in any thread, answered in the reading one. Times are of a clock that only goes forward, in seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._expected: list[_Expected] = []

    def expect(self, pattern: re.Pattern[str], take: Callable[[re.Match[str]], None], until: float) -> None:
        """From now `until` then, the first reply of this form that nobody asked for earlier is for `take`."""
        with self._lock:
            self._expected.append(_Expected(pattern, take, until))

    def pending(self, now: float) -> bool:
        """Whether a reply is owed."""
        with self._lock:
            self._expected = [one for one in self._expected if now <= one.until]
            return bool(self._expected)

    def take(self, reply: str, now: float) -> bool:
        """Hand a reply to who asked first; whether there was anyone."""
        self.pending(now)
        with self._lock:
            for one in self._expected:
                match = one.pattern.fullmatch(reply)
                if match:
                    self._expected.remove(one)
                    break
            else:
                return False
        one.take(match)
        return True
