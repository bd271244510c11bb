"""An answer finds who asked for it; a late one finds nobody."""

from __future__ import annotations

from moducop_tui.terminal.expectations import CURSOR_REPORT, Expectations


def test_an_answer_goes_to_who_asked_first_and_to_nobody_else() -> None:
    taken: list[tuple[str, str]] = []
    expectations = Expectations()
    expectations.expect(CURSOR_REPORT, lambda reply: taken.append(("first", reply[1])), until=5.0)
    expectations.expect(CURSOR_REPORT, lambda reply: taken.append(("second", reply[1])), until=6.0)
    assert expectations.take("[24;80R", 1.0)
    assert expectations.take("[25;80R", 1.0)
    assert not expectations.take("[26;80R", 1.0)
    assert taken == [("first", "24"), ("second", "25")]


def test_a_late_answer_finds_nobody() -> None:
    expectations = Expectations()
    expectations.expect(CURSOR_REPORT, lambda _: None, until=5.0)
    assert expectations.pending(4.9)
    assert not expectations.pending(5.1)
    assert not expectations.take("[24;80R", 5.1)


def test_another_reply_is_not_the_answer() -> None:
    expectations = Expectations()
    expectations.expect(CURSOR_REPORT, lambda _: None, until=5.0)
    assert not expectations.take("[0n", 1.0)
    assert not expectations.take("[?1;2c", 1.0)
    assert expectations.pending(1.0)
