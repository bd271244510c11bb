"""Which files are offered to be installed, by their names: on a stick, and on the data partition."""

from __future__ import annotations

from collections.abc import Sequence

ENDING = ".mender"
STICK_DEPTH = 5
"""Directories of a stick that are gone through, one below the other."""
SYSTEM_NAMES = frozenset(
    {
        "$recycle.bin", "recycler", "recycled", "system volume information", "$extend",
        "lost+found", "lost.dir", "network trash folder", "temporary items", "#recycle", "@eadir",
    }
)  # fmt: skip
"""Directories that systems make for themselves, in small letters: of Windows, Linux, Android, macOS and of NAS boxes.

What was deleted lies there, and what was found in pieces. Those whose names begin with a dot (`.Trash-1000`,
`.Trashes`, `.Spotlight-V100`) and macOS's second halves of files (`._x.mender`) are hidden as everything of that kind.
"""


def is_for_people(name: str) -> bool:
    """Whether a file or a directory of that name is no system's own, and is not hidden."""
    return bool(name) and not name.startswith(".") and name.casefold() not in SYSTEM_NAMES


def is_artifact_name(name: str) -> bool:
    """Whether a file of that name is taken for an artifact."""
    return is_for_people(name) and name.lower().endswith(ENDING)


def is_offered(parts: Sequence[str], depth: int) -> bool:
    """Whether a file is offered: the names on the way to it, `depth` of them at most, the file's own last."""
    return 0 < len(parts) <= depth and all(map(is_for_people, parts)) and is_artifact_name(parts[-1])
