"""Whether a file system on a raw device is in order: its superblock's own word, and `e2fsck -n`, which writes nothing.

A dirty journal is normal after a power cut, and `e2fsck -n` does not replay it: what it then finds means nothing.
Its exit code is a sum of conditions (man 8 e2fsck), and several of them say nothing about the file system: a feature
that this e2fsck is too old for, no memory, a signal. Damage is what the tool asks about and is not allowed to repair.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from moducop_tui import runner
from moducop_tui.model.foreign import clean
from moducop_tui.sources.ext_superblock import Superblock

TOOL = "e2fsck"
_SECONDS = 90.0
_CORRECTED, _UNCORRECTED, _GAVE_UP, _CANCELLED = 1 | 2, 4, 8, 32
"""Bits of its exit code that are looked at; 16 is a wrong call of it, 128 a library that it lacks."""
_ANSWERED = re.compile(r"\S.*[?]\s+(no|yes)\b|.*\bIGNORED\.\s*$")
"""What it asks about a thing that it found, and what it passes over."""
_QUOTA = ("Update quota info", "[QUOTA WARNING]")
_UNSUPPORTED = re.compile(r"has unsupported feature\(s\): ([^\n]*)")
_TOO_OLD = ("Get a newer version of e2fsck", "unsupported checksum type", "unsupported inode size", "Unknown checksum")
_NO_WORD = "no word of what"
_NO_SUPERBLOCK = "The superblock could not be read or does not describe a valid"
_TIMES = (0x2C, 0x30, 0x40)
"""Where the superblock has when it was mounted, written and checked last."""
_BANNER = re.compile(rf"{TOOL} [0-9]")
_NOISE = ("e2fsck ", "Pass ", "Fix?", "Clear?", "WARNING", "Warning", "The filesystem size", "The physical size")


@dataclass(frozen=True, slots=True)
class Order:
    """Whether it is in order; None: can't be told. `words` say how that is known."""

    clean: bool | None
    words: str


def check_file_system(path: Path, superblock: Superblock) -> Order:
    """The verdict over the file system on a device that is not mounted."""
    if superblock.has_errors or superblock.error_count:
        count = superblock.error_count
        times = f" {count} times" if count > 1 else ""
        return Order(False, f"the kernel has met damage in it{times}, as its superblock notes")
    if superblock.needs_recovery:
        return Order(None, "its journal is not replayed (the power went while it was in use), so nobody can check it")
    return _ask_tool(path, superblock)


def _ask_tool(path: Path, superblock: Superblock) -> Order:
    try:
        # Another clock than the file system's would make it complain of times in the future: it is given a late one.
        finished = runner.run([TOOL, "-f", "-n", str(path)], _SECONDS, {"E2FSCK_TIME": str(_late(superblock))})
    except runner.CommandNotFoundError:
        return _untold(f"{TOOL} is not installed to look further")
    except runner.CommandError as error:
        return _untold(clean(str(error), 120).rstrip("."))
    return judge(finished)


def judge(finished: runner.Finished) -> Order:
    """What an ended `e2fsck -n` has found."""
    if finished.code == 0:
        return Order(True, f"{TOOL} -n finds nothing wrong")
    too_old = _too_old(f"{finished.out}\n{finished.err}")
    if too_old is not None:
        return _untold(too_old)
    asked = [line.strip() for line in finished.out.split("\n") if _ANSWERED.match(line.strip())]
    if finished.code == _UNCORRECTED and asked and all(line.startswith(_QUOTA) for line in asked):
        return Order(True, f"{TOOL} -n finds nothing wrong but its counts of quota")
    damage = _damage(finished, asked=bool(asked))
    return _untold(_failure(finished)) if damage is None else Order(False, f"{TOOL} -n finds damage: {damage}")


def _too_old(said: str) -> str | None:
    unsupported = _UNSUPPORTED.search(said)
    if unsupported is None and not any(words in said for words in _TOO_OLD):
        return None
    feature = "" if unsupported is None else f" of it: {clean(unsupported[1].strip(), 60)}"
    return f"this {TOOL} is too old for a feature{feature}"


def _damage(finished: runner.Finished, *, asked: bool) -> str | None:
    """The damage that it tells of, None where it tells of none. The bits of a code by a signal mean nothing."""
    if _NO_SUPERBLOCK in finished.out:
        return _last(finished.err)
    told = finished.code >= 0 and bool(finished.code & _UNCORRECTED)
    return _complaint(finished.out) if told and (asked or finished.code == _UNCORRECTED) else None


def _failure(finished: runner.Finished) -> str:
    code = finished.code
    if code > 0 and code & _CANCELLED:
        return f"{TOOL} was cancelled (exit {code})"
    if 0 < code <= _CORRECTED:
        return f"{TOOL} -n says that it has corrected something (exit {code}), which it was not allowed to"
    return f"{TOOL} failed (exit {code}): {_last(finished.err)}"


def _untold(why: str) -> Order:
    return Order(None, f"left in order by its superblock; {why}")


def _last(errors: str) -> str:
    """The last line, without the tool's own advice."""
    lines = [line.strip() for line in errors.split("\n") if line.strip() and not _BANNER.match(line)]
    return clean((lines[-1] if lines else "no reason given").removeprefix(f"{TOOL}: "), 100).rstrip(" .")


def _late(superblock: Superblock) -> int:
    times = [int.from_bytes(superblock.raw[offset : offset + 4], "little") for offset in _TIMES]
    return max(int(time.time()), *times) + 1


def _complaint(output: str) -> str:
    """The first line that says what is wrong."""
    lines = (line.strip() for line in output.split("\n"))
    found = next((line for line in lines if line and not line.startswith(_NOISE) and "****" not in line), _NO_WORD)
    return clean(found, 100).removesuffix("Fix? no").rstrip(" .")
