"""What of the journal is wanted, as the matches that both backends understand.

Matches are alternatives (OR) of conditions (AND) of the form FIELD=value; conditions on the same field are ORed, as
sd_journal_add_match(3) and journalctl's `+` have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from moducop_tui.model.log import LogFilter

Matches = tuple[tuple[str, ...], ...]

EVERYTHING: Matches = ()
_FULL_ID = re.compile("[0-9a-f]{64}")

_COREDUMP_MESSAGE = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1"
_UNIT_KINDS = (
    ".service",
    ".socket",
    ".mount",
    ".automount",
    ".swap",
    ".target",
    ".path",
    ".timer",
    ".slice",
    ".scope",
    ".device",
)


def matches_of(wanted: LogFilter, current_boot: str | None) -> Matches:
    """The matches of a filter. `current_boot` is asked for when the filter names no boot; None: any boot.

    As with `journalctl --priority`, an entry without a priority comes only where all priorities are wanted.
    """
    boot = wanted.boot_id or current_boot
    return of_boots(wanted, (boot,) if boot and not wanted.all_boots else ())


def of_boots(wanted: LogFilter, boots: Iterable[str]) -> Matches:
    """The matches of a filter in these boots alone; without any: in all. What the filter says of boots is not used."""
    common = [f"_BOOT_ID={boot.replace('-', '').lower()}" for boot in boots]
    if wanted.kernel:
        common.append("_TRANSPORT=kernel")
    if wanted.max_priority < 7:
        common += [f"PRIORITY={level}" for level in range(max(0, wanted.max_priority) + 1)]
    units = _unit_alternatives(unit_name(wanted.unit)) if wanted.unit is not None else ((),)
    found = tuple((*unit, *container, *common) for unit in units for container in _container_alternatives(wanted))
    return EVERYTHING if found == ((),) else found


def may_match(matches: Matches, boot: str | None) -> bool:
    """Whether entries of a boot may be among what is matched; True where that can't be known."""
    boots = {condition for alternative in matches for condition in alternative if condition.startswith("_BOOT_ID=")}
    return not boots or boot is None or f"_BOOT_ID={boot}" in boots


def unit_name(text: str) -> str:
    """A unit's full name: as systemctl has it, a name without a kind is a service."""
    return text if text.endswith(_UNIT_KINDS) else f"{text}.service"


def _container_alternatives(wanted: LogFilter) -> tuple[tuple[str, ...], ...]:
    """What a container says. After a renaming it goes on under its old name until it starts again: the id stays."""
    found = []
    if wanted.container is not None:
        found.append((f"CONTAINER_NAME={wanted.container}",))
        if re.fullmatch("[0-9a-f]{12}", wanted.container):
            found.append((f"CONTAINER_ID={wanted.container}",))
        if _FULL_ID.fullmatch(wanted.container):
            found.append((f"CONTAINER_ID_FULL={wanted.container}",))
    if wanted.container_id is not None:
        found.append((f"CONTAINER_ID_FULL={wanted.container_id}",))
    return tuple(found) or ((),)


def _unit_alternatives(unit: str) -> tuple[tuple[str, ...], ...]:
    """What belongs to a unit: what it says, and what systemd, the core dump handler and root's tools say about it.

    The same alternatives as `journalctl --unit` (systemd, logs-show.c, add_matches_for_unit).
    """
    return (
        (f"_SYSTEMD_UNIT={unit}",),
        (_COREDUMP_MESSAGE, "_UID=0", f"COREDUMP_UNIT={unit}"),
        ("_PID=1", f"UNIT={unit}"),
        ("_UID=0", f"OBJECT_SYSTEMD_UNIT={unit}"),
    )
