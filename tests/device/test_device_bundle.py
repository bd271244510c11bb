"""The bundle on the emulated device: from a stick, on its processor and its serial line, in limits that hold."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from assets.bundle.architectures import DEVICE
from assets.bundle.build import build, name_of
from assets.bundle.commit import this_commit
from tests.bench.qemu.stick import Stick
from tests.bench.tree import HOST_NAME

if TYPE_CHECKING:
    from tests.bench.qemu.device import Device

HOME: Final = "/data/moducop_tui"
UNPACKED: Final = f"/data/{name_of(this_commit(), DEVICE)}"
SCOPE: Final = "/sys/fs/cgroup/system.slice/moducop-tui-console-*.scope"
PATIENCE: Final = 300.0
"""Seconds for what a device does in a few: emulated, beside other work."""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for the device, as a customer's is built."""
    return build(DEVICE, this_commit(), tmp_path_factory.mktemp("bundle"), lambda _: None)


def log_in_anew(device: Device) -> int:
    """End the shell on the serial line and log in once more; how much the line had said before."""
    device.console.write("exit\r")
    mark = len(device.console.raw)
    device.await_login(mark, PATIENCE)
    device.console.write("root\r")
    return mark


def test_from_a_stick_to_a_console_after_the_login_whose_memory_is_bounded(ready: Device, bundle: Path) -> None:
    with Stick(ready, [bundle]):
        ready.wait_until("[ -b /dev/sda1 ]", PATIENCE)
        unpacking = f"mount -o ro /dev/sda1 /mnt && tar -xzf /mnt/{bundle.name} -C /data; umount /mnt"
        ready.sh(unpacking, timeout=PATIENCE).check()
    ready.sh(f"{UNPACKED}/install --serial after-login && rm -r {UNPACKED}", timeout=PATIENCE).check()
    log_in_anew(ready)
    ready.console.wait_for(HOST_NAME, PATIENCE)
    ready.console.wait_for("1 Overview", PATIENCE)
    assert ready.sh(f"cat {SCOPE}/memory.max {SCOPE}/memory.swap.max {SCOPE}/cpu.max").out.split() == [
        *("134217728", "0", "100000", "100000"),
    ]
    ready.wait_until(f"grep -q '^{HOME}/program/' /proc/$(head -n 1 {SCOPE}/cgroup.procs)/cmdline")
    time.sleep(15)
    assert int(ready.sh(f"cat {SCOPE}/memory.current").out) < 100 << 20

    mark = len(ready.console.raw)
    ready.sh(f"for scope in {SCOPE}; do echo 16M >$scope/memory.max; done")
    said = ready.console.await_said("Here is the shell.", mark, PATIENCE)
    assert "moducop-tui: the console needed more than its 128M of memory and was ended" in said
    ready.console.await_said("# ", len(ready.console.raw) - 200, PATIENCE)
    mark = len(ready.console.raw)
    ready.console.write("stty -a; echo all''fine\r")
    assert {"icanon", "echo", "opost"} <= set(ready.console.await_said("allfine", mark, PATIENCE).split())
    assert ready.sh("systemctl list-units --all --no-legend 'moducop-tui-console-*'").out == ""


def test_in_place_of_the_login_it_opens_on_the_real_getty(ready: Device, bundle: Path) -> None:
    with Stick(ready, [bundle]):
        ready.wait_until("[ -b /dev/sda1 ]", PATIENCE)
        ready.sh(f"mount -o ro /dev/sda1 /mnt && tar -xzf /mnt/{bundle.name} -C /data; umount /mnt", PATIENCE).check()
    ready.sh(f"{UNPACKED}/install --serial in-place-of-login", timeout=PATIENCE).check()
    ready.console.write("exit\r")
    ready.console.wait_for("1 Overview", PATIENCE)
    mark = len(ready.console.raw)
    ready.console.press("q")
    ready.await_login(mark, PATIENCE)
    ready.log_in(PATIENCE)
