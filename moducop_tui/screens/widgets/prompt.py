"""A line of typed text, without a blinking cursor: on a serial line a blink costs more than a page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moducop_tui.roles import Role
from moducop_tui.screens.widgets.hand import words_of_paste
from moducop_tui.text import Line, Span, crop, line

TYPED_LIMIT = 60
"""Characters that can be typed; a search needs no more, and the row ends at 80."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What has been typed so far after `sign`."""

    sign: str
    hint: str
    typed: str = ""

    def with_key(self, key: str, character: str | None) -> Prompt:
        """After one key: a character is added, Backspace takes one away, Ctrl-U all."""
        if key in ("backspace", "ctrl+h"):
            return replace(self, typed=self.typed[:-1])
        if key == "ctrl+u":
            return replace(self, typed="")
        if character is None or not character.isprintable() or len(self.typed) >= TYPED_LIMIT:
            return self
        return replace(self, typed=self.typed + character)

    def with_paste(self, text: str) -> Prompt:
        """After pasted text: as if it had been typed, but no line break in it is an Enter."""
        return replace(self, typed=(self.typed + words_of_paste(text))[:TYPED_LIMIT])

    def drawn(self, width: int) -> Line:
        """The row that stands in place of the keys."""
        room = max(4, width - len(self.sign) - 2)
        shown = crop(self.typed[-room:], room)
        return line(Span(f"{self.sign} ", Role.KEY), shown, Span(" ", Role.CURSOR), Span(f"  {self.hint}", Role.DIM))
