"""`python -m tests.attack.measured FILE WORDS...`: the program with these words, its largest memory left in a file."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_of_this_process() -> float:
    """MiB that it had at most (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> int:
    """Run the program as its own start does."""
    from moducop_tui.__main__ import main as program

    target = Path(sys.argv[1])
    sys.argv = ["moducop-tui", *sys.argv[2:]]
    try:
        return program()
    finally:
        target.write_text(f"{peak_of_this_process():.1f}")


if __name__ == "__main__":
    sys.exit(main())
