"""Files of somebody else, without the right to give any away: what the kernel is asked about them is answered so."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

SOMEBODY = 54321
"""A user without a name."""


def give_away(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """Let these belong to SOMEBODY, links themselves and not what they lead to."""
    given = {(found.st_dev, found.st_ino) for found in map(os.lstat, paths)}

    def told(real: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
        def status(*words: object, **options: object) -> os.stat_result:
            found = real(*words, **options)
            if (found.st_dev, found.st_ino) not in given:
                return found
            fields = list(found)
            fields[4] = SOMEBODY
            return os.stat_result(fields)

        return status

    for name in ("stat", "lstat", "fstat"):
        monkeypatch.setattr(os, name, told(getattr(os, name)))
