"""Journal entries as lines of text or of JSON."""

from __future__ import annotations

from moducop_tui.cli.output import one_line
from moducop_tui.cli.serialise import to_json
from moducop_tui.model.log import LogBatch, LogEntry
from moducop_tui.units import date_and_clock


def text_lines(batch: LogBatch) -> list[str]:
    """A line an entry; what is missing before them stands between dashes, as journalctl has it."""
    lines = []
    if batch.lost:
        lines.append(f"-- {batch.lost} entries lost: they came faster than they could be read --")
    if batch.note is not None:
        lines.append(one_line(f"-- {batch.note} --"))
    lines.extend(text_line(entry) for entry in batch.entries)
    return lines


def text_line(entry: LogEntry) -> str:
    """`2026-02-18 10:41:58 E NetworkManager[412]: connection lost`."""
    process = "" if entry.pid is None else f"[{entry.pid}]"
    return one_line(f"{date_and_clock(entry.realtime)} {entry.letter} {entry.origin}{process}: {entry.message}")


def json_lines(batch: LogBatch) -> list[str]:
    """An object an entry; a gap is an object with `lost` and `note` alone."""
    import json

    lines = []
    if batch.lost or batch.note is not None:
        lines.append(json.dumps({"lost": batch.lost, "note": batch.note}))
    lines.extend(json.dumps(to_json(entry)) for entry in batch.entries)
    return lines
