"""What the command line and the configuration wish of the terminal, the command line first."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from moducop_tui.config import Config
from moducop_tui.terminal.wishes import (
    CHARSETS,
    COLOURS,
    Wishes,
    check_baud,
    check_charset,
    check_colours,
    check_size,
    read_wishes,
)

Value = TypeVar("Value")


def add_options(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """Add the options about the terminal; behind a command they leave alone what stood before it."""
    absent = None if top else argparse.SUPPRESS
    group = parser.add_argument_group("the terminal, where it is not what it seems")
    group.add_argument(
        "--colours", type=_checked(check_colours), metavar="NUMBER", default=absent, help=f"{', '.join(COLOURS)}"
    )
    group.add_argument(
        "--charset", type=_checked(check_charset), metavar="NAME", default=absent, help=f"{', '.join(CHARSETS)}"
    )
    group.add_argument(
        "--size", type=_checked(check_size), metavar="SIZE", default=absent, help="columns x rows, such as 80x24"
    )
    group.add_argument(
        "--baud",
        type=_checked(lambda text: check_baud(int(text) if text.isdecimal() else 0)),
        metavar="SPEED",
        default=absent,
        help="it is a serial line of this speed, as behind a console server",
    )


def wishes_of(arguments: argparse.Namespace, config: Config) -> tuple[Wishes, ...]:
    """Both, in the order in which they count."""
    given = arguments.colours, arguments.charset, arguments.size, arguments.baud
    configured = config.terminal_colours, config.terminal_charset, config.terminal_size, config.terminal_baud
    return read_wishes("the command line", *given), read_wishes("the configuration", *configured)


def _checked(check: Callable[[str], Value]) -> Callable[[str], Value]:
    def checked(text: str) -> Value:
        try:
            return check(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{error}, not '{text}'") from error

    return checked
