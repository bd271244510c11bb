"""The mount table as the kernel shows it: /proc/PID/mountinfo into frozen mounts, and which mount holds a path."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from moducop_tui.host import Host

_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_TABLE_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo (man 5 proc). Texts are raw, as the kernel means them: clean them before they are shown."""

    mount_id: int
    parent_id: int
    device: str
    """`MAJOR:MINOR` of the file system; all its bind mounts share it."""
    root: str
    """The directory of the file system that is mounted here; not `/` for a bind mount of a part."""
    mount_point: str
    options: tuple[str, ...]
    optional: tuple[str, ...]
    """Propagation, such as `shared:2`."""
    fs_type: str
    source: str
    super_options: tuple[str, ...]
    """Options of the file system itself; still octally escaped, for an escaped comma is no separator."""

    @property
    def read_only(self) -> bool:
        """Nothing can be written here: by this mount, by its file system, or since ext4 stopped after an error."""
        return "ro" in self.options or not {"ro", "emergency_ro"}.isdisjoint(self.super_options)


_Children = dict[int, dict[str, Mount]]
"""By the number of the mount that they lie on, and by their mount point."""


def unescape(text: str) -> str:
    r"""Undo the kernel's octal escapes: blanks, tabs, line breaks and backslashes are written `\040` and so on."""
    if "\\" not in text:
        return text
    return _OCTAL.sub(lambda match: chr(int(match.group(1), 8)), text)


def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """All mounts in the order of the table. A line that is none is left out: the table may be cut at its end."""
    # Line by line: five sources read the table, and one of a million lines must not be there five times in pieces.
    mounts = (_parse_line(line.rstrip("\n")) for line in io.StringIO(text))
    return tuple(mount for mount in mounts if mount is not None)


def _parse_line(line: str) -> Mount | None:
    fields = line.split(" ")
    try:
        dash = fields.index("-", 6)
        number, parent, device, root, point, options = fields[:6]
        fs_type, source, super_options = fields[dash + 1 : dash + 4]
        return Mount(
            mount_id=int(number),
            parent_id=int(parent),
            device=device,
            root=unescape(root),
            mount_point=unescape(point),
            options=tuple(options.split(",")),
            optional=tuple(fields[6:dash]),
            fs_type=unescape(fs_type),
            source=unescape(source),
            super_options=tuple(super_options.split(",")),
        )
    except ValueError:
        return None


def table_path(host: Host) -> str:
    """Where the device's mount table stands.

    Below a root prefix it is that of the device's first process: `self` would be the console, with its own table.
    """
    return "/proc/self/mountinfo" if host.is_this_machine else "/proc/1/mountinfo"


def read_table(host: Host) -> str:
    """The mount table's text. Raises OSError, also where the root prefix is a disk that nobody runs."""
    return host.read_text(table_path(host), _TABLE_LIMIT)


def is_within(path: str, directory: str) -> bool:
    """Whether an absolute path is the directory itself or lies below it."""
    return directory in {"/", path} or path.startswith(directory + "/")


def mount_at(mounts: Sequence[Mount], path: str) -> Mount | None:
    """The mount that holds an absolute path without links, found as the kernel walks: from the root, mount by mount.

    `mounts` is the whole table: what lies on a covered mount (an automount, a tmpfs on a tmpfs) is reached through
    it, so a list of the visible ones would lose it. None when the table has no root.
    """
    return _walk(_children(mounts), _root(mounts), path)


def visible_mounts(mounts: Sequence[Mount]) -> tuple[Mount, ...]:
    """Mounts that can be reached, in the order of the table: not those that a later mount covers. To be listed only."""
    children, root = _children(mounts), _root(mounts)
    return tuple(mount for mount in mounts if _walk(children, root, mount.mount_point) is mount)


def _children(mounts: Iterable[Mount]) -> _Children:
    children: _Children = {}
    for mount in mounts:
        # What is mounted on the root itself covers nothing: a path begins in the root, not in what lies on it.
        if mount.mount_point != "/":
            children.setdefault(mount.parent_id, {})[mount.mount_point] = (
                mount  # of two on one place the newer is on top
            )
    return children


def _root(mounts: Iterable[Mount]) -> Mount | None:
    known = {mount.mount_id: mount for mount in mounts}
    tops = (
        m for m in known.values() if m.mount_point == "/" and (m.parent_id not in known or m.parent_id == m.mount_id)
    )
    return next(tops, None)


def _walk(children: _Children, start: Mount | None, path: str) -> Mount | None:
    here = start
    seen: set[int] = set()
    while here is not None and here.mount_id not in seen:
        seen.add(here.mount_id)
        below = children.get(here.mount_id)
        # The walk meets the shortest mount point first.
        met = None if below is None else next((below[place] for place in _on_the_way(path) if place in below), None)
        if met is None or met is here:
            return here
        here = met
    return here


def _on_the_way(path: str) -> Iterator[str]:
    """The directories that lead to a path, from the root on, and the path itself."""
    end = path.find("/", 1)
    while end > 0:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path
