"""Fill, growth and survival in words: shared by Overview, Storage and the report."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.bars import bar, fill_role
from moducop_tui.model.problems_storage import seconds_to_full
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperHome
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, fit, line, line_cells
from moducop_tui.units import coarse, count, percent, size, size_of

BAR_WIDTH = 22
_OUTLOOK_WIDTH = 14
"""Columns of `full in 12 min`, at the end of a row."""
_INODES_TOLD = 0.8


def worst_share(file_system: FileSystem) -> float | None:
    """The fuller of bytes and inodes: either of them full means that nothing can be written."""
    shares = [share for share in (file_system.share, file_system.inode_share) if share is not None]
    return max(shares) if shares else None


def file_system_role(file_system: FileSystem) -> Role:
    """How well it is. What is mounted read-only is meant to be full; what could not be read warns."""
    if file_system.error:
        return Role.WARN
    if file_system.read_only:
        return Role.TEXT
    role = fill_role(worst_share(file_system))
    if role is Role.OK and _soon_full(file_system):
        return Role.WARN
    return role


def _soon_full(file_system: FileSystem) -> bool:
    return seconds_to_full(file_system) is not None


def outlook(file_system: FileSystem, brief: bool = False) -> Line:
    """What is to be feared: an error, no more inodes, full soon. Empty when nothing is."""
    if file_system.error:
        return line(Span(file_system.error, Role.WARN))
    if file_system.read_only:
        return line(Span("read-only", Role.DIM))
    inodes = file_system.inode_share
    if inodes is not None and inodes >= _INODES_TOLD:
        return line(Span(f"inodes {percent(inodes).strip()}", fill_role(inodes)))
    left = seconds_to_full(file_system)
    if left is not None:
        return line(Span(f"full in {'' if brief else 'about '}{coarse(left)}", Role.WARN))
    return ()


def bar_row(file_system: FileSystem, width: int) -> Line:
    """`/data  [####......]  46 %  2.6 of 5.7 GB  mmcblk0p4`, with its mark. What is to be feared is never cut."""
    role = file_system_role(file_system)
    head = line(Span(f"{mark(role)} ", role), fit(file_system.mount_point, 14 if width >= 66 else 13), " ")
    if file_system.error:
        return line(*head, Span(file_system.error, role))
    gap = "  " if width >= 66 else " "
    size = fit(size_of(file_system.used, file_system.total), 16)
    bar_width = min(BAR_WIDTH, max(6, width - line_cells(head) - 6 - 2 * len(gap) - len(size) - _OUTLOOK_WIDTH))
    return line(
        *head,
        *bar(file_system.share, bar_width),
        " ",
        Span(percent(file_system.share), role if role in (Role.WARN, Role.BAD) else Role.TEXT),
        gap,
        size,
        gap,
        *(outlook(file_system, brief=width < 96) or line(Span(_source(file_system), Role.DIM))),
    )


def _source(file_system: FileSystem) -> str:
    return file_system.source.removeprefix("/dev/")


def overlay_item(overlay: Overlay) -> Line:
    """`/etc 412 kB, 14 files`: an overlay and what was written over its lower layer."""
    content = overlay.content
    name = line(overlay.mount_point)
    if content is None:
        return (*name, Span(f" {UNKNOWN}", Role.WARN if overlay.content_error else Role.DIM))
    if content.files + content.whiteouts == 0:
        return (*name, Span(" unchanged", Role.DIM))
    least = "" if content.complete else ">"
    shown = f" {least}{size(content.size)}"
    if overlay.upper_home is not UpperHome.TMPFS:  # what is lost at the next reboot hides no file for long
        shown += f", {least}{count(content.files + content.whiteouts, 'file')}"
    return (*name, Span(shown))


def tmpfs_item(file_system: FileSystem) -> Line:
    """`/run 3 %`, in the role of its fill."""
    role = file_system_role(file_system)
    sign = "" if mark(role) == " " else f"{mark(role)} "
    return line(Span(f"{sign}{file_system.mount_point} {percent(worst_share(file_system)).strip()}", role))


def overlays_by_home(storage: Storage) -> list[tuple[str, tuple[Overlay, ...], tuple[str, ...]]]:
    """Overlays by where their upper lives: heading, overlays, and their fate at a reboot in long and short words."""
    words = {
        UpperHome.DATA: ("on data", ("kept over reboots", "kept")),
        UpperHome.TMPFS: ("in memory", ("lost at reboot", "lost")),
        UpperHome.OTHER: ("elsewhere", ("place unexpected",)),
        UpperHome.UNKNOWN: ("upper ?", ("fate unknown",)),
    }
    groups = []
    for home, (heading, fate) in words.items():
        members = tuple(overlay for overlay in storage.overlays if overlay.upper_home is home)
        if members:
            groups.append((heading, members, fate))
    return groups


def fullest(file_systems: Sequence[FileSystem]) -> FileSystem | None:
    """The one that will be full first; of equals the first."""
    return max(file_systems, key=lambda one: worst_share(one) or 0.0, default=None)


def main_file_systems(storage: Storage) -> list[FileSystem]:
    """`/data`, or where there is none, the disks of a machine that is no ModuCop, the fullest first."""
    data = storage.at("/data")
    if data:
        return [data]
    disks = [one for one in storage.file_systems if one.fs_type not in ("tmpfs", "ramfs", "devtmpfs")]
    return sorted(disks, key=lambda one: -(worst_share(one) or 0.0))
