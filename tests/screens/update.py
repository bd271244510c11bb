"""Draws all pictures afresh: `python -m tests.screens.update`. What changed is for a reviewer to read."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

PICTURES = Path(__file__).with_name("pictures")


def main() -> None:
    """Write every picture and remove those that nobody draws any more."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    from tests.screens.gallery import as_text, pictures
    from tests.screens.painted import PAINTED, painted_pictures

    _write(PICTURES, {f"{name}.txt": as_text(draw()) for name, draw in pictures()})
    _write(PAINTED, {f"{name}.txt": text for name, text in painted_pictures()})


def _write(place: Path, drawn: Mapping[str, str]) -> None:
    place.mkdir(exist_ok=True)
    for old in place.glob("*.txt"):
        if old.name not in drawn:
            old.unlink()
    for name, text in drawn.items():
        (place / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
