"""How commands write: plain text that any terminal, pipe or mail can carry."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import sys
import unicodedata
from typing import TextIO

from moducop_tui.model.foreign import clean

BROKEN_PIPE = 141
"""What a shell reports of a program that SIGPIPE ended."""
_LINE_LIMIT = 20_000
"""Characters of a line that is written; several texts may stand in one."""
NO_ROOM = "the output can't be written: no space is left where it goes."
_UNWRITABLE = "the output can't be written where it goes: {reason}."


def own_streams() -> None:
    """Let descriptors 0 to 2 lead nowhere where the caller closed them: else the next file that is opened gets one."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # the lowest that is free, and that is this one


def complain(sentence: str) -> None:
    """Say on standard error why a command does not do what was asked; a word of the command line may stand in it."""
    if sys.stderr is None:  # closed before the start; print would take standard output for it
        return
    try:
        print(f"moducop-tui: {one_line(sentence)}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        silence(sys.stderr)


def one_line(text: str) -> str:
    """Text as it may be written on any terminal, whatever it was made of: one line, no control character.

    What comes from the device is clean by now; what comes from the command line, the environment or the configuration
    is not, nor is what a source has overlooked.
    """
    return text if text.isprintable() else clean(text, _LINE_LIMIT)


def plain_ascii(text: str) -> str:
    """`one_line` in ASCII alone: letters lose their accents, what has no ASCII letter becomes a question mark."""
    text = one_line(text)
    if text.isascii():
        return text
    return "".join(_ascii_of(character) for character in text)


def reader_is_gone() -> bool:
    """Whether nobody reads standard output any more; a follower that has nothing to write would not notice."""
    if sys.stdout is None:
        return True  # closed before the start
    try:
        poller = select.poll()
        poller.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poller.poll(0))
    except (OSError, ValueError):
        return False  # standard output is no descriptor


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at its other end; a stream that was closed before the start is none at all."""
    return stream is not None and stream.isatty()


def finish() -> None:
    """Write what is still buffered here, where a reader that has gone or a full disk can be answered."""
    if sys.stdout is not None:  # closed before the start
        sys.stdout.flush()


def why_unwritten(error: Exception) -> str | None:
    """A sentence where standard output can't be written: a full disk, a terminal that is gone, a descriptor to read.

    None for anything else; errors of files of our own come with their names.
    """
    if not isinstance(error, OSError) or error.filename is not None:
        return None
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return NO_ROOM
    return _UNWRITABLE.format(reason=error.strerror) if error.errno in {errno.EBADF, errno.EIO} else None


def end_quietly() -> int:
    """After a broken pipe or on a full disk: keep Python from complaining again when it flushes at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            silence(stream)
    return BROKEN_PIPE


def silence(stream: TextIO) -> None:
    """Let a stream that can't be written lead nowhere."""
    try:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
    except (OSError, ValueError):
        return  # it is no descriptor


def _ascii_of(character: str) -> str:
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return character if character.isascii() else letters or "?"
