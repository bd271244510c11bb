"""A ModuCop's disk below a root prefix: sysfs, device nodes (plain files), mount table, configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources import block_devices, root_witnesses, slot_layout

MOUNTS = """\
20 1 {root} / / ro,relatime - ext4 {root_name} ro
21 20 0:5 / /dev rw - devtmpfs devtmpfs rw
22 20 179:4 / /data rw,noatime - ext4 /dev/mmcblk0p4 rw
23 20 179:4 /log /var/log rw,noatime - ext4 /dev/mmcblk0p4 rw
24 20 0:30 / /etc rw - overlay overlay rw,lowerdir=/etc,upperdir=/data/overlay-etc/upper,workdir=/data/overlay-etc/work
"""


class FakeDisk:
    """The numbers are 179:0 for the disk and 179:N for its partitions; names are as the kernel is told here."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, name: str = "mmcblk0") -> None:
        self.root = root
        self.name = name
        self.root_number = "179:2"
        self.nodes: dict[Path, str] = {}
        for directory in ("dev", "proc/1", "etc/mender", "var/lib/mender", "sys/dev/block", "sys/class/block"):
            (root / directory).mkdir(parents=True)
        self.add_device("179:0", name, 8192)
        for number in range(1, 5):
            self.add_partition(number)
        self.say("root=/dev/mmcblk0p2 ro rootwait console=ttymxc0,115200")
        self.mount("179:2")
        for module in (block_devices, slot_layout, root_witnesses):
            monkeypatch.setattr(module, "number_of", self._number_of)
        for module in (slot_layout, root_witnesses):
            monkeypatch.setattr(module, "device_number", lambda _: self.root_number)

    @property
    def host(self) -> Host:
        return Host(self.root)

    def _number_of(self, path: Path) -> str | None:
        return self.nodes.get(path.resolve())

    def _device_directory(self, name: str) -> Path:
        below = name if name == self.name or not name.startswith(self.name) else f"{self.name}/{name}"
        return self.root / "sys/devices/platform/block" / below

    def add_device(self, number: str, name: str, sectors: int) -> Path:
        place = self._device_directory(name)
        place.mkdir(parents=True)
        (place / "dev").write_text(f"{number}\n")
        (place / "size").write_text(f"{sectors}\n")
        (place / "uevent").write_text(f"MAJOR={number.split(':', maxsplit=1)[0]}\nDEVNAME={name}\n")
        for link in (f"sys/dev/block/{number}", f"sys/class/block/{name}"):
            (self.root / link).symlink_to("/" + str(place.relative_to(self.root)))
        self.node(f"/dev/{name}", number)
        return place

    def add_partition(self, number: int, sectors: int = 2048) -> None:
        place = self.add_device(f"179:{number}", f"{self.name}p{number}", sectors)
        (place / "partition").write_text(f"{number}\n")
        (place / "start").write_text(f"{number * 2048}\n")

    def add_mapped(self, number: str, name: str, *slaves: str) -> None:
        place = self.add_device(number, name, 2048)
        (place / "slaves").mkdir()
        for slave in slaves:
            (place / "slaves" / slave).symlink_to("/" + str(self._device_directory(slave).relative_to(self.root)))

    def node(self, device: str, number: str, content: bytes = b"") -> Path:
        path = self.root / device.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(content)
        self.nodes[path.resolve()] = number
        return path

    def say(self, command_line: str) -> None:
        (self.root / "proc/cmdline").write_text(command_line + "\n")

    def mount(self, number: str, name: str = "/dev/root") -> None:
        self.root_number = number
        (self.root / "proc/1/mountinfo").write_text(MOUNTS.format(root=number, root_name=name))

    def configure(self, a: str, b: str, place: str = "/etc/mender/mender.conf") -> None:
        (self.root / place.lstrip("/")).write_text(f'{{"RootfsPartA": "{a}", "RootfsPartB": "{b}", "x": 1}}')
