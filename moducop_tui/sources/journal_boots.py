"""The boots that a journal knows, in the journal's own order: clocks jump, so their times prove nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from moducop_tui.model.log import Boot
from moducop_tui.sources.journal_entry import number

Span = tuple[str, float | None, float | None]
"""A boot id with the realtime of its first and last entry."""

_ROW = re.compile(r"^\s*-?\d+\s+([0-9a-f]{32})\s")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")


def boots_of(spans: Iterable[Span], current: str | None) -> tuple[Boot, ...]:
    """Boots with their offsets. `spans` oldest first; the last is 0, unless the current boot is another and not known.

    A current boot that has nothing in the journal is not invented; the others then end at -1.
    """
    listed = list(spans)
    if current in {boot_id for boot_id, _, _ in listed}:
        listed.sort(key=lambda span: span[0] == current)
        newest = 0
    else:
        newest = 0 if current is None else -1
    start = newest - len(listed) + 1
    return tuple(Boot(boot, start + place, first, last) for place, (boot, first, last) in enumerate(listed))


def read_boots(reader: Any, limit: int, current: str | None) -> tuple[Boot, ...]:
    """The newest `limit` boots through libsystemd's reader, whose matches and position are lost. May raise OSError."""
    walked = _walk(reader, limit)
    missed = _boot_ids(reader) - {boot_id for boot_id, _, _ in walked} if len(walked) < limit else set()
    # A machine without a clock begins each boot at the same time: boots then lie across each other in the journal and
    # the walk ends early. Of those it missed nothing but the times can tell the order.
    others = sorted((_span(reader, boot_id) for boot_id in missed), key=lambda span: span[2] or 0.0)
    return boots_of([*others, *walked][-limit:], current)


def parse_boots(text: str, limit: int, current: str | None) -> tuple[Boot, ...]:
    """The newest `limit` boots from `journalctl --list-boots --utc`: JSON, or the table that older ones print."""
    spans = _spans_of_json(text) if text.lstrip().startswith("[") else _spans_of_table(text)
    return boots_of(spans[-limit:], current)


def _walk(reader: Any, limit: int) -> list[Span]:
    """Boots from the newest backwards, each found by the entry before the first of the one after it; oldest first."""
    spans: list[Span] = []
    reader.flush_matches()
    reader.seek_tail()
    found = reader._previous()
    while found and len(spans) < limit:
        boot_id = reader._get_monotonic()[1].hex()
        if any(boot_id == known for known, _, _ in spans):
            break
        span = _span(reader, boot_id)
        spans.append(span)
        # _span leaves the reader on the boot's first entry; the same cursor without matches, then one back.
        cursor = reader._get_cursor()
        reader.flush_matches()
        reader.seek_cursor(cursor)
        found = reader._next() and reader._previous()
    spans.reverse()
    return spans


def _span(reader: Any, boot_id: str) -> Span:
    """A boot's first and last time; leaves the reader on the boot's first entry, matching only that boot."""
    reader.flush_matches()
    reader.add_match(f"_BOOT_ID={boot_id}")
    reader.seek_tail()
    last = reader._get_realtime() / 1e6 if reader._previous() else None
    reader.seek_head()
    first = reader._get_realtime() / 1e6 if reader._next() else None
    return boot_id, first, last


def _boot_ids(reader: Any) -> set[str]:
    reader.flush_matches()
    return {getattr(value, "hex", "") for value in reader.query_unique("_BOOT_ID")} - {""}


def _spans_of_json(text: str) -> list[Span]:
    import json

    try:
        rows = json.loads(text)
    except ValueError:
        return []
    if not isinstance(rows, list):
        return []
    return [
        (str(row["boot_id"]), number(row.get("first_entry")) / 1e6 or None, number(row.get("last_entry")) / 1e6 or None)
        for row in rows
        if isinstance(row, dict) and row.get("boot_id")
    ]


def _spans_of_table(text: str) -> list[Span]:
    spans: list[Span] = []
    for line in text.splitlines():
        row = _ROW.match(line)
        dates = _DATE.findall(line)
        if row and dates:
            spans.append((row[1], _seconds(dates[0]), _seconds(dates[-1])))
    return spans


def _seconds(date: str) -> float | None:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
