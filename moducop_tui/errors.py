"""Errors of our own making: the traceback goes to the journal, the technician gets a short id to find it by.

The console owns the terminal, so nothing may be written to standard error while it runs.
"""

from __future__ import annotations

import errno
import os
import zlib

IDENTIFIER = "moducop-tui"
WHERE_TO_LOOK = f"see the journal: journalctl -t {IDENTIFIER}"
"""The end of every sentence about an internal error."""
_LOG_SOCKET = "/dev/log"
_ERROR_OF_A_DAEMON = 3 * 8 + 3
"""Facility daemon, priority error (RFC 5424, section 6.2.1)."""
NO_THREAD = (
    "no thread can be started here: the limit on processes is reached (pids, ulimit -u), or the container engine is "
    "too old for this system and forbids it (seccomp without clone3), or the address space is too small (ulimit -v)"
)
_NO_MEMORY = "there is not enough memory for it (free, or a limit on this process)"
_LACKING = {
    errno.EMFILE: "this process may not open so many files (ulimit -n)",
    errno.ENFILE: "the whole system can open no more files",
    errno.ENOMEM: _NO_MEMORY,
}
_LINE_LIMIT = 60
_BYTE_LIMIT = 8192


def explained(error: BaseException) -> str:
    """What to tell of an exception that nobody has foreseen: what this system lacks, where that is it, and its id.

    The traceback goes to the journal. A part of a sentence, without its first capital and its full stop.
    """
    known = f"id {report(error)}; {WHERE_TO_LOOK}"
    lacking = what_is_lacking(error)
    return f"internal error, {known}" if lacking is None else f"{lacking}; {known}"


def failure(what: str, error: BaseException) -> str:
    """The same as a sentence about `what` was done, without its full stop: `Reading the journal failed: ...`."""
    known = f"id {report(error)}; {WHERE_TO_LOOK}"
    lacking = what_is_lacking(error)
    return f"{what} failed with an internal error, {known}" if lacking is None else f"{what} failed: {lacking}; {known}"


def what_is_lacking(error: BaseException) -> str | None:
    """What of this system's means an exception says to be at its end; None when it says nothing of that kind."""
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return NO_THREAD
    return _LACKING.get(error.errno or 0) if isinstance(error, OSError) else None


def report(error: BaseException, log_socket: str = _LOG_SOCKET) -> str:
    """Write an exception with its traceback to the journal and return its id, six hexadecimal digits.

    The same error at the same place has the same id, so that a repeated one is recognised. Never raises: where no
    journal listens, the id is all there is.
    """
    lines = _traceback(error)
    error_id = f"{zlib.crc32(_place(error).encode('utf-8', 'replace')) & 0xFFFFFF:06x}"
    if len(lines) > _LINE_LIMIT:
        lines = [*lines[: _LINE_LIMIT // 2], "...", *lines[-_LINE_LIMIT // 2 :]]
    _send("\n".join([f"internal error {error_id}", *lines]), log_socket)
    return error_id


def _traceback(error: BaseException) -> list[str]:
    try:
        import traceback

        return "".join(traceback.format_exception(error)).splitlines()
    except Exception:  # noqa: BLE001 - boundary: what was lacking is lacking here, too
        return [f"{type(error).__name__}: no traceback could be made"]


def _place(error: BaseException) -> str:
    """The kind of error and the last line of code it came from; its text may differ from time to time."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}"


def _send(text: str, log_socket: str) -> None:
    """One datagram, as every syslog listens for; journald takes the identifier from the tag."""
    head = f"<{_ERROR_OF_A_DAEMON}>{IDENTIFIER}[{os.getpid()}]: "
    try:
        import socket

        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.setblocking(False)
            journal.connect(log_socket)
            journal.send((head + text).encode("utf-8", "replace")[:_BYTE_LIMIT])
    except (OSError, MemoryError, ImportError):
        return
