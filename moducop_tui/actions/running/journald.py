"""Entries with fields of our own in systemd's journal, by its own protocol: one datagram, no library.

https://systemd.io/JOURNAL_NATIVE_PROTOCOL/: `NAME=text` lines; a text with line breaks follows its name by its length.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping

from moducop_tui.host import Host

_SOCKET = "/run/systemd/journal/socket"
_TEXT_LIMIT = 4096
IDENTIFIER = "moducop-tui"


def send(host: Host, fields: Mapping[str, str | None]) -> None:
    """Write one entry; fields without a text are left out. Never raises: the journal is a record's second place."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.setblocking(False)
            journal.connect(str(host.path(_SOCKET)))
            journal.send(datagram({"SYSLOG_IDENTIFIER": IDENTIFIER, **fields}))
    except OSError:
        return


def datagram(fields: Mapping[str, str | None]) -> bytes:
    """The fields as the journal takes them."""
    return b"".join(_field(name, text) for name, text in fields.items() if text)


def _field(name: str, text: str) -> bytes:
    value = text.encode("utf-8", "replace")[:_TEXT_LIMIT]
    if b"\n" not in value:
        return name.encode("ascii") + b"=" + value + b"\n"
    return name.encode("ascii") + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
