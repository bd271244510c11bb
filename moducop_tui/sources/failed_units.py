"""The units that systemd counts as failed."""

from __future__ import annotations

import re
import time

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.sources.unit_states import SYSTEMD_RUNS

_OF_A_NAME = re.compile(r"[A-Za-z0-9:_.\\@-]")
_TIMEOUT = 3.0
_DISTANCE = 15.0
"""Seconds between two questions: a process costs more than all the rest of a reading."""


class FailedUnits:
    """Asks systemctl, but not at every reading."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._asked_at: float | None = None
        self._names: tuple[str, ...] | None = None

    def read(self) -> tuple[str, ...] | None:
        """The failed units, up to fifteen seconds old; None where systemd can't be asked."""
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at >= _DISTANCE:
            self._asked_at = now
            self._names = self._ask()
        return self._names

    def _ask(self) -> tuple[str, ...] | None:
        if not (self._host.is_this_machine and self._host.exists(SYSTEMD_RUNS)):
            return None
        try:
            answer = runner.run(["systemctl", "--failed", "--plain", "--full", "--no-legend", "--no-pager"], _TIMEOUT)
        except runner.CommandError:
            return None
        return parse_failed(answer.out) if answer.code == 0 else None


def parse_failed(text: str) -> tuple[str, ...]:
    """The first column; some versions put a mark before it, which no name of a unit begins with."""
    rows = (_without_mark(line.split()) for line in text.split("\n"))
    return tuple(clean(fields[0], 300) for fields in rows if len(fields) >= 4 and fields[2] == "failed")


def _without_mark(fields: list[str]) -> list[str]:
    return fields[1:] if fields and not _OF_A_NAME.match(fields[0]) else fields
