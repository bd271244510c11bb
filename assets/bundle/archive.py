"""Packs a tree into a .tar.gz whose bytes depend on nothing but the tree and one time.

gzip, not xz: a ModuCop's tar unpacks xz only with a program of that name, which its image does not list, while gzip is
in every busybox. It costs a third more in size.
"""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

LEVEL = 6
"""Nine takes four times as long, for one part in a hundred."""


def pack(tree: Path, top: str, target: Path, time: int) -> None:
    """Write all of a tree below the directory name `top`, sorted, as root's, with `time` on everything."""
    partial = target.with_name(target.name + ".part")
    with (
        partial.open("wb") as raw,
        gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as packed,
        # GNU's format: busybox knows its long names.
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        tar.addfile(_member(top, tree, time))
        for path in sorted(tree.rglob("*")):
            member = _member(f"{top}/{path.relative_to(tree)}", path, time)
            if path.is_file():
                with path.open("rb") as content:
                    tar.addfile(member, content)
            else:
                tar.addfile(member)
    partial.replace(target)


def _member(name: str, path: Path, time: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mtime = time
    if path.is_dir():
        member.type, member.mode = tarfile.DIRTYPE, 0o755
    else:
        member.size = path.stat().st_size
        member.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    return member
