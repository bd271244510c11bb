"""One thing that is wrong, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from moducop_tui.model.reading import Topic

SENTENCE_LIMIT = 60
"""Characters of a problem's sentence at most: it must leave room in a row of 80."""


class Severity(IntEnum):
    """As monitoring plug-ins count: also the exit codes of `moducop-tui check`."""

    WELL = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


WORST_FIRST = (Severity.CRITICAL, Severity.WARNING, Severity.UNKNOWN, Severity.WELL)
"""What could not be judged weighs less than what is known to be wrong, and more than that all else is well: so do
monitoring plug-ins (`max_state_alt` of the Monitoring Plugins). A warning beside something unknown is a warning."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a short sentence, the reading that shows it, and what to do about it.

    `brief` says it in a few words for the line in which all problems stand together. `briefs` is its plural, without
    the number, for problems that are counted there: `app fails`, `apps fail`.
    """

    severity: Severity
    topic: Topic
    sentence: str
    """At most SENTENCE_LIMIT characters, without a full stop."""
    evidence: str
    advice: str | None = None
    brief: str = ""
    briefs: str | None = None


def shortened(text: str, limit: int = SENTENCE_LIMIT) -> str:
    """A text of at most `limit` characters; what is cut off is marked with `...`."""
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."
