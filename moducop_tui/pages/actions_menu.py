"""The menu of actions: what means something now, best first; what does not is dim and says why not."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.pages.box import box, overlaid
from moducop_tui.pages.look import Look
from moducop_tui.pages.picker import Choice, PickerView
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cut, fit, line, wrap

_WIDTH = 76
_NAME = 26
"""Columns of a name: what follows is the beginning of its sentence."""
_ROWS = 9
_SENTENCE_ROWS = 3


def actions_menu(look: Look, view: PickerView, below: Sequence[Line]) -> list[Line]:
    """The box over the screen that it was opened on; all of the marked line's sentence stands below the list."""
    if look.is_too_small:
        return list(below)
    width = min(_WIDTH, look.width - 2)
    found = view.matching
    cursor = min(view.cursor, max(0, len(found) - 1))
    rows = min(_ROWS, max(1, len(view.choices)))
    first = max(0, min(cursor - rows // 2, len(found) - rows))
    shown = [_row(one, first + index == cursor, width - 4) for index, one in enumerate(found[first : first + rows])]
    if not found:
        shown = [line(Span("  Nothing has a name like that.", Role.WARN))]
    shown += [()] * (rows - len(shown))
    prompt = line("/ ", view.typed, Span(" ", Role.CURSOR))
    rest = len(found) - first - rows
    more = f"{rest} more below, " if rest > 0 else ""
    count = line(Span(f" {more}Enter opens its plan, Esc closes ", Role.DIM))
    told = _told(found[cursor] if found else None, width - 4)
    return overlaid(below, box(view.title, [prompt, *shown, (), *told], width, count), look.width)


def _row(choice: Choice, here: bool, width: int) -> Line:
    sign = mark(Role.CURSOR) if here else "-" if choice.is_dim else " "
    name = fit(choice.name, min(_NAME, width - 2))
    text = f"{sign} {name}  {cut(choice.sentence, max(0, width - _NAME - 4))}"
    if here:
        return line(Span(fit(text, width), Role.CURSOR))
    return line(Span(text, Role.DIM)) if choice.is_dim else line(f"{sign} ", Span(name, Role.TITLE), text[_NAME + 2 :])


def _told(choice: Choice | None, width: int) -> list[Line]:
    """The whole sentence of the marked line, in rows that are always there, so that the box never changes its size."""
    rows = wrap(choice.sentence, width - 2) if choice else []
    if len(rows) > _SENTENCE_ROWS:
        rows = [*rows[: _SENTENCE_ROWS - 1], cut(" ".join(rows[_SENTENCE_ROWS - 1 :]), width - 2)]
    role = Role.WARN if choice is not None and choice.is_dim else Role.TEXT
    told = [line(Span("! " if role is Role.WARN and not at else "  ", role), Span(row, role)) for at, row in
            enumerate(rows)]  # fmt: skip
    return [*told, *[()] * (_SENTENCE_ROWS - len(told))]
