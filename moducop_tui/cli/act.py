"""The commands that change the device: show the plan, have it confirmed, start it, and stay until it has ended.

The action itself runs outside of this command's session: Ctrl-C or a dropped line only ends the watching.
"""

from __future__ import annotations

import argparse
from enum import IntEnum

from moducop_tui.actions.authority import Authority, Demand, Refusal
from moducop_tui.cli.action_arguments import action_of
from moducop_tui.cli.confirm import confirm, unlock, unlock_to_look
from moducop_tui.cli.follow import follow
from moducop_tui.cli.output import complain, one_line, plain_ascii
from moducop_tui.cli.work_text import outcome_line
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.model.artifact_place import LOCKED, is_url
from moducop_tui.model.plan import ActionKind, Plan
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Outcome, Record
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once

PATIENCE = 10.0
"""Seconds for all readings together."""
WIDTH = 80
_TOPICS = frozenset(Topic) - {Topic.LOG}
"""What plans are made from: a journal that hangs must not keep anybody from rolling back."""


class Code(IntEnum):
    """Exit codes of all commands that change the device. 2 is a command line that was not understood."""

    DONE = 0
    """Done, and the device shows it. With --dry-run: the plan may run. With --detach: it was started."""
    FAILED = 1
    REFUSED = 3
    """Nothing was done: a precondition is not met, it was not confirmed, or somebody else is at work."""
    CANCELLED = 4
    CUT = 5
    """It was begun, and it is not known how it ended."""


_CODES = {
    Outcome.DONE: Code.DONE,
    Outcome.FAILED: Code.FAILED,
    Outcome.REFUSED: Code.REFUSED,
    Outcome.CANCELLED: Code.CANCELLED,
    Outcome.CUT: Code.CUT,
    Outcome.RUNNING: Code.CUT,  # never told: whoever follows waits for the end
}


def run(device: Device, config: Config, arguments: argparse.Namespace, authority: Authority) -> int:
    """Carry out one command; returns its exit code."""
    readings = read_once(device.sources, _TOPICS, PATIENCE)
    plan, refused = _look(device, config, arguments, authority, readings)
    if not arguments.json:
        _print_plan(plan)
    if arguments.dry_run or refused is not None:
        return _told(arguments, plan, Code.DONE if refused is None else Code.REFUSED, refused)
    confirmed = confirm(plan, arguments)
    refusal = confirmed if isinstance(confirmed, Refusal) else unlock(authority, arguments)
    if refusal is not None or isinstance(confirmed, Refusal):
        return _told(arguments, plan, Code.REFUSED, refusal.sentence if refusal else None)
    started = authority.start(plan, confirmed.typed, confirmed.reason, confirmed.overrides)
    if isinstance(started, Refusal):
        return _told(arguments, plan, Code.REFUSED, started.sentence)
    if arguments.detach:
        return _told(arguments, plan, Code.DONE, None, action_id=started)
    record = follow(device, started, quiet=arguments.json)
    if record is None:
        return _told(arguments, plan, Code.CUT, f"Nothing more is heard of action {started}: moducop-tui history")
    if not arguments.json:
        print(plain_ascii(outcome_line(record)))
    return _told(arguments, plan, _CODES[record.outcome], None, action_id=started, record=record)


def _look(
    device: Device, config: Config, arguments: argparse.Namespace, authority: Authority, readings: Readings
) -> tuple[Plan, str | None]:
    """The plan, and why it does not run: what is not listed is looked at by who has the right to act, and not before.

    Root at a shell may look at any path without a word, unless a PIN guards the device. A server is asked only when
    that was confirmed: with `--yes`, with a typed word, or with the PIN.
    """
    action = action_of(arguments)
    named = action.place if action.kind is ActionKind.INSTALL else None
    guarded = authority.never is not None or authority.demand is Demand.PIN or is_url(named or "")
    plan = prepare(device, config, action, readings, listed=guarded)
    if all(one.remedy != LOCKED for one in plan.obstacles):
        return plan, plan.refusal
    if authority.never is not None:
        return plan, f"{LOCKED} {authority.never}"
    refusal = unlock_to_look(authority, arguments)
    if refusal is not None:
        return plan, refusal.sentence
    plan = prepare(device, config, action, readings)
    return plan, plan.refusal


def _print_plan(plan: Plan) -> None:
    from moducop_tui.pages.plan import plan_body
    from moducop_tui.text import plain

    for row in plan_body(plan, WIDTH):
        print(plain_ascii(plain(row)).rstrip())


def _told(
    arguments: argparse.Namespace, plan: Plan, code: Code, sentence: str | None,
    *, action_id: str | None = None, record: Record | None = None,
) -> int:  # fmt: skip
    """Say how it stands, as a sentence or as one JSON object, and return the exit code."""
    if arguments.json:
        import json

        from moducop_tui.cli.serialise import to_json

        told = {
            "schema": 1,
            "code": int(code),
            "sentence": sentence,
            "id": action_id,
            "plan": {**_object(to_json(plan)), "refusal": plan.refusal},
            "record": to_json(record),
        }
        print(json.dumps(told, indent=2))
    elif sentence is not None:
        complain(sentence)
    elif action_id is not None and record is None:
        print(one_line(f"Started as {action_id}. How it ends: moducop-tui history"))
    return int(code)


def _object(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
