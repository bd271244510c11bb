"""A list to choose from by typing a part of a name: go-to, log sources, boots; the menu of actions, what to install."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.pages.box import BORDER, box, overlaid
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cells, cut, cut_line, fit, line, spread, wrap

_WIDTH, _ROWS = 44, 8
"""At 80x24: what the list covers has to be sent again when it closes."""
_LARGE_WIDTH, _LARGE_ROWS = 64, 12
_LARGE_FROM = (100, 30)
"""Columns and rows of a terminal that is no serial line's."""
BRIEF, WHOLE = 3, 5
"""Rows of a sentence at most: where what Enter opens says all of it, and where nothing else says it."""
OPENS_PLAN = "opens its plan"
"""What Enter does where a line is an action: none runs without its plan being seen."""
NOTHING = ""
"""What Enter does with a line that only says something."""
_KEY_WIDTH = 8
"""Columns of the longest key's name, `PageDown`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list. `name` is what is typed against, `note` stands at its right, `value` is what it means.

    `sentence` is said about the marked line; `is_dim` is what means nothing just now, and the sentence says why.
    `enter` is what Enter does with this line, where that is something else than with the others.
    """

    name: str
    value: str
    note: str = ""
    sentence: str = ""
    is_dim: bool = False
    enter: str | None = None


@dataclass(frozen=True, slots=True)
class PickerView:
    """What was typed and which of the lines that match is marked.

    `enter` says what Enter does with it, `sentence_rows` how much of its sentence is seen; the lines give way to that.
    """

    title: str
    choices: tuple[Choice, ...]
    typed: str = ""
    cursor: int = 0
    enter: str = "takes"
    sentence_rows: int = BRIEF

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
    """The box over the screen that it was opened on. It never changes its size while somebody types."""
    if look.is_too_small:
        return list(below)
    is_large = look.width >= _LARGE_FROM[0] and look.height >= _LARGE_FROM[1]
    width = _LARGE_WIDTH if is_large else _WIDTH
    inner = width - BORDER
    told = _sentence_rows(view, inner)
    most = (_LARGE_ROWS if is_large else _ROWS) - told
    rows = most if told else min(most, max(1, len(view.choices)))
    found = view.matching
    cursor = min(view.cursor, max(0, len(found) - 1))
    first = max(0, min(cursor - rows // 2, len(found) - rows))
    shown = [_row(one, first + index == cursor, inner) for index, one in enumerate(found[first : first + rows])]
    if not found:
        shown = [line(Span("  Nothing has a name like that.", Role.WARN))]
    shown += [()] * (rows - len(shown))
    place = f"{cursor + 1}/{len(found)}" if told and found else f"{len(found)} of {len(view.choices)}"
    marked = found[cursor] if found else None
    enter = view.enter if marked is None or marked.enter is None else marked.enter
    note = line(Span(f" {place}, {f'Enter {enter}, ' if enter else ''}Esc closes ", Role.DIM))
    content = [*shown, *_sentence(marked, inner, told)]
    return overlaid(below, box(view.title, content, width, note, lower=len(shown), typed=view.typed), look.width)


def _row(choice: Choice, here: bool, width: int) -> Line:
    """A key at the right is kept whole; words there give way to the name, by which one choice differs from another."""
    note = choice.note
    if cells(note) > _KEY_WIDTH:
        room = width - 3 - cells(choice.name)
        note = cut(note, room) if room >= _KEY_WIDTH else ""
    sign = mark(Role.CURSOR) if here else "-" if choice.is_dim else " "
    left = cut_line(line(f"{sign} ", choice.name), width - cells(note) - 1)
    text = "".join(span.text for span in spread(left, line(note), width))
    return line(Span(fit(text, width), Role.CURSOR if here else Role.DIM if choice.is_dim else Role.TEXT))


def _sentence_rows(view: PickerView, width: int) -> int:
    """Rows for the longest sentence of all lines; none where no line has one."""
    longest = max((len(wrap(one.sentence, width - 2)) for one in view.choices if one.sentence), default=0)
    return min(longest, view.sentence_rows)


def _sentence(choice: Choice | None, width: int, count: int) -> list[Line]:
    """The marked line's sentence in rows that are always there."""
    rows = wrap(choice.sentence, width - 2) if choice and choice.sentence else []
    if len(rows) > count:
        rows = [*rows[: count - 1], cut(" ".join(rows[count - 1 :]), width - 2)]
    role = Role.WARN if choice is not None and choice.is_dim else Role.TEXT
    signs = ["! " if role is Role.WARN and number == 0 else "  " for number in range(len(rows))]
    shown = [line(Span(f"{sign}{row}", role)) for sign, row in zip(signs, rows, strict=True)]
    return [*shown, *[()] * (count - len(shown))]
