"""Turns an unpacked root for arm64 into the device's: what the bench's machine has, a kernel, a boot script."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .. import tree
from ..packages import run
from ..stand_in.fit import fit_modules
from . import kernel
from .debian import unpack
from .root import compose_package, root_tar

if TYPE_CHECKING:
    from collections.abc import Iterable

DEVICE: Final = Path(__file__).with_name("device")
"""Files that go onto the emulated device."""

SLOT_C: Final = tree.Release(
    "Moducop-CPU01_Standard-Image_v2.8.0.9cc01f2.20260402.0907", "cpu01-standard-v2.8.0.9cc01f2.20260402.0907"
)
"""The version that comes as an update."""

BROKEN: Final = tree.Release(
    "Moducop-CPU01_Standard-Image_v2.8.1.0bad0ff.20260404.1712", "cpu01-standard-v2.8.1.0bad0ff.20260404.1712"
)
"""The version that boots and then hangs."""

_NOT_THERE: Final = (
    *("usr/share/perl", "usr/share/perl5", "usr/lib/aarch64-linux-gnu/perl", "usr/lib/udev/hwdb.bin"),
    *("usr/lib/udev/hwdb.d", "var/cache/debconf"),
)
"""What a Debian that installs packages needs and a ModuCop does not: a third of what an update would copy."""

_UNIT_PLACE: Final = Path("etc/systemd/system")


def unpack_root(root: Path) -> None:
    """All that every version has in common."""
    root.mkdir()
    run("tar", "-C", root, "--exclude=./dev/*", "-xf", root_tar())
    compose = root.with_name("compose")
    unpack(compose_package(), "docker-compose", compose)
    shutil.copytree(compose / "usr/libexec", root / "usr/libexec", dirs_exist_ok=True)
    shutil.rmtree(compose)
    drop(root, _NOT_THERE)
    tree.make_device_nodes(root)
    tree.finish_root(root)
    for gone in [*(root / "boot").iterdir(), root / "etc/motd", *(root / "usr/lib/binfmt.d").iterdir()]:
        gone.unlink()  # files in the place of a kernel, Debian's greeting, and a way to start programs of other kinds
    kernel.install(root)
    fit_modules(root, "app-1", ("app",))
    _install(root, "preinit", "sbin/preinit")
    _install(root, "witness", "usr/local/libexec/bench-witness")
    _install(root, "moducop-tui", "usr/local/bin/moducop-tui")
    _install(root, "units/journald-volatile.conf", "etc/systemd/journald.conf.d/10-volatile.conf", 0o644)
    _install(root, "patience.conf", "etc/systemd/system.conf.d/patience.conf", 0o644)
    enable(root, "bench-witness.service", "sysinit.target")


def drop(root: Path, names: Iterable[str]) -> None:
    """Take files and directories out of a root; what is not there need not be."""
    for name in names:
        path = root / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def enable(root: Path, unit: str, target: str) -> None:
    """Put a unit of ours into a root and have it started with a target."""
    _install(root, f"units/{unit}", str(_UNIT_PLACE / unit), 0o644)
    wanted = root / _UNIT_PLACE / f"{target}.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    (wanted / unit).symlink_to(f"../{unit}")


def _install(root: Path, name: str, place: str, mode: int = 0o755) -> None:
    target = root / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copyfile(DEVICE / name, target)
    target.chmod(mode)


def make_filesystem(image: Path, content: Path, *, label: str, size: int, offset: int = 0) -> None:
    """Fill a part of a file with ext4 from a directory, in the form that U-Boot reads; bytes, nothing is mounted."""
    place = f"offset={offset},root_owner=0:0,lazy_itable_init=1"
    features = ("-O", "^metadata_csum,^64bit") if label != "data" else ()
    run(
        "mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-L", label, *features,
        "-E", place, "-d", content, image, f"{size // 1024}k",
    )  # fmt: skip


def shaping_files() -> Iterable[Path]:
    """What decides about the content of images, besides the packages."""
    here = Path(__file__).parent
    bench = here.parent
    yield from sorted(path for path in DEVICE.rglob("*") if path.is_file())
    yield from sorted(path for path in (bench / "device").rglob("*") if path.is_file())
    yield from (bench / "stand_in/fit.py", bench / "stand_in/modules/app-1")
    for name in ("firmware_files", "module"):
        yield from sorted((here / name).iterdir())
    yield from (here / f"{name}.py" for name in ("system", "kernel", "module", "root", "image", "bootenv"))
    yield from (bench / f"{name}.py" for name in ("tree", "partitions", "envblock"))
