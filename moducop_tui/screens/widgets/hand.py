"""Told from a person's hand: pasted text, line noise, and keys that were typed before their screen could be seen.

The rule for everything that asks for a confirmation: text may come from anywhere, the Enter that confirms comes from a
person who has seen what is asked. So a line break in pasted text is no Enter, and an Enter is a decision only when it
comes apart from everything before it. Where the terminal marks no pasted text, as on a serial line, this is all that
tells a line break in it from the key.
"""

from __future__ import annotations

APART = 0.1
"""Seconds between an Enter that is a decision and what came before. Bytes of pasted text and of noise come 1 ms apart
at 9600 baud, 33 at 300; whoever types faster, or whose keys the line has held up, presses Enter once more."""
ONCE_MORE = "Enter came together with what was typed before it: press it once more."


def words_of_paste(text: str) -> str:
    """Pasted text as somebody would have typed it into one row: line breaks and tabs are blanks, and act on nothing."""
    row = " ".join(text.replace("\t", " ").splitlines())
    return "".join(character for character in row if character.isprintable())


class Hand:
    """Follows what arrives on one screen. Times are of the monotonic clock, in seconds, of arrival."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def sees(self, now: float) -> None:
        """The screen is shown: what arrived before was not meant for it."""
        self._last = max(self._last, now)

    def pastes(self, at: float) -> None:
        """Pasted text arrived."""
        self._last = max(self._last, at)

    def presses(self, at: float) -> bool:
        """A key arrived; whether it came apart from everything before."""
        is_apart = at - self._last >= APART
        self._last = max(self._last, at)
        return is_apart

    def is_last(self, at: float) -> bool:
        """Whether nothing has arrived since that moment; to be asked a while after it."""
        return self._last <= at
