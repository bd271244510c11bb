"""Makes the README's pictures from the running console as a terminal shows it: `make pictures`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from tests.bench.console import Console
from tests.screens.svg import picture

PICTURES: Final = Path(__file__).resolve().parents[2] / "assets" / "pictures"
_KEYS: Final = {
    "overview": (),
    "slots": ("2",),
    "storage": ("3",),
    "apps": ("4",),
    "logs": ("5",),
    "system": ("6",),
    "problems": ("p",),
    "go-to": ("g", "l", "o", "g"),
    "menu": ("m",),
    "verdict": ("v",),
    "plan": ("v", "c"),
    "history": ("h",),
    "help": ("?",),
}


def take(keys: tuple[str, ...], columns: int, rows: int) -> str:
    """The console on the simulated ModuCop after these keys, once it is at rest."""
    command = [sys.executable, "-m", "moducop_tui", "--demo"]
    with Console(command, columns=columns, rows=rows, term="xterm-256color") as console:
        console.wait_for("full in", timeout=40)  # how fast it fills is known from the second reading on
        console.settle(quiet=1.5, timeout=5)
        for key in keys:
            console.press(key)
            console.settle(quiet=0.8, timeout=4)
        return picture(console.cells(), "moducop-tui --demo: " + (" ".join(keys) or "the first screen"))


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, keys in _KEYS.items():
        (PICTURES / f"{name}.svg").write_text(take(keys, 80, 24))
        print(f"{name}.svg")
    (PICTURES / "overview-wide.svg").write_text(take((), 160, 50))


if __name__ == "__main__":
    main()
