"""The stream's own rules, on a journal in memory that can lose entries, fail and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.log import Boot, LogEntry
from moducop_tui.model.wake import Wake
from moducop_tui.sources import journal_stream
from moducop_tui.sources.journal_backend import Arrived, JournalError
from moducop_tui.sources.journal_match import EVERYTHING, Matches
from moducop_tui.sources.journal_stream import JournalStream


def entry(number: int) -> LogEntry:
    cursor = f"s=1;i={number:x};b=b;m={number:x};t=1;x=1"
    return LogEntry(cursor, 0.0, 0.0, "b", 6, "test", None, None, None, f"line {number}")


class MemoryJournal:
    """A backend whose entries a test adds and takes away."""

    name = "memory"
    note: str | None = None
    newest_pause = 0.0

    def __init__(self, *numbers: int) -> None:
        self.entries = [entry(number) for number in numbers]
        self.broken: str | None = None
        self.broken_at: str | None = None
        self.opened = 0
        self.damage: str | None = None

    def view(self, matches: Matches) -> MemoryView:
        self.check()
        self.opened += 1
        return MemoryView(self)

    def boots(self, limit: int, current: str | None) -> tuple[Boot, ...]:
        return ()

    def check(self) -> None:
        if self.broken:
            raise JournalError(self.broken)

    def add(self, *numbers: int) -> None:
        self.entries += [entry(number) for number in numbers]

    def vacuum(self, keep: int) -> None:
        self.entries = self.entries[len(self.entries) - keep :]


class MemoryView:
    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal
        self.last: str | None = None
        self.gap = False
        self.closed = False
        self.damage = journal.damage

    def index(self, cursor: str | None) -> int:
        return next((place for place, each in enumerate(self.journal.entries) if each.cursor == cursor), -1)

    def newest(self, count: int) -> list[LogEntry]:
        self.journal.check()
        return self.journal.entries[-count:]

    def earlier(self, cursor: str, count: int) -> list[LogEntry]:
        self.journal.check()
        return self.journal.entries[: max(0, self.index(cursor))][-count:] if count else []

    def after(self, cursor: str) -> str | None:
        rest = self.journal.entries[self.index(cursor) + 1 :]
        return rest[0].cursor if rest else None

    def follow(self, cursor: str | None) -> None:
        self.journal.check()
        self.last = cursor

    def come(self, limit: int, behind: int | None) -> Arrived:
        self.journal.check()
        if self.journal.broken_at is not None and self.last == self.journal.broken_at:
            raise JournalError("The journal can't be read: Bad message.")
        place = self.index(self.last)
        gap = self.last is not None and place < 0
        entries = self.journal.entries[place + 1 :][:limit]
        if entries:
            self.last = entries[-1].cursor
        return Arrived(entries, 0, gap)

    def wait(self, timeout: float, wake: Wake) -> None:
        wake.wait(min(timeout, 0.01))

    def close(self) -> None:
        assert not self.closed
        self.closed = True


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_stream, "_FIRST_PAUSE", 0.0)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def stream_of(journal: MemoryJournal, host: Host, backlog: int = 3) -> JournalStream:
    return JournalStream(journal, host, lambda: EVERYTHING, backlog)


def lines(stream: JournalStream) -> list[int]:
    return [int(each.message.split()[1]) for each in stream.take().entries]


def test_it_begins_with_the_backlog_and_goes_on_with_what_comes(host: Host) -> None:
    journal = MemoryJournal(1, 2, 3, 4, 5)
    stream = stream_of(journal, host)
    assert lines(stream) == [3, 4, 5]
    assert lines(stream) == []
    journal.add(6)
    assert lines(stream) == [6]


def test_a_stream_without_a_backlog_shows_only_what_comes_and_pages_back_from_there(host: Host) -> None:
    journal = MemoryJournal(1, 2, 3)
    stream = stream_of(journal, host, backlog=0)
    assert lines(stream) == []
    journal.add(4)
    assert lines(stream) == [4]
    assert [each.message for each in stream.earlier(2).entries] == ["line 2", "line 3"]
    assert [each.message for each in stream.earlier(2).entries] == ["line 1"]
    assert stream.earlier(2).entries == ()


def test_a_single_failure_is_healed_without_a_word(host: Host) -> None:
    journal = MemoryJournal(1, 2)
    stream = stream_of(journal, host)
    stream.take()
    journal.broken = "The journal can't be read: Bad message."
    assert stream.take().note is None
    assert stream.trouble == "The journal can't be read: Bad message."
    journal.broken = None
    journal.add(3)
    stream.take()
    journal.add(4)
    batches = [stream.take(), stream.take()]
    assert [each.message for batch in batches for each in batch.entries] == ["line 4"]
    assert [batch.note for batch in batches] == [None, None]
    assert stream.trouble is None


def test_a_file_that_had_to_be_left_out_is_told_once(host: Host) -> None:
    journal = MemoryJournal(1, 2)
    journal.damage = "Journal file system.journal is truncated: it can't be read, and entries are missing."
    stream = stream_of(journal, host)
    assert stream.take().note == journal.damage
    journal.broken = "The journal can't be read: Bad message."
    stream.take()
    journal.broken = None
    journal.add(3)
    assert [stream.take().note for _ in range(3)] == [None, None, None]


def test_a_failure_that_lasts_is_said_once_and_so_is_its_end(host: Host) -> None:
    journal = MemoryJournal(1, 2)
    stream = stream_of(journal, host)
    stream.take()
    journal.broken = "The journal can't be read: Bad message."
    notes = [stream.take().note for _ in range(2)]
    assert notes == [None, "The journal can't be read: Bad message. Trying again."]
    journal.broken = None
    journal.add(3)
    batch = stream.take()
    assert [each.message for each in batch.entries] == ["line 3"]
    assert batch.note == "The journal can be read again."
    assert stream.take().note is None


def test_a_place_that_stays_damaged_is_skipped_with_a_note(host: Host) -> None:
    journal = MemoryJournal(1, 2)
    stream = stream_of(journal, host)
    stream.take()
    journal.broken_at = entry(2).cursor
    journal.add(3, 4, 5)
    notes = [stream.take().note for _ in range(8)]
    assert "The journal is damaged at this place; entries are missing here." in notes
    journal.add(6)
    assert lines(stream) == [6]
    assert sum(note is not None for note in notes) <= 3


def test_failures_are_not_tried_again_at_once(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_stream, "_FIRST_PAUSE", 60.0)
    journal = MemoryJournal(1)
    stream = stream_of(journal, host)
    stream.take()
    journal.broken = "broken"
    for _ in range(50):
        stream.take()
    assert journal.opened == 1


def test_vacuuming_what_was_read_is_no_gap(host: Host) -> None:
    journal = MemoryJournal(1, 2, 3)
    stream = stream_of(journal, host)
    stream.take()
    journal.add(4)
    journal.vacuum(keep=1)
    batch = stream.take()
    assert [each.message for each in batch.entries] == ["line 4"]
    assert batch.note is None


def test_vacuuming_what_was_not_read_is_said(host: Host) -> None:
    journal = MemoryJournal(1, 2, 3)
    stream = stream_of(journal, host)
    stream.take()
    journal.add(4, 5, 6)
    journal.vacuum(keep=1)
    batch = stream.take()
    assert [each.message for each in batch.entries] == ["line 6"]
    assert batch.note == "The journal was cleared up to this place while it was read; entries may be missing here."


def test_after_a_gap_nothing_is_shown_twice(host: Host) -> None:
    journal = MemoryJournal(1, 2, 3, 4)
    stream = stream_of(journal, host, backlog=4)
    stream.take()
    journal.entries = [entry(2), entry(3), entry(5)]
    assert lines(stream) == [5]


def test_a_journal_that_moves_is_opened_again_at_the_same_entry(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_stream, "_PLACES_PAUSE", 0.0)
    journal = MemoryJournal(1, 2)
    stream = stream_of(journal, host)
    assert lines(stream) == [1, 2]
    (host.root / "var/log/journal/0123").mkdir(parents=True)
    journal.add(3)
    assert lines(stream) == [3]
    assert journal.opened == 2


def test_a_wake_ends_the_read_and_a_read_without_entries_ends_in_time(host: Host) -> None:
    wake = Wake()
    stream = stream_of(MemoryJournal(), host)
    assert stream.read(0.05, wake).entries == ()
    wake.set()
    assert stream.read(60.0, wake).entries == ()
    wake.close()
