"""The environment: what the login has said in it, and what Textual is told by it before it is imported."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import MappingProxyType

from moducop_tui.terminal.sizes import MOST

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_FPS": "120",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_COLOR_SYSTEM": "256",
    }
)
"""Each is read once, when Textual is imported (textual/constants.py)."""
_LONGEST_NUMBER = 6
_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python puts into LC_CTYPE by itself where the locale is C (PEP 538)."""
GIVEN = Path("/proc/self/environ")
"""The environment that the process was started with; what it has changed since is not in it (proc(5))."""


def as_given(environment: Mapping[str, str], given: Path = GIVEN) -> dict[str, str]:
    """The environment without the LC_CTYPE that is Python's own: with it every login would seem to speak UTF-8.

    Where what was given can't be read, an LC_CTYPE that may be Python's is not believed.
    """
    said = dict(environment)
    if said.get("LC_CTYPE") in _COERCED and not said.get("LC_ALL"):
        del said["LC_CTYPE"]
        try:
            words = given.read_bytes().split(b"\0")
        except OSError:
            words = []
        for word in words:
            name, _, value = word.partition(b"=")
            if name == b"LC_CTYPE":
                said["LC_CTYPE"] = value.decode("utf-8", "replace")
    return said


def prepare(environment: MutableMapping[str, str], *, serial: bool) -> None:
    """Set what the person has not set.

    NO_COLOR is taken away: the terminal's profile knows it and sends no colour, while Textual's own filter for it makes
    greys and dies of a blank without a style (textual/filter.py, `monochrome_style`).

    On a serial line COLUMNS and LINES are taken away: they are left over from a shell that did not know the terminal
    either, and would hide its real size. Elsewhere, where they are none that a terminal can have.
    """
    for name, value in SETTINGS.items():
        environment.setdefault(name, value)
    environment.pop("NO_COLOR", None)
    for name in ("COLUMNS", "LINES"):
        said = environment.get(name, "")
        if serial or not (said.isascii() and said.isdigit() and len(said) < _LONGEST_NUMBER and int(said) <= MOST):
            environment.pop(name, None)
