"""What is wrong with the device, as a list for Overview and for monitoring: pure rules over the readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moducop_tui.model.problem import WORST_FIRST, Problem, Severity, shortened
from moducop_tui.model.problems_apps import apps_problems, engine_problems
from moducop_tui.model.problems_boot import boot_problems
from moducop_tui.model.problems_storage import storage_problems
from moducop_tui.model.problems_system import log_problems, system_problems
from moducop_tui.model.problems_work import work_problems
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.topic_words import TOPIC_WORDS, at_sentence_start

__all__ = ["Problem", "Severity", "briefs", "find_problems", "is_moducop", "summary", "worst"]

ALL_WELL = "all is well"
_MARKS = {Severity.CRITICAL: "x", Severity.WARNING: "!", Severity.UNKNOWN: "?"}
_ONLY_ON_A_MODUCOP = frozenset({Topic.SLOTS, Topic.BOOT, Topic.MENDER, Topic.APPS})
"""Topics that a machine which is no ModuCop need not have."""
_NO_HEALTH = frozenset({Topic.MEDIA})
"""What sticks are plugged in says nothing of how well the device is, and below a root prefix none can be seen at all.
Why they can't be is said where they would be listed."""


def find_problems(readings: Readings, now: float) -> tuple[Problem, ...]:
    """Everything that is wrong, worst first. `now` is of the monotonic clock, for the age of readings.

    On a machine that is no ModuCop one problem says so, and nothing that only a ModuCop has is missed.
    """
    moducop = is_moducop(readings)
    found = [*_machine(readings), *_unreadable(readings, moducop)]
    if moducop:
        found += boot_problems(readings)
        found += engine_problems(readings.apps, now)
    found += apps_problems(readings.apps.value)
    found += storage_problems(readings.storage.value, on_a_moducop=moducop is True)
    found += system_problems(readings.system.value)
    found += log_problems(readings.log.value)
    found += work_problems(readings.work.value)
    return tuple(sorted(found, key=lambda problem: WORST_FIRST.index(problem.severity)))


def is_moducop(readings: Readings) -> bool | None:
    """Whether this machine shall be judged as a ModuCop; None before that can be told."""
    if readings.system.value is not None:
        return readings.system.value.is_moducop
    # A device that can't say what it is gets judged: better one complaint too many than a silent train.
    return True if readings.system.error is not None else None


def worst(problems: Iterable[Problem]) -> Severity:
    """The severity of the whole device."""
    return min((problem.severity for problem in problems), key=WORST_FIRST.index, default=Severity.WELL)


def summary(problems: Iterable[Problem]) -> str:
    """All problems in one line, worst first: `x 1 app fails  ! trial not committed  ! /var/volatile fills`."""
    words = (f"{_MARKS[severity]} {brief}" for severity, brief in briefs(problems) if severity in _MARKS)
    return "  ".join(words) or ALL_WELL


def briefs(problems: Iterable[Problem]) -> tuple[tuple[Severity, str], ...]:
    """Each problem in a few words, in the given order; those of one kind counted: `2 apps fail`."""
    parts: dict[tuple[Severity, str], int] = {}
    plurals: dict[str, str] = {}
    for problem in problems:
        brief = problem.brief or problem.sentence
        parts[problem.severity, brief] = parts.get((problem.severity, brief), 0) + 1
        if problem.briefs is not None:
            plurals[brief] = problem.briefs
    return tuple((severity, _counted(brief, count, plurals.get(brief))) for (severity, brief), count in parts.items())


def _counted(brief: str, count: int, plural: str | None) -> str:
    if plural is None:
        return brief
    return f"{count} {brief if count == 1 else plural}"


def _machine(readings: Readings) -> Iterator[Problem]:
    system = readings.system.value
    if system is not None and not system.is_moducop:
        yield Problem(
            Severity.WARNING,
            Topic.SYSTEM,
            "This machine is no ModuCop",
            evidence=(system.not_moducop or "").removeprefix("This machine is no ModuCop: "),
            brief="no ModuCop",
        )


def _unreadable(readings: Readings, moducop: bool | None) -> Iterator[Problem]:
    """Topics whose last reading failed. No age is said, so that the words stay the same while it lasts."""
    for topic in Topic:
        if topic in _NO_HEALTH or (topic in _ONLY_ON_A_MODUCOP and (topic is Topic.APPS or not moducop)):
            continue  # the container engine has a rule of its own
        reading = readings.of(topic)
        if reading.error is not None:
            seen = ", shown as last seen" if reading.is_stale else ""
            yield Problem(
                Severity.UNKNOWN,
                topic,
                shortened(f"{at_sentence_start(TOPIC_WORDS[topic])}: not readable{seen}"),
                evidence=reading.error,
                brief=f"{topic.value} stale" if reading.is_stale else f"{topic.value} unknown",
            )
