"""Mounts a stick while what lies on it is installed, and lets it go: judged by the mount table, not by a program."""

from __future__ import annotations

import time

from moducop_tui.actions.hands.stick_mounts import StickMount, mount_at, mounts_of, number_of, users_of
from moducop_tui.actions.hands.tool import Ran, run_tool
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.private_files import make_private_directory
from moducop_tui.model.acts import MountStick, ReleaseStick
from moducop_tui.model.foreign import clean
from moducop_tui.model.media import Media
from moducop_tui.model.reading import Topic
from moducop_tui.model.stick_mount import SAFE
from moducop_tui.stick_guard import HALTS, halts_on_error, is_free, protect, put_back

_SECONDS = 60.0
"""A worn USB stick is slow, and the kernel itself tries for half a minute."""
_BUSY_SECONDS = 5.0
"""Programs that have just ended let go of their files a moment later."""
_LOOK_AGAIN = 0.2


def mount_stick(act: MountStick, kit: Kit) -> Result:
    """Mount it read-only, without programs, suid and device nodes. A mount that a cut action left is taken away."""
    number = _number(act, kit)
    if isinstance(number, Result):
        return number
    trouble = _clear(act, number, kit)
    if trouble is not None:
        return trouble
    return _judge(act, number, Ran(0, "") if mount_at(act.directory) else _mount(act, number, kit), kit)


def _clear(act: MountStick, number: str, kit: Kit) -> Result | None:
    """Make place: the directory is there, and nothing but this very stick is mounted on it."""
    left = mount_at(act.directory)
    if left is not None and not (left.number == number and left.has(SAFE)):
        ran = _unmount(act.directory, kit)
        if mount_at(act.directory) is not None:
            return ran.result(good=False, sentence=_in_use(act.directory, left, "What was left of another stick"))
        put_back()
    try:
        if mount_at(act.directory) is None:  # else it is the stick's own directory, whoever that belongs to
            make_private_directory(kit.host.path(act.directory))
    except OSError as error:
        return Result(False, f"{act.directory} can't be made for the stick: {error.strerror}.")
    return None


def _judge(act: MountStick, number: str, ran: Ran, kit: Kit) -> Result:
    """By the mount table; what is mounted in another way than it was asked for is taken away again."""
    name, there = clean(act.device, 60), mount_at(act.directory)
    if there is not None and halts_on_error(number):
        _unmount(act.directory, kit)
        put_back()
        return ran.result(good=False, sentence=f"The stick {name} {HALTS} Nothing was written.")
    if there is not None and there.number == number and there.has(SAFE):
        return ran.result(good=True, sentence=f"The stick {name} is mounted at {act.directory}, read-only.")
    if there is not None:
        _unmount(act.directory, kit)
    put_back()
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
    told = _farewell(act.device, name)
    put_back()
    return ran.result(good=True, sentence=told)


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


def _number(act: MountStick, kit: Kit) -> str | Result:
    """The stick's number: only what the list of sticks has is ever mounted."""
    if not kit.host.is_this_machine:
        return Result(False, "Sticks can only be mounted on the machine that the console runs on.")
    media = kit.read(Topic.MEDIA)
    if not isinstance(media, Media):
        why = getattr(media, "reason", "they were not read")
        return Result(False, f"Which sticks are there can't be told, so none is mounted: {why}")
    number = number_of(act.device)
    if number is None or act.device not in {one.device for one in media.sticks}:
        name = clean(act.device, 60)
        return Result(False, f"There is no stick {name} any more: plug it in again. Nothing was written.")
    return number


def _mount(act: MountStick, number: str, kit: Kit) -> Ran:
    """By the plan's own commands; each begins where the one before went well."""
    shared = any(mount.root == "/" for mount in mounts_of(number))
    if shared is not act.shared:
        return Ran(None, "", "somebody has mounted it or let it go since the plan was made: look at the plan again.")
    try:
        if not shared:  # that would break the writes of whoever has mounted it
            protect(act.device)
    except OSError as error:
        return Ran(None, "", f"its device can't be made read-only: {error.strerror}.")
    ran = Ran(0, "")
    for command in act.commands:
        ran = run_tool(command, _SECONDS, kit)
        if not ran.well:
            break
    return ran


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
