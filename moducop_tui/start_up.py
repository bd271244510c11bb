"""While a program starts nearly all that is made stays: looking for garbage in it takes a tenth of the whole time."""

from __future__ import annotations

import gc

LASTS = 3.0
"""Seconds from the first picture until all that stays has been loaded, the libraries of the sources included."""
_SELDOM = 100_000
"""New objects between two looks for garbage, in place of Python's 700."""
_AS_USUAL = (700, 10, 10)
"""Python's own thresholds (gc.get_threshold of a fresh interpreter, 3.11 to 3.13)."""


def begin() -> None:
    """Seldom look for garbage from now on. A command that soon ends leaves it at that."""
    gc.set_threshold(_SELDOM)


def end() -> None:
    """Look for garbage as usual again, but no more in what was made so far: modules and classes do not go away."""
    gc.freeze()
    gc.set_threshold(*_AS_USUAL)
