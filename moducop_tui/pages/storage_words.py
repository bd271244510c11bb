"""Fill, growth and survival in words: shared by Overview, Storage and the report."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.bars import bar, fill_role
from moducop_tui.model.problems_storage import seconds_to_full
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperHome
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, fit, line
from moducop_tui.units import coarse, count, percent, size, size_of

BAR_WIDTH = 22
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
    """`/data  [####......]  46 %  2.6 of 5.7 GB  mmcblk0p4`, with its mark."""
    role = file_system_role(file_system)
    bar_width, name_width = (BAR_WIDTH, 14) if width >= 78 else (7, 13)
    source = line(Span(_source(file_system), Role.DIM)) if width >= 78 else ()
    what = outlook(file_system, brief=width < 96) or source
    return line(
        Span(f"{mark(role)} ", role),
        fit(file_system.mount_point, name_width),
        " ",
        *bar(file_system.share, bar_width),
        " ",
        Span(percent(file_system.share), role if role in (Role.WARN, Role.BAD) else Role.TEXT),
        "  ",
        fit(size_of(file_system.used, file_system.total), 16),
        "  ",
        *what,
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


def overlays_by_home(storage: Storage) -> list[tuple[str, tuple[Overlay, ...], str]]:
    """Overlays by where their upper lives: heading, overlays, and what becomes of them at a reboot."""
    words = {
        UpperHome.DATA: ("on data", "kept"),
        UpperHome.TMPFS: ("in memory", "lost at reboot"),
        UpperHome.OTHER: ("elsewhere", "place unexpected"),
        UpperHome.UNKNOWN: ("upper ?", "fate unknown"),
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
