"""`moducop-tui history`: what was done to this device, by whom and why, how it ended, what became of the updates."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from moducop_tui.cli.output import complain, plain_ascii
from moducop_tui.device import Device
from moducop_tui.model.reading import Topic
from moducop_tui.model.update_outcomes import Update, update_outcomes
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.work import Record
from moducop_tui.read_once import read_once
from moducop_tui.units import date_and_clock

_PATIENCE = 10.0
_WIDTH = 80
_INDENTATION = " " * 4
_TOPICS = frozenset({Topic.WORK, Topic.MENDER, Topic.SLOTS, Topic.BOOT})


def run(device: Device, arguments: argparse.Namespace) -> int:
    """Print the newest actions, newest first. 1 when the trail can't be read."""
    readings = read_once(device.sources, _TOPICS, _PATIENCE)
    work = readings.work.value
    if work is None:
        complain(readings.work.error or "What was done to this device is not known.")
        return 1
    verdict = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
    records = (device.past() if device.past is not None else work.history)[: arguments.count]
    updates = update_outcomes(work.updates, readings.mender.value, verdict.phase)
    if arguments.json:
        _print_json(records, updates, work.error)
    else:
        if not records and work.error is None:
            print("No action is on record on this device.")
        for line in _lines(records, {update.record.id: update for update in updates}):
            print(plain_ascii(line))
        if work.error is not None:
            complain(work.error)
    return 0 if work.error is None else 1


def _lines(records: Sequence[Record], updates: Mapping[str, Update]) -> Iterator[str]:
    """Two or three rows an action: when, what and how it ended; who and why; what was found."""
    for record in records:
        update = updates.get(record.id)
        became = "" if update is None or update.outcome.value == record.outcome.value else f", {update.outcome.value}"
        yield f"{date_and_clock(record.at)}  {record.title}: {record.outcome.value}{became}"
        reason = "" if record.reason is None else f": {record.reason}"
        yield f"{_INDENTATION}{record.action.words}, by {record.who.words}{reason}"
        if record.overrides:
            yield f"{_INDENTATION}against preconditions that were not met: {', '.join(record.overrides)}"
        if record.sentence is not None:
            yield from textwrap.wrap(record.sentence, _WIDTH, initial_indent=_INDENTATION,
                                     subsequent_indent=_INDENTATION)  # fmt: skip


def _print_json(records: Sequence[Record], updates: Sequence[Update], error: str | None) -> None:
    import json

    from moducop_tui.cli.serialise import to_json

    became = [{"id": one.record.id, "outcome": one.outcome.value, "ended_by": one.ended_by and one.ended_by.id}
              for one in updates]  # fmt: skip
    document = {"schema": 1, "error": error, "actions": [to_json(record) for record in records], "updates": became}
    print(json.dumps(document, indent=2))
