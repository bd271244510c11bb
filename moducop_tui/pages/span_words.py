"""How long something took, in words."""

from __future__ import annotations

from moducop_tui.units import HOUR, MINUTE, text_of


def span_words(seconds: float | None) -> str:
    """A time that an action or a step took: `8 s`, `1 min 12 s`, `2 h 05 min`; `?` where a clock was set back."""
    if seconds is None or seconds < 0:
        return text_of(None)
    if 0 < seconds < 1:
        return "<1 s"
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
