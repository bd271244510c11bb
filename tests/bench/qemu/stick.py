"""USB sticks: real ones to the device, with the file system that sticks have."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..packages import run
from ..partitions import MIB, Partition, write_partition_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from .board import Board
    from .device import Device

_SPARE: Final = 48 * MIB


class Stick:
    """A stick with some files at its top, which can be plugged in and pulled out at any time."""

    def __init__(self, device: Device, files: Sequence[Path], label: str = "STICK") -> None:
        self._device = device
        self.image = device.run_dir / f"stick-{secrets.token_hex(3)}.img"
        self._name = ""
        size = sum(-(-file.stat().st_size // MIB) * MIB for file in files) + _SPARE
        partition = Partition(1, label, MIB, size)
        with self.image.open("wb") as handle:
            handle.truncate(partition.start + partition.size)
        write_partition_table(self.image, [partition])
        run("sfdisk", "--quiet", "--part-type", self.image, "1", "c")
        sectors = str(partition.size // 1024)
        run("mkfs.vfat", "-F", "32", "-n", label, "--offset", str(partition.start // 512), self.image, sectors)
        if files:
            run("mcopy", "-i", f"{self.image}@@{partition.start}", *files, "::/")

    def insert(self) -> None:
        """Plug it in."""
        self._device.plugged.append(self)
        if self._device.is_on:
            self.attach(self._device.board)

    def attach(self, board: Board) -> None:
        """Be there for a board that has power."""
        self._name = f"stick-{secrets.token_hex(3)}"
        below = {"driver": "file", "filename": str(self.image)}
        board.monitor.ask("blockdev-add", **{"node-name": self._name, "driver": "raw", "file": below})
        board.monitor.ask("device_add", driver="usb-storage", id=self._name, drive=self._name, bus="usb.0")

    def pull(self) -> None:
        """Pull it out, whether it is in use or not."""
        if self not in self._device.plugged:
            return
        self._device.plugged.remove(self)
        if self._device.is_on:
            monitor = self._device.board.monitor
            monitor.ask("device_del", id=self._name)
            monitor.wait_for("DEVICE_DELETED", device=self._name)
            monitor.ask("blockdev-del", **{"node-name": self._name})

    def __enter__(self) -> Stick:
        self.insert()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pull()
        self.image.unlink(missing_ok=True)
