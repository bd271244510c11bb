"""Where the dead-man timer lives, in files that both slots share, and what its own record says."""

from __future__ import annotations

from moducop_tui.model.clean_json import clean_json
from moducop_tui.model.places import DEAD_MAN
from moducop_tui.model.slots import SlotName
from moducop_tui.model.stored import StoredError, decode
from moducop_tui.model.work import DeadMan, Fired

UNIT = "moducop-tui-dead-man.service"
UNIT_PATH = f"/etc/systemd/system/{UNIT}"
WANTED_DIRECTORY = "/etc/systemd/system/sysinit.target.wants"
"""Early, and reached by every boot: one that hangs before multi-user.target must come back as well."""
LINK = f"{WANTED_DIRECTORY}/{UNIT}"
SCRIPT = f"{DEAD_MAN}/run.sh"
ARMED = f"{DEAD_MAN}/armed"
"""Written last when it is armed, taken away first when it is disarmed: without it the script does nothing."""
FIRED = f"{DEAD_MAN}/fired"
LIMIT = 4096
DISARM_COMMAND = f"rm {ARMED}; systemctl stop {UNIT}; rm {LINK} {UNIT_PATH} {SCRIPT}"
"""What the act DisarmDeadMan writes, as a plan shows it."""


def arm_command(slot: SlotName, seconds: int) -> str:
    """What the act ArmDeadMan writes, as a plan shows it."""
    return f"write {SCRIPT}, {UNIT_PATH}; link {LINK}; write {ARMED}: {slot}, {seconds} s"


def parse_armed(content: bytes) -> DeadMan | None:
    """What it is armed for; None where the file is damaged."""
    stored = _json(content)
    try:
        return decode(DeadMan, stored)
    except StoredError:
        return None


def parse_fired(content: bytes) -> Fired | None:
    """What it did; None where the file is damaged."""
    stored = _json(content)
    try:
        return decode(Fired, stored)
    except StoredError:
        return None


def _json(content: bytes) -> object:
    try:
        return clean_json(content)
    except (ValueError, RecursionError):
        return None
