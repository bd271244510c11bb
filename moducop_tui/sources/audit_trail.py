"""Reads the audit trail: the part before, the trail itself, and what the data partition did not take."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.audit_events import LINE_LIMIT, from_line
from moducop_tui.model.audit_fold import settled, with_event
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import AUDIT, AUDIT_BEFORE, UNRECORDED
from moducop_tui.model.work import Outcome, Record

_PARTS = (AUDIT_BEFORE, AUDIT, UNRECORDED)
_PART_LIMIT = 4 << 20
"""Bytes of the end of a part that are read: four times what the writer lets it become."""
MOST_RECORDS = 2000
"""Actions that are kept in memory; the trail does not hold as many."""
_CHUNK = 1 << 16


@dataclass(slots=True)
class _Place:
    """How far a part has been read: the file, the next byte, and the beginning of a line that has not ended."""

    inode: int
    offset: int
    rest: bytes = b""
    overlong: bool = False


class AuditTrail:
    """Folds the trail into records. Reads on where it stopped, so that looking again costs what is new."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._places: dict[str, _Place] = {}
        self._records: dict[str, Record] = {}
        self.error: str | None = None
        """Why a part could not be read, in a sentence."""

    def refresh(self) -> None:
        """Read what has come since the last time."""
        self.error = None
        found = {part: status for part in _PARTS if (status := self._status(part)) is not None}
        if self._was_renamed(found):
            self._places.clear()
            self._records.clear()
        for part, status in found.items():
            self._read(part, status)

    def records(self, living: Collection[str], boot_id: str | None) -> tuple[Record, ...]:
        """All actions, newest first. `living`: see `model.audit_fold.settled`."""
        return tuple(settled(record, living, boot_id) for record in reversed(self._records.values()))

    @property
    def open_ids(self) -> frozenset[str]:
        """Ids of actions that have no end on record."""
        return frozenset(one.id for one in self._records.values() if one.outcome is Outcome.RUNNING)

    def _status(self, part: str) -> os.stat_result | None:
        try:
            return self._host.path(part).stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._fail(part, error)
            return None

    def _was_renamed(self, found: dict[str, os.stat_result]) -> bool:
        """Whether a part is another file than before, or shorter: then everything is read anew."""
        for part, place in self._places.items():
            status = found.get(part)
            if status is None or status.st_ino != place.inode or status.st_size < place.offset:
                return True
        return False

    def _read(self, part: str, status: os.stat_result) -> None:
        place = self._places.get(part)
        if place is None:
            place = self._places[part] = _Place(status.st_ino, max(0, status.st_size - _PART_LIMIT))
        if status.st_size == place.offset:
            return
        try:
            with self._host.path(part).open("rb") as file:
                if os.fstat(file.fileno()).st_ino != place.inode:
                    return  # renamed this very moment: the next look reads it anew
                file.seek(place.offset)
                while chunk := file.read(_CHUNK):
                    place.offset += len(chunk)
                    for line in _lines(place, chunk):
                        self._add(line)
            self._add(place.rest)  # whole already, when a power cut took nothing but its line break
        except OSError as error:
            self._fail(part, error)

    def _add(self, line: bytes) -> None:
        event = from_line(line)
        if event is None:
            return
        record = with_event(self._records.get(event.id), event)
        if record is None:
            return
        self._records[record.id] = record
        if len(self._records) > MOST_RECORDS:
            del self._records[next(iter(self._records))]

    def _fail(self, part: str, error: OSError) -> None:
        reason = clean(error.strerror or str(error), 200)
        self.error = f"What was done to this device can't be read in {part}: {reason}."


def _lines(place: _Place, chunk: bytes) -> Iterator[bytes]:
    """The lines that end within a chunk. The rest waits for its end; what is longer than any line of ours goes."""
    *ended, rest = (place.rest + chunk).split(b"\n")
    for line in ended:
        if not place.overlong:
            yield line
        place.overlong = False
    if len(rest) > LINE_LIMIT:
        place.overlong = True
        rest = b""
    place.rest = rest
