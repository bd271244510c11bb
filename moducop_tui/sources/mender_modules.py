"""Whether the update module for apps supports a rollback: asked of the module itself (device facts 0).

The first generation commits by itself, the later ones wait for a commit; no version number tells which one is there.
"""

from __future__ import annotations

import os

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.sources.mender_processes import MODULES

APP_MODULE = f"{MODULES}app"
_QUESTION = "SupportsRollback"
_TIMEOUT = 5.0
_ANSWERS = {"Yes": True, "No": False}


class RollbackAsker:
    """Asks the module only when its file is another one than before, and only as root, as Mender does."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._asked: tuple[int, int] | None = None
        self._answer: bool | None = None

    def ask(self) -> bool | None:
        """Its answer; None where there is no such module, or where it gave none."""
        if not self._host.is_this_machine or os.geteuid() != 0:
            return None
        try:
            status = self._host.path(APP_MODULE).stat()
        except OSError:
            return None
        module = (status.st_size, status.st_mtime_ns)
        if module != self._asked:
            self._asked, self._answer = module, self._put()
        return self._answer

    def _put(self) -> bool | None:
        try:
            finished = runner.run([str(self._host.path(APP_MODULE)), _QUESTION], _TIMEOUT)
        except runner.CommandError:
            return None
        return _ANSWERS.get(finished.out.strip()) if finished.code == 0 else None
