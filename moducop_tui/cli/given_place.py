"""The place of an artifact as the command line is given it: a word of it, or, for `-`, typed unseen or on the input.

A URL often carries what gives the right to load it, and every user of a device can read the words of its processes.
"""

from __future__ import annotations

import argparse
import sys

from moducop_tui.cli.output import is_terminal

ON_INPUT = "-"
LENGTH_LIMIT = 8192


def given_place(arguments: argparse.Namespace) -> str | None:
    """The place; None where there is none on the input."""
    place: str = arguments.place
    if place != ON_INPUT:
        return place.strip() or None
    if is_terminal(sys.stdin) and not arguments.json:
        import getpass

        try:
            return getpass.getpass("Path or URL, which is not shown: ").strip() or None
        except EOFError:
            return None
    return (sys.stdin.readline(LENGTH_LIMIT).strip() or None) if sys.stdin is not None else None
