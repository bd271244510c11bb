"""The root file system of the emulated device: Debian for arm64, put together by its own programs under emulation."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from ..packages import COMPOSE_RELEASE, INSIDE, RELEASE, digest, run, source_line
from ..places import BenchError, cache, exclusively, scratch
from .debian import ARCHITECTURE, private_apt

_BINFMT: Final = Path("/proc/sys/fs/binfmt_misc")
_INTERPRETER: Final = _BINFMT / "qemu-aarch64"
_EXCLUDED: Final = (
    *("usr/share/doc/*", "usr/share/man/*", "usr/share/locale/*", "usr/share/info/*", "usr/share/i18n/*"),
    *("usr/bin/ctr", "usr/bin/dnet", "usr/sbin/ovrouter", "usr/bin/containerd-shim-runc-v1", "usr/bin/docker-init"),
    *("usr/bin/containerd-shim", "usr/bin/containerd-stress", "usr/lib/aarch64-linux-gnu/gconv/*"),
)
"""What a ModuCop has no use for: each byte is copied in every update, at a tenth of a real device's speed."""


def root_tar() -> Path:
    """The root as a tar file, built once for each list of packages; three minutes on two cores."""
    target = cache() / f"root-{ARCHITECTURE}-{digest(RELEASE, *INSIDE, *_EXCLUDED)}.tar"
    with exclusively("root-arm64"):
        if not target.exists():
            _let_it_run_here()
            _bootstrap(target)
    return target


def _bootstrap(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="moducop-root-", dir=scratch()) as work:
        sources = Path(work) / "sources.list"
        sources.write_text(source_line(RELEASE))
        partial = Path(work) / "root.tar"
        run(
            "env", f"TMPDIR={work}", "mmdebstrap", f"--architectures={ARCHITECTURE}", "--variant=minbase",
            "--mode=root", f"--include={','.join(INSIDE)}",
            '--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Check-Valid-Until "false"',
            "--dpkgopt=force-unsafe-io", *(f"--dpkgopt=path-exclude=/{name}" for name in _EXCLUDED),
            RELEASE, partial, sources,
        )  # fmt: skip
        shutil.copyfile(partial, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def _let_it_run_here() -> None:
    """Have this machine's kernel start the device's programs by way of qemu-user."""
    if not (_BINFMT / "status").exists():
        run("mount", "-t", "binfmt_misc", "binfmt_misc", _BINFMT)
    if not _INTERPRETER.exists():
        run("update-binfmts", "--enable", "qemu-aarch64")
    if not _INTERPRETER.exists():
        raise BenchError("this kernel can't be told to run arm64 programs (binfmt_misc)")


def compose_package() -> Path:
    """The directory with compose v2 for the device; the release's own is version 1."""
    target = cache() / f"debs-compose-{digest(COMPOSE_RELEASE, ARCHITECTURE)}"
    with exclusively(target.name):
        if not target.is_dir():
            with private_apt("deb", COMPOSE_RELEASE) as apt:
                apt.download(target, "docker-compose")
    return target
