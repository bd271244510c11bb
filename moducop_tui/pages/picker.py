"""A light list to choose from by typing a part of a name: go-to, log sources, boots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.pages.box import box, overlaid
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cells, cut, cut_line, fit, line, spread

_WIDTH, _ROWS = 44, 8
"""At 80x24: what the list covers has to be sent again when it closes."""
_LARGE_WIDTH, _LARGE_ROWS = 64, 12
_LARGE_FROM = (100, 30)
"""Columns and rows of a terminal that is no serial line's."""
_KEY_WIDTH = 8
"""Columns of the longest key's name, `PageDown`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list. `name` is what is typed against, `note` stands at its right, `value` is what it means.

    `sentence` is said about the marked line where there is room; `is_dim` is what means nothing just now.
    """

    name: str
    value: str
    note: str = ""
    sentence: str = ""
    is_dim: bool = False


@dataclass(frozen=True, slots=True)
class PickerView:
    """What was typed and which of the lines that match is marked."""

    title: str
    choices: tuple[Choice, ...]
    typed: str = ""
    cursor: int = 0

    @property
    def matching(self) -> list[Choice]:
        """Lines in which every typed word occurs, those that begin with what was typed first."""
        words = self.typed.lower().split()
        found = [one for one in self.choices if all(word in f"{one.name} {one.sentence}".lower() for word in words)]
        return sorted(found, key=lambda one: not one.name.lower().startswith(self.typed.lower().strip()))

    @property
    def chosen(self) -> Choice | None:
        """The marked line; None when nothing matches."""
        found = self.matching
        return found[min(self.cursor, len(found) - 1)] if found else None


def picker(look: Look, view: PickerView, below: Sequence[Line]) -> list[Line]:
    """The box over the screen that it was opened on."""
    if look.is_too_small:
        return list(below)
    is_large = look.width >= _LARGE_FROM[0] and look.height >= _LARGE_FROM[1]
    width, rows = (_LARGE_WIDTH, _LARGE_ROWS) if is_large else (_WIDTH, _ROWS)
    found = view.matching
    cursor = min(view.cursor, max(0, len(found) - 1))
    first = max(0, min(cursor - rows // 2, len(found) - rows))
    shown = [_row(one, first + index == cursor, width - 4) for index, one in enumerate(found[first : first + rows])]
    if not found:
        shown = [line(Span("  Nothing has a name like that.", Role.WARN))]
    shown += [()] * (rows - len(shown))
    prompt = line("/ ", view.typed, Span(" ", Role.CURSOR))
    count = line(Span(f" {len(found)} of {len(view.choices)}, Enter takes, Esc closes ", Role.DIM))
    return overlaid(below, box(view.title, [prompt, *shown], width, count), look.width, at_right=True)


def _row(choice: Choice, here: bool, width: int) -> Line:
    """A key at the right is kept whole; words there give way to the name, by which one choice differs from another."""
    note = choice.note
    if cells(note) > _KEY_WIDTH:
        room = width - 3 - cells(choice.name)
        note = cut(note, room) if room >= _KEY_WIDTH else ""
    left = cut_line(line(f"{mark(Role.CURSOR) if here else ' '} ", choice.name), width - cells(note) - 1)
    row = spread(left, line(note), width)
    return line(Span(fit("".join(span.text for span in row), width), Role.CURSOR)) if here else row


def choices_of(pairs: Sequence[tuple[str, str, str]]) -> tuple[Choice, ...]:
    """Choices from name, value and note."""
    return tuple(Choice(name, value, note) for name, value, note in pairs)
