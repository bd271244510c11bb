"""Names in the order in which people count: `sda2` before `sda10`, `eth2` before `eth10`."""

from __future__ import annotations

import re

_NUMBER = re.compile("([0-9]+)")

NaturalKey = tuple[tuple[str | tuple[int, str], ...], str]


def natural(name: str) -> NaturalKey:
    """A key to sort names by. Numbers may have any length; `a01` and `a1` stand side by side, but never as equals."""
    # Every second part is a number. A longer one is larger, and Python refuses to turn very long ones into an integer.
    parts = _NUMBER.split(name)
    digits = (part.lstrip("0") for part in parts[1::2])
    numbers = [(len(part), part) for part in digits]
    key: list[str | tuple[int, str]] = [*parts]
    key[1::2] = numbers
    return tuple(key), name
