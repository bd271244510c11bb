"""Makes the README's pictures from the running console: `make pictures`.

Each screen of the simulated ModuCop, at 80x24, as the console draws it, in assets/pictures. The simulated day is always
the same one, so that a picture changes only when a screen does (or a second has passed while it was taken).
"""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.demo import build
from moducop_tui.device import Device

PICTURES: Final = Path(__file__).resolve().parents[2] / "assets" / "pictures"
_DAY: Final = datetime(2026, 11, 23, 10, 41, tzinfo=UTC).timestamp()
_VIEWS: Final = {
    "overview": ("1",),
    "slots": ("2",),
    "storage": ("3",),
    "apps": ("4",),
    "logs": ("5",),
    "system": ("6",),
    "problems": ("p",),
    "go-to": ("1", "g", "l", "o", "g"),
    "help": ("question_mark",),
}


async def take(keys: tuple[str, ...], size: tuple[int, int]) -> str:
    """The console at rest after these keys, as an SVG picture."""
    began = time.monotonic()
    sources, log, wall_clock = build(wall_clock=lambda: _DAY + time.monotonic() - began)
    app = ConsoleApp(Device(tuple(sources), log, simulated=True, wall_clock=wall_clock), Config())
    async with app.run_test(size=size) as pilot:
        await asyncio.sleep(2.0)  # every source has answered
        for key in keys:
            await pilot.press(key)
            await asyncio.sleep(0.5)
        await asyncio.sleep(1.0)
        return app.export_screenshot(title="moducop-tui --demo")


def settled(svg: str) -> str:
    """The picture without what differs from run to run: Rich names its styles by a number of the run."""
    return re.sub(r"terminal-\d+", "terminal-0", svg)


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, keys in _VIEWS.items():
        target = PICTURES / f"{name}.svg"
        target.write_text(settled(asyncio.run(take(keys, (80, 24)))) + "\n")
        print(target.name)
    (PICTURES / "overview-wide.svg").write_text(settled(asyncio.run(take((), (160, 50)))) + "\n")


if __name__ == "__main__":
    main()
