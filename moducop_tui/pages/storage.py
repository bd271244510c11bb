"""Storage: file systems, overlays and tmpfs; how full, how fast they fill, where they live, what a reboot leaves."""

from __future__ import annotations

from moducop_tui.bars import bar
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperHome
from moducop_tui.pages.look import FULL_WIDTH, Look
from moducop_tui.pages.panel import panel, sentence
from moducop_tui.pages.storage_words import bar_row, file_system_role, outlook
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, beside, cells, fit, fit_right, line
from moducop_tui.units import count, percent, size, size_of

_FATES = {
    UpperHome.DATA: ("kept over reboots, for both slots", Role.TEXT),
    UpperHome.TMPFS: ("in memory, lost at the next reboot", Role.TEXT),
    UpperHome.OTHER: ("neither on /data nor in memory", Role.WARN),
    UpperHome.UNKNOWN: ("where it is kept is unknown", Role.WARN),
}

_SHORT_FATES = {
    UpperHome.DATA: "kept",
    UpperHome.TMPFS: "lost at boot",
    UpperHome.OTHER: "elsewhere",
    UpperHome.UNKNOWN: "place ?",
}
_NAME = 14


def storage_body(look: Look) -> list[Line]:
    """All rows of the page; on a wide terminal overlays stand beside the file systems."""
    if look.is_wide:
        left_width = (look.width - 2) // 2
        left, right = look.within(left_width), look.within(look.width - 2 - left_width)
        return [
            *beside([*file_systems_table(left), *_layout(left)], overlays_detail(right), left_width),
        ]
    return [*file_systems_table(look), *_layout(look), *overlays_detail(look)]


def file_systems_table(look: Look) -> list[Line]:
    """One row a file system: fill, used, size, inodes, growth, what it lives on."""

    def draw(storage: Storage) -> list[Line]:
        head = [_table_head(look.width)] if look.width >= FULL_WIDTH else []
        return [*head, *(_row(one, look.width) for one in _ordered(storage))]

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


def _row(one: FileSystem, width: int) -> Line:
    role = file_system_role(one)
    warned = role if role in (Role.WARN, Role.BAD) else Role.TEXT
    if one.error:
        return line(Span(f"{mark(role)} ", role), fit(one.mount_point, _NAME), " ", Span(one.error, role))
    last = outlook(one, brief=width < 96)
    source = f"{one.source.removeprefix('/dev/')} {one.fs_type}" if one.source != one.fs_type else one.fs_type
    if width < FULL_WIDTH:
        return bar_row(one, width)
    return line(
        Span(f"{mark(role)} ", role),
        fit(one.mount_point, _NAME),
        " ",
        *bar(one.share, _bar_width(width)),
        " ",
        Span(percent(one.share), warned),
        " ",
        fit(size_of(one.used, one.total), 16),
        " ",
        fit_right(_inodes(one), 5),
        " ",
        fit_right(_growth(one), 7),
        "  ",
        Span(source if width >= 96 or not last else "", Role.DIM),
        Span("  " if width >= 96 and last else ""),
        *last,
    )


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
        if not storage.deviations:
            return [line("  ", Span("As the ModuCop's concept promises.", Role.OK))]
        return [row for text in storage.deviations for row in sentence(text, look.width, Role.WARN)]

    return panel("Layout", look.readings.storage, look.now, look.width, draw)


def overlays_table(look: Look) -> list[Line]:
    """One row an overlay, without its directories."""

    def draw(storage: Storage) -> list[Line]:
        width = max([8, *(cells(one.mount_point) for one in storage.overlays)])
        return [_overlay_head(one, min(width, 18), look.width) for one in storage.overlays] or _no_overlay()

    return panel("Overlays", look.readings.storage, look.now, look.width, draw)


def overlays_detail(look: Look) -> list[Line]:
    """Each overlay with its content, its fate at a reboot and its lower, upper and work directories."""

    def draw(storage: Storage) -> list[Line]:
        rows: list[Line] = []
        for one in storage.overlays:
            rows += _overlay_rows(one, look)
        return rows or _no_overlay()

    return panel("Overlays", look.readings.storage, look.now, look.width, draw)


def _no_overlay() -> list[Line]:
    return [line("  ", Span("No overlay is mounted.", Role.DIM))]


def _overlay_head(one: Overlay, name_width: int, width: int) -> Line:
    text, role = _FATES[one.upper_home]
    if width < FULL_WIDTH:
        text = _SHORT_FATES[one.upper_home]
    return line(
        Span(f"{mark(role)} ", role), Span(fit(one.mount_point, name_width), Role.TITLE), "  ",
        fit(content_words(one), 30), "  ", Span(text, role if role is Role.WARN else Role.DIM),
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
    rows = [_overlay_head(one, max(10, min(18, cells(one.mount_point))), look.width)]
    if one.content_error:
        rows += sentence(one.content_error, look.width, Role.WARN)
    device = f"  ({one.upper_device})" if one.upper_device else ""
    for name, value in (("lower", " : ".join(one.lower)), ("upper", one.upper), ("work", one.work)):
        note = device if name == "upper" else ""
        rows.append(line(Span(f"    {name:<6} ", Role.DIM), value or UNKNOWN, Span(note, Role.DIM)))
    return rows
