"""The box that asks for what unlocks acting: a word, or the PIN, of which only stars are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.pages.box import BORDER, box, overlaid, typed_field
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, line, wrap

_WIDTH = 44
_LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class UnlockView:
    """`asking` stands before what is typed; `is_secret` shows stars for it; `notice` is why it was not taken."""

    words: str
    asking: str
    is_secret: bool = False
    typed: str = ""
    notice: str = ""
    is_judging: bool = False


def unlock_box(look: Look, view: UnlockView, below: Sequence[Line]) -> list[Line]:
    """The box over the screen that it was opened on. A notice stands in place of the words, which were read before."""
    if look.is_too_small:
        return list(below)
    inner = _WIDTH - BORDER
    told = [line(row) for row in wrap(view.words, inner)]
    if view.is_judging:
        told = [line("Looking at it ...")]
    elif view.notice:
        signs_and_rows = enumerate(wrap(view.notice, inner - 2))
        told = [line(Span(f"{'  ' if at else '! '}{row}", Role.WARN)) for at, row in signs_and_rows]
    told += [()] * (_LEAST_ROWS - len(told))
    shown = "*" * len(view.typed) if view.is_secret else view.typed
    field = [typed_field(view.asking, shown, inner)] if view.asking else []
    keys = line(Span(" Enter unlocks, Esc closes " if view.asking else " Esc closes ", Role.DIM))
    return overlaid(below, box("Unlock acting", [*told, *field], _WIDTH, keys), look.width)
