"""Whether a file system on a raw device is in order: its superblock's own word, and `e2fsck -n`, which writes nothing.

A dirty journal is normal after a power cut, and `e2fsck -n` does not replay it: what it then finds means nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from moducop_tui import runner
from moducop_tui.model.foreign import clean
from moducop_tui.sources.ext_superblock import Superblock

TOOL = "e2fsck"
_SECONDS = 90.0
_UNCORRECTED, _GAVE_UP = 4, 8
"""Bits of its exit code: errors that it was not allowed to correct, and too many of them to go on (man 8 e2fsck)."""
_TIMES = (0x2C, 0x30, 0x40)
"""Where the superblock has when it was mounted, written and checked last."""
_NOISE = ("e2fsck ", "Pass ", "Fix?", "Clear?", "WARNING", "Warning")


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
        return Order(None, f"left in order by its superblock; {TOOL} is not installed to look further")
    except runner.CommandError as error:
        return Order(None, f"left in order by its superblock; {clean(str(error), 120).rstrip('.')}")
    if finished.code == 0:
        return Order(True, f"{TOOL} -n finds nothing wrong")
    if finished.code in {_UNCORRECTED, _UNCORRECTED | _GAVE_UP}:
        return Order(False, f"{TOOL} -n finds damage: {_complaint(finished.out)}")
    said = clean((finished.err.strip().split("\n")[-1] or "no reason given"), 100)
    return Order(None, f"left in order by its superblock; {TOOL} failed (exit {finished.code}): {said}")


def _late(superblock: Superblock) -> int:
    times = [int.from_bytes(superblock.raw[offset : offset + 4], "little") for offset in _TIMES]
    return max(int(time.time()), *times) + 1


def _complaint(output: str) -> str:
    """The first line that says what is wrong."""
    lines = (line.strip() for line in output.split("\n"))
    found = next((line for line in lines if line and not line.startswith(_NOISE)), "no word of what")
    return clean(found, 100).removesuffix("Fix? no").rstrip(" .")
