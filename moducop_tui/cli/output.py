"""How commands write: plain text that any terminal, pipe or mail can carry."""

from __future__ import annotations

import os
import select
import sys
import unicodedata

BROKEN_PIPE = 141
"""What a shell reports of a program that SIGPIPE ended."""


def complain(sentence: str) -> None:
    """Say on standard error why a command does not do what was asked."""
    print(f"moducop-tui: {sentence}", file=sys.stderr)


def plain_ascii(text: str) -> str:
    """Text in ASCII alone: letters lose their accents, what has no ASCII letter becomes a question mark."""
    if text.isascii():
        return text
    return "".join(_ascii_of(character) for character in text)


def reader_is_gone() -> bool:
    """Whether nobody reads standard output any more; a follower that has nothing to write would not notice."""
    try:
        poller = select.poll()
        poller.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poller.poll(0))
    except (OSError, ValueError):
        return False  # standard output is no descriptor


def end_quietly() -> int:
    """After a broken pipe: keep Python from complaining again when it flushes at its end."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
    return BROKEN_PIPE


def _ascii_of(character: str) -> str:
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return character if character.isascii() else letters or "?"
