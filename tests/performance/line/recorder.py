"""Textual's own driver, which also keeps each of its frames in a file: one JSON string a line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from tests.performance.line.stage import FRAMES


class Recorder(LinuxDriver):
    """Nothing else is different."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._frames = Path(os.environ[FRAMES]).open("w", buffering=1)  # noqa: SIM115 - for as long as the process runs

    def write(self, data: str) -> None:
        """Keep it, and send it."""
        self._frames.write(json.dumps(data) + "\n")
        super().write(data)
