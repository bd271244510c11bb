"""Writes the audit trail on the data partition: a line before and after everything, brought to the disk at once.

Only the holder of the lock writes. A line is one `write` to a file opened for appending; a power cut can tear the last
one, and the next begins on a line of its own.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from moducop_tui.actions.running.durable import make_directory_durably, sync_directory
from moducop_tui.actions.running.private_files import write_private
from moducop_tui.actions.running.room import keep_room
from moducop_tui.host import Host
from moducop_tui.model.audit_events import Event, to_line
from moducop_tui.model.places import AUDIT, AUDIT_BEFORE, STATE, UNRECORDABLE, UNRECORDED
from moducop_tui.trusted import UntrustedError, check_place, open_file, read_bytes

SIZE_LIMIT = 1 << 20
"""Bytes after which the next action begins a new file; the one before it is kept."""
ROOM = 1 << 18
"""Bytes that are kept free for the lines of one action, so that none of them meets a full disk."""
_UNRECORDED_LIMIT = 1 << 20
_REMEDIES = {
    errno.ENOSPC: "Free space on the data partition.",
    errno.EDQUOT: "Free space on the data partition.",
    errno.EROFS: "The data partition is read-only, it may be damaged: reboot from a shell, then look again.",
    errno.EIO: "The data partition fails, it may be worn out: reboot from a shell, then look again.",
    errno.EACCES: "Only root may act.",
    errno.EPERM: "Only root may act.",
}


class AuditError(Exception):
    """An event that could not be recorded; the text is a sentence."""


class AuditWriter:
    """The trail, open for one action. `must`: what can't be recorded is not done."""

    def __init__(self, host: Host, *, must: bool = True) -> None:
        self._host = host
        self._must = must
        self._closed: OSError | None = None
        """Why it could not be opened."""
        self._descriptor = -1
        self._torn = False
        self._has_refused = False
        self.missed: str | None = None
        """Why events are missing in the trail since it was opened; None while none is."""

    def open(self) -> None:
        """Make the trail ready for an action. Raises AuditError where it can't be written, and must be."""
        try:
            self._open()
        except UntrustedError as error:
            # Nothing is done even so: what the steps would read and write there is as little root's as the trail.
            raise AuditError(_refusal(error)) from error
        except OSError as error:
            if self._must:
                raise self._refused(error) from error
            self._closed = error
        else:
            self._bring_unrecorded()

    def _open(self) -> None:
        check_place(self._host, STATE)
        make_directory_durably(self._host.path(STATE))
        path = self._host.path(AUDIT)
        size = path.lstat().st_size if path.exists() else -1
        if size >= SIZE_LIMIT:
            path.replace(self._host.path(AUDIT_BEFORE))
            size = -1
        self._descriptor = open_file(self._host, AUDIT, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        if size < 0:
            sync_directory(path.parent)
        self._torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"
        keep_room(self._descriptor, max(0, size), ROOM)

    def write(self, event: Event) -> None:
        """Record an event before anything else happens. Raises AuditError, where it must be recorded."""
        if not self._must:
            self.note(event)
            return
        try:
            self._append(to_line(event))
        except OSError as error:
            raise self._refused(error) from error

    def note(self, event: Event) -> None:
        """Record an event of an action that can't be stopped for it any more. Never raises: see `missed`."""
        line = to_line(event)
        try:
            self._append(line)
        except OSError as error:
            kept = "it is in the journal, and in /run until the next boot"
            self.missed = f"Not all of it could be recorded in {AUDIT} ({error.strerror or error}): {kept}."
            self._keep_until_reboot(line)

    def close(self) -> None:
        """Give the descriptor back. What was recorded to its end shows that it can be."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            if not self._has_refused and self.missed is None:
                with suppress(OSError):
                    self._host.path(UNRECORDABLE).unlink(missing_ok=True)
        self._descriptor = -1

    def _refused(self, error: OSError) -> AuditError:
        """Why nothing is done; known in /run too, so that the next plan offers what may be done even so."""
        self._has_refused = True
        sentence = _refusal(error)
        with suppress(OSError):
            write_private(self._host.path(UNRECORDABLE), sentence.encode())
        return AuditError(sentence)

    def _append(self, content: bytes) -> None:
        if self._closed is not None:
            raise self._closed
        whole = b"\n" + content if self._torn else content
        written = os.write(self._descriptor, whole)
        self._torn = written != len(whole)
        if self._torn:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._descriptor)

    def _keep_until_reboot(self, line: bytes) -> None:
        """Where the data partition takes nothing, /run still does: until the reboot every console reads the truth."""
        try:
            descriptor = open_file(self._host, UNRECORDED, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            with os.fdopen(descriptor, "ab") as file:
                file.write(line)
        except OSError:
            return  # then only the journal has it

    def _bring_unrecorded(self) -> None:
        """What the data partition did not take before, it may take now."""
        place = self._host.path(UNRECORDED)
        try:
            lines = read_bytes(self._host, UNRECORDED, _UNRECORDED_LIMIT)
            self._append(lines if lines.endswith(b"\n") else lines + b"\n")
            place.unlink()
        except OSError:
            return  # there is none, or still no room: it stays where it is


def _refusal(error: OSError) -> str:
    reason = error.strerror or str(error)
    remedy = "" if isinstance(error, UntrustedError) else _REMEDIES.get(error.errno or 0, "")
    return f"What is done can't be recorded in {AUDIT} ({reason}), so nothing is done. {remedy}".rstrip()
