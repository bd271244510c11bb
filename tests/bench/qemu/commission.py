"""The disk of a device that has been started once: its applications run, its first start's work is done."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from ..packages import run
from ..places import BenchError, cache, exclusively
from . import image
from .device import Device
from .layers import Layer

_KEPT: Final = 2
_FIRST_START_S: Final = 900.0

_WHY: Final = (
    "systemctl is-system-running; systemctl list-jobs; systemctl --failed --no-legend; "
    "journalctl -b -u bench-apps -u docker -u containerd -n 30 --no-pager"
)


def commissioned_disk() -> Path:
    """The disk in the cache, shut down in order. Made by starting the emulated device once, which takes minutes."""
    target = cache() / f"commissioned-{image.key()}.img"
    factory = image.factory_disk()
    with exclusively("commissioned"):
        if not target.exists():
            _make(factory, target)
            _drop_unused()
    target.touch()
    return target


def _make(factory: Path, target: Path) -> None:
    with Device(lambda place: Layer(place / "disk.qcow2", factory), rate=None) as device:
        device.power_on()
        device.await_login()
        device.await_services(_FIRST_START_S)
        if device.sh("[ -e /data/bench/apps-out ]").rc:
            raise BenchError(f"the applications did not come up:\n{device.sh(_WHY).stdout}")
        device.sh("systemctl poweroff --no-block")
        device.await_off(120.0)
        partial_file = target.with_suffix(".part")
        run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", device.run_dir / "disk.qcow2", partial_file)
        partial_file.rename(target)


def _drop_unused() -> None:
    last_used = {path: path.stat().st_mtime for path in cache().glob("commissioned-*.img")}
    for path in sorted(last_used, key=last_used.__getitem__, reverse=True)[_KEPT:]:
        if last_used[path] < time.time() - 600:
            path.unlink(missing_ok=True)
