"""Attaches an image file to a loop device that goes by itself when nobody uses it any more."""

from __future__ import annotations

import fcntl
import os
import struct
import time
from contextlib import suppress
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING, Final

from .partitions import PARTITIONS, SECTOR
from .places import BenchError

if TYPE_CHECKING:
    from types import TracebackType

_GET_FREE: Final = 0x4C82
_CONFIGURE: Final = 0x4C0A
_AUTOCLEAR: Final = 4  # the kernel detaches after the last close: nothing stays when the holder is killed
_PARTSCAN: Final = 8  # and takes the partitions away with it
_BUSY_TRIES: Final = 50


class Disk:
    """An attached image: the block device of the whole disk, and the numbers of its partitions.

    The device lives as long as this object's file descriptor, or a mount of one of its partitions.
    """

    def __init__(self, image: Path, partitions: int = len(PARTITIONS)) -> None:
        self.image = image
        self._partitions = partitions
        self._handle, self.device = _attach(image)
        run(["partx", "-a", "--nr", f"1:{partitions}", self.device], capture_output=True, check=False)
        missing = [number for number in range(1, partitions + 1) if not self._sysfs(number).exists()]
        if missing:
            self.close()
            raise BenchError(f"no partitions {missing} on {self.device}: the kernel did not take them from partx")

    def _sysfs(self, partition: int) -> Path:
        name = self.device.name
        return Path("/sys/block") / name / (f"{name}p{partition}" if partition else "") / "dev"

    def number(self, partition: int = 0) -> str:
        """``MAJOR:MINOR`` of a partition, or of the whole disk."""
        return self._sysfs(partition).read_text().strip()

    def numbers(self) -> list[str]:
        """The numbers of the whole disk and of each partition, in order."""
        return [self.number(partition) for partition in range(self._partitions + 1)]

    def read(self, offset: int, size: int) -> bytes:
        """Bytes of the disk as programs see them now, whatever has reached the file so far."""
        return os.pread(self._handle, size, offset)

    def write(self, offset: int, data: bytes) -> None:
        """Overwrite bytes of the disk behind everyone's back."""
        os.pwrite(self._handle, data, offset)
        os.fsync(self._handle)

    def close(self) -> None:
        """Let go; the kernel detaches as soon as no mount is left."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Disk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _attach(image: Path) -> tuple[int, Path]:
    """Find a free device and bind the file to it in one step, so that two runs never share one."""
    backing = os.open(image, os.O_RDWR | os.O_CLOEXEC)
    try:
        with Path("/dev/loop-control").open("rb") as control:
            for _ in range(_BUSY_TRIES):
                device = Path(f"/dev/loop{fcntl.ioctl(control, _GET_FREE)}")
                handle = os.open(device, os.O_RDWR | os.O_CLOEXEC)
                with suppress(BlockingIOError, OSError):
                    fcntl.ioctl(handle, _CONFIGURE, _config(backing, image))
                    return handle, device
                os.close(handle)
                time.sleep(0.02)  # somebody else was faster
    finally:
        os.close(backing)
    raise BenchError("no free loop device")


def _config(backing: int, image: Path) -> bytes:
    """The kernel's ``struct loop_config``."""
    name = os.fsencode(image)[-63:]
    info = struct.pack("<5Q4I64s64s32s2Q", 0, 0, 0, 0, 0, 0, 0, 0, _AUTOCLEAR | _PARTSCAN, name, b"", b"", 0, 0)
    return struct.pack("<II", backing, SECTOR) + info + bytes(64)
