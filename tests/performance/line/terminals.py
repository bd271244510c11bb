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

    @property
    def environment(self) -> dict[str, str]:
        """Locale and colours as a login on such a terminal has them; nothing of the machine that measures."""
        return {"TERM": self.name, "LANG": "C.UTF-8" if self.utf8 else "C", "LC_ALL": "", "COLORTERM": ""}


TERMINALS = (
    Terminal("vt102", utf8=False),
    Terminal("vt220", utf8=False),
    Terminal("linux", utf8=True),
    Terminal("xterm-256color", utf8=True),
    Terminal("screen", utf8=True),
)
