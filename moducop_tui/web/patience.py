"""How long somebody waits for a web server, and whether anybody still does."""

from __future__ import annotations

import time
from collections.abc import Callable

from moducop_tui.web.trouble import GaveUpError, TroubleError

GLANCE = 0.2
"""Seconds between two looks whether anybody still waits."""
SILENCE_LIMIT = 15.0
"""Seconds without a single byte."""


class Patience:
    """Ends `seconds` from its making, with `late` as the reason, and as soon as `gave_up` says so."""

    def __init__(self, seconds: float, gave_up: Callable[[], bool], late: str | None = None) -> None:
        self._until = time.monotonic() + seconds
        self._gave_up = gave_up
        self._late = late or f"it took longer than {seconds:.0f} s"

    def within(self, seconds: float, late: str) -> Patience:
        """The same, and no longer than so many seconds from now."""
        left = self._until - time.monotonic()
        return Patience(seconds, self._gave_up, late) if seconds < left else self

    def look(self) -> None:
        """Raises TroubleError when it is over, GaveUpError when nobody waits any more."""
        if self._gave_up():
            raise GaveUpError("It was given up: nobody waits for it any more.")
        if time.monotonic() >= self._until:
            raise TroubleError(self._late)

    def wait_for(self, happens: Callable[[float], bool], seconds: float, otherwise: str) -> None:
        """Wait until `happens`, which is given the seconds that it may take, is true; `otherwise` after `seconds`.

        Raises TroubleError and GaveUpError.
        """
        until = time.monotonic() + seconds
        while True:
            self.look()
            left = min(until, self._until) - time.monotonic()
            if happens(max(0.0, min(GLANCE, left))):
                return
            if time.monotonic() >= until:
                raise TroubleError(otherwise)
