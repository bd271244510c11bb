"""Artifacts by the real `mender-artifact`, and the means to take them apart and put them together wrongly."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import random
import subprocess
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from moducop_tui.host import Host
from moducop_tui.model.artifact import Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact_verify import verify_artifact

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
}
UNPACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.decompress, ".xz": lzma.decompress}
SUFFIXES = {"none": "", "gzip": ".gz", "lzma": ".xz"}
IMAGE = random.Random(1).randbytes(3000) + bytes(70_000) + b"rail" * 5000
FIT = random.Random(3).randbytes(1_700_000)
META_DATA = {"application_name": "web", "orchestrator": "docker-compose", "platform": "linux/arm64", "version": "1.0"}


def write(target: Path, *arguments: str | Path) -> Path:
    """Have the real tool write an artifact."""
    kind, *rest = map(str, arguments)
    subprocess.run(["mender-artifact", "write", kind, *rest, "-o", target], check=True, capture_output=True, text=True)
    return target


def make_all(place: Path, *, image: bytes = IMAGE, fit: bytes = FIT) -> dict[str, Path]:
    """One artifact of each kind that a ModuCop meets, of a root file system and a kernel with these bytes."""
    root, images, manifests, meta = (place / name for name in ("rootfs.ext4", "images.tar.gz", "m.tar.gz", "meta"))
    root.write_bytes(image)
    images.write_bytes(random.Random(2).randbytes(5000))
    manifests.write_bytes(b"compose")
    meta.write_text(json.dumps(META_DATA))
    script = place / "ArtifactInstall_Enter_00_check"
    script.write_text("#!/bin/sh\n")
    os_image = ("rootfs-image", "-t", "moducop-cpu01", "-n", "cpu01-standard-v2.8.0", "-f", root)
    app = ("module-image", "-T", "app", "-t", "moducop-cpu01", "-n", "app-web-1.0", "-m", meta)
    version = ("--software-filesystem", "data-partition", "--software-name", "web", "--software-version", "1.0")
    made = {name: write(place / f"{name}.mender", *os_image, "--compression", name) for name in SUFFIXES}
    made["app"] = write(place / "app.mender", *app, *version, "-f", images, "-f", manifests)
    kernel, verity = place / "fitImage-moducop", place / "root.ext4.verity"
    kernel.write_bytes(fit)
    verity.write_bytes(image)
    pair = ("module-image", "-T", "bootfit-rootfs", "-t", "moducop-cpu01", "-n", "cpu01-standard-image-v3.0.0-dev")
    made["bootfit"] = write(place / "bootfit.mender", *pair, "-f", kernel, "-f", verity)
    made["rich"] = write(
        place / "rich.mender", *os_image, "-t", "moducop-cpu01plus", "-s", script, "-N", "v1", "-N", "v2",
        "-G", "fleet", "-g", "fleet2", "-d", "rootfs-image.checksum:abc", "-p", "extra:1",
    )  # fmt: skip
    made["empty"] = write(
        place / "empty.mender", "bootstrap-artifact", "-n", "known", "-t", "moducop-cpu01",
        "--provides", "rootfs-image.version:v1", "--clears-provides", "rootfs-image.*",
    )  # fmt: skip
    return made


def accepted_by_mender(path: Path, key: Path | None = None) -> bool:
    """The real tool's verdict; with a signature it wants the public key."""
    given: list[str | Path] = [] if key is None else ["-k", key]
    return subprocess.run(["mender-artifact", "validate", *given, path], capture_output=True).returncode == 0


def verify(path: Path, host: Host | None = None) -> Verified | Unavailable:
    """Ours."""
    return verify_artifact(host or Host(), str(path), lambda done, total: None, lambda: False)


def refusal(path: Path) -> str:
    """The sentence with which it is refused."""
    found = verify(path)
    assert isinstance(found, Unavailable), found
    return found.reason


@dataclass(frozen=True)
class Member:
    """An entry of a tar, of any kind."""

    name: str
    content: bytes = b""
    kind: bytes = tarfile.REGTYPE
    link: str = ""


def tar(members: Iterable[Member], *, form: Literal[0, 1, 2] = tarfile.USTAR_FORMAT) -> bytes:
    """A tar as the standard library writes it (0 ustar, 1 GNU, 2 pax), without padding beyond the end mark."""
    target = io.BytesIO()
    for member in members:
        info = tarfile.TarInfo(member.name)
        info.size, info.type, info.linkname = len(member.content), member.kind, member.link
        target.write(info.tobuf(form) + member.content + bytes(-len(member.content) % 512))
    return target.getvalue() + bytes(1024)


def untar(raw: bytes) -> list[Member]:
    """The files of a tar."""
    with tarfile.open(fileobj=io.BytesIO(raw)) as opened:
        found = [(info.name, opened.extractfile(info)) for info in opened]
    return [Member(name, file.read()) for name, file in found if file is not None]


@dataclass(frozen=True)
class Parts:
    """An artifact taken apart. `build` puts it together, its manifest made anew unless one is given."""

    suffix: str
    header: list[Member]
    payload: list[Member]
    version: bytes = b'{"format":"mender","version":3}'
    sums: dict[str, str] = field(default_factory=dict)
    """Checksums that stand in the manifest instead of the true ones; an empty one leaves the line out."""
    manifest: bytes | None = None
    packed_payload: bytes | None = None
    packed_header: bytes | None = None
    extra: list[Member] = field(default_factory=list)

    def members(self) -> list[Member]:
        """The outer tar's entries."""
        header_name, header = f"header.tar{self.suffix}", self.packed_header
        if header is None:
            header = PACKERS[self.suffix](tar(self.header))
        payload = self.packed_payload
        if payload is None:
            payload = PACKERS[self.suffix](tar(self.payload))
        true = {f"data/0000/{member.name}": member.content for member in self.payload}
        true |= {header_name: header, "version": self.version}
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in true.items()} | self.sums
        manifest = "".join(f"{value}  {name}\n" for name, value in sums.items() if value).encode()
        return [
            Member("version", self.version),
            Member("manifest", manifest if self.manifest is None else self.manifest),
            Member(header_name, header),
            Member(f"data/0000.tar{self.suffix}", payload),
            *self.extra,
        ]

    def build(self) -> bytes:
        """The artifact."""
        return tar(self.members())

    def header_with(self, name: str, content: bytes) -> Parts:
        """With one part of the header replaced."""
        return replace(self, header=[replace(one, content=content) if one.name == name else one for one in self.header])


def take_apart(path: Path) -> Parts:
    """The parts of a sound artifact."""
    _, _, header, payload = untar(path.read_bytes())
    suffix = header.name.removeprefix("header.tar")
    unpack = UNPACKERS[suffix]
    return Parts(suffix, untar(unpack(header.content)), untar(unpack(payload.content)))
