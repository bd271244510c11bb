"""The ledger of slots as a file: JSON with its own checksum, so that no damage can pass for a verified slot."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.ledger import Ledger, SlotNote
from moducop_tui.model.stored import Json, StoredError, decode, encode

LIMIT = 65536
"""Bytes that such a file has at most."""
_TEXT_LIMIT = 300


def ledger_text(ledger: Ledger) -> bytes:
    """The file's content."""
    import json

    notes = encode(ledger.notes)
    return json.dumps({"sha256": _digest(notes), "notes": notes}, indent=1).encode() + b"\n"


def parse_ledger(content: bytes) -> Ledger:
    """The ledger that a file holds; one with an error and without notes, where it is torn, damaged or no ledger."""
    import json

    try:
        stored = json.loads(content)
        notes = stored["notes"]
        if stored["sha256"] != _digest(notes):
            return Ledger(error=_sentence("its checksum is wrong"))
        ledger = decode(Ledger, {"notes": notes})
    except StoredError as error:
        return Ledger(error=_sentence(str(error)))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Ledger(error=_sentence("it is torn or no ledger"))
    return Ledger(tuple(_cleaned(note) for note in ledger.notes))


def with_note(ledger: Ledger, note: SlotNote) -> Ledger:
    """The ledger with another entry for that slot. What could not be read before is given up: unknown, as it was."""
    others = tuple(one for one in ledger.notes if one.slot is not note.slot)
    return Ledger(tuple(sorted((*others, note), key=lambda one: one.slot.value)))


def _digest(notes: Json) -> str:
    import json

    return hashlib.sha256(json.dumps(notes, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _cleaned(note: SlotNote) -> SlotNote:
    """Artifact names came from outside before they were stored."""
    return replace(
        note,
        artifact=clean_or_none(note.artifact, _TEXT_LIMIT),
        version=clean_or_none(note.version, _TEXT_LIMIT),
        image=clean_or_none(note.image, _TEXT_LIMIT),
    )


def _sentence(why: str) -> str:
    shown = clean_or_none(why, 120)
    return f"The ledger of slots can't be used: {shown}. What the other slot holds counts as unknown."
