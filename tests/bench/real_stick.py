"""A stick as the kernel has it, and the two acts with which an install mounts it and lets it go."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from moducop_tui.actions.hands import stick as hand
from moducop_tui.actions.hands.stick_mounts import mounts_of
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import MountStick, ReleaseStick
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.model.stick_mount import mount_commands, mounted_elsewhere
from moducop_tui.model.work import Order, Who
from moducop_tui.sources.inspect import Inspector
from moducop_tui.stick_guard import is_free

from .artifacts import write_rootfs_artifact
from .loop import Disk
from .partitions import MIB, Partition, write_partition_table

PARTITION = Partition(1, "STICK", MIB, 62 * MIB)


class RealStick:
    """A loop device with one ext4 partition on it; `device` and `number` are the partition's."""

    def __init__(self, image: Path, disk: Disk) -> None:
        self.image = image
        self.device = f"{disk.device}p1"
        self.number = disk.number(1)

    @property
    def facts(self) -> Stick:
        """As the list of sticks has it."""
        return Stick(self.device, "STICK", "ext4", PARTITION.size, "Bench", "Stick")

    @property
    def content(self) -> str:
        """Checksum of every byte on it."""
        return hashlib.sha256(self.image.read_bytes()).hexdigest()

    @property
    def read_only(self) -> bool:
        """The block device's own word."""
        said = subprocess.run(["blockdev", "--getro", self.device], capture_output=True, text=True, check=True)
        return said.stdout.strip() == "1"

    def await_free(self) -> None:
        """Until nobody has it, in no namespace."""
        until = time.monotonic() + 5
        while not is_free(self.device):
            assert time.monotonic() < until, "the stick is still mounted somewhere"
            time.sleep(0.01)


@contextmanager
def real_stick(directory: Path, kind: str = "ext4") -> Iterator[RealStick]:
    """A stick with two artifacts, one small, one of 24 MiB, for as long as the `with` lasts."""
    files, image = directory / "files", directory / "stick.img"
    (files / "updates").mkdir(parents=True)
    for name, size in (("small", 5000), ("large", 24 * MIB)):
        payload = directory / name
        payload.write_bytes(os.urandom(size))
        write_rootfs_artifact(files / f"updates/{name}.mender", name=name, payload=payload)
    with image.open("wb") as file:
        file.truncate(PARTITION.start + PARTITION.size + MIB)
    write_partition_table(image, [PARTITION])
    where = f"offset={PARTITION.start},root_owner=0:0"
    place = ["-E", where, "-d", str(files), str(image), f"{PARTITION.size // 1024}k"]
    subprocess.run(["mke2fs", "-q", "-F", "-t", kind, "-L", "STICK", *place], check=True, capture_output=True)
    with Disk(image, partitions=1) as disk:
        yield RealStick(image, disk)


def place(stick: RealStick, name: str) -> str:
    """Of one of its artifacts."""
    return f"stick:{stick.device}:updates/{name}.mender"


class Installer:
    """The two acts, as the executor performs them."""

    def __init__(self, stick: RealStick, directory: Path) -> None:
        self.directory = str(directory / "run/stick")
        self._stick = stick

        def read(topic: Topic) -> Any:
            assert topic is Topic.MEDIA
            return Media((stick.facts,))

        host, config = Host(), Config()
        order = Order(Action(ActionKind.INSTALL, place(stick, "small")), Who("root"), ())
        self._kit = Kit(
            host, config, order, read, Inspector(config, host), lambda _: None, lambda _: None, lambda: False, time.time
        )

    def mount(self) -> Result:
        """As a plan that was made just now has it."""
        places = tuple(mount.place for mount in mounts_of(self._stick.number))
        facts = replace(self._stick.facts, mount_points=places)
        shared = mounted_elsewhere(facts, self.directory) is not None
        commands = mount_commands(facts, self.directory)
        return hand.mount_stick(MountStick(facts.device, self.directory, commands, shared), self._kit)

    def release(self) -> Result:
        return hand.release_stick(ReleaseStick(self._stick.device, self.directory), self._kit)
