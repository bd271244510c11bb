"""One entry's raw fields into a clean LogEntry, whether they come from the binding or from `journalctl --output=json`.

The field names are those of systemd.journal-fields(7); the CONTAINER_ ones are written by Docker's journald driver.
"""

from __future__ import annotations

from collections.abc import Mapping

from moducop_tui.model.foreign import LINE_LIMIT, clean, clean_or_none
from moducop_tui.model.log import LogEntry

FIELDS = (
    "MESSAGE",
    "PRIORITY",
    "SYSLOG_IDENTIFIER",
    "SYSLOG_PID",
    "CONTAINER_NAME",
    "CONTAINER_PARTIAL_MESSAGE",
    "CONTAINER_PARTIAL_ORDINAL",
    "UNIT",
    "_COMM",
    "_PID",
    "_SYSTEMD_UNIT",
    "_TRANSPORT",
    "_BOOT_ID",
)
"""All fields that are looked at; no other need be read."""

FIELD_LIMIT = 4 * LINE_LIMIT + 1024
"""Bytes of a field that are worth reading: what is longer is cut anyway when it is cleaned."""

_PARTS_LIMIT = 16
"""Messages of one entry that are joined; an entry may have thousands, and the first ones fill a line."""

NAME_LIMIT = 200
"""Characters of a name: of a container, a unit, a program."""

INFORMATIONAL = 6
"""The priority of an entry that states none, as journalctl and syslog take it."""

NO_MESSAGE = "(entry without a message)"


def entry_from(
    fields: Mapping[str, object], cursor: str, realtime: int, monotonic: int, boot_id: str | None = None
) -> LogEntry:
    """The entry that these fields mean. Never raises, whatever they hold.

    Values may be text, bytes, a list of numbers (bytes in JSON) or a list of such (a field given several times).
    `realtime` and `monotonic` are in microseconds, as the journal keeps them; they are not judged.
    """
    pid = _number(fields.get("_PID")) or _number(fields.get("SYSLOG_PID"))
    unit = _name(fields, "_SYSTEMD_UNIT")
    if unit is None or pid == 1:
        # What systemd says about a unit names it in UNIT; its own unit is init.scope.
        unit = _name(fields, "UNIT") or unit
    container = _name(fields, "CONTAINER_NAME")
    return LogEntry(
        cursor=cursor,
        realtime=realtime / 1e6,
        monotonic=monotonic / 1e6,
        boot_id=boot_id or _name(fields, "_BOOT_ID") or "",
        priority=_priority(fields.get("PRIORITY")),
        origin=container or _origin(fields, unit),
        unit=unit,
        container=container,
        pid=pid,
        message=_message(fields.get("MESSAGE")),
        continues=container is not None and _continues(fields),
    )


def number(text: object) -> int:
    """A whole number from a field's text; 0 where it is none."""
    return _number(text) or 0


def _continues(fields: Mapping[str, object]) -> bool:
    """Whether a message that Docker's driver cut counts by another of its parts: by the first, where they are numbered.

    Older ones only mark all parts but the last (moby, daemon/logger/journald).
    """
    ordinal = _number(fields.get("CONTAINER_PARTIAL_ORDINAL"))
    if ordinal is not None:
        return ordinal > 1
    return _name(fields, "CONTAINER_PARTIAL_MESSAGE") == "true"


def _origin(fields: Mapping[str, object], unit: str | None) -> str:
    named = _name(fields, "SYSLOG_IDENTIFIER") or _name(fields, "_COMM") or unit
    if named is None and _name(fields, "_TRANSPORT") == "kernel":
        return "kernel"
    return named or "unknown"


def _name(fields: Mapping[str, object], field: str) -> str | None:
    values = _values(fields.get(field))
    return clean_or_none(values[0], NAME_LIMIT) if values else None


def _message(value: object) -> str:
    parts = [clean(part) for part in _values(value)[:_PARTS_LIMIT]]
    text = " ".join(part for part in parts if part).rstrip()
    return clean(text) if text else NO_MESSAGE


def _priority(value: object) -> int:
    priority = _number(value)
    return priority if priority is not None and 0 <= priority <= 7 else INFORMATIONAL


def _number(value: object) -> int | None:
    values = _values(value)
    if not values:
        return None
    try:
        return int(values[0][:20])
    except ValueError:
        return None


def _values(value: object) -> list[str | bytes]:
    """A field's values as text or bytes; what is none of both is left out."""
    if isinstance(value, str | bytes):
        return [value]
    if isinstance(value, bytearray | memoryview):
        return [bytes(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, int) and 0 <= item <= 255 for item in value):
            return [bytes(value)]
        return [text for item in value for text in _values(item)]
    return []
