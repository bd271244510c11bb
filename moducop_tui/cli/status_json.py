"""The whole device as one JSON document, as assets/status.schema.json describes it."""

from __future__ import annotations

from datetime import UTC, datetime

from moducop_tui import __version__
from moducop_tui.cli.serialise import Json, to_json
from moducop_tui.model.problems import find_problems, summary, worst
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.verdict import judge_boot

SCHEMA = 1
"""Raised when a field changes its meaning or goes; new fields may come at any time."""


def document(readings: Readings, *, now: float, wall_now: float, simulated: bool) -> dict[str, Json]:
    """The document. `now` is of the monotonic clock, `wall_now` in seconds since the epoch."""
    problems = find_problems(readings, now)
    verdict = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "taken_at": _iso(wall_now),
        "simulated": simulated,
        "state": worst(problems).name.lower(),
        "summary": summary(problems),
        "problems": [to_json(problem) for problem in problems],
        "verdict": to_json(verdict),
        **{topic.value: _topic(readings.of(topic), now) for topic in Topic},
    }


def _topic(reading: Reading[object], now: float) -> dict[str, Json]:
    age = reading.age(now)
    return {
        "age": None if age is None else round(age, 3),
        "error": reading.error,
        "value": to_json(reading.value),
    }


def _iso(wall_now: float) -> str | None:
    try:
        return datetime.fromtimestamp(wall_now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None  # a clock that is set beyond the calendar
