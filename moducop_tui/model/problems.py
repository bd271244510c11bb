"""What is wrong with the device, as a list for Overview and for monitoring: pure rules over the readings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings


class Severity(IntEnum):
    """As monitoring plug-ins count: also the exit codes of `moducop-tui check`."""

    WELL = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a short sentence, the reading that shows it, and what to do about it."""

    severity: Severity
    topic: Topic
    sentence: str
    evidence: str
    advice: str | None = None


def find_problems(readings: Readings, now: float) -> tuple[Problem, ...]:
    """Everything that is wrong, worst first. `now` is of the monotonic clock, for the age of readings."""
    del readings, now
    raise NotImplementedError
