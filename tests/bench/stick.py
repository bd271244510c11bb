"""A USB stick in the machine: a partitioned disk of its own, announced to its programs as udev would.

A container has no udevd, and a kernel without USB cannot have the real thing. So the bench plays udevd: it makes the
nodes, writes udev's database, and sends udev's message to all who listen. The disk is real; its name is that of
a loop device, and its file system ext4, since the kernel may know no other.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import leftovers
from .loop import Disk
from .packages import run
from .partitions import MIB, Partition, write_partition_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from .machine import Machine

_PARTITION: Final = Partition(1, "STICK", MIB, 62 * MIB)
_ANNOUNCER: Final = Path(__file__).with_name("announce.py")


class Stick:
    """A stick with some files, in the machine for the length of a ``with`` block. Nothing mounts it by itself."""

    def __init__(self, machine: Machine, files: Mapping[str, bytes], label: str = "STICK") -> None:
        self._machine = machine
        self._image = machine.run_dir / f"stick-{label}.img"
        self._label = label
        _make(self._image, files, label)
        self._disk = Disk(self._image, partitions=1)
        name = self._disk.device.name
        self.disk_node = f"/dev/{name}"
        self.device = f"/dev/{name}p1"
        """The partition's node in the machine."""
        self._inserted = False

    def insert(self) -> None:
        """Plug it in."""
        for number, node in zip(self._disk.numbers(), (self.disk_node, self.device), strict=True):
            leftovers.allow_device(self._machine.run_dir.name, number)
            major, minor = number.split(":")
            self._machine.run(["mknod", "-m", "660", node, "b", major, minor]).check()
        self._announce("add")
        self._inserted = True

    def pull(self) -> None:
        """Pull it out, whether something is mounted from it or not; the nodes go, an open file system stays broken."""
        if self._inserted:
            self._inserted = False
            self._announce("remove")
            self._machine.run(["rm", "-f", self.device, self.disk_node]).check()

    def _announce(self, action: str) -> None:
        whole, part = self._disk.numbers()
        common = {"ID_BUS": "usb", "ID_VENDOR": "Bench", "ID_MODEL": "Stick", "ID_USB_DRIVER": "usb-storage"}
        content = {"ID_FS_USAGE": "filesystem", "ID_FS_TYPE": "ext4", "ID_FS_LABEL": self._label}
        events = [
            (self.disk_node, "disk", whole, common | {"ID_PART_TABLE_TYPE": "dos"}),
            (self.device, "partition", part, common | content),
        ]
        for node, kind, number, properties in events if action == "add" else reversed(events):
            words = [f"{name}={value}" for name, value in properties.items()]
            script = _ANNOUNCER.read_text()
            self._machine.run(["python3", "-", action, node, kind, number, *words], stdin=script).check()

    def __enter__(self) -> Stick:
        self.insert()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pull()
        self._machine.run(["umount", "--all-targets", "--lazy", self.device])
        self._disk.close()
        self._image.unlink(missing_ok=True)


def _make(image: Path, files: Mapping[str, bytes], label: str) -> None:
    with tempfile.TemporaryDirectory(dir=image.parent) as work:
        for name, content in files.items():
            path = Path(work) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with image.open("wb") as handle:
            handle.truncate(_PARTITION.start + _PARTITION.size + MIB)
        write_partition_table(image, [_PARTITION])
        place = f"offset={_PARTITION.start},root_owner=0:0"
        size = f"{_PARTITION.size // 1024}k"
        run("mke2fs", "-q", "-F", "-t", "ext4", "-L", label, "-E", place, "-d", work, image, size)
