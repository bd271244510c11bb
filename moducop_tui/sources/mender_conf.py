"""Which partitions Mender takes for the two slots: RootfsPartA and RootfsPartB of its configuration.

Both files are read, the first wins key by key, as the update module does (device facts 0).
"""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.host import Host

_KEYS = ("RootfsPartA", "RootfsPartB")
PLACES = ("/etc/mender/mender.conf", "/var/lib/mender/mender.conf")


@dataclass(frozen=True, slots=True)
class RootfsParts:
    """The two devices as they are written, with where each comes from; None where no file names it."""

    part_a: str | None
    part_b: str | None
    named_by: str
    """The file or files that name them, in words; empty when none does."""
    problems: tuple[str, ...] = ()
    """Files that are there but can't be used, a sentence each."""


def read_rootfs_parts(host: Host) -> RootfsParts:
    """The slots' partitions by Mender's configuration."""
    found: dict[str, str] = {}
    sources: list[str] = []
    problems: list[str] = []
    for place in PLACES:
        keys = _read(host, place, problems, needed=len(found) < len(_KEYS))
        fresh = {name: value for name, value in keys.items() if name not in found}
        if fresh:
            found |= fresh
            sources.append(place)
    parts = (found.get("RootfsPartA"), found.get("RootfsPartB"))
    return RootfsParts(*parts, " and ".join(sources), tuple(problems))


def _read(host: Host, place: str, problems: list[str], *, needed: bool) -> dict[str, str]:
    """The keys of one file. One that this user may not read is only missed where it is `needed`."""
    import json

    try:
        content = json.loads(host.read_text(place))
    except FileNotFoundError:
        return {}
    except OSError as error:
        if needed or not isinstance(error, PermissionError):
            problems.append(f"{place} can't be read: {error.strerror}.")
        return {}
    except (ValueError, RecursionError):
        problems.append(f"{place} is no valid JSON: Mender can't use it either.")
        return {}
    if not isinstance(content, dict):
        problems.append(f"{place} holds no settings.")
        return {}
    values = ((name, content.get(name)) for name in _KEYS)
    return {name: value for name, value in values if isinstance(value, str) and _is_path(value)}


def _is_path(value: str) -> bool:
    """Whether it can be opened at all: JSON may hold zero bytes and halves of characters."""
    return value.startswith("/") and value.isprintable()
