"""Our program on the device's data partition: the bundle that a customer gets when there is one, else its source."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..packages import python_site, run
from ..partitions import PARTITIONS
from ..places import PRODUCT, REPOSITORY

HOME: Final = "moducop_tui_program"
"""The directory on the data partition."""

_INSTALL: Final = """
mount -o loop,offset="$1",sizelimit="$2" "$3" /mnt
mkdir -p "/mnt/$4"
cd "/mnt/$4"
shift 4
"$@"
cd /
umount /mnt
"""


def bundle() -> Path | None:
    """The newest bundle for the device's processor that was built in this checkout."""
    found = sorted((REPOSITORY / "dist").glob("*aarch64*.tar.*"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def install(image: Path) -> None:
    """Put it onto the data partition of a disk image, which must have been unmounted in order."""
    copying = 'mkdir source; cp -r "$1" source/; cp -r "$2" site; find . -name __pycache__ -prune -exec rm -r {} +'
    _inside(image, "sh", "-ec", copying, "sh", str(PRODUCT), str(python_site()))


def _inside(image: Path, *command: str) -> None:
    data = PARTITIONS[-1]
    place = (str(data.start), str(data.size), str(image), HOME)
    run("unshare", "--mount", "sh", "-ec", _INSTALL, "sh", *place, *command)
