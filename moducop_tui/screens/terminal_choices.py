"""What can be chosen about the terminal, as a list: colours and characters; the ones that hold now are marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from moducop_tui.pages.picker import Choice, PickerView
from moducop_tui.terminal.detect import COLOUR_WORDS, Detected
from moducop_tui.terminal.profile import Charset
from moducop_tui.terminal.wishes import CHARSETS, COLOURS, Wishes

_NOW = "now"
_COLOURS = "colours "
_CHARSET = "charset "
_CHARSET_WORDS: Mapping[Charset, str] = {
    Charset.ASCII: "ASCII: every terminal shows it",
    Charset.UTF8: "UTF-8: lines and foreign letters",
    Charset.DEC: "DEC: lines of a VT100, letters ASCII",
}


def terminal_view(detected: Detected) -> PickerView:
    """The list as it is now."""
    return PickerView("This terminal", tuple(_choices(detected)))


def _choices(detected: Detected) -> Iterator[Choice]:
    profile = detected.profile
    for word, depth in COLOURS.items():
        name = COLOUR_WORDS[depth]
        yield Choice(f"{name[:1].upper()}{name[1:]}", _COLOURS + word, _NOW if depth is profile.depth else "")
    for word, charset in CHARSETS.items():
        yield Choice(_CHARSET_WORDS[charset], _CHARSET + word, _NOW if charset is profile.charset else "")


def wishes_of(value: str) -> Wishes:
    """What a chosen line wishes."""
    if value.startswith(_COLOURS):
        return Wishes("", colours=COLOURS[value.removeprefix(_COLOURS)])
    return Wishes("", charset=CHARSETS[value.removeprefix(_CHARSET)])
