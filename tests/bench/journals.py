"""Journals with any time, boot and content, made by the real writer of journal files.

The clock of a virtual machine is the host's and a process's own view of it does not reach journald, so a jump of
the clock cannot be made to happen. What it leaves behind can: entries of one boot whose wall-clock times jump
while their monotonic times go on. A reader cannot tell these from the real thing; what is not tested with them is
how a program behaves whose own clock jumps while it runs.
"""

from __future__ import annotations

import secrets
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .places import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .machine import Machine

WRITER: Final = "/lib/systemd/systemd-journal-remote"
SECOND: Final = 1_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry; times in microseconds, ``boot`` 32 hexadecimal digits."""

    message: str | bytes
    realtime: int
    monotonic: int
    boot: str
    fields: Mapping[str, str | bytes] = field(default_factory=dict)


def write_journal(target: Path, entries: Iterable[Entry], machine_id: str) -> None:
    """Write a journal file (its name ends in ``.journal``); any bytes may stand in the fields."""
    writer = subprocess.Popen(
        [WRITER, f"--output={target}", "--split-mode=none", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdin is not None
    for entry in entries:
        writer.stdin.write(_exported(entry, machine_id))
    _, told = writer.communicate()
    if writer.returncode:
        raise BenchError(f"the journal was not written: {told.decode(errors='replace')}")


def _exported(entry: Entry, machine_id: str) -> bytes:
    """The entry in the journal export format."""
    fields: dict[str, str | bytes] = {
        "__REALTIME_TIMESTAMP": str(entry.realtime),
        "__MONOTONIC_TIMESTAMP": str(entry.monotonic),
        "_BOOT_ID": entry.boot,
        "_MACHINE_ID": machine_id,
        "_HOSTNAME": "MEC01-4711",
        "_TRANSPORT": "journal",
        "PRIORITY": "6",
        **entry.fields,
        "MESSAGE": entry.message,
    }
    return b"".join(_field(name, value) for name, value in fields.items()) + b"\n"


def _field(name: str, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    if all(byte >= 32 for byte in data):
        return name.encode() + b"=" + data + b"\n"
    return name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"


def add_to_machine(machine: Machine, entries: Iterable[Entry]) -> str:
    """Lay a journal file beside the machine's own, where every reader merges them; its path inside."""
    machine_id = machine.read_text("/etc/machine-id").strip()
    name = f"made-{secrets.token_hex(4)}.journal"
    made = machine.run_dir / name
    write_journal(made, entries, machine_id)
    place = f"/run/log/journal/{machine_id}/{name}"
    machine.write(place, made.read_bytes())
    made.unlink()
    return place


def new_boot_id() -> str:
    """An id for a boot that never was."""
    return secrets.token_hex(16)


def kernel_lines(messages: Iterable[str], *, start: int, boot: str, priority: int = 6) -> Iterator[Entry]:
    """Kernel messages, one a second from ``start``: a container's journald gets none of its own."""
    for number, message in enumerate(messages):
        fields = {"_TRANSPORT": "kernel", "SYSLOG_IDENTIFIER": "kernel", "PRIORITY": str(priority)}
        yield Entry(message, start + number * SECOND, (number + 1) * SECOND, boot, fields)


def clock_jump(*, start: int, jump: int, count: int = 10, boot: str | None = None) -> list[Entry]:
    """A boot whose wall clock jumps by ``jump`` microseconds half way, as when the network's time arrives."""
    own = boot or new_boot_id()
    return [
        Entry(
            f"line {number} {'after' if number >= count // 2 else 'before'} the jump",
            start + number * SECOND + (jump if number >= count // 2 else 0),
            (number + 1) * SECOND,
            own,
            {"_SYSTEMD_UNIT": "clock.service", "SYSLOG_IDENTIFIER": "clock"},
        )
        for number in range(count)
    ]


def history(*, count: int, boots: int, end: int, spacing: int = SECOND) -> Iterator[Entry]:
    """``count`` entries of services and containers over so many boots, the last one at ``end``."""
    ids = [new_boot_id() for _ in range(boots)]
    each = -(-count // boots)
    for number in range(count):
        fields: dict[str, str | bytes] = {"PRIORITY": "3643566"[number % 7]}
        if number % 3 == 0:
            name = ("nginx-demo-web-1", "nginx-demo-db-1", "gpx-logger-logger-1")[number // 3 % 3]
            fields |= {"_SYSTEMD_UNIT": "docker.service", "CONTAINER_NAME": name, "SYSLOG_IDENTIFIER": name}
        else:
            unit = ("NetworkManager", "mender-updated", "ssh", "docker")[number % 4]
            fields |= {"_SYSTEMD_UNIT": f"{unit}.service", "SYSLOG_IDENTIFIER": unit, "_PID": str(100 + number % 40)}
        at = end - (count - 1 - number) * spacing
        yield Entry(f"entry {number}", at, (number % each + 1) * spacing, ids[number // each], fields)
