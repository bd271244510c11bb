"""The lines of the audit trail: what is written down before and after everything that an action does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from moducop_tui.model.clean_json import clean_json, cleaned
from moducop_tui.model.expected import Expected
from moducop_tui.model.plan import Action, Power
from moducop_tui.model.stored import StoredError, decode, encode
from moducop_tui.model.work import Outcome, StepState, Who

LINE_LIMIT = 1 << 17
"""Bytes of a line that is believed; longer ones are passed over."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An executor has taken an order. `at` in seconds since the epoch, `uptime` since the boot; so for all events."""

    id: str
    at: float
    uptime: float
    boot_id: str | None
    action: Action
    who: Who
    commands: tuple[str, ...]
    reason: str | None = None
    overrides: tuple[str, ...] = ()
    typed: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as the plan has it."""

    words: str
    command: str
    power: Power


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan was made from the device as it is. What is `expected` and which `version`: see `model.work.Record`."""

    id: str
    at: float
    uptime: float
    title: str
    steps: tuple[PlannedStep, ...]
    expected: Expected | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class StepBegun:
    """A step is about to be performed; `step` is its index."""

    id: str
    at: float
    uptime: float
    step: int


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step has ended, or is passed over. `seconds` it took; `output` is the end of what the tool printed."""

    id: str
    at: float
    uptime: float
    step: int
    state: StepState
    seconds: float | None = None
    exit_code: int | None = None
    sentence: str | None = None
    output: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The action has ended. A later one for the same action corrects it."""

    id: str
    at: float
    uptime: float
    outcome: Outcome
    sentence: str | None = None


Event: TypeAlias = Ordered | Planned | StepBegun | StepEnded | Ended

_KINDS: Mapping[str, type[Event]] = MappingProxyType(
    {
        "ordered": Ordered,
        "planned": Planned,
        "step begun": StepBegun,
        "step ended": StepEnded,
        "ended": Ended,
    }
)
_NAMES: Mapping[type[Event], str] = MappingProxyType({kind: name for name, kind in _KINDS.items()})


def to_line(event: Event) -> bytes:
    """One line of the trail, ASCII, ending with a line break; whoever reads it otherwise meets clean texts only."""
    import json

    content = cleaned(encode(event))
    named = {"event": _NAMES[type(event)], **content} if isinstance(content, dict) else {}
    return json.dumps(named, separators=(",", ":")).encode("ascii") + b"\n"


def from_line(line: bytes) -> Event | None:
    """The event of a line; None for one that is torn, too long, of another version, or nothing of ours."""
    if not 2 <= len(line) <= LINE_LIMIT:
        return None
    try:
        stored = clean_json(line)
        kind = _KINDS.get(str(stored["event"])) if isinstance(stored, dict) else None
        return None if kind is None else decode(kind, stored)
    except (StoredError, ValueError, KeyError, RecursionError):
        return None
