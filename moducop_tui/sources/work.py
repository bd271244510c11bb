"""Actions at work and in the past, topic WORK: what the executor and the audit trail say, and what waits for a boot."""

from __future__ import annotations

import os
import time

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.lock_holder import lock_holder
from moducop_tui.model.clean_json import clean_json
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.holder import Holder
from moducop_tui.model.places import AUDIT, DEAD_MAN, RUN, RUNNING, STATE, UNRECORDABLE
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.stored import StoredError, decode
from moducop_tui.model.wake import Wake
from moducop_tui.model.work import Outcome, Record, Running, Snapshot, Work
from moducop_tui.sources.audit_trail import AuditTrail
from moducop_tui.sources.dead_man import read_dead_man, read_fired
from moducop_tui.sources.journal_files import current_boot
from moducop_tui.sources.ledger import read_ledger
from moducop_tui.sources.snapshot import read_snapshot
from moducop_tui.trusted import read_bytes, read_text, why_untrusted

NEWEST = 20
"""Actions that the topic holds; `moducop-tui history` shows more."""
_WATCHED = (RUN, STATE, AUDIT)
"""The directories change with every file that is put into them; the trail is written on in its place."""
_SELDOM, _OFTEN = 1.0, 0.5
"""Seconds between two looks at whether these have changed, while nothing runs and while something does."""
_CALM, _BUSY = 5.0, 1.0
_RUNNING_LIMIT = 1 << 20
_SENTENCE_LIMIT = 400


class WorkSource:
    """Reads what is done to the device. Never writes, and holds up nobody who does."""

    topic = Topic.WORK
    time_limit = 5.0

    def __init__(self, config: Config, host: Host) -> None:
        self.cadence = _CALM
        self._config = config
        self._host = host
        self._trail = AuditTrail(host)
        self._watched: tuple[str, ...] = ()
        self._signs: tuple[object, ...] = ()

    def read(self) -> Work | Unavailable:
        """What runs, what was, and what waits for the next boot."""
        self._watched = tuple(_found(self._host, place) for place in _WATCHED)
        self._signs = self._signs_now()
        living, holder = self._look()
        boot_id, before = current_boot(self._host), read_snapshot(self._host)
        newest = self._trail.records(living, boot_id, NEWEST)
        self.cadence = _BUSY if holder is not None else _CALM
        untrusted = why_untrusted(self._host, STATE) or why_untrusted(self._host, RUN)
        return Work(
            running=self._running(holder),
            held_by=None if holder is None else holder.words,
            last=next((one for one in newest if one.outcome is not Outcome.RUNNING), None),
            history=newest,
            updates=self._trail.about_updates(living, boot_id, NEWEST),
            ledger=read_ledger(self._host),
            dead_man=read_dead_man(self._host),
            fired=read_fired(self._host),
            before=before if isinstance(before, Snapshot) else None,
            unrecordable=self._unrecordable(),
            untrusted=untrusted,
            error=untrusted or self._error(before),
        )

    def all_records(self) -> tuple[Record, ...]:
        """All actions on record, newest first."""
        living, _ = self._look()
        return self._trail.records(living, current_boot(self._host))

    def _look(self) -> tuple[frozenset[str], Holder | None]:
        """Read the trail; the ids of actions whose executor lives, and who holds the lock.

        An executor takes the lock before its first line and gives it back after its last. So an action that was on
        record without an end when nobody held the lock has ended or was cut off, and the trail, read once more, says
        which. One that began in between is taken to live.
        """
        self._trail.refresh()
        seen_open = self._trail.open_ids
        holder = lock_holder(self._host)
        self._trail.refresh()
        living = self._trail.open_ids - seen_open
        return living if holder is None else living | {holder.id}, holder

    def wait(self, timeout: float, wake: Wake) -> None:
        """Until one of the files changes, `wake` is set or the time is up."""
        until = time.monotonic() + timeout
        glance = _OFTEN if self.cadence == _BUSY else _SELDOM
        while (left := until - time.monotonic()) > 0:
            if wake.wait(min(left, glance)) or self._signs_now() != self._signs:
                return

    def close(self) -> None:
        """Nothing is held open."""

    def _error(self, before: Snapshot | Unavailable | None) -> str | None:
        """The first thing that keeps what was done, or is done, from being told."""
        untrusted = why_untrusted(self._host, DEAD_MAN)
        return untrusted or self._trail.error or (before.reason if isinstance(before, Unavailable) else None)

    def _running(self, holder: Holder | None) -> Running | None:
        """What the executor says of itself, while it lives."""
        if holder is None:
            return None
        try:
            running = decode(Running, clean_json(read_bytes(self._host, RUNNING, _RUNNING_LIMIT)))
        except (OSError, StoredError, ValueError, RecursionError):
            return None
        return running if running.record.id == holder.id else None

    def _unrecordable(self) -> str | None:
        try:
            return clean_or_none(read_text(self._host, UNRECORDABLE, _SENTENCE_LIMIT), _SENTENCE_LIMIT)
        except OSError:
            return None

    def _signs_now(self) -> tuple[object, ...]:
        """What tells whether something was written since."""
        return tuple(map(_sign, self._watched))


def _sign(place: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(place)  # noqa: PTH116 - twice a second for as long as the console runs: no object for it
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _found(host: Host, place: str) -> str:
    try:
        return str(host.path(place))
    except OSError:
        return place
