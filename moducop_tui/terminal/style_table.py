"""The styles of one screen by number, reduced to what its terminal shows."""

from __future__ import annotations

from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.styles import PLAIN, REVERSE, STRIKE, UNDERLINE, Style, apply_sgr, reduce

_MOST_STEPS = 8192
"""A picture in true colour may bring thousands of styles; their steps are soon worked out again."""


class StyleTable:
    """Numbers for reduced styles, 0 the terminal's own; each step by an SGR sequence is worked out once."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.reduced: list[Style] = [PLAIN]
        self.blanks: list[int] = [0]
        """For each style the one in which a blank looks the same: a blank shows paper and lines, no ink."""
        self._numbers = {PLAIN: 0}
        self._full = PLAIN
        self._steps: dict[tuple[Style, str], tuple[Style, int]] = {}

    def after(self, parameters: str) -> int:
        """The number of the style after an SGR sequence with these parameters."""
        step = self._steps.get((self._full, parameters))
        if step is None:
            if len(self._steps) > _MOST_STEPS:
                self._steps.clear()
            full = apply_sgr(self._full, parameters)
            reduced = reduce(full, self._profile.depth, self._profile.attributes)
            step = self._steps[self._full, parameters] = (full, self._number(reduced))
        self._full = step[0]
        return step[1]

    def _number(self, reduced: Style) -> int:
        number = self._numbers.get(reduced)
        if number is None:
            shows_in_blanks = reduced.attributes & (UNDERLINE | REVERSE | STRIKE)
            blank = reduced if shows_in_blanks else Style(paper=reduced.paper)
            same = None if blank == reduced else self._number(blank)
            number = self._numbers[reduced] = len(self.reduced)
            self.blanks.append(number if same is None else same)
            self.reduced.append(reduced)
        return number
