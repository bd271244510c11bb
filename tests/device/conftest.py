"""Fixtures: one disk with our program for the whole session, and devices that start on layers above it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.bench.qemu import readiness
from tests.bench.qemu.device import Device
from tests.bench.qemu.equipped import EquippedDisk

if TYPE_CHECKING:
    from collections.abc import Iterator


def require_device() -> None:
    """Skip where the device cannot be emulated; where CI says that it must be, fail."""
    reason = readiness.missing()
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(f"the emulated device cannot run here: {reason}", pytrace=False)
    pytest.skip(f"the emulated device cannot run here: {reason}")


@pytest.fixture(scope="session")
def equipped() -> Iterator[EquippedDisk]:
    """The disk below all devices of the session."""
    require_device()
    disk = EquippedDisk()
    yield disk
    disk.close()


@pytest.fixture(scope="session")
def saved(equipped: EquippedDisk) -> Iterator[Device]:
    """A device that was started, logged in and saved, for tests that need no start; they use ``ready``."""
    with Device(equipped.layer, steady=True) as device:
        device.start()
        device.await_services()
        device.save("ready")
        yield device


@pytest.fixture
def ready(saved: Device) -> Device:
    """The saved device, at the shell's prompt, as if nobody had used it before."""
    saved.restore("ready")
    return saved


@pytest.fixture
def device(equipped: EquippedDisk) -> Iterator[Device]:
    """A device of the test's own, started and logged in."""
    with Device(equipped.layer, steady=True) as started:
        started.start()
        yield started
