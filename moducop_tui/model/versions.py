"""Which of two versions is older, as far as their numbers tell: names and builds behind them say nothing of age."""

from __future__ import annotations

import re

from moducop_tui.model.image_match import version_in

_NUMBERS = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){1,2})(?![0-9A-Za-z])", re.ASCII)
"""Two or three numbers in front; what follows is a build, such as `.40ee657.20260218.1208`."""


def is_older(version: str | None, than: str | None) -> bool | None:
    """Whether `version` comes before `than`; None where either has no numbers, or the same."""
    one, other = _numbers(version), _numbers(than)
    if one is None or other is None or one == other:
        return None
    return one < other


def _numbers(text: str | None) -> tuple[int, ...] | None:
    found = _NUMBERS.match(version_in(text) or text or "")
    if found is None:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))
