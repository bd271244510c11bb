"""The console on a simulated ModuCop whose day passes in minutes: `python -m tests.performance.fast_demo SPEED`."""

from __future__ import annotations

import os
import sys
import time

from moducop_tui import start_up
from moducop_tui.config import Config
from moducop_tui.device import simulated_device
from moducop_tui.terminal.environment import prepare


def main() -> None:
    """Run until a person leaves."""
    speed = float(sys.argv[1])
    start_up.begin()
    prepare(os.environ, serial=False)
    from moducop_tui.app import ConsoleApp

    ConsoleApp(simulated_device(clock=lambda: time.monotonic() * speed), Config()).run(mouse=False)


if __name__ == "__main__":
    main()
