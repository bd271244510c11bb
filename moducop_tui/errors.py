"""Errors of our own making: the traceback goes to the journal, the technician gets a short id to find it by.

The console owns the terminal, so nothing may be written to standard error while it runs.
"""

from __future__ import annotations

import os
import zlib

IDENTIFIER = "moducop-tui"
WHERE_TO_LOOK = f"see the journal: journalctl -t {IDENTIFIER}"
"""The end of every sentence about an internal error."""
_LOG_SOCKET = "/dev/log"
_ERROR_OF_A_DAEMON = 3 * 8 + 3
"""Facility daemon, priority error (RFC 5424, section 6.2.1)."""
_LINE_LIMIT = 60
_BYTE_LIMIT = 8192


def report(error: BaseException, log_socket: str = _LOG_SOCKET) -> str:
    """Write an exception with its traceback to the journal and return its id, six hexadecimal digits.

    The same error at the same place has the same id, so that a repeated one is recognised. Never raises: where no
    journal listens, the id is all there is.
    """
    import traceback

    lines = "".join(traceback.format_exception(error)).splitlines()
    error_id = f"{zlib.crc32(_place(error).encode('utf-8', 'replace')) & 0xFFFFFF:06x}"
    if len(lines) > _LINE_LIMIT:
        lines = [*lines[: _LINE_LIMIT // 2], "...", *lines[-_LINE_LIMIT // 2 :]]
    _send("\n".join([f"internal error {error_id}", *lines]), log_socket)
    return error_id


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
    import socket

    head = f"<{_ERROR_OF_A_DAEMON}>{IDENTIFIER}[{os.getpid()}]: "
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.setblocking(False)
            journal.connect(log_socket)
            journal.send((head + text).encode("utf-8", "replace")[:_BYTE_LIMIT])
    except OSError:
        return
