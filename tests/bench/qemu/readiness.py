"""Whether this machine can carry an emulated one."""

from __future__ import annotations

import os
import shutil
from typing import Final

_NEEDED: Final = (
    *("qemu-system-aarch64", "qemu-img", "qemu-aarch64-static", "mmdebstrap", "update-binfmts", "arch-test"),
    *("aarch64-linux-gnu-gcc", "dpkg-source", "bison", "flex", "dtc", "bc", "make", "mkimage", "depmod", "cpio"),
    *("mke2fs", "mkfs.vfat", "mcopy", "sfdisk", "mender-artifact", "busybox", "unshare"),
)


def missing() -> str | None:
    """Why not, in one line; None when it can."""
    if os.geteuid() != 0:
        return "not root"
    lacking = [name for name in _NEEDED if shutil.which(name) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)} (see tests/bench/qemu/apt-packages.txt)"
    if not os.access("/dev/loop-control", os.R_OK | os.W_OK):
        return "no loop devices"
    return None
