"""Reads what the real clients printed (tests/bench/recorded/transcripts): sections of commands and looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

RECORDED: Final = Path(__file__).parent.parent / "recorded/transcripts"


@dataclass
class Command:
    """A command, and how it ended. ``stderr`` with its line ends; ``\\r`` is written out in it."""

    text: str
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    exit: int = 0


@dataclass
class Environment:
    """What fw_printenv said."""

    values: dict[str, str]


@dataclass
class Store:
    """Keys and values of `mender-store`; None when there is no such file."""

    values: dict[str, str] | None = field(default_factory=dict)


@dataclass
class Reboot:
    """Off and on: what U-Boot decided, in words."""

    lines: list[str] = field(default_factory=list)


Event: TypeAlias = Command | Environment | Store | Reboot


@dataclass
class Section:
    """One scenario."""

    title: str
    events: list[Event] = field(default_factory=list)


def read(name: str) -> list[Section]:
    """All sections of a transcript; one without a heading has the file's name."""
    sections: list[Section] = []
    for line in (RECORDED / f"{name}.txt").read_text().splitlines():
        if line.startswith("### "):
            sections.append(Section(line.removeprefix("### ")))
        elif line.strip() or (sections and sections[-1].events):
            if not sections:
                sections.append(Section(name))
            _take(line, sections[-1].events)
    return sections


def _take(line: str, events: list[Event]) -> None:
    if line.startswith("# "):
        events.append(Command(line.removeprefix("# ")))
    elif line.startswith("[env] "):
        events.append(Environment(dict(word.split("=", 1) for word in line.split()[1:])))
    elif line == "[mender-store]":
        events.append(Store())
    elif line == "[reboot]":
        events.append(Reboot())
    elif line.startswith("  "):
        _continue(line[2:], events[-1])


def _continue(text: str, event: Event) -> None:
    match event:
        case Reboot():
            event.lines.append(text)
        case Store():
            if text == "mender-store: absent":
                event.values = None
            elif event.values is not None and " = " in text:
                name, _, value = text.partition(" = ")
                event.values[name] = value
        case Command() if text.startswith("stdout| "):
            event.stdout.append(text.removeprefix("stdout| "))
        case Command() if text.startswith("stderr| "):
            event.stderr.append(text.removeprefix("stderr| "))
        case Command() if text.startswith("exit "):
            event.exit = int(text.removeprefix("exit "))
        case _:
            raise ValueError(f"not understood: {text}")


_RECORD: Final = re.compile(r'record_id=\d+ severity=(\w+) time="[^"]*" name="Global" msg="(.*?)" $', re.MULTILINE)
_PERCENT: Final = re.compile(r"(?:\\r(?:\d+%|\.\.\.))+")


_SHELLS_WORDS: Final = frozenset({"Killed", "Terminated", "Hangup"})
"""The shell's, not the client's, and the shell does not always say them; the exit code does."""


@dataclass(frozen=True)
class Said:
    """What stderr says, without what differs from run to run: times, process numbers, checksums, how lines came in
    pieces, and where in the middle a progress was cut off."""

    progress: str
    records: tuple[tuple[str, str], ...]
    module: str
    rest: tuple[str, ...]


def understand(text: str) -> Said:
    """Make comparable what a transcript or a run has on stderr, ``\\r`` written out."""
    progress = ""
    if found := _PERCENT.search(text):
        last = found[0].rsplit("\\r", 1)[1]
        progress = "to its end" if last == "100%" else "cut off"
        text = text.replace(found[0], "")
    records, module = [], ""
    for severity, message in _RECORD.findall(text):
        if message.startswith("Update Module output"):
            module += message.partition(": ")[2].replace("{...}", "")
        else:
            records.append((severity, mask(message)))
    lines = [line for line in _RECORD.sub("", text).splitlines() if line.strip()]
    rest = [mask(line) for line in lines if line not in _SHELLS_WORDS]
    return Said(progress, tuple(records), module, tuple(rest))


def mask(text: str) -> str:
    """Without checksums, process numbers and milliseconds."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "SHA256", text)
    text = re.sub(r"PID \d+", "PID", text)
    text = re.sub(r"^(\d+%)? *\d+ (/bin/sh|cat) ", r"\2 ", text)
    text = re.sub(r'time="[^"]*"', "TIME", text)
    return re.sub(r"\b\d+ ms$", "MS", text)


def usage_cut(lines: list[str]) -> Iterator[str]:
    """A help's first two lines only: the transcripts leave out most of the longer ones."""
    seen = False
    for number, line in enumerate(lines):
        if line == "NAME:":
            seen = True
            yield from lines[number : number + 2]
        elif not seen:
            yield line
