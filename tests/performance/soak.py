"""`python -m tests.performance.soak`: hours of use in minutes; prints what memory does meanwhile.

A simulated ModuCop lives at many times its pace, so that its journal floods, and somebody walks over all screens.
"""

from __future__ import annotations

import argparse
import re
import sys
import time

from tests.performance.measure import cpu_seconds, drain, memory, on_terminal
from tests.performance.programs import Program

_WALK = ("2", "3", "4", "j", "j", "enter", "escape", "5", "up", "up", "G", "6", "p", "escape", "g", "escape", "?", "1")
_STAY = 1.0


def main() -> None:
    """Walk, and print a row from time to time."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to watch")
    parser.add_argument(
        "--speed", type=float, default=48.0, help="how much faster the device lives: 48 makes 10 min 8 h"
    )
    parser.add_argument("--rows", type=int, default=10, help="rows of the table")
    wanted = parser.parse_args()
    argv = (sys.executable, "-m", "tests.performance.fast_demo", str(wanted.speed))
    program = Program("soak", argv, re.compile("Overview"), re.compile("Slots"))
    with on_terminal(program, None) as console:
        console.wait_for(program.complete, timeout=30)
        process, began = console.process(), time.monotonic()
        print(f"{'hours lived':>12}{'RSS MiB':>9}{'CPU s':>9}{'kB sent':>9}")
        for row in range(wanted.rows + 1):
            until = began + row * wanted.minutes * 60 / wanted.rows
            while time.monotonic() < until:
                for key in _WALK:
                    console.press(key)
                    drain(console, min(_STAY, max(0.0, until - time.monotonic())))
            lived = (time.monotonic() - began) * wanted.speed / 3600
            resident = memory(process, "VmRSS", "status") / 1024
            print(f"{lived:12.2f}{resident:9.1f}{cpu_seconds(process):9.1f}{len(console.raw) / 1000:9.0f}", flush=True)


if __name__ == "__main__":
    main()
