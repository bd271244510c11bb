"""Our program on the device's data partition: the bundle that a customer gets when there is one, else its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..packages import python_site, run
from ..partitions import PARTITIONS
from ..places import PRODUCT, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence

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

_COPY: Final = """
mkdir source
cp -r "$1" source/
cp -r "$2" site
find . -name __pycache__ -prune -exec rm -r {} +
shift 2
[ $# = 0 ] || cp "$@" ..
"""


def bundle() -> Path | None:
    """The newest bundle for the device's processor that was built in this checkout."""
    found = sorted((REPOSITORY / "dist").glob("*aarch64*.tar.*"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def install(image: Path, files: Sequence[Path] = ()) -> None:
    """Put it, and these files, onto the data partition of a disk image, which must have been unmounted in order."""
    _inside(image, "sh", "-ec", _COPY, "sh", str(PRODUCT), str(python_site()), *(str(file) for file in files))


def _inside(image: Path, *command: str) -> None:
    data = PARTITIONS[-1]
    place = (str(data.start), str(data.size), str(image), HOME)
    run("unshare", "--mount", "sh", "-ec", _INSTALL, "sh", *place, *command)
