"""A process beside each run of the bench that takes everything away however the run ends."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from . import leftovers


class Watcher:
    """Holds one end of a pipe; when it closes, by ``end`` or by the owner's death, the run is cleared."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def end(self) -> None:
        """Clear now, and return when it is done."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()


def start_watcher(run_dir: Path) -> Watcher:
    """Start the watcher of a run directory, in a session of its own so that no ^C reaches it."""
    script = Path(leftovers.__file__)
    process = subprocess.Popen(
        [sys.executable, "-I", script, run_dir], stdin=subprocess.PIPE, start_new_session=True, cwd="/"
    )
    return Watcher(process)
