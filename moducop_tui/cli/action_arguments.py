"""The commands that change the device: the same actions as on the console's keys, and their options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every start of the console makes this parser: the model of actions is loaded when one is asked for
    from moducop_tui.model.plan import Action

AddCommand = Callable[[str, str], argparse.ArgumentParser]
"""Makes the parser of a command from its name and its words in the help."""

_SUBJECTS = ("container", "app")
_ARTIFACT = "a path, stick:/dev/sda1:PATH, or a URL; - reads it from the input, where no process list shows its secrets"
_PLAIN = (
    ("commit", "commit", "keep the update that is on trial"),
    ("rollback", "rollback", "give up the pending update and return to what was before"),
    ("resume", "resume", "go on with what Mender's client has begun"),
    ("keep", "keep", "after a commit that was cut short: keep the slot that runs"),
    ("confirm", "confirm", "keep the slot that was switched to by hand"),
    ("disarm", "disarm", "take back what boots next, before the reboot"),
    ("reboot", "reboot", "reboot"),
    ("poweroff", "power off", "switch off"),
)
"""Commands that need no subject."""
_OF_APPS = (
    ("restart", "restart", "restart a container or a whole app"),
    ("stop", "stop", "stop a container or a whole app"),
    ("start", "start", "start a container or a whole app"),
)


def add_action_commands(add: AddCommand) -> None:
    """Add all commands; each sets `action_kind`, a word of `model.plan.ActionKind`."""
    install = _with_options(add("install", "install a Mender artifact from a file, a USB stick or a URL"))
    install.add_argument("place", metavar="ARTIFACT", help=_ARTIFACT)
    install.set_defaults(action_kind="install")
    switch = _with_options(add("switch", "boot the other slot once; it comes back by itself unless it is confirmed"))
    switch.add_argument("slot", choices=("A", "B"), help="the slot to be tried")
    switch.set_defaults(action_kind="switch")
    repair = _with_options(add("repair", "put right what Mender remembers, or what an interrupted app update left"))
    repair.add_argument("app", nargs="?", metavar="APP", help="the app; without it Mender's memory")
    repair.set_defaults(action_kind="repair")
    previous = _with_options(add("previous", "bring an app back to the version that its last update left"))
    previous.add_argument("app", metavar="APP")
    previous.set_defaults(action_kind="previous")
    for name, kind, words in _OF_APPS:
        parser = _with_options(add(name, words))
        parser.add_argument("what", choices=_SUBJECTS)
        parser.add_argument("name", metavar="NAME")
        parser.set_defaults(action_kind=kind)
    for name, kind, words in _PLAIN:
        _with_options(add(name, words)).set_defaults(action_kind=kind)


def action_of(arguments: argparse.Namespace) -> Action:
    """The action that the arguments ask for."""
    from moducop_tui.model.plan import Action, ActionKind

    kind = ActionKind(arguments.action_kind)
    if kind is ActionKind.INSTALL:
        from moducop_tui.cli.given_place import given_place

        return Action(kind, given_place(arguments))
    if kind is ActionKind.SWITCH:
        return Action(kind, arguments.slot)
    if kind in (ActionKind.REPAIR, ActionKind.PREVIOUS):
        return Action(kind, f"app {arguments.app}" if arguments.app else None)
    if kind in (ActionKind.RESTART, ActionKind.STOP, ActionKind.START):
        return Action(kind, f"{arguments.what} {arguments.name}")
    return Action(kind)


def _with_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--dry-run", action="store_true", help="print the plan, and do nothing")
    parser.add_argument("--json", action="store_true", help="plan and outcome as JSON")
    parser.add_argument("--yes", action="store_true", help="confirm the plan, whatever it would have typed")
    parser.add_argument("--reason", metavar="TEXT", help="why; needed for what interrupts service")
    parser.add_argument(
        "--override", metavar="WORD", action="append", default=[],
        help="go on against a precondition that is not met; the plan says the word",
    )  # fmt: skip
    parser.add_argument("--detach", action="store_true", help="do not wait for its end")
    return parser
