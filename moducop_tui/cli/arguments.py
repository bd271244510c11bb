"""The command line: which command, and what all commands understand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from moducop_tui import __version__
from moducop_tui.cli.action_arguments import add_action_commands
from moducop_tui.cli.output import one_line
from moducop_tui.cli.root import root_of
from moducop_tui.cli.schema import PrintSchema
from moducop_tui.cli.terminal_wishes import add_options

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_EPILOG = """\
Without a command the console opens. --demo, --root and --config also work behind a command.
Over a connection without a terminal: ssh DEVICE moducop-tui status
"""

PRIORITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
"""Names of syslog's priorities, 0 to 7, as journalctl takes them."""
MOST_LINES = 1_000_000


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; ends the program, as argparse does, for --help, --version and what can't be understood."""
    return make_parser().parse_args(argv)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are clean: they quote what was typed, and a script may have put it together."""

    def error(self, message: str) -> NoReturn:
        super().error(one_line(message))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Nothing where both streams are closed: there the argparse of Debian's Python, which a bundle has, fails."""
        stream = file or sys.stderr
        if stream is not None:
            super()._print_message(message, stream)


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands. Attribute `command` is None for the console."""
    parser: argparse.ArgumentParser = _Parser(
        prog="moducop-tui",
        description="The device console of a Ci4Rail ModuCop.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[_shared(top=True)],
    )
    parser.add_argument("--version", action="version", version=f"moducop-tui {__version__}")
    add_options(parser, top=True)
    parser.add_argument("--read-only", action="store_true", help="the console only shows, and can't be unlocked")
    parser.add_argument("--check-config", action="store_true", help="say whether the configuration is correct, and end")
    parser.add_argument("--tell-unlock", action="store_true", help=argparse.SUPPRESS)  # for the program of the getty
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    status = _command(commands, "status", "one page of text about the whole device")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.add_argument("--schema", action=PrintSchema, nargs=0, help="print the JSON Schema of that, and end")
    _command(commands, "check", "one line a problem; ends with 0 well, 2 critical, else 1 warning, else 3 unknown")
    _add_logs(_command(commands, "logs", "the journal, filtered"))
    _command(commands, "keys", "the keys of the console")
    history = _command(commands, "history", "what was done to this device, by whom and why, and how it ended")
    history.add_argument("--json", action="store_true", help="as JSON")
    history.add_argument("--count", "-n", metavar="COUNT", type=_count, default=20, help="the newest COUNT (20)")
    _command(commands, "pin", "make the hash of a PIN for the configuration")
    add_action_commands(lambda name, words: _command(commands, name, words))
    _add_work(_hidden(commands, "work"))
    _add_line(_command(commands, "line", "what is known of this terminal, what its line carries, a test card"))
    return parser


def _shared(*, top: bool) -> argparse.ArgumentParser:
    """Options that may stand before or behind the command; behind it they leave alone what stood before it."""
    shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    absent = argparse.SUPPRESS
    shared.add_argument(
        "--demo", action="store_true", default=False if top else absent, help="show a simulated ModuCop"
    )
    shared.add_argument(
        "--root",
        type=root_of,
        metavar="DIR",
        default=Path("/") if top else absent,
        help="look at the device whose root is DIR",
    )
    shared.add_argument(
        "--config", type=Path, metavar="FILE", default=None if top else absent, help="read this configuration"
    )
    return shared


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=words, description=words + ".", allow_abbrev=False, parents=[_shared(top=False)]
    )


def _hidden(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> argparse.ArgumentParser:
    """A command that only the console itself starts: the help does not list it."""
    return commands.add_parser(name, allow_abbrev=False, parents=[_shared(top=False)])


def _add_work(work: argparse.ArgumentParser) -> None:
    either = work.add_mutually_exclusive_group(required=True)
    either.add_argument("id", nargs="?")
    either.add_argument("--put-back", action="store_true")


def _add_logs(logs: argparse.ArgumentParser) -> None:
    logs.add_argument("--unit", "-u", metavar="UNIT", help="only of this systemd unit")
    logs.add_argument("--container", "-c", metavar="NAME", help="only of this container")
    logs.add_argument("--kernel", "-k", action="store_true", help="only of the kernel")
    logs.add_argument(
        "--priority",
        "-p",
        metavar="LEVEL",
        type=_priority,
        default=7,
        help="this priority and more urgent ones: 0 to 7, or emerg alert crit err warning notice info debug",
    )
    boots = logs.add_mutually_exclusive_group()
    boots.add_argument("--boot", "-b", metavar="BOOT", help="of a boot by its id, or -1 for the one before this")
    boots.add_argument("--all-boots", action="store_true", help="of every boot that the journal keeps")
    logs.add_argument("--lines", "-n", metavar="COUNT", type=_count, default=100, help="the newest COUNT entries (100)")
    logs.add_argument("--follow", "-f", action="store_true", help="go on with what comes, until Ctrl-C")
    logs.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_line(line: argparse.ArgumentParser) -> None:
    line.add_argument("--json", action="store_true", help="as JSON, without the test card")
    line.add_argument("--card", action="store_true", help="only the test card, in the whole screen until a key")
    add_options(line, top=False)


def _priority(text: str) -> int:
    if text in PRIORITIES:
        return PRIORITIES.index(text)
    if len(text) == 1 and text in "01234567":
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no priority: 0 to 7, or one of {' '.join(PRIORITIES)}")


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > len(str(MOST_LINES)) or int(text) > MOST_LINES:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 0 to {MOST_LINES}")
    return int(text)
