"""Log entries in bounded memory: nothing is lost without being said."""

from __future__ import annotations

from moducop_tui.logbook import Gap, Logbook
from moducop_tui.model.log import LogBatch, LogEntry


def entry(number: int, priority: int = 6) -> LogEntry:
    return LogEntry(
        str(number), float(number), float(number), "b", priority, "x", None, None, None, f"message {number}"
    )


def batch(*numbers: int) -> LogBatch:
    return LogBatch(tuple(entry(number) for number in numbers))


def message(book: Logbook, number: int) -> str | None:
    item = book.item(number)
    return item.message if isinstance(item, LogEntry) else item.sentence if item else None


def test_numbers_stay_while_newer_and_older_entries_come() -> None:
    book = Logbook(1 << 20)
    book.add(batch(10, 11))
    kept = book.last
    book.add(batch(12))
    book.add_earlier(batch(8, 9))
    assert message(book, kept) == "message 11"
    assert message(book, book.first) == "message 8"
    assert (book.last - book.first + 1, len(book)) == (5, 5)


def test_memory_is_bounded_and_what_left_it_is_said_where_it_is_missing() -> None:
    book = Logbook(100_000)
    for number in range(1_000):
        book.add(batch(number))
    assert len(book) < 150
    oldest = book.first
    forgotten = 1_000 - len(book)
    book.add_earlier(batch(-2, -1))
    assert message(book, oldest - 1) == f"{forgotten} entries left the console's memory here."
    assert message(book, oldest) == f"message {forgotten}"


def test_lost_entries_and_notes_stand_as_gaps_before_what_came_after_them() -> None:
    book = Logbook(1 << 20)
    book.add(LogBatch((entry(1),), lost=1, note="The journal was rotated; entries may be missing here."))
    assert [message(book, number) for number in range(book.first, book.last + 1)] == [
        "The journal was rotated; entries may be missing here.",
        "1 entry came too fast to be read and are missing.",
        "message 1",
    ]
    assert isinstance(book.item(0), Gap)


def test_a_search_goes_either_way_and_ends_where_the_entries_end() -> None:
    book = Logbook(1 << 20)
    book.add(LogBatch((entry(0, 3), entry(1), entry(2, 3), entry(3))))

    def is_error(one: LogEntry) -> bool:
        return one.priority <= 3

    assert book.find(book.last, -1, is_error) == 2
    assert book.find(1, -1, is_error) == 0
    assert book.find(-1, -1, is_error) is None
    assert book.find(3, 1, is_error) is None
    assert Logbook(1).find(0, -1, is_error) is None
