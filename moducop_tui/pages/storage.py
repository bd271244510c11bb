"""Storage: file systems, overlays and tmpfs; how full, how fast they fill, where they live, what a reboot leaves."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.bars import bar
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperHome
from moducop_tui.pages.look import FULL_WIDTH, Look
from moducop_tui.pages.panel import panel, sentence, why
from moducop_tui.pages.storage_words import bar_row, file_system_role, outlook
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, beside, cells, fit, fit_right, indent, line, line_cells, wrap
from moducop_tui.units import count, percent, size, size_of

_FATES = {
    UpperHome.DATA: ("kept over reboots, for both slots", Role.TEXT),
    UpperHome.TMPFS: ("in memory, lost at the next reboot", Role.TEXT),
    UpperHome.OTHER: ("neither on /data nor in memory", Role.WARN),
    UpperHome.UNKNOWN: ("where it is kept is unknown", Role.WARN),
}

_SHORT_FATES = {
    UpperHome.DATA: ("kept", Role.TEXT),
    UpperHome.TMPFS: ("lost at reboot", Role.TEXT),
    UpperHome.OTHER: ("elsewhere", Role.WARN),
    UpperHome.UNKNOWN: (f"place {UNKNOWN}", Role.WARN),
}
_NAME = 14
_TABLE_WIDTH = 104
"""Columns in which the table of file systems leaves nothing out."""
_OVERLAYS_WIDTH = 58
"""Columns that overlays need beside it."""


def storage_body(look: Look) -> list[Line]:
    """All rows of the page; on a wide terminal overlays stand beside the file systems."""
    if look.is_wide:
        left_width = min(_TABLE_WIDTH, look.width - 2 - _OVERLAYS_WIDTH)
        left, right = look.within(left_width), look.within(look.width - 2 - left_width)
        return beside([*file_systems_table(left), *_layout(left)], overlays_detail(right), left_width)
    return [*file_systems_table(look), *_layout(look), *overlays_detail(look)]


def file_systems_table(look: Look) -> list[Line]:
    """One row a file system: fill, used, size, inodes, growth, what it lives on."""

    def draw(storage: Storage) -> list[Line]:
        head = [_table_head(look.width)] if look.width >= FULL_WIDTH else []
        return [*head, *(row for one in _ordered(storage) for row in _rows(one, look.width))]

    return panel("File systems", look.readings.storage, look.now, look.width, draw)


def _ordered(storage: Storage) -> list[FileSystem]:
    """`/data` first, other disks, then tmpfs; by mount point, so that rows keep their place."""

    def weight(one: FileSystem) -> tuple[int, str]:
        if one.mount_point == "/data":
            return (0, "")
        return (2 if one.fs_type == "tmpfs" else 1, one.mount_point)

    return sorted(storage.file_systems, key=weight)


def _bar_width(width: int) -> int:
    if width < 96:
        return 10
    return 16 if width < 120 else 22


def _table_head(width: int) -> Line:
    bars = " " * (_bar_width(width) + 1)
    return line(Span(f"  {fit('mounted at', _NAME)} {bars} fill {fit('used', 16)} inode  growth  on", Role.DIM))


def _rows(one: FileSystem, width: int) -> list[Line]:
    """A file system in one row; in more where it takes a sentence to say why nothing is known of it."""
    if not one.error:
        return [_row(one, width) if width >= FULL_WIDTH else bar_row(one, width)]
    role = file_system_role(one)
    said = [line(Span(row, role)) for row in wrap(one.error, width - _NAME - 3)]
    head = line(Span(f"{mark(role)} ", role), fit(one.mount_point, _NAME), " ")
    return [line(*head, *said[0]), *(indent(row, _NAME + 3) for row in said[1:])]


def _row(one: FileSystem, width: int) -> Line:
    role = file_system_role(one)
    head = line(
        Span(f"{mark(role)} ", role),
        fit(one.mount_point, _NAME),
        " ",
        *bar(one.share, _bar_width(width)),
        " ",
        Span(percent(one.share), role if role in (Role.WARN, Role.BAD) else Role.TEXT),
        " ",
        fit(size_of(one.used, one.total), 16),
        " ",
        fit_right(_inodes(one), 5),
        " ",
        fit_right(_growth(one), 7),
        "  ",
    )
    return line(*head, *_tail(one, width - line_cells(head)))


def _tail(one: FileSystem, room: int) -> Line:
    """What it is on, and what is to be feared; where there is not room for both, the latter."""
    source = one.source.removeprefix("/dev/")
    on = line(Span(source if one.source == one.fs_type else f"{source} {one.fs_type}", Role.DIM))
    feared = outlook(one)
    if not feared:
        return on
    for shown in ((*on, Span("  "), *feared), (*on, Span("  "), *outlook(one, brief=True)), feared):
        if line_cells(shown) <= room:
            return shown
    return outlook(one, brief=True)


def _inodes(one: FileSystem) -> str:
    if one.inode_share is None and one.total is not None:
        return "-"
    return percent(one.inode_share).strip()


def _growth(one: FileSystem) -> str:
    """Growth of an hour; nothing where it stands still, `?` before two readings."""
    if one.read_only:
        return "-"
    if one.growth is None:
        return UNKNOWN
    hourly = one.growth * 3600
    if abs(hourly) < 1e5:
        return "none"
    return f"{'+' if hourly > 0 else '-'}{size(abs(hourly))[:-1].replace(' ', '')}/h"


def _layout(look: Look) -> list[Line]:
    """What differs from the layout that the ModuCop's concept promises."""

    def draw(storage: Storage) -> list[Line]:
        if look.is_elsewhere:
            return [line("  ", Span("This machine is no ModuCop: its layout is not judged.", Role.DIM))]
        rows = [row for text in storage.deviations for row in sentence(text, look.width, Role.WARN)]
        closed = [one.mount_point for one in storage.overlays if one.is_closed]
        if closed:
            words = f"Not judged, for this user may not look where they keep what is written: {', '.join(closed)}."
            rows += why(words, look.width, 3, UNKNOWN)
        return rows or [line("  ", Span("As the ModuCop's concept promises.", Role.OK))]

    return panel("Layout", look.readings.storage, look.now, look.width, draw)


def overlays_table(look: Look) -> list[Line]:
    """One row an overlay, without its directories."""

    def draw(storage: Storage) -> list[Line]:
        return _overlay_heads(storage.overlays, look.width) or _no_overlay()

    return panel("Overlays", look.readings.storage, look.now, look.width, draw)


def overlays_detail(look: Look) -> list[Line]:
    """Each overlay with its content, its fate at a reboot and its lower, upper and work directories."""

    def draw(storage: Storage) -> list[Line]:
        rows: list[Line] = []
        for one, head in zip(storage.overlays, _overlay_heads(storage.overlays, look.width), strict=True):
            rows += [head, *_overlay_rows(one, look)]
        return rows or _no_overlay()

    return panel("Overlays", look.readings.storage, look.now, look.width, draw)


def _no_overlay() -> list[Line]:
    return [line("  ", Span("No overlay is mounted.", Role.DIM))]


def _overlay_heads(overlays: Sequence[Overlay], width: int) -> list[Line]:
    """A row an overlay: where it is, what was written to it, and what becomes of that; in even columns."""
    names = min(24, max((cells(one.mount_point) for one in overlays), default=0))
    contents = max((cells(content_words(one)) for one in overlays), default=0)
    room = width - names - contents - 6
    fates = _FATES if room >= max(cells(text) for text, _ in _FATES.values()) else _SHORT_FATES
    return [_overlay_head(one, names, contents, fates[one.upper_home]) for one in overlays]


def _overlay_head(one: Overlay, names: int, contents: int, fate: tuple[str, Role]) -> Line:
    text, role = fate
    return line(
        Span(f"{mark(role)} ", role), Span(fit(one.mount_point, names), Role.TITLE), "  ",
        fit(content_words(one), contents), "  ", Span(text, role if role is Role.WARN else Role.DIM),
    )  # fmt: skip


def content_words(overlay: Overlay) -> str:
    """`412 kB, 14 files, 2 hidden`: what was written over the lower layer."""
    content = overlay.content
    if content is None:
        return "not counted" if overlay.content_error else UNKNOWN
    if content.files + content.whiteouts == 0:
        return "unchanged"
    least = "" if content.complete else "at least "
    words = f"{least}{size(content.size)}, {count(content.files, 'file')}"
    return f"{words}, {content.whiteouts} hidden" if content.whiteouts else words


def _overlay_rows(one: Overlay, look: Look) -> list[Line]:
    rows = sentence(one.content_error, look.width, Role.WARN) if one.content_error else []
    device = f"  ({one.upper_device})" if one.upper_device else ""
    for name, value in (("lower", " : ".join(one.lower)), ("upper", one.upper), ("work", one.work)):
        note = device if name == "upper" else ""
        rows.append(line(Span(f"    {name:<6} ", Role.DIM), value or UNKNOWN, Span(note, Role.DIM)))
    return rows
