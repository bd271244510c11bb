"""What is opened over a screen costs little on a vt220, and so does what it has covered: 1,000 bytes for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from moducop_tui.logbook import Logbook
from moducop_tui.model.log import LogBatch
from moducop_tui.pages.log_entry import entry_box
from moducop_tui.pages.logs import LogView, logs
from moducop_tui.pages.look import Look
from moducop_tui.pages.picker import Choice, PickerView, picker
from moducop_tui.pages.unlock import UnlockView, unlock_box
from moducop_tui.screens.go_to import go_to_view
from moducop_tui.screens.log_choices import boot_view, source_view
from moducop_tui.text import Line, plain
from tests.performance.line.device import line_of_log
from tests.screens.acting_gallery import menu_drawn, offers_drawn, unlock_drawn
from tests.screens.gallery import KEYMAP, PAGES, look
from tests.screens.sent import sent

BUDGET = 1000
Box = Callable[[Look, list[Line]], list[Line]]


def _full_log(at: Look) -> list[Line]:
    """No row that is empty, none that is short."""
    book = Logbook(1 << 20)
    book.add(LogBatch(tuple(map(line_of_log, range(900, 1000)))))
    return logs(at, book, LogView(), KEYMAP)


SCREENS = {
    **{name: draw for name, draw in PAGES.items() if name not in ("plan", "menu", "install", "unlock")},
    "logs": _full_log,
}
BOXES: dict[str, Box] = {
    "go to": lambda at, below: picker(at, go_to_view(KEYMAP, at.readings), below),
    "log source": lambda at, below: picker(at, source_view(at.readings), below),
    "boot": lambda at, below: picker(at, boot_view(at.readings), below),
    "menu": menu_drawn,
    "install": offers_drawn,
    "unlock": unlock_drawn,
    "entry": lambda at, below: entry_box(at, line_of_log(993), below),
}


@pytest.mark.parametrize("state", ["idle", "trial"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("box", BOXES)
def test_a_box_opened_and_closed_stays_within_its_budget(box: str, screen: str, state: str) -> None:
    at = look(state)
    below = SCREENS[screen](at)
    _, opened, closed = sent([below, BOXES[box](at, below), below])
    assert opened + closed <= BUDGET


@pytest.mark.parametrize("box", BOXES)
def test_a_box_leaves_the_left_of_the_screen_and_both_its_ends_as_they_are(box: str) -> None:
    at = look("trial")
    below = _full_log(at)
    over = BOXES[box](at, below)
    rows = [plain(row) for row in over], [plain(row) for row in below]
    assert [row[:36] for row in rows[0]] == [row[:36] for row in rows[1]]
    assert over[:3] == below[:3]
    assert over[-3:] == below[-3:]


def test_a_list_that_is_typed_into_sends_no_more_than_its_own_rows() -> None:
    at, below = look("trial"), _full_log(look("trial"))
    views = [PickerView("Go to", go_to_view(KEYMAP, at.readings).choices, typed) for typed in ("", "l", "lo", "log")]
    sizes = sent([below, *(picker(at, view, below) for view in views)])
    assert max(sizes[2:]) <= 450


def test_a_sentence_never_changes_the_size_of_its_box() -> None:
    at, below = look("idle"), [()] * 24
    sentences = ("short", "one that needs a second row, as most of them do", "a third " * 12)
    choices = tuple(Choice(f"name {number}", str(number), sentence=one) for number, one in enumerate(sentences))
    drawn = [picker(at, PickerView("Actions", choices, cursor=cursor), below) for cursor in range(3)]
    assert len({tuple(y for y, row in enumerate(rows) if plain(row).strip()) for rows in drawn}) == 1


def test_the_end_of_a_long_path_is_seen_while_it_is_typed() -> None:
    at, below = look("idle"), [()] * 24
    path = "/data/updates/2026-11/cpu01-standard-v2.8.0.9c31d7e.20261104.0917.mender"
    assert any("20261104.0917.mender" in plain(row) for row in picker(at, PickerView("Install", (), path), below))
    secret = unlock_box(at, UnlockView("words", "PIN:", is_secret=True, typed="1" * 60), below)
    assert any(plain(row).rstrip().endswith("*" * 30) for row in secret)


def test_what_an_entry_says_is_seen_whole_however_long_it_is() -> None:
    at = look("trial")
    below = _full_log(at)
    for words in (4, 60, 160):
        message = " ".join(f"word-{number}" for number in range(words))
        text = " ".join(plain(row) for row in entry_box(at, replace(line_of_log(1), message=message), below))
        assert f"word-{words - 1}" in text


def test_an_entry_of_another_boot_says_which() -> None:
    at = look("trial")
    below = _full_log(at)
    mine = entry_box(at, line_of_log(1), below)
    other = entry_box(at, replace(line_of_log(1), boot_id="0123456789abcdef" * 2), below)
    assert not any("boot id" in plain(row) for row in mine)
    assert any("boot id" in plain(row) for row in other)
