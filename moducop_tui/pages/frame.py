"""A page in its frame: headline, banner, body, foot; always exactly as many rows and cells as the terminal has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.pages.head_bar import in_bar
from moducop_tui.pages.headline import banner, headline
from moducop_tui.pages.look import LEAST_HEIGHT, LEAST_WIDTH, Look
from moducop_tui.pages.work_words import work_banner
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, fit_line, folded, indent, line, line_cells, plain, slice_line, wrap


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a body that is seen: its first row, clamped, and how many rows there are in all."""

    rows: list[Line]
    offset: int
    total: int

    @property
    def below(self) -> int:
        """Rows below the seen ones."""
        return self.total - self.offset - len(self.rows)


def window(body: Sequence[Line], offset: int, height: int) -> Window:
    """`height` rows of a body from `offset` on, or from as far down as it goes."""
    offset = max(0, min(offset, len(body) - height))
    return Window(list(body[offset : offset + height]), offset, len(body))


def scroll_note(seen: Window, down: str = "j", up: str = "k") -> Line:
    """`rows 1-19 of 34` and the keys, where not all of the body is seen."""
    if seen.total <= len(seen.rows):
        return ()
    last = seen.offset + len(seen.rows)
    return line(
        Span(f"[{down}]", Role.KEY), " down ", Span(f"[{up}]", Role.KEY), " up  ",
        Span(f"rows {seen.offset + 1}-{last} of {seen.total}", Role.DIM),
    )  # fmt: skip


def head(look: Look) -> list[Line]:
    """Headline, what is being done to the device, and the banner of the boot: in two rows where one would cut it."""
    below = None if look.says_boot else banner(look)
    return [headline(look), *work_banner(look), *(_banner_rows(below, look.width) if below else [])]


def _banner_rows(below: Line, width: int) -> list[Line]:
    """Broken between its sentences where they fit, else between words."""
    end = plain(below).find(". ") + 1
    if 0 < end <= width < line_cells(below) <= end + width - 2:
        return [slice_line(below, 0, end), indent(slice_line(below, end + 1, line_cells(below)), 2)]
    return folded(below, width, 2)


def room(look: Look, foot_rows: int) -> int:
    """Rows that are left for the body between head and foot."""
    return look.height - len(head(look)) - foot_rows


def framed(look: Look, body: Sequence[Line], foot: Sequence[Line]) -> list[Line]:
    """The whole screen: head, body cut or filled to the room that is left, foot. Every line exactly as wide."""
    if look.is_too_small:
        return too_small(look)
    top = head(look)
    space = look.height - len(top) - len(foot)
    shown = [*body[:space], *[()] * (space - len(body))]
    rest = (fit_line(row, look.width) for row in (*shown, *foot))
    return [*(in_bar(fit_line(row, look.width)) for row in top), *rest]


def too_small(look: Look) -> list[Line]:
    """The sentence that stands instead of a page on a terminal that is too small for any."""
    text = (
        f"This terminal has {look.width} columns and {look.height} rows. The console needs {LEAST_WIDTH} and "
        f"{LEAST_HEIGHT}, and is drawn for 80 and 24. Make the window larger, or leave with q."
    )
    rows = [line(row) for row in wrap(text, max(1, look.width))]
    rows = [*rows[: look.height], *[()] * (look.height - len(rows))]
    return [fit_line(row, look.width) for row in rows]


def size_note(look: Look) -> Line:
    """The sentence for a terminal that works, but for which the screens were not drawn."""
    if not look.is_small:
        return ()
    return line(Span(f"{look.width}x{look.height}: 80x24 shows more", Role.WARN))
