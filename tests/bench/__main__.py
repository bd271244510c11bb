"""``python -m tests.bench [COMMAND...]``: boot a virtual ModuCop and run a command in it on this terminal.

Without a command the console itself starts. ``build`` only builds the image.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from . import inside
from .image import disk_image
from .machine import Machine
from .packages import python_site
from .places import BenchError


def main(argv: list[str]) -> int:
    """Build, boot, run; the command's exit code."""
    began = time.monotonic()
    say("building the image (the first time takes minutes) ...")
    try:
        image = disk_image()
        python_site()
        say(f"{image} after {time.monotonic() - began:.1f} s")
        if argv == ["build"]:
            return 0
        with Machine(image) as machine:
            say(f"up in slot p{machine.slot} after {time.monotonic() - began:.1f} s")
            return _run(machine, argv or ["moducop-tui"])
    except BenchError as error:
        say(str(error))
        return 1


def _run(machine: Machine, command: list[str]) -> int:
    """Run a command inside on this terminal, which stays this one's: job control belongs to the shell outside."""
    # Only what tells about the terminal is let in.
    passed = {
        name: os.environ[name] for name in ("TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES") if name in os.environ
    }
    return subprocess.run(inside.enter(machine.leader, command, passed), check=False).returncode


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"bench: {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
