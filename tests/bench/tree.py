"""Turns an unpacked Debian root into what a ModuCop's root and data partitions hold."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .partitions import ENV_OFFSETS, ENV_SIZE
from .places import DEVICE, BenchError

HOST_NAME: Final = "MEC01-4711"
DEVICE_TYPE: Final = "moducop-cpu01"
APPS: Final = ("nginx-demo", "gpx-logger")

_MASKED: Final = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer"),
    *("e2scrub_reap.service", "systemd-hwdb-update.service"),
)
"""Debian's housekeeping, which a Yocto image does not have and which would cost time in each boot."""


@dataclass(frozen=True, slots=True)
class Release:
    """One image version: what /etc/issue and Mender's artifact_info call it."""

    image: str
    artifact: str


SLOT_A: Final = Release(
    "Moducop-CPU01_Standard-Image_v2.6.0.f457f6d.20260210.1540", "cpu01-standard-v2.6.0.f457f6d.20260210.1540"
)
SLOT_B: Final = Release(
    "Moducop-CPU01_Standard-Image_v2.7.0.40ee657.20260218.1208", "cpu01-standard-v2.7.0.40ee657.20260218.1208"
)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(mode)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def _install(name: str, path: Path, mode: int = 0o755) -> None:
    _write(path, (DEVICE / name).read_text(), mode)


def finish_root(root: Path) -> None:
    """Everything both slots have in common."""
    for name in ("data", "boot", "var/volatile", "opt/moducop_tui/source/moducop_tui", "opt/moducop_tui/site", "uboot"):
        (root / name).mkdir(parents=True, exist_ok=True)
    _link(root / "var/log", "volatile/log")
    _link(root / "var/tmp", "volatile/tmp")
    _link(root / "var/run", "/run")
    temporary = root / "usr/lib/tmpfiles.d/var.conf"  # Debian wants a directory where the device has a link
    _write(temporary, temporary.read_text().replace("d /var/log ", "#d /var/log ", 1))
    _write(root / "boot/Image", "a kernel would be here\n")
    _write(root / "boot/imx8mm-verdin-nonwifi-cpu01.dtb", "a device tree would be here\n")
    _install("preinit", root / "sbin/preinit")
    _install("moducop-tui", root / "usr/local/bin/moducop-tui")
    _install("bench-network", root / "usr/local/libexec/bench-network")
    _install("bench-apps", root / "usr/local/libexec/bench-apps")
    _configure(root / "etc")
    _units(root / "etc/systemd")


def _configure(etc: Path) -> None:
    _write(etc / "hostname", HOST_NAME + "\n")
    _write(etc / "hosts", f"127.0.0.1\tlocalhost\n127.0.1.1\t{HOST_NAME}\n")
    _write(etc / "machine-id", "")
    shadow = etc / "shadow"
    _write(shadow, shadow.read_text().replace("root:*:", "root::", 1), 0o640)
    _link(etc / "fw_env.config", "/data/u-boot/fw_env.config")
    slots = {"RootfsPartA": "/dev/mmcblk0p2", "RootfsPartB": "/dev/mmcblk0p3"}
    _write(etc / "mender/mender.conf", json.dumps(slots | {"UpdateLogPath": "/data/mender"}, indent=2) + "\n")
    (etc / "u-boot-initial-env").unlink(missing_ok=True)
    docker = {"data-root": "/data/docker/var/lib/docker", "log-driver": "journald"}
    _write(etc / "docker/daemon.json", json.dumps(docker, indent=2) + "\n")


def _units(systemd: Path) -> None:
    _install("units/journald-volatile.conf", systemd / "journald.conf.d/10-volatile.conf", 0o644)
    _install("units/docker.service.d-cgroup.conf", systemd / "system/docker.service.d/cgroup.conf", 0o644)
    wanted = systemd / "system/multi-user.target.wants"
    for unit in ("bench-network.service", "bench-apps.service"):
        _install(f"units/{unit}", systemd / "system" / unit, 0o644)
        _link(wanted / unit, f"../{unit}")
    (wanted / "mender-client.service").unlink(missing_ok=True)  # the device runs Mender by command, not as a daemon
    for unit in _MASKED:
        _link(systemd / "system" / unit, "/dev/null")
    shutil.rmtree(systemd / "system/getty.target.wants", ignore_errors=True)
    _link(systemd / "system/default.target", "/lib/systemd/system/multi-user.target")


def stamp_release(root: Path, release: Release) -> None:
    """Make the root one of that version."""
    _write(root / "etc/issue", f"Ci4Rail Linux 5.0 (scarthgap) \\n \\l\n{release.image}\n\n")
    _write(root / "etc/mender/artifact_info", f"artifact_name={release.artifact}\n")


def make_data(data: Path, busybox: Path | None = None) -> None:
    """The data partition as it leaves the factory, with two applications waiting to be brought out.

    ``busybox`` is the static program inside the applications, this machine's own when absent.
    """
    lines = "".join(f"/dev/mmcblk0 0x{offset:x} 0x{ENV_SIZE:x}\n" for offset in ENV_OFFSETS)
    _write(data / "u-boot/fw_env.config", lines)
    _write(data / "mender/device_type", f"device_type={DEVICE_TYPE}\n")
    slots = {"RootfsPartA": "/dev/mmcblk0p2", "RootfsPartB": "/dev/mmcblk0p3"}
    _write(data / "mender/mender.conf", json.dumps(slots) + "\n", 0o600)
    (data / "docker/var/lib/docker").mkdir(parents=True)
    for app in APPS:
        home = data / "mender-app" / app
        for name in ("docker-compose.yml", ".env"):
            _install(f"apps/{app}/{name}", home / "manifests" / name, 0o644)
        _write(home / "images/urls", "")
        _write(home / "images/shas", "")
        shutil.copytree(home, data / "mender-app" / f"{app}-last")
    (data / "bench").mkdir()
    app_root(data / "bench/app-root.tar", busybox)


def app_root(target: Path, busybox: Path | None = None) -> None:
    """A container image's files: one static busybox under many names, and the small service."""
    with tarfile.open(target, "w") as tar:
        for name in ("bin", "tmp", "etc", "store"):
            tar.addfile(_member(name, tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755))
        content = (busybox or _own_busybox()).read_bytes()
        tar.addfile(_member("bin/busybox", size=len(content)), io.BytesIO(content))
        for name in (
            "sh",
            "test",
            "sleep",
            "echo",
            "cat",
            "ls",
            "ps",
            "printf",
            "tee",
            "touch",
            "true",
            "false",
            "kill",
            "id",
        ):
            member = _member(f"bin/{name}", tarfile.SYMTYPE)
            member.linkname = "busybox"
            tar.addfile(member)
        script = (DEVICE / "service").read_bytes()
        tar.addfile(_member("bin/service", size=len(script)), io.BytesIO(script))
        passwd = b"root:x:0:0:root:/:/bin/sh\n"
        tar.addfile(_member("etc/passwd", mode=0o644, size=len(passwd)), io.BytesIO(passwd))


def _own_busybox() -> Path:
    found = shutil.which("busybox")
    if found is None:
        raise BenchError("no busybox on this machine (package busybox-static)")
    return Path(found)


def _member(name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o755, size: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode, member.size = kind, mode, size
    return member


def make_device_nodes(root: Path) -> None:
    """The two nodes a process needs before anything is mounted on /dev."""
    for name, minor in (("console", 1), ("null", 3)):
        node = root / "dev" / name
        node.unlink(missing_ok=True)
        os.mknod(node, stat.S_IFCHR | 0o600, os.makedev(5 if name == "console" else 1, minor))
