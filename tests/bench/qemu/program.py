"""What we put on the device's data partition: our program, files for it to find, units that are not to start."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..packages import python_site, run
from ..partitions import PARTITIONS
from ..places import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOME: Final = "moducop_tui_program"
"""The directory of the program on the data partition."""

CONTAINERS: Final = ("docker.service", "docker.socket", "containerd.service", "bench-apps.service")
"""The units that are half of the device's start."""

ASIDE: Final = (
    *("bench-network.service", "systemd-logind.service", "systemd-pstore.service", "kmod-static-nodes.service"),
    *("dev-hugepages.mount", "dev-mqueue.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount"),
    *("sys-kernel-config.mount", "sys-fs-fuse-connections.mount", "systemd-update-utmp.service"),
    *(f"modprobe@{name}.service" for name in ("configfs", "dm_mod", "drm", "efi_pstore", "fuse", "loop")),
)
"""Units that have nothing to do with disks, which is half of what is left."""

_FEW_DEVICES: Final = Path(__file__).with_name("device") / "units/few-devices.conf"
_UNITS: Final = "overlay-etc/upper/systemd/system"

# Compiled beforehand, by a Python of the device's version: at the emulated device's pace it takes half a minute.
_SOURCE: Final = """
mkdir -p "$1/source"
cp -r "$2" "$1/source/"
cp -r "$3" "$1/site"
find "$1" -name __pycache__ -prune -exec rm -r {} +
"$4" -m compileall -q --invalidation-mode unchecked-hash -p /data "$1"
"""
_BUNDLE: Final = 'mkdir -p "$1" && tar -C "$1" --strip-components=1 -xf "$2"'
_COPY: Final = 'cp "$2" "$1"'
_LAY: Final = 'mkdir -p "$1" && cp "$2" "$1"'
_MASK: Final = 'mkdir -p "$1" && ln -sf /dev/null "$1/$2"'

_MOUNTED: Final = """
mount -o loop,offset="$1",sizelimit="$2" "$3" /mnt
cd /mnt
shift 3
"$@"
cd /
umount /mnt
"""


def bundle() -> Path | None:
    """The bundle to try, ``$MODUCOP_BUNDLE``. Never one that merely lies in ``dist``: it may be of last week."""
    named = os.environ.get("MODUCOP_BUNDLE")
    return Path(named) if named else None


def install(image: Path, files: Mapping[str, Path], masked: Sequence[str] = ()) -> None:
    """Change the data partition of a disk image, which must have been unmounted in order; ``files`` by their names.

    The program is the bundle that a customer gets when one is named, else its source.
    """
    packed = bundle()
    if packed is None:
        _inside(image, _SOURCE, HOME, PRODUCT, python_site(), sys.executable)
    else:
        _inside(image, _BUNDLE, HOME, packed)
    for name, file in files.items():
        _inside(image, _COPY, name, file)
    for unit in masked:
        _inside(image, _MASK, _UNITS, unit)
    if masked:
        _inside(image, _LAY, f"{_UNITS}/systemd-udev-trigger.service.d", _FEW_DEVICES)


def _inside(image: Path, script: str, *arguments: str | Path) -> None:
    data = PARTITIONS[-1]
    place = (str(data.start), str(data.size), image)
    run("unshare", "--mount", "sh", "-ec", _MOUNTED, "sh", *place, "sh", "-ec", script, "sh", *arguments)
