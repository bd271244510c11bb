"""The journal through journalctl's JSON output, where libsystemd's binding is not installed."""

from __future__ import annotations

import select
import signal
import time
from collections import deque

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.log import Boot, LogEntry
from moducop_tui.model.wake import Wake
from moducop_tui.runner import CommandError, run
from moducop_tui.sources.journal_backend import Arrived, JournalError
from moducop_tui.sources.journal_boots import parse_boots
from moducop_tui.sources.journal_entry import FIELDS, entry_from, number
from moducop_tui.sources.journal_files import PERSISTENT, is_own, journal_in_use
from moducop_tui.sources.journal_match import Matches
from moducop_tui.sources.lines import LineCommand

_ANSWER_LIMIT = 10.0
"""Seconds in which journalctl must have given what it is asked for once."""
_GATHER_LIMIT = 0.2
"""Seconds for which lines are gathered in one go."""
_FULL_PIPE = 50
_REFILL_LIMIT = 0.02


WITHOUT_BINDING = (
    "systemd's binding for Python (systemd-python) is not installed; the journal is read through journalctl."
)
_LEFT_OUT = ("Journal file ", ", ignoring file")
"""What journalctl says of a file that is truncated, corrupted or too new for it (systemd, journalctl.c)."""


class JournalctlBackend:
    """Starts a journalctl for every view."""

    name = "journalctl"
    newest_pause = 5.0

    def __init__(self, host: Host, note: str | None = WITHOUT_BINDING) -> None:
        self._host = host
        self.note = note

    def view(self, matches: Matches) -> JournalctlView:
        """A view of what these matches choose."""
        return JournalctlView([*self._command(), *_as_arguments(matches)])

    def boots(self, limit: int, current: str | None) -> tuple[Boot, ...]:
        """The newest `limit` boots. Raises JournalError."""
        base = [argument for argument in self._command() if not argument.startswith("--output-fields")]
        try:
            answer = run([*base, "--list-boots", "--utc"], _ANSWER_LIMIT, {"TZ": "UTC"})
        except CommandError as error:
            raise JournalError(f"The list of boots can't be read: {error}") from error
        return parse_boots(answer.out, limit, current)

    def _command(self) -> list[str]:
        # --all: without it journalctl leaves long messages out, as null.
        command = ["journalctl", "--quiet", "--no-pager", "--output=json", "--all"]
        command.append(f"--output-fields={','.join(FIELDS)}")
        directory = journal_in_use(self._host) or PERSISTENT
        if not (self._host.is_this_machine and is_own(self._host, directory)):
            command.append(f"--directory={self._host.path(directory)}")
        return command


class JournalctlView:
    """One filter and the journalctl that follows it. For one thread at a time."""

    def __init__(self, command: list[str]) -> None:
        # Matches stand last, so options go in front of them.
        self._command = command
        self._following: LineCommand | None = None
        self._lines: deque[bytes] = deque()
        self._expected: str | None = None
        self.damage: str | None = None

    def newest(self, count: int) -> list[LogEntry]:
        """The newest `count` entries, oldest first."""
        return self._once([f"--lines={count}"], count)

    def earlier(self, cursor: str, count: int) -> list[LogEntry]:
        """Up to `count` entries from before the one at `cursor`, oldest first."""
        found = self._once([f"--cursor={cursor}", "--reverse", f"--lines={count + 1}"], count + 1)
        return [entry for entry in reversed(found) if entry.cursor != cursor][-count:]

    def after(self, cursor: str) -> str | None:
        """The cursor of the first entry after the one at `cursor` that is still there."""
        found = self._once([f"--cursor={cursor}", "--lines=2"], 2)
        return next((entry.cursor for entry in found if entry.cursor != cursor), None)

    def follow(self, cursor: str | None) -> None:
        """Let `come` begin after the entry at `cursor`; None: with the first entry that there is."""
        # Not --after-cursor: when that entry is gone, journalctl takes the next one for it and leaves that out.
        place = [] if cursor is None else [f"--cursor={cursor}"]
        self.close()
        self._expected = cursor
        if any(argument.startswith("--directory=") for argument in self._command):
            # Else --follow of a directory takes the boot that is last in the journal's order, whatever boot is matched.
            place.append("--merge")
        self._following = _start([*self._command[:1], "--follow", "--no-tail", *place, *self._command[1:]])

    def come(self, limit: int, behind: int | None) -> Arrived:
        """Up to `limit` entries that have come; when more than `behind` wait, the newest and how many were left out."""
        following = self._following
        if following is None:
            raise JournalError("journalctl was not started.")
        lost = self._gather(following, limit, behind)
        if not self._lines and following.has_ended:
            raise JournalError(f"The journal can't be read: journalctl ended, {_reason(following)}")
        entries: list[LogEntry] = []
        gap = False
        while self._lines and len(entries) < limit:
            entry = _entry(self._lines.popleft())
            if entry is None:
                lost += 1
                continue
            expected, self._expected = self._expected, None
            if entry.cursor == expected:
                continue
            gap = gap or (expected is not None and not entries)
            entries.append(entry)
        return Arrived(entries, lost, gap)

    def wait(self, timeout: float, wake: Wake) -> None:
        """Wait for journalctl to print something; it is woken by the journal itself."""
        if self._lines or self._following is None:
            return
        poller = select.poll()
        poller.register(self._following.fileno(), select.POLLIN)
        poller.register(wake.fileno(), select.POLLIN)
        poller.poll(max(0.0, timeout) * 1000)

    def close(self) -> None:
        """End the journalctl that follows."""
        if self._following is not None:
            self._following.close()
        self._following = None
        self._lines.clear()

    def _gather(self, following: LineCommand, limit: int, behind: int | None) -> int:
        """Take what journalctl has printed; how many lines were passed over because more than `behind` waited."""
        until = time.monotonic() + _GATHER_LIMIT
        lost = following.take_oversized()
        many = 0
        passing = False
        while True:
            fresh = following.read_lines()
            self._lines.extend(fresh)
            many += len(fresh)
            passing = passing or (behind is not None and len(self._lines) > limit + behind)
            while passing and len(self._lines) > limit:
                lost += self._pass_over()
            enough = behind is None and len(self._lines) >= limit
            if enough or time.monotonic() > until:
                return lost
            # A pipe holds some hundred lines: when it was full, journalctl has more and only waits for room.
            if not fresh and (many < _FULL_PIPE or not following.wait(_REFILL_LIMIT)):
                return lost

    def _pass_over(self) -> int:
        """Leave the first line out; 1 if it counts as lost: not the entry that was given already."""
        line = self._lines.popleft()
        expected, self._expected = self._expected, None
        return 0 if expected is not None and expected.encode() in line else 1

    def _once(self, options: list[str], count: int) -> list[LogEntry]:
        """What a journalctl with these options prints until it ends: the last `count` entries of it."""
        command = _start([*self._command[:1], *options, *self._command[1:]])
        lines: deque[bytes] = deque(maxlen=count)
        until = time.monotonic() + _ANSWER_LIMIT
        try:
            while not command.has_ended:
                lines.extend(command.read_lines())
                if time.monotonic() > until:
                    raise JournalError(f"journalctl did not answer within {_ANSWER_LIMIT:.0f} s and was ended.")
                if not command.has_ended:
                    command.wait(0.5)
            self.damage = _damage(command.said)
            if command.died_of is not None:
                raise JournalError(f"The journal can't be read: journalctl ended, {_reason(command)}")
        finally:
            command.close()
        entries = (_entry(line) for line in lines)
        return [entry for entry in entries if entry is not None]


def _start(command: list[str]) -> LineCommand:
    try:
        return LineCommand(command)
    except CommandError as error:
        raise JournalError(f"The journal can't be read: {error}") from error


def _reason(command: LineCommand) -> str:
    """Why it ended. Of SIGBUS a reader dies whose file is cut under it, or lies on a disk that can't give it back."""
    if command.died_of == signal.SIGBUS:
        return "killed by SIGBUS: a journal file is damaged."
    if command.died_of is not None:
        return f"killed by {signal.Signals(command.died_of).name}."
    return clean(command.said_last()) or "and gave no reason."


def _damage(said: bytes) -> str | None:
    """A sentence about a file that journalctl left out; None where it left out none."""
    beginning, end = _LEFT_OUT
    _, file, behind = clean(said).partition(beginning)
    what, found, _ = behind.partition(end)
    return f"{file}{what}: it can't be read, and entries are missing." if found else None


def _as_arguments(matches: Matches) -> list[str]:
    """The matches as journalctl takes them: conditions side by side, alternatives with `+` between."""
    arguments: list[str] = []
    for position, alternative in enumerate(matches):
        if position:
            arguments.append("+")
        arguments.extend(alternative)
    return arguments


def _entry(line: bytes) -> LogEntry | None:
    """The entry of one line of JSON; None when it is none."""
    import json

    try:
        fields = json.loads(line)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("__CURSOR"), str):
        return None
    realtime = number(fields.get("__REALTIME_TIMESTAMP"))
    monotonic = number(fields.get("__MONOTONIC_TIMESTAMP"))
    return entry_from(fields, fields["__CURSOR"], realtime, monotonic)
