"""What we put on the device's data partition: our program, files for it to find, units that are not to start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..packages import python_site, run
from ..partitions import PARTITIONS
from ..places import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HOME: Final = "moducop_tui_program"
"""The directory of the program on the data partition."""

CONTAINERS: Final = ("docker.service", "docker.socket", "containerd.service", "bench-apps.service")
"""The units that are half of the device's start."""

_SOURCE: Final = """
mkdir -p "$1/source"
cp -r "$2" "$1/source/"
cp -r "$3" "$1/site"
find "$1" -name __pycache__ -prune -exec rm -r {} +
"""
_BUNDLE: Final = 'mkdir -p "$1" && tar -C "$1" --strip-components=1 -xf "$2"'
_COPY: Final = 'cp "$2" "$1"'
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


def install(image: Path, files: Mapping[str, Path], masked: Iterable[str] = ()) -> None:
    """Change the data partition of a disk image, which must have been unmounted in order; ``files`` by their names.

    The program is the bundle that a customer gets when one is named, else its source.
    """
    packed = bundle()
    if packed is None:
        _inside(image, _SOURCE, HOME, PRODUCT, python_site())
    else:
        _inside(image, _BUNDLE, HOME, packed)
    for name, file in files.items():
        _inside(image, _COPY, name, file)
    for unit in masked:
        _inside(image, _MASK, "overlay-etc/upper/systemd/system", unit)


def _inside(image: Path, script: str, *arguments: str | Path) -> None:
    data = PARTITIONS[-1]
    place = (str(data.start), str(data.size), image)
    run("unshare", "--mount", "sh", "-ec", _MOUNTED, "sh", *place, "sh", "-ec", script, "sh", *arguments)
