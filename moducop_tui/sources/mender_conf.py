"""Mender's configuration, two files, as its client reads them: the first has the last word, key by key.

The C++ client (5.1.0 src/common/conf, config_parser) passes over a file that is no JSON and a value of another type,
knows a key by its exact spelling only, and reads over a byte order mark. Go's (3.4.0 conf/config.go, encoding/json)
does not start with such a file or such a value, takes a key in any spelling, and stumbles over a byte order mark. For
both the last of several equal keys counts. The update module takes the slots' partitions in any spelling (5.1.0
rootfs-image).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.mender import ClientKind

_KEYS = ("RootfsPartA", "RootfsPartB")
_DEVICE_TYPE_FILE = "DeviceTypeFile"
PLACES = ("/etc/mender/mender.conf", "/var/lib/mender/mender.conf")
_LIMIT = 1 << 20
_BYTE_ORDER_MARK = "\ufeff"

_Settings = Sequence[tuple[str, object]]
"""A file's keys and values in its order: a key may come twice."""


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
    try:
        settings = _parse(host.read_text(place, _LIMIT).removeprefix(_BYTE_ORDER_MARK))
    except FileNotFoundError:
        return {}
    except OSError as error:
        if needed or not isinstance(error, PermissionError):
            problems.append(f"{place} can't be read: {error.strerror}.")
        return {}
    except (ValueError, RecursionError):
        problems.append(f"{place} is no valid JSON: Mender can't use it either.")
        return {}
    if settings is None:
        problems.append(f"{place} holds no settings.")
        return {}
    values = ((name, _value(settings, name) or _value(settings, name, any_case=True)) for name in _KEYS)
    return {name: value for name, value in values if isinstance(value, str) and _is_path(value)}


def device_type_file(host: Host, client: ClientKind) -> str | None:
    """What the configuration names as `DeviceTypeFile`, as it is written; None where the client takes its own place."""
    named: str | None = None
    for place in reversed(PLACES):
        try:
            text = host.read_text(place, _LIMIT)
        except OSError:
            continue
        named = named_device_type_file(text, client, named)
    return named or None


def named_device_type_file(text: str, client: ClientKind, before: str | None = None) -> str | None:
    """`DeviceTypeFile` of one file's text; `before` is what the file that is read before it has named."""
    go = client is ClientKind.MENDER_GO
    try:
        if not go:
            text.encode()  # the C++ client takes no file that is not UTF-8
            text = text.removeprefix(_BYTE_ORDER_MARK)
        settings = _parse(text)
    except (ValueError, RecursionError):
        return before
    value = _value(settings or (), _DEVICE_TYPE_FILE, any_case=go)
    return value if isinstance(value, str) else before


def _parse(text: str) -> _Settings | None:
    """The settings of a file; None where it is JSON, but no object. Raises ValueError and RecursionError."""
    import json

    # Objects become tuples of pairs, which nothing else does. Of numbers nothing is needed, however long they are.
    content = json.loads(text, object_pairs_hook=tuple, parse_constant=_refuse, parse_int=float)
    return content if isinstance(content, tuple) else None


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def _value(settings: _Settings, name: str, *, any_case: bool = False) -> object:
    """The last value of that name, one that is null not counted."""
    wanted = name.lower() if any_case else name
    found = [value for key, value in settings if (key.lower() if any_case else key) == wanted]
    return next((value for value in reversed(found) if value is not None or not any_case), None)


def _is_path(value: str) -> bool:
    """Whether it can be opened at all: JSON may hold zero bytes and halves of characters."""
    return value.startswith("/") and value.isprintable()
