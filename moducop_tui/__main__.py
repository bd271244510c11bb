"""The program: arguments, then one command, or the console."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from moducop_tui import errors, start_up
from moducop_tui.cli.arguments import parse
from moducop_tui.cli.means import why_too_little
from moducop_tui.cli.output import complain, end_quietly, finish, is_terminal, own_streams, why_unwritten
from moducop_tui.cli.root import why_no_root
from moducop_tui.config import Config, ConfigError, find, load
from moducop_tui.device import Device, real_device, simulated_device
from moducop_tui.root_environment import leave_out_what_others_write

FAILED = 1
"""Exit code of an error of our own."""
USAGE = 2
"""Exit code when what was asked for can't be done as it was asked, as argparse has it."""
UNKNOWN = 3
"""Exit code of `check` in the same case, as monitoring has it."""
INTERRUPTED = 130
NO_TERMINAL = (
    "the console needs a terminal for input and output. For a page of text: moducop-tui status. "
    "Over SSH with a terminal: ssh -t DEVICE moducop-tui"
)


def main(argv: Sequence[str] | None = None, device: Device | None = None) -> int:
    """Run the program and return its exit code. `device` takes the place of the real or the simulated one."""
    start_up.begin()
    own_streams()
    leave_out_what_others_write(os.environ)
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _understood(words, device)
        finish()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = end_quietly()
    except Exception as error:  # noqa: BLE001 - boundary: a person reads this, no traceback may meet them
        code = _failed(error, is_check="check" in words)
    end_quietly()
    return code


def _understood(words: Sequence[str], device: Device | None) -> int:
    """The exit code of what these words ask for."""
    try:
        arguments = parse(words)
    except SystemExit as end:
        misunderstood = end.code == USAGE and "check" in words
        return UNKNOWN if misunderstood else int(end.code or 0)
    return _run(arguments, device)


def _failed(error: Exception, *, is_check: bool) -> int:
    """Say what nobody has foreseen, or that nothing can be said where the output goes."""
    if (unwritten := why_unwritten(error)) is not None:
        end_quietly()
        complain(unwritten)
        return UNKNOWN if is_check else FAILED
    sentence = errors.explained(error)
    if not is_check:
        complain(sentence)
        return FAILED
    from moducop_tui.cli import check

    try:
        return check.unknown(sentence)
    except OSError:
        return UNKNOWN


def _run(arguments: argparse.Namespace, device: Device | None) -> int:
    if arguments.command in ("keys", "pin"):
        return _needs_nothing(arguments.command)
    try:
        path = find(arguments.config)
        config = load(path, arguments.root)
    except ConfigError as error:
        return _refuse(arguments, str(error))
    if arguments.check_config or arguments.tell_unlock:
        from moducop_tui.cli import check_config

        return check_config.tell_unlock(config) if arguments.tell_unlock else check_config.run(path, config)
    if (why := why_no_root(config.root) or why_too_little()) is not None:
        return _refuse(arguments, why)
    if arguments.command is None and not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return _refuse(arguments, NO_TERMINAL)
    if device is None:
        device = simulated_device(config) if arguments.demo else real_device(config, arguments.config)
    return _command(arguments, device, config)


def _needs_nothing(command: str) -> int:
    """Commands that read neither configuration nor device."""
    if command == "pin":
        from moducop_tui.cli import pin

        return pin.run()
    from moducop_tui.cli import keys

    return keys.run()


def _act(arguments: argparse.Namespace, device: Device, config: Config) -> int:
    from moducop_tui.actions.session import authority_of
    from moducop_tui.cli import act

    authority = authority_of(config, device.actions, read_only=arguments.read_only, simulated=device.simulated)
    return act.run(device, config, arguments, authority)


def _command(arguments: argparse.Namespace, device: Device, config: Config) -> int:
    if "action_kind" in arguments:
        return _act(arguments, device, config)
    match arguments.command:
        case "status":
            from moducop_tui.cli import status

            code = status.run(device, as_json=arguments.json)
        case "check":
            from moducop_tui.cli import check

            code = check.run(device)
        case "logs":
            from moducop_tui.cli import logs

            code = logs.run(device, arguments)
        case "history":
            from moducop_tui.cli import history

            code = history.run(device, arguments)
        case "work":
            from moducop_tui.cli import work

            code = work.run(device, arguments.id, config, arguments.config)
        case "line":
            from moducop_tui.cli import line

            code = line.run(arguments, config)
        case _:
            from moducop_tui.cli import console

            code = console.run(device, config, arguments)
    return code


def _refuse(arguments: argparse.Namespace, sentence: str) -> int:
    if arguments.command == "check":
        from moducop_tui.cli import check

        return check.unknown(sentence)
    complain(sentence)
    return USAGE


if __name__ == "__main__":
    sys.exit(main())
