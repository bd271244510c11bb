"""The disk that tests and people start from: commissioned, with our program on its data partition."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ..image import copy_sparse
from ..places import new_run
from ..watcher import start_watcher
from . import program
from .commission import commissioned_disk
from .image import factory_disk
from .layers import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping


class EquippedDisk:
    """One image below all devices of a run, each of which writes into a layer of its own. ``files`` lie on /data.

    ``without_containers``: neither the container engine starts nor what else has nothing to do with disks; then nobody
    has started it before either, which spares the first start of the applications.
    """

    def __init__(self, files: Mapping[str, Path] | None = None, *, without_containers: bool = False) -> None:
        self._place = new_run()
        self._watcher = start_watcher(self._place)
        self.image = self._place / "disk.img"
        copy_sparse(factory_disk() if without_containers else commissioned_disk(), self.image)
        program.install(self.image, files or {}, (*program.CONTAINERS, *program.ASIDE) if without_containers else ())

    def layer(self, place: Path) -> Layer:
        """A disk for one device in its directory."""
        return Layer(place / "disk.qcow2", self.image)

    def close(self) -> None:
        """Take it away; no device may use it any more."""
        shutil.rmtree(self._place, ignore_errors=True)
        self._watcher.end()
