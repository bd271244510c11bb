"""Finds processes that are updating the device just now: nobody locks, so one has to look (device facts 1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.mender import UpdateProcess

MODULES = "/usr/share/mender/modules/v3/"
_CLIENTS = frozenset({"mender-update", "mender"})
_UPDATING = frozenset({"install", "commit", "rollback", "resume"})
_WRITERS = frozenset({"mender-flash"})
_COMMAND_LENGTH = 200


def updating_processes(host: Host) -> tuple[UpdateProcess, ...]:
    """Clients that install, commit or roll back, and update modules at work, in the order of their ids.

    The idle daemon is none: while it deploys, its modules are.
    """
    found = []
    for pid, argv in _command_lines(host):
        if is_updating(argv):
            found.append(UpdateProcess(pid, clean(" ".join(argv), _COMMAND_LENGTH)))
    return tuple(found)


def is_updating(argv: Sequence[str]) -> bool:
    """Whether a command line is one of a client or module that changes the device."""
    if not argv:
        return False
    program = argv[0].rsplit("/", 1)[-1]
    if program in _CLIENTS:
        # Go clients before 3.0 wrote their commands as options, `-install`.
        return any(word.lstrip("-") in _UPDATING for word in argv[1:])
    # Modules are scripts: their interpreter comes first.
    return program in _WRITERS or any(word.startswith(MODULES) for word in argv[:2])


def _command_lines(host: Host) -> Iterator[tuple[int, list[str]]]:
    try:
        names = sorted(int(entry.name) for entry in host.path("/proc").iterdir() if entry.name.isdecimal())
    except OSError:
        return
    for pid in names:
        try:
            raw = host.read_text(f"/proc/{pid}/cmdline", 4096)
        except OSError:
            continue  # ended meanwhile
        if raw:
            yield pid, raw.rstrip("\0").split("\0")
