"""How much memory verifying a large artifact takes: measured in a process of its own, on a payload that is a hole."""

from __future__ import annotations

import hashlib
import lzma
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.unit.actions_artifact.made_artifacts import Member, tar

_MEASURE = (
    "import sys; from moducop_tui.host import Host; from moducop_tui.model.artifact import Verified\n"
    "from moducop_tui.sources.artifact_verify import verify_artifact\n"
    "from moducop_tui.actions.hands.artifact_copy import copy_at\n"
    "from contextlib import nullcontext; from pathlib import Path\n"
    "with copy_at(Path(sys.argv[3]), None) if sys.argv[3:] else nullcontext() as copy:\n"
    "    take = copy.take if copy else None\n"
    "    found = verify_artifact(Host(), sys.argv[1], lambda done, total: None, lambda: False, take)\n"
    "    copy and copy.keep()\n"
    "assert isinstance(found, Verified), found\n"
    "assert found.payload_size == int(sys.argv[2]), found\n"
    # Not getrusage's: that one keeps the size of whoever started this process.
    "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
)
_LOOK = (
    "import sys; from moducop_tui.host import Host\n"
    "from moducop_tui.sources.artifact import read_artifact\n"
    "from moducop_tui.sources.artifact_verify import verify_artifact\n"
    "import hashlib, json, lzma, zlib\n"
    "def peak(): print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    "peak()\n"
    "read_artifact(Host(), sys.argv[1])\n"
    "peak()\n"
    "verify_artifact(Host(), sys.argv[1], lambda done, total: None, lambda: False)\n"
    "peak()\n"
)
_HEADER = (
    b'{"payloads":[{"type":"rootfs-image"}],"artifact_provides":{"artifact_name":"n"},'
    b'"artifact_depends":{"device_type":["a"]}}'
)
_PACKERS = {"gzip": "gz", "xz": "xz"}
_PIECE = bytes(1 << 20)


def peak_of_verifying(size: int, compression: str, *, copied: bool = False) -> int:
    """The largest resident memory in KiB of a process that verifies a payload of `size` bytes of nothing.

    `compression` is `none`, `gzip`, or `xz` with the dictionary of `mender-artifact`; `copied`: it is copied meanwhile.
    """
    with tempfile.TemporaryDirectory() as place:
        artifact = Path(place) / "hole.mender"
        write_with_hole(artifact, size, compression)
        command = [sys.executable, "-c", _MEASURE, str(artifact), str(size)]
        command += [str(Path(place) / "copies/hole.mender")] if copied else []
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(said)


def growth_of(artifact: Path) -> tuple[int, int]:
    """KiB by which the largest resident memory grows by a look at an artifact, and by verifying it after that."""
    command = [sys.executable, "-c", _LOOK, str(artifact)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    before, looked, verified = map(int, said.split())
    return looked - before, verified - before


def write_with_hole(target: Path, size: int, compression: str) -> None:
    """A sound artifact whose payload is zero bytes: as a hole in the file, or packed to a thousandth."""
    header = tar([Member("header-info", _HEADER), Member("headers/0000/type-info", b'{"type":""}')])
    version = b'{"format":"mender","version":3}'
    sums = {"version": digest(version), "header.tar": digest(header), "data/0000/rootfs.ext4": digest_of_zeros(size)}
    manifest = "".join(f"{value}  {name}\n" for name, value in sums.items()).encode()
    front = tar([Member("version", version), Member("manifest", manifest), Member("header.tar", header)])[:-1024]
    with target.open("wb") as file:
        file.write(front)
        if compression in _PACKERS:
            packed = pack_zeros(entry("rootfs.ext4", size), size + 1024, compression)
            file.write(entry(f"data/0000.tar.{_PACKERS[compression]}", len(packed)) + packed)
            file.truncate(file.tell() + -len(packed) % 512 + 1024)
        else:
            file.write(entry("data/0000.tar", 512 + size + 1024) + entry("rootfs.ext4", size))
            file.truncate(file.tell() + size + 1024 + 1024)


def entry(name: str, size: int) -> bytes:
    """The record in front of a file of a tar."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


def pack_zeros(front: bytes, size: int, compression: str) -> bytes:
    """`front` and so many zero bytes, packed."""
    chain = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 64 << 20}]
    packer = zlib.compressobj(1, wbits=31) if compression == "gzip" else lzma.LZMACompressor(filters=chain)
    parts = [packer.compress(front), *(packer.compress(piece) for piece in zeros(size)), packer.flush()]
    return b"".join(parts)


def zeros(size: int) -> Iterator[bytes]:
    """So many zero bytes in pieces."""
    yield from (_PIECE for _ in range(size >> 20))
    yield _PIECE[: size & ((1 << 20) - 1)]


def digest(content: bytes) -> str:
    """sha256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_of_zeros(size: int) -> str:
    """sha256 of so many zero bytes."""
    value = hashlib.sha256()
    for piece in zeros(size):
        value.update(piece)
    return value.hexdigest()
