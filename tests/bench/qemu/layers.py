"""Disks of emulated devices: layers above an image that stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..packages import run


class Layer:
    """A layer that takes all writes; the power may go at any time, and what had left the device's memory stays.

    It also holds saved states of a whole running device.
    """

    node: Final = "layer"

    def __init__(self, image: Path, below: Path) -> None:
        self.image = image
        kind = "qcow2" if below.suffix == ".qcow2" else "raw"
        run("qemu-img", "create", "-q", "-f", "qcow2", "-b", below, "-F", kind, image)

    def plug(self) -> tuple[str, ...]:
        """QEMU's words. Without the host's flushes, for which a guest would wait long; the host keeps its power.

        QEMU must not keep back where in the layer it has put what: this card knows no flush, and at a cut all that was
        written since the start would be gone.
        """
        caching = "cache.writeback=off,cache.no-flush=on"
        return ("-drive", f"if=none,id=disk,node-name={self.node},file={self.image},format=qcow2,{caching}")

    def cut(self) -> None:
        """Leave it: each sector that was handed over is there, and of what was under way a part."""

    def keep(self, name: str) -> None:
        """Nothing to do: the layer itself holds the saved state."""

    def bring_back(self, name: str) -> None:
        """Nothing to do: QEMU takes it out of the layer."""

    def close(self) -> None:
        """Take it away."""
        self.image.unlink(missing_ok=True)
