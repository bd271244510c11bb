"""``python -m tests.bench.qemu``: this terminal on the serial line of an emulated ModuCop; ``build`` only builds it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ..places import BenchError
from . import desk, readiness, updates
from .commission import commissioned_disk
from .device import Device
from .equipped import EquippedDisk
from .stick import Stick


def main(argv: list[str]) -> int:
    """Build, switch on, sit down at the desk."""
    reason = readiness.missing()
    if reason is not None:
        print(f"device: the emulated device cannot run here: {reason}", file=sys.stderr)
        return 1
    began = time.monotonic()
    print("device: building (the first time takes ten minutes) ...", file=sys.stderr)
    try:
        commissioned_disk()
        artifacts = [updates.good_update(), updates.broken_update()]
        print(f"device: built after {time.monotonic() - began:.0f} s", file=sys.stderr)
        if argv != ["build"]:
            _sit_down(artifacts)
    except BenchError as error:
        print(f"device: {error}", file=sys.stderr)
        return 1
    return 0


def _sit_down(artifacts: list[Path]) -> None:
    equipped = EquippedDisk()
    try:
        with Device(equipped.layer, hear=desk.hear) as device:
            stick = Stick(device, artifacts)
            desk.say("log in as root, then type moducop-tui")
            desk.say(desk.HELP)
            device.power_on()
            desk.Desk(device, stick).sit()
    finally:
        equipped.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
