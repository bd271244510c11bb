"""The board under power: one QEMU from power-on until the power goes, however it goes."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .. import leftovers
from ..places import BenchError
from .card import Bus
from .monitor import Monitor
from .port import Port

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEMORY_MIB: Final = 1024
"""What the smaller ModuCop has."""

# TCG always: /dev/kvm may be there and not be able to carry a machine.
_PACE: Final = {
    False: ("-accel", "tcg,thread=multi"),
    True: ("-accel", "tcg,thread=single", "-icount", "shift=0"),
}


class Board:
    """A running QEMU: four devices that matter, which are the disk, the serial line, the bench's port and USB.

    ``disk`` are QEMU's words for a disk that is called ``disk``. Without ``runs`` it stands still until it is told. A
    ``steady`` one counts its instructions as its clock, a thousand million a second, as a ModuCop may do: whatever else
    the host does, nothing on the device is ever late; but only one core of the host works for it.
    """

    def __init__(
        self, place: Path, firmware: Path, disk: Sequence[str], line: Path, *, runs: bool, steady: bool
    ) -> None:
        sockets = {name: place / f"{name}.socket" for name in ("monitor", "port", "bus")}
        for path in sockets.values():
            path.unlink(missing_ok=True)
        self._errors = place / "qemu.log"
        still = () if runs else ("-S",)
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*_command(firmware, disk, line, sockets), *_PACE[steady], *still],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,  # a ^C is for the device, not for its power supply
            )
        _stand_back(self._process.pid)
        for group in leftovers.join_groups(place.name):  # the watcher ends what is in them
            Path(group).write_text(str(self._process.pid))
        try:
            self.monitor = Monitor(sockets["monitor"])
            self.port = Port(sockets["port"])
            self.bus = Bus(sockets["bus"])
        except BenchError as error:
            self.cut()
            raise BenchError(f"{error}: {self._errors.read_text(errors='replace').strip()}") from None

    @property
    def pid(self) -> int:
        """QEMU's process number."""
        return self._process.pid

    def cut(self) -> None:
        """Take the power away at once."""
        self._process.kill()
        self._process.wait()
        self._let_go()

    def wait_off(self, timeout: float | None = None) -> bool:
        """Wait until the board goes off by itself; whether it asked for a reset, and so would start again."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise BenchError(f"the device is still on after {timeout} s") from None
        self.monitor.hear_the_end()
        wanted = self.monitor.saw("SHUTDOWN", reason="guest-reset")
        self._let_go()
        return wanted

    @property
    def is_on(self) -> bool:
        """Whether it has power and has not switched itself off."""
        return self._process.poll() is None

    def _let_go(self) -> None:
        for connection in ("monitor", "port", "bus"):
            if hasattr(self, connection):
                with suppress(OSError):
                    getattr(self, connection).close()


def _command(firmware: Path, disk: Sequence[str], line: Path, sockets: Mapping[str, Path]) -> Sequence[str | Path]:
    return (
        *("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", str(MEMORY_MIB)),
        *("-display", "none", "-nic", "none", "-bios", firmware),
        # A reset ends QEMU, and the bench starts another: a warm reset takes half a minute under emulation.
        *("-no-reboot", "-qmp", f"unix:{sockets['monitor']},server=on,wait=off"),
        *("-qtest", f"unix:{sockets['bus']},server=on,wait=off", "-qtest-log", "none"),
        *("-chardev", f"pipe,id=line,path={line}", "-serial", "chardev:line"),
        *("-device", "sdhci-pci", *disk, "-device", "sd-card,drive=disk"),
        *("-device", "virtio-serial-device", "-chardev", f"socket,id=port,path={sockets['port']},server=on,wait=off"),
        *("-device", "virtserialport,chardev=port,name=witness", "-device", "virtio-rng-device"),
        *("-device", "qemu-xhci,id=usb"),
    )


def _stand_back(process: int) -> None:
    """Have it take what others leave, where whoever starts it does so (chrt --idle).

    A session is a group of its own to the scheduler (sched(7), autogroups): its rank counts within that group alone,
    and the group's own has to be set beside it.
    """
    if os.sched_getscheduler(0) == os.SCHED_IDLE:
        with suppress(OSError):  # a kernel without such groups
            Path(f"/proc/{process}/autogroup").write_text("19")
