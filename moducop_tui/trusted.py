"""What the console believes, runs and writes below its own directories: only what nobody but root can have put there.

/data is shared with applications. Whoever makes `/data/moducop_tui` before the console does, or may write to a
directory above it, would otherwise hand root a program, a configuration, or a past that never was. Every step of the
way is opened by itself and looked at where it is open, so that nothing can be exchanged behind the look.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection
from contextlib import suppress
from enum import Enum
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import OWN

_LINK_LIMIT = 40
_LOOK = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class UntrustedError(OSError):
    """Somebody else than root can have written it. `strerror` says what it is, whose, and what to do: no full stop."""


class Kind(Enum):
    """What is looked at: in `ABOVE` others may have files of their own (sticky, as /tmp), in what is ours nobody."""

    ABOVE = "a directory above ours"
    DIRECTORY = "a directory of ours"
    FILE = "a file of ours"


def open_file(host: Host, path: str, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """A descriptor of a file of ours below the root prefix. Raises UntrustedError and OSError."""
    parent, _, name = path.rpartition("/")
    directory = open_directory(host, parent)
    try:
        shown = host.root / path.lstrip("/")
        return open_in(directory, name, shown, flags, mode=mode, owners=_owners(host))
    finally:
        os.close(directory)


def open_directory(host: Host, path: str) -> int:
    """A descriptor of a directory below the root prefix, good for looking things up in. Raises as `open_file`.

    Links are followed above what is ours, where root has made them, and nowhere else.
    """
    owners, links = _owners(host), 0
    names: list[str] = []
    open_ones = [os.open(host.root, _LOOK)]
    try:
        pending = list(reversed(_steps(path)))
        while pending:
            name, ours = pending.pop()
            if name == "..":
                _leave(open_ones, names, 1)
                continue
            shown, found = host.root.joinpath(*names, name), _status(open_ones[-1], name)
            if stat.S_ISLNK(found.st_mode):
                links += 1
                target = _target(found, open_ones[-1], name, shown, owners, ours=ours or links > _LINK_LIMIT)
                _leave(open_ones, names, len(names) if target.startswith("/") else 0)
                pending.extend(reversed([(step, False) for step in target.split("/") if step not in ("", ".")]))
                continue
            if ours and not stat.S_ISDIR(found.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, _in_the_way(shown))
            open_ones.append(os.open(name, _LOOK | os.O_NOFOLLOW, dir_fd=open_ones[-1]))
            names.append(name)
            check(os.fstat(open_ones[-1]), shown, Kind.DIRECTORY if ours else Kind.ABOVE, owners)
        return open_ones.pop()
    finally:
        for descriptor in open_ones:
            os.close(descriptor)


def open_in(
    directory: int, name: str, shown: Path, flags: int, *, mode: int = 0o600, owners: Collection[int] | None = None
) -> int:
    """A descriptor of a plain file in an open directory; `shown` is its path in words. Raises as `open_file`."""
    try:
        check(_status(directory, name), shown, Kind.FILE, owners)  # before it is opened: a device begins to act by that
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    descriptor = os.open(name, flags | _FILE, mode, dir_fd=directory)
    try:
        check(os.fstat(descriptor), shown, Kind.FILE, owners)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_bytes(host: Host, path: str, limit: int = 65536) -> bytes:
    """Up to `limit` bytes of a file of ours. Raises UntrustedError and OSError."""
    with os.fdopen(open_file(host, path), "rb") as file:
        return file.read(limit)


def read_text(host: Host, path: str, limit: int = 65536) -> str:
    """The same as text, bytes that are no UTF-8 kept as surrogates."""
    return read_bytes(host, path, limit).decode("utf-8", "surrogateescape")


def check_place(host: Host, path: str) -> None:
    """See that a directory of ours, if it is there, is root's, and so is the way to it. Raises as `open_file`."""
    try:
        os.close(open_directory(host, path))
    except (FileNotFoundError, NotADirectoryError):
        return


def check_file(host: Host, path: str) -> None:
    """See that a file is root's, and so is the way to it. Links lead on where root has made them. Raises OSError."""
    parent, _, name = host.resolved(path).rpartition("/")
    for directory in (path.rpartition("/")[0], parent):
        os.close(open_directory(host, directory))
    check(host.path(f"{parent}/{name}").lstat(), Path(path), Kind.FILE)


def why_untrusted(host: Host, path: str) -> str | None:
    """Why what lies in a directory of ours is not believed, a sentence; None where it is, or where none can be seen."""
    try:
        check_place(host, path)
    except UntrustedError as error:
        return f"{error.strerror}."
    except OSError:
        return None
    return None


def open_parent(path: Path) -> int:
    """The directory of a file that is to be written, open and looked at. Raises UntrustedError and OSError."""
    parent = path.parent
    follow = os.O_NOFOLLOW if _is_ours(parent) else 0
    descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | follow)
    try:
        check(os.fstat(descriptor), parent, Kind.DIRECTORY)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def create_in(directory: int, name: str, mode: int = 0o600) -> int:
    """A descriptor for writing a file that is made now, in an open directory: none that is there, and no link."""
    return os.open(name, _NEW, mode, dir_fd=directory)


def make_directory(path: Path, mode: int = 0o700) -> bool:
    """Make a directory, and those above it that are missing. Whether it was not there. Raises as `open_parent`.

    One that is there already must be root's.
    """
    made = False
    if not os.path.lexists(path):
        make_directory(path.parent, mode)
        check(path.parent.stat(), path.parent, Kind.ABOVE)
        with suppress(FileExistsError):  # somebody else was quicker: another console, or somebody to be refused
            path.mkdir(mode)
            made = True
    ours = _is_ours(path)
    found = path.stat(follow_symlinks=not ours)
    check(found, path, Kind.DIRECTORY if ours else Kind.ABOVE)
    if not stat.S_ISDIR(found.st_mode):
        raise FileExistsError(errno.EEXIST, _in_the_way(path))
    return made


def check(status: os.stat_result, shown: Path, kind: Kind, owners: Collection[int] | None = None) -> None:
    """The rule. Raises UntrustedError where it is not kept; `owners` are those who may have written it."""
    owners = {0, os.geteuid()} if owners is None else owners
    place = clean(str(shown), 200)
    if stat.S_ISLNK(status.st_mode):
        raise _refused(f"{place} is a symbolic link: {_away(shown)}")
    if kind is Kind.FILE and stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), place)
    if kind is Kind.FILE and not stat.S_ISREG(status.st_mode):
        raise _refused(f"{place} is no plain file: {_away(shown)}")
    if status.st_uid not in owners:
        every = "" if kind is Kind.FILE else " -R"
        whose = _user(status.st_uid)
        way = f"chown root:root {place}" if kind is Kind.ABOVE else f"look at it and chown{every} root:root {place}"
        either = way if kind is Kind.ABOVE else f"remove it, or {way}"
        raise _refused(f"{place} belongs to {whose}, not to root: {either}")
    sticky = kind is Kind.ABOVE and status.st_mode & stat.S_ISVTX
    if status.st_mode & _OTHERS_WRITE and not sticky:
        who = "everybody" if status.st_mode & stat.S_IWOTH else f"the group {_group(status.st_gid)}"
        raise _refused(f"{place} may be written by {who}: look at it and chmod go-w {place}")
    if kind is Kind.FILE and status.st_nlink > 1:
        raise _refused(f"{place} has another name too (a hard link): remove it")


def _in_the_way(place: Path) -> str:
    return f"{clean(str(place), 200)} is no directory: look at it and remove it"


def _away(shown: Path) -> str:
    """What to do about it. What a person names may be anything, such as /dev/null: that is never to be removed."""
    return "remove it" if _is_ours(shown) else "name another one"


def _refused(sentence: str) -> UntrustedError:
    return UntrustedError(errno.EPERM, sentence)


def _steps(path: str) -> list[tuple[str, bool]]:
    """The names of a path, each with whether it and all below it is ours."""
    names = [name for name in path.split("/") if name]
    return [(name, _is_ours_by_name("/" + "/".join(names[: count + 1]))) for count, name in enumerate(names)]


def _is_ours_by_name(path: str) -> bool:
    return any(path == own or path.startswith(f"{own}/") for own in OWN)


def _is_ours(path: Path) -> bool:
    """The same of a path below whatever prefix."""
    name = f"{path}/"
    return any(f"{own}/" in name for own in OWN)


def _target(
    found: os.stat_result, directory: int, name: str, shown: Path, owners: Collection[int], *, ours: bool
) -> str:
    """Where a link leads that may be followed."""
    if ours:
        check(found, shown, Kind.DIRECTORY, owners)
    if found.st_uid not in owners:
        raise _refused(f"{clean(str(shown), 200)} is a link of {_user(found.st_uid)}, not of root: remove it")
    return os.readlink(name, dir_fd=directory)


def _leave(open_ones: list[int], names: list[str], count: int) -> None:
    for _ in range(min(count, len(names))):
        os.close(open_ones.pop())
        names.pop()


def _status(directory: int, name: str) -> os.stat_result:
    return os.stat(name, dir_fd=directory, follow_symlinks=False)


def _owners(host: Host) -> frozenset[int]:
    """Root; who looks, and so may believe himself; and who owns all that is below a root prefix anyway."""
    return frozenset({0, os.geteuid(), host.root.stat().st_uid})


def _user(uid: int) -> str:
    import pwd

    try:
        return f"{clean(pwd.getpwuid(uid).pw_name, 40)} (uid {uid})"
    except KeyError:
        return f"uid {uid}"


def _group(gid: int) -> str:
    import grp

    try:
        return clean(grp.getgrgid(gid).gr_name, 40)
    except KeyError:
        return str(gid)
