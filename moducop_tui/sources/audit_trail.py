"""Reads the audit trail: the part before, the trail itself, and what the data partition did not take."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from moducop_tui.host import Host
from moducop_tui.model.audit_events import LINE_LIMIT
from moducop_tui.model.audit_fold import settled
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import AUDIT, AUDIT_BEFORE, UNRECORDED
from moducop_tui.model.plan import ActionKind
from moducop_tui.model.update_outcomes import UPDATING
from moducop_tui.model.work import Outcome, Record
from moducop_tui.sources.audit_index import AuditIndex
from moducop_tui.trusted import open_file

_PARTS = (AUDIT_BEFORE, AUDIT, UNRECORDED)
_PART_LIMIT = 4 << 20
"""Bytes of the end of a part that are read: four times what the writer lets it become."""
_CHUNK = 1 << 16


@dataclass(slots=True)
class _Place:
    """How far a part has been read: the file, the next byte, and the beginning of a line that has not ended."""

    inode: int
    offset: int
    rest: bytes = b""
    overlong: bool = False


class AuditTrail:
    """Tells the records of a trail. Reads on where it stopped, so that looking again costs what is new."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._places: dict[str, _Place] = {}
        self._index = AuditIndex()
        self.error: str | None = None
        """Why a part could not be read, in a sentence."""

    def refresh(self) -> None:
        """Read what has come since the last time."""
        self.error = None
        found = {part: status for part in _PARTS if (status := self._status(part)) is not None}
        if self._was_renamed(found):
            self._places.clear()
            self._index.clear()
        for part, status in found.items():
            self._read(part, status)

    def records(self, living: Collection[str], boot_id: str | None, most: int | None = None) -> tuple[Record, ...]:
        """The newest actions, newest first; all of them without `most`. `living`: see `model.audit_fold.settled`."""
        told = (action.record() for action in self._index.newest_first())
        return tuple(islice((settled(one, living, boot_id) for one in told if one is not None), most))

    def about_updates(self, living: Collection[str], boot_id: str | None, most: int) -> tuple[Record, ...]:
        """The newest installs and what was done about them, newest first, without their steps."""
        kept: list[Record] = []
        installs = 0
        for action in self._index.newest_first():
            if installs >= most:
                break
            if action.kind not in UPDATING:
                continue
            record = action.without_steps() if action.has_ended else action.record()
            if record is not None:
                kept.append(replace(settled(record, living, boot_id), steps=()))
                installs += record.action.kind is ActionKind.INSTALL and record.outcome is not Outcome.REFUSED
        return tuple(kept)

    @property
    def open_ids(self) -> frozenset[str]:
        """Ids of actions that have no end on record."""
        return self._index.open_ids

    def _status(self, part: str) -> os.stat_result | None:
        try:
            return self._host.path(part).stat()
        except FileNotFoundError:
            self._look_closer(part, None)
        except OSError as error:
            self._look_closer(part, error)
        return None

    def _look_closer(self, part: str, error: OSError | None) -> None:
        """Why it can't be looked at. A link that leads nowhere is not no file: others may want the trail elsewhere."""
        directory, _, name = part.rpartition("/")
        try:
            if error is not None or os.path.lexists(self._host.path(directory) / name):
                os.close(open_file(self._host, part))
        except FileNotFoundError:
            return
        except OSError as closer:
            error = closer
        if error is not None:
            self._fail(part, error)

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
        if status.st_size == place.offset > 0:
            return  # what has no size may be a pipe, a device or somebody else's: that is seen when it is opened
        try:
            with os.fdopen(open_file(self._host, part), "rb") as file:
                if os.fstat(file.fileno()).st_ino != place.inode:
                    return  # renamed this very moment: the next look reads it anew
                file.seek(place.offset)
                while chunk := file.read(_CHUNK):
                    place.offset += len(chunk)
                    for line in _lines(place, chunk):
                        self._index.add(line)
            self._index.add(place.rest)  # whole already, when a power cut took nothing but its line break
        except OSError as error:
            self._fail(part, error)

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
