"""The artifacts of the transcripts, made by the real tool for the lab's releases, good ones and bad ones."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .artifacts import write_rootfs_artifact
from .lab_stock import RELEASES, Stock
from .packages import run
from .partitions import MIB
from .tree import DEVICE_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable

_TOO_BIG: Final = 15 * MIB
_COMPOSE: Final = "services:\n  web:\n    image: nginx:1\n"


class Shelf:
    """Makes each artifact when it is first asked for, in the directory that the lab shows at /uboot."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._makers: dict[str, Callable[[Path], None]] = {
            "ok.mender": lambda target: self._release(target, "2.7.0"),
            "next.mender": lambda target: self._release(target, "2.8.0"),
            "noboot.mender": lambda target: self._release(target, "9.9.9"),
            "ok-none.mender": lambda target: self._release(target, "2.7.0", "--compression", "none"),
            "ok-xz.mender": lambda target: self._release(target, "2.7.0", "--compression", "lzma"),
            "wrongtype.mender": lambda target: self._release(target, "2.7.0", device_type="moducop-cpu99"),
            "depfail.mender": lambda target: self._release(target, "2.7.0", "-d", "rootfs-image.checksum:1234"),
            "signed.mender": lambda target: self._release(target, "2.7.0", "-k", self.get("private.pem")),
            "toobig.mender": self._too_big,
            "corrupt.mender": self._corrupt,
            "trunc.mender": self._truncated,
            "junk.mender": lambda target: _write(target, b"this is no artifact\n" * 1000),
            "bootstrap.mender": lambda target: self._bootstrap(target, "2.6.0"),
            "bootstrap27.mender": lambda target: self._bootstrap(target, "2.7.0"),
            "app-8f249b9.mender": lambda target: write_app_artifact(target, "nginx-demo", "8f249b9", _COMPOSE),
            "app-a895c3c.mender": lambda target: write_app_artifact(target, "nginx-demo", "a895c3c", _COMPOSE),
            "private.pem": _make_key,
            "pub.pem": lambda target: _public(self.get("private.pem"), target),
            "other.pem": _make_key,
            "otherpub.pem": lambda target: _public(self.get("other.pem"), target),
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that can be had."""
        return tuple(self._makers)

    def get(self, name: str) -> Path:
        """The file of that name, outside."""
        target = self._stock.artifacts / name
        if not target.exists():
            self._makers[name](target)
        return target

    def _release(self, target: Path, version: str, *options: str | Path, device_type: str = DEVICE_TYPE) -> None:
        payload = self._stock.release(version)
        name = RELEASES[version].artifact
        write_rootfs_artifact(target, name=name, payload=payload, device_type=device_type, options=options)

    def _too_big(self, target: Path) -> None:
        """A payload larger than a slot; of random bytes, so that it can't be packed away."""
        payload = self._stock.place / "toobig.ext4"
        payload.write_bytes(os.urandom(_TOO_BIG))
        write_rootfs_artifact(target, name="cpu01-standard-v3.0.0", payload=payload)
        payload.unlink()

    def _corrupt(self, target: Path) -> None:
        """One byte of the payload is another; all packing around it is whole."""
        with tarfile.open(self.get("ok.mender")) as source, tarfile.open(target, "w") as copy:
            for entry in source:
                content = _content(source, entry)
                if entry.name.startswith("data/"):
                    payload = bytearray(gzip.decompress(content))
                    payload[len(payload) // 2] ^= 0xFF
                    content = gzip.compress(bytes(payload), 1)
                    entry.size = len(content)
                copy.addfile(entry, io.BytesIO(content))

    def _truncated(self, target: Path) -> None:
        whole = self.get("ok.mender").read_bytes()
        _write(target, whole[: len(whole) * 6 // 10])

    def _bootstrap(self, target: Path, version: str) -> None:
        """No payload; it only says what is installed."""
        release = RELEASES[version].artifact
        provided = ("--provides", f"rootfs-image.version:{release}", "--clears-provides", "rootfs-image.*")
        run("mender-artifact", "write", "bootstrap-artifact", "-n", release, "-t", DEVICE_TYPE, *provided, "-o", target)


def write_app_artifact(target: Path, app: str, version: str, compose: str, *, image: bool = True) -> None:
    """An artifact for the module `app`: manifests, and one image that is no more than its name, or none."""
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        images, manifests, meta = Path(work) / "images.tar.gz", Path(work) / "manifests.tar.gz", Path(work) / "meta"
        parts = {"image.img": "an image would be here\n", "url-new.txt": "nginx:1\n", "sums-new.txt": "0\n"}
        _pack(images, {f"images/abc/{name}": text for name, text in parts.items() if image})
        manifest = {".env": f"SOFTWARE_VERSION={version}\n", "docker-compose.yaml": compose}
        _pack(manifests, {f"manifests/{name}": text for name, text in manifest.items()})
        meta.write_text(f'{{"application_name": "{app}", "orchestrator": "docker-compose", "version": "{version}"}}\n')
        provided = ("--software-filesystem", "data-partition", "--software-name", app, "--software-version", version)
        named = ("-t", DEVICE_TYPE, "-n", f"app-{app}-{DEVICE_TYPE}-linux_arm64-{version}", "-T", "app", *provided)
        files = ("-f", images, "-f", manifests, "-m", meta, "-o", target)
        run("mender-artifact", "write", "module-image", *named, *files)


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(entry)
    return stream.read() if stream else b""


def _pack(target: Path, files: dict[str, str]) -> None:
    with tarfile.open(target, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))


def _write(target: Path, content: bytes) -> None:
    target.write_bytes(content)


def _make_key(target: Path) -> None:
    run("openssl", "genrsa", "-traditional", "-out", target, "2048")


def _public(private: Path, target: Path) -> None:
    run("openssl", "rsa", "-in", private, "-pubout", "-out", target)
