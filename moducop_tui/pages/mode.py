"""Whether the console may act just now, in the words of the headline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Acting(StrEnum):
    """What keys may lead to."""

    VIEW = "VIEW"
    """Plans are shown and can't be run; `u` unlocks."""
    UNLOCKED = "UNLOCKED"
    READ_ONLY = "READ-ONLY"
    """Started with `--read-only`: nothing unlocks it."""


@dataclass(frozen=True, slots=True)
class Mode:
    """The mode of this console. `seconds_left` until it locks again by itself, while it is unlocked."""

    acting: Acting = Acting.VIEW
    seconds_left: float | None = None

    @property
    def is_unlocked(self) -> bool:
        """Whether a confirmed plan runs."""
        return self.acting is Acting.UNLOCKED

    @property
    def words(self) -> str:
        """`VIEW`, `UNLOCKED 9 min`, `READ-ONLY`. Whole minutes only: every change is paid for on a slow line."""
        if not self.is_unlocked or self.seconds_left is None:
            return self.acting.value
        return f"{self.acting.value} {minutes(self.seconds_left)}"


VIEW_ONLY = Mode()
"""How every console starts."""


def minutes(seconds: float) -> str:
    """A time that is left in minutes begun: `10 min`, and `1 min` to the end."""
    return f"{max(1, math.ceil(seconds / 60))} min"
