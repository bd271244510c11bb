"""`moducop-tui pin`: makes the hash of a PIN, as the configuration keeps it."""

from __future__ import annotations

import getpass
import sys
import warnings

from moducop_tui.actions.pin import make_hash, unfit
from moducop_tui.cli.output import complain
from moducop_tui.config import DEFAULT_PATHS


def run() -> int:
    """Ask twice, without echo, and print the lines for the configuration."""
    if sys.stdin is None:
        complain("a PIN is typed, on a terminal: standard input is closed.")
        return 1
    warnings.simplefilter("ignore", getpass.GetPassWarning)  # names a line of Python; the other sentence of it suffices
    try:
        pin = getpass.getpass("New PIN: ")
        if (sentence := unfit(pin)) is not None:
            complain(sentence)
            return 1
        if getpass.getpass("The same again: ") != pin:
            complain("the two are not the same. Nothing was made; try again.")
            return 1
    except (EOFError, OSError, UnicodeDecodeError):
        complain("a PIN is typed, on a terminal.")
        return 1
    print(f"# Two lines for {DEFAULT_PATHS[0]} or {DEFAULT_PATHS[1]},")
    print("# which only root may read: chmod 600")
    print('unlock = "pin"')
    print(f'unlock_pin = "{make_hash(pin)}"')
    return 0
