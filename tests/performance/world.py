"""A dozen real containers on a real engine that log to a real journal: what the console watches while measured."""

from __future__ import annotations

import io
import tarfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.namespace import Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

_TALK = "trap 'exit 0' TERM; while :; do echo tick; sleep 10 & wait $!; done"
_APPS = ("gauge", "relay", "rattle")


@contextmanager
def twelve_containers() -> Iterator[Namespace]:
    """Three compose projects of four services each, in a namespace that takes them with it when it ends."""
    with Namespace(docker=True) as namespace:
        archive = namespace.run_dir / "busybox.tar"
        archive.write_bytes(_busybox_tree())
        namespace.import_image("bench/busy:1", archive)
        for app in _APPS:
            for number in range(1, 5):
                namespace.run(
                    [
                        "docker", "run", "--detach", "--network", "none", "--name", f"{app}-service{number}-1",
                        "--label", f"com.docker.compose.project={app}",
                        "--label", f"com.docker.compose.service=service{number}",
                        "bench/busy:1", "/bin/sh", "-c", _TALK,
                    ],
                ).check()  # fmt: skip
        yield namespace


def _busybox_tree() -> bytes:
    """A file system with one static busybox in it, as a tar archive."""
    binary = Path("/bin/busybox").read_bytes()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("bin/busybox", "bin/sh", "bin/sleep", "bin/echo"):
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755
            if name == "bin/busybox":
                entry.size = len(binary)
                archive.addfile(entry, io.BytesIO(binary))
            else:
                entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
                archive.addfile(entry)
    return out.getvalue()
