"""The command line (facts 1.1; transcripts cpp40 D, cpp51 D, misc40 a, misc51 a)."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field

from . import places
from .client import DONE, FAILED
from .client_4_0 import Client40
from .client_5_1 import Client51
from .journal import ClientError, Journal, say
from .memory import Memory
from .personality import PERSONALITIES, Personality
from .process_title import take_title

_WHAT = {
    "install": "Mender Artifact to install - local file or a URL",
    "resume": "Resume an interrupted installation",
    "commit": "Commit current Artifact. Returns (2) if no update in progress",
    "rollback": "Rollback current Artifact. Returns (2) if no update in progress",
    "show-artifact": "Print the current artifact name to the command line and exit",
    "show-provides": "Print the current provides to the command line and exit",
    "daemon": "Start the client as a background service",
}
_HELP = ("--help, -h", "Show help and exit")
_REBOOT = ("--reboot-exit-code", "Return exit code 4 if a manual reboot is required after", "the Artifact installation")
_STOP = ("--stop-before", "Stop before this state")


@dataclass
class Options:
    """What was typed."""

    command: str = ""
    source: str | None = None
    tell_reboot: bool = False
    stop_before: list[str] = field(default_factory=list)
    wants_help: bool = False


class UsageError(Exception):
    """What is wrong with the command line; the command whose help is shown, empty for the whole program's."""

    def __init__(self, why: str, command: str) -> None:
        super().__init__(why)
        self.command = command


def main(words: list[str]) -> int:
    """The exit code."""
    take_title(["mender-update", *words])
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # misc51 b: a signal kills it where it stands
    personality = PERSONALITIES[places.PERSONALITY.read_text().strip()]
    if words == ["--version"]:
        say(personality.version)
        return DONE
    journal = Journal()
    try:
        options = _parse(words, personality)
    except UsageError as error:
        _show_usage(error.command, personality)
        journal.not_fulfilled(f"Invalid options given: {error}")
        return FAILED
    if options.wants_help:
        _show_usage(options.command, personality)
        return DONE
    return _perform(options, personality, journal)


def _perform(options: Options, personality: Personality, journal: Journal) -> int:
    if options.command == "daemon":  # it has no server to ask: it is only there, to be found and stopped
        signal.pause()
        return DONE
    if options.command.startswith("show-"):
        memory = Memory(journal)
        memory.ensure_name()
        provides = memory.provides()
        if options.command == "show-artifact":
            say(provides["artifact_name"])
        else:
            say(*(f"{name}={provides[name]}" for name in sorted(provides, reverse=True)))
        return DONE
    if personality.knows_stop_before:
        return _perform_5_1(options, Client51(personality, journal, tuple(options.stop_before)))
    client = Client40(personality, journal)
    if options.command == "install":
        return client.run(lambda: client.install(str(options.source), tell_reboot=options.tell_reboot))
    return client.run(client.commit if options.command == "commit" else client.rollback)


def _perform_5_1(options: Options, client: Client51) -> int:
    match options.command:
        case "install":
            return client.run(lambda: client.install(str(options.source), tell_reboot=options.tell_reboot))
        case "resume":
            return client.run(lambda: client.resume(tell_reboot=options.tell_reboot))
        case "commit":
            return client.run(client.commit)
        case _:
            return client.run(client.rollback)


def _parse(words: list[str], personality: Personality) -> Options:
    if not words:
        raise UsageError("Need an action", "")
    options = Options()
    left = list(words)
    if left[0] in {"--help", "-h"}:
        return Options(wants_help=True)
    options.command = left.pop(0)
    if options.command not in _WHAT or (options.command == "resume" and not personality.knows_stop_before):
        raise UsageError(f"No such action: {options.command}", "")
    known = {words[0] for words in _options(options.command, personality)}
    while left:
        word = left.pop(0)
        if word in {"--help", "-h"}:
            options.wants_help = True
        elif word.startswith("-") and word not in known:
            raise UsageError(f"Unrecognized option '{word}'", options.command)
        elif word == "--reboot-exit-code":
            options.tell_reboot = True
        elif word == "--stop-before":
            if not left:
                raise UsageError("Option --stop-before missing value", options.command)
            options.stop_before.append(left.pop(0))
        elif options.command != "install" or options.source is not None:
            raise UsageError(f"Too many arguments: {word}", options.command)
        else:
            options.source = word
    if options.command == "install" and options.source is None and not options.wants_help:
        raise UsageError("Need a path to an artifact", options.command)
    return options


def _options(command: str, personality: Personality) -> list[tuple[str, ...]]:
    """The options of a command, as they stand in its help: their names, then what they mean."""
    found: list[tuple[str, ...]] = []
    if command in {"install", "resume"}:
        found.append(_REBOOT)
    if personality.knows_stop_before and command in {"install", "resume", "commit", "rollback"}:
        found.append(_STOP)
    return [*found, _HELP]


def _show_usage(command: str, personality: Personality) -> None:
    """Word for word where a transcript has all of it (misc40 a: `install` and `commit`), else in the same form."""
    if not command:
        say("NAME:", "   mender-update - manage and start Mender Update", "", "COMMANDS:")
        say(
            *(f"   {name}  {what}" for name, what in _WHAT.items() if name != "resume" or personality.knows_stop_before)
        )
        return
    say("NAME:", f"   mender-update {command} - {_WHAT[command]}", "", "OPTIONS:")
    options = _options(command, personality)
    width = max(len(words[0]) for words in options)
    for name, *meaning in options:
        for number, line in enumerate(meaning):
            say(f"   {name if number == 0 else '':<{width}}  {line}")


__all__ = ["ClientError", "main"]
