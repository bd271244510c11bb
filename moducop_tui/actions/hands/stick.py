"""Mounts a stick while what lies on it is installed, and lets it go: judged by the mount table, not by a program."""

from __future__ import annotations

import time

from moducop_tui.actions.hands.stick_guard import is_free, let_write, number_of, protect
from moducop_tui.actions.hands.stick_mounts import StickMount, mount_at, mounts_of, users_of
from moducop_tui.actions.hands.tool import Ran, run_tool
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.private_files import make_private_directory
from moducop_tui.model.acts import MountStick, ReleaseStick
from moducop_tui.model.foreign import clean
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.reading import Topic

_SECONDS = 60.0
"""A worn USB stick is slow, and the kernel itself tries for half a minute."""
_BUSY_SECONDS = 5.0
"""Programs that have just ended let go of their files a moment later."""
_LOOK_AGAIN = 0.2
_SAFE = ("ro", "nosuid", "nodev", "noexec")
_EXT = ("ext4", "noload")
_DRIVERS = {"ext2": _EXT, "ext3": _EXT, "ext4": _EXT, "vfat": ("vfat", "utf8"), "exfat": ("exfat", "")}
"""Driver and option by file system: a journal is not replayed, which would write; FAT's names are read as UTF-8."""


def mount_stick(act: MountStick, kit: Kit) -> Result:
    """Mount it read-only, without programs, suid and device nodes. A mount that a cut action left is taken away."""
    found = _stick(act, kit)
    if isinstance(found, Result):
        return found
    stick, number = found
    trouble = _clear(act, number, kit)
    if trouble is not None:
        return trouble
    return _judge(act, number, Ran(0, "") if mount_at(act.directory) else _mount(act, stick, number, kit), kit)


def _clear(act: MountStick, number: str, kit: Kit) -> Result | None:
    """Make place: the directory is there, and nothing but this very stick is mounted on it."""
    left = mount_at(act.directory)
    if left is not None and not (left.number == number and left.has(_SAFE)):
        ran = _unmount(act.directory, kit)
        if mount_at(act.directory) is not None:
            return ran.result(good=False, sentence=_in_use(act.directory, left, "What was left of another stick"))
        let_write(act.directory)
    try:
        make_private_directory(kit.host.path(act.directory))
    except OSError as error:
        return Result(False, f"{act.directory} can't be made for the stick: {error.strerror}.")
    return None


def _judge(act: MountStick, number: str, ran: Ran, kit: Kit) -> Result:
    """By the mount table; what is mounted in another way than it was asked for is taken away again."""
    name, there = clean(act.device, 60), mount_at(act.directory)
    if there is not None and there.number == number and there.has(_SAFE):
        return ran.result(good=True, sentence=f"The stick {name} is mounted at {act.directory}, read-only.")
    if there is not None:
        _unmount(act.directory, kit)
    let_write(act.directory)
    why = "it is not mounted as it was asked for." if ran.well else ran.complaint
    return ran.result(good=False, sentence=f"The stick {name} can't be mounted: {why} Nothing was written.")


def release_stick(act: ReleaseStick, kit: Kit) -> Result:
    """Unmount it, for good and not lazily, and say whether it may be pulled out."""
    name = clean(act.device, 60)
    there = mount_at(act.directory)
    ran = Ran(0, "") if there is None else _unmount(act.directory, kit)
    left = mount_at(act.directory)
    if left is not None:
        told = f"{_in_use(act.directory, left, f'The stick {name}')} Do not pull it out."
        return ran.result(good=False, sentence=told)
    let_write(act.directory)
    return ran.result(good=True, sentence=_farewell(act.device, name))


def _farewell(device: str, name: str) -> str:
    """Whether it may be pulled out, once it is not mounted here any more."""
    number = number_of(device)
    if number is None:
        return f"The stick {name} was pulled out already; nothing was written to it."
    elsewhere = mounts_of(number)
    if elsewhere:
        places = ", ".join(clean(mount.place, 60) for mount in elsewhere[:3])
        return f"The stick {name} is let go here, but NOT safe to remove: it is still mounted at {places}."
    until = time.monotonic() + _BUSY_SECONDS
    while not is_free(device):  # perhaps a console that looks just now what is on it
        if time.monotonic() > until:
            return f"The stick {name} is let go here, but NOT safe to remove: another program or container uses it."
        time.sleep(_LOOK_AGAIN)
    return f"The stick {name} is safe to remove; nothing was written to it."


def _stick(act: MountStick, kit: Kit) -> tuple[Stick, str] | Result:
    """The stick as the list of sticks has it, and its number: only what is in that list is ever mounted."""
    if not kit.host.is_this_machine:
        return Result(False, "Sticks can only be mounted on the machine that the console runs on.")
    media = kit.read(Topic.MEDIA)
    if not isinstance(media, Media):
        why = getattr(media, "reason", "they were not read")
        return Result(False, f"Which sticks are there can't be told, so none is mounted: {why}")
    stick, number = next((one for one in media.sticks if one.device == act.device), None), number_of(act.device)
    if stick is None or number is None:
        name = clean(act.device, 60)
        return Result(False, f"There is no stick {name} any more: plug it in again. Nothing was written.")
    return stick, number


def _mount(act: MountStick, stick: Stick, number: str, kit: Kit) -> Ran:
    elsewhere = [mount for mount in mounts_of(number) if mount.root == "/"]
    if elsewhere:
        # Somebody else has it mounted and may write to it: seen from a second place, read-only there.
        bound = run_tool(["mount", "--bind", elsewhere[0].place, act.directory], _SECONDS, kit)
        options = ",".join(("remount", "bind", *_SAFE))
        return run_tool(["mount", "-o", options, act.directory], _SECONDS, kit) if bound.well else bound
    known = _DRIVERS.get(stick.fs_type or "")
    if known is None:
        held = f"it holds {clean(stick.fs_type, 20)}" if stick.fs_type else "what file system it holds is not known"
        return Ran(None, "", f"{held}; use one with FAT, exFAT or ext4.")
    driver, extra = known
    try:
        protect(act.device, act.directory)
    except OSError as error:
        return Ran(None, "", f"its device can't be made read-only: {error.strerror}.")
    options = ",".join(option for option in (*_SAFE, extra) if option)
    return run_tool(["mount", "-t", driver, "-o", options, act.device, act.directory], _SECONDS, kit)


def _unmount(directory: str, kit: Kit) -> Ran:
    """Try until programs that end just now have let go."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        ran = run_tool(["umount", directory], _SECONDS, kit)
        if ran.well or mount_at(directory) is None or time.monotonic() > until:
            return ran
        time.sleep(_LOOK_AGAIN)


def _in_use(directory: str, mount: StickMount, what: str) -> str:
    users = users_of(mount.number)
    by = f" by {', '.join(users[:3])}" if users else ""
    return f"{what} can't be let go: {directory} is in use{by}."
