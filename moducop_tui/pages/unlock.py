"""The box that asks for what unlocks acting: a word, or the PIN, of which only stars are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.pages.box import box, overlaid
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, crop, line, wrap

_WIDTH = 56
_NOTICE_ROWS = 2


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
    """The box over the screen that it was opened on."""
    if look.is_too_small:
        return list(below)
    width = min(_WIDTH, look.width - 2)
    inner = width - 4
    shown = "*" * len(view.typed) if view.is_secret else view.typed
    room = inner - len(view.asking) - 2
    field = line(view.asking, " ", crop(shown[-room:], room), Span(" ", Role.CURSOR))
    notice = "Looking at it ..." if view.is_judging else view.notice
    role = Role.TEXT if view.is_judging else Role.WARN
    told = [
        line(Span("! " if notice and role is Role.WARN and not at else "  ", role), Span(row, role))
        for at, row in enumerate(wrap(notice, inner - 2)[:_NOTICE_ROWS])
    ]
    rows = [*(line(row) for row in wrap(view.words, inner)), (), field, *told, *[()] * (_NOTICE_ROWS - len(told))]
    keys = line(Span(" Enter unlocks, Esc closes ", Role.DIM))
    return overlaid(below, box("Unlock acting", rows, width, keys), look.width)
