"""Kinds of terminal at the end of the line, by the name in TERM."""

from __future__ import annotations

from dataclasses import dataclass

RATES = {115200: 11520, 9600: 960}
"""Bytes a second by baud: eight bits, no parity, one stop bit are ten bits on the wire."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A name in TERM, and the settings that make programs send what such a terminal is sent."""

    name: str
    utf8: bool
    charset: str | None = None
    """What our console is told to draw with, where it could not find that out."""
    colours: str | None = None
    """The same for its colours."""

    @property
    def term(self) -> str:
        """What TERM says."""
        return self.name.partition(",")[0]

    @property
    def environment(self) -> dict[str, str]:
        """Locale and colours as a login on such a terminal has them; nothing of the machine that measures."""
        return {"TERM": self.term, "LANG": "C.UTF-8" if self.utf8 else "C", "LC_ALL": "", "COLORTERM": ""}


TERMINALS = (
    Terminal("vt102", utf8=False),
    Terminal("vt220", utf8=False),
    Terminal("linux", utf8=True),
    Terminal("xterm-256color", utf8=True),
    Terminal("screen", utf8=True),
)
FORCED = (
    Terminal("vt220, DEC graphics", utf8=False, charset="dec"),
    Terminal("vt220, no colour", utf8=False, colours="none"),
    Terminal("xterm-256color, 16 colours", utf8=True, colours="16"),
    Terminal("xterm-256color, true colour", utf8=True, colours="true"),
)
"""Profiles that only who sits there can choose."""
