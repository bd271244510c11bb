"""Sets and takes away the dead-man timer of a trial boot: a unit, its script and its record, on what both slots share.

The image that is tried may know nothing of the console, and need have no Python: all that it has to do itself is to
lay its overlay over /etc and to start systemd.
"""

from __future__ import annotations

import importlib.resources
from dataclasses import dataclass
from pathlib import Path

from moducop_tui import runner
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.durable import link_durably, make_directory_durably, remove_durably, write_durably
from moducop_tui.host import Host
from moducop_tui.model.acts import ArmDeadMan, DisarmDeadMan
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.dead_man_files import ARMED, FIRED, LINK, SCRIPT, UNIT, UNIT_PATH, WANTED_DIRECTORY
from moducop_tui.model.dead_man_rules import why_no_timer
from moducop_tui.model.places import DEAD_MAN, DEAD_MAN_CLOCK, STATE
from moducop_tui.model.reading import Topic
from moducop_tui.model.slots import Slots
from moducop_tui.model.storage import Storage
from moducop_tui.model.stored import encode
from moducop_tui.model.work import DeadMan
from moducop_tui.trusted import UntrustedError, check_place, read_bytes

_STOP_SECONDS = 20.0
_SCRIPT_LIMIT = 65536


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    content: bytes
    mode: int


def arm_dead_man(act: ArmDeadMan, kit: Kit) -> Result:
    """Write everything that the next boot of the slot needs, to the disk, and read it back."""
    storage, slots = kit.read(Topic.STORAGE), kit.read(Topic.SLOTS)
    why = why_no_timer(storage if isinstance(storage, Storage) else None)
    if why is not None:
        return Result(False, f"No dead-man timer was set: {why}.")
    slot = slots.slot(act.slot) if isinstance(slots, Slots) else None
    if slot is None or slot.partition.number is None:
        return Result(False, f"No dead-man timer was set: the partition of slot {act.slot} is not known.")
    files = _files(act, slot.partition.number)
    try:
        _put(kit.host, files)
        wrong = next(
            (file.path for file in files if read_bytes(kit.host, file.path, _SCRIPT_LIMIT) != file.content), None
        )
    except OSError as error:
        return Result(False, f"No dead-man timer was set: {error.filename or DEAD_MAN}: {error.strerror}.")
    if wrong is not None:
        return Result(False, f"No dead-man timer was set: {wrong} does not hold what was written to it.")
    return Result(True, f"Slot {act.slot} reboots {act.seconds} s after its start, unless it is kept by then.")


def _files(act: ArmDeadMan, partition: int) -> tuple[_File, ...]:
    """In the order in which they are written: the record comes last, and the script does nothing without it."""
    import json

    unit = _asset(UNIT).decode()
    values = {"STATE": STATE, "HERE": DEAD_MAN, "SCRIPT": SCRIPT}
    values |= {"PARTITION": str(partition), "SECONDS": str(act.seconds), "SLOT": act.slot.value}
    for name, value in values.items():
        unit = unit.replace(f"@{name}@", value)
    record = json.dumps(encode(DeadMan(act.slot, act.seconds))).encode() + b"\n"
    return (
        _File(SCRIPT, _asset("dead-man.sh"), 0o700),
        _File(UNIT_PATH, unit.encode(), 0o644),
        _File(ARMED, record, 0o600),
    )


def _asset(name: str) -> bytes:
    return (importlib.resources.files("moducop_tui") / "assets" / name).read_bytes()


def _put(host: Host, files: tuple[_File, ...]) -> None:
    for path in (DEAD_MAN, UNIT_PATH.rpartition("/")[0]):
        check_place(host, path)
    make_directory_durably(host.path(DEAD_MAN))
    make_directory_durably(host.path(WANTED_DIRECTORY), 0o755)
    for path in (ARMED, FIRED, DEAD_MAN_CLOCK):
        remove_durably(_place(host, path))
    for file in files:
        if file.path == ARMED:
            link_durably(host.path(WANTED_DIRECTORY) / UNIT, f"../{UNIT}")
        write_durably(_place(host, file.path), file.content, file.mode)


def disarm_dead_man(act: DisarmDeadMan, kit: Kit) -> Result:
    """Take everything of it away, and see that it is gone. Where nothing is there, there is nothing to do."""
    if act.unless_on_trial and _on_trial(kit):
        return Result(True, "The dead-man timer stays: a slot is on trial.")
    there = kit.host.exists(ARMED) or _link_is_there(kit.host)
    try:
        _take_away(kit.host)
    except UntrustedError as error:
        return Result(
            False, f"The dead-man timer starts no more, but not all of it could be taken away: {error.strerror}."
        )
    except OSError as error:
        place = error.filename or DEAD_MAN
        return Result(False, f"The dead-man timer could not be taken away: {place}: {error.strerror}. It may reboot.")
    if _is_active(kit.host):
        return Result(False, f"The dead-man timer is gone, but {UNIT} still runs: stop it with `systemctl stop`.")
    return Result(True, "The dead-man timer is gone." if there else "No dead-man timer was set.")


def _place(host: Host, path: str) -> Path:
    """Where a file or link itself is, whatever it leads to."""
    parent, _, name = path.rpartition("/")
    return host.path(parent) / name


def _take_away(host: Host) -> None:
    """First its record. Where that is not root's, and so is left alone, at least nothing starts the timer again."""
    untrusted: UntrustedError | None = None
    for path in (ARMED, LINK, UNIT_PATH, SCRIPT, FIRED, DEAD_MAN_CLOCK):
        try:
            remove_durably(_place(host, path))
        except UntrustedError as error:
            untrusted = untrusted or error
        if path == ARMED:
            _stop(host)
    if untrusted is not None:
        raise untrusted


def _link_is_there(host: Host) -> bool:
    try:
        return (host.path(WANTED_DIRECTORY) / UNIT).is_symlink()
    except OSError:
        return False


def _on_trial(kit: Kit) -> bool:
    boot = kit.read(Topic.BOOT)
    return isinstance(boot, BootEnvironment) and boot.upgrade_available == 1


def _stop(host: Host) -> None:
    """Its script also ends by itself, some seconds after its record is gone; so nothing depends on this."""
    if _asks_systemd(host):
        try:
            runner.run(["systemctl", "stop", UNIT], _STOP_SECONDS)
        except runner.CommandError:
            return


def _is_active(host: Host) -> bool:
    if not _asks_systemd(host):
        return False
    try:
        return runner.run(["systemctl", "is-active", UNIT], _STOP_SECONDS).out.strip() in {"active", "activating"}
    except runner.CommandError:
        return False


def _asks_systemd(host: Host) -> bool:
    return host.is_this_machine and host.exists("/run/systemd/system")
