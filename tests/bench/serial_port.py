"""A serial port of a virtual ModuCop with a getty on it, and the person at the other end of its line.

The port is a pseudo-terminal of the machine under a serial port's name: what a login, a shell and the console see. It
has no UART, no carrier and no udev behind it, so the getty's unit is Yocto's without its wait for the device.
"""

from __future__ import annotations

import array
import fcntl
import os
from typing import TYPE_CHECKING, Final

from tests.patience import PATIENCE

from . import inside
from .console import _UNLOCK, Console
from .screen import Screen

if TYPE_CHECKING:
    from .machine import Machine

_GET_NUMBER: Final = 0x80045430  # TIOCGPTN
PORT: Final = "ttymxc0"
UNIT: Final = f"serial-getty@{PORT}.service"
_GETTY: Final = """\
[Unit]
Description=Serial Getty on %I
After=systemd-user-sessions.service
Before=getty.target
IgnoreOnIsolate=yes

[Service]
Environment="TERM=vt220"
ExecStart=-/sbin/agetty -8 -L %I 115200 $TERM
Type=idle
Restart=always
RestartSec=0
UtmpIdentifier=%I
TTYPath=/dev/%I
TTYReset=yes
TTYVHangup=yes
KillMode=process
IgnoreSIGPIPE=no
SendSIGHUP=yes
"""
"""As OpenEmbedded has it, but for BindsTo=dev-%i.device."""


class SerialPort(Console):
    """The line. `text`, `wait_for` and `press` are a terminal's at its other end; 80x24."""

    def __init__(self, machine: Machine) -> None:
        self.raw = bytearray()
        self.arrivals = []
        self.rate = None
        self._line_free = 0.0
        self._hung_up = False
        self._machine = machine
        self._screen = Screen(80, 24, self._send)
        self._master = os.open(inside.path(machine.leader, "/dev/pts/ptmx"), os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        fcntl.ioctl(self._master, _UNLOCK, array.array("i", [0]))
        number = array.array("i", [0])
        fcntl.ioctl(self._master, _GET_NUMBER, number)
        self.resize(80, 24)
        unplug = f"while umount --lazy /dev/{PORT} 2>/dev/null; do :; done"
        machine.sh(f"{unplug}; : >/dev/{PORT} && mount --bind /dev/pts/{number[0]} /dev/{PORT}").check()

    def start_getty(self) -> None:
        """Start the getty, whose login prompt or console then comes."""
        self._machine.write("/run/systemd/system/serial-getty@.service", _GETTY)
        self._machine.sh(f"systemctl daemon-reload && systemctl restart --no-block {UNIT}").check()

    def stop_getty(self) -> None:
        """End the getty and whatever runs on the line, and pull the cable."""
        self._machine.sh(f"systemctl stop {UNIT}; systemctl reset-failed {UNIT} 2>/dev/null")
        self.hang_up()

    def log_in(self) -> None:
        """Type the name at the login prompt; root has no password here."""
        self.wait_for("login:")
        self.write("root\r")

    def restarts(self) -> int:
        """How often systemd has started the getty again by itself."""
        return int(self._machine.run(["systemctl", "show", "-P", "NRestarts", UNIT]).check().out)

    def wait_end(self, timeout: float = PATIENCE) -> int:
        """A line has no end of its own."""
        raise NotImplementedError

    @property
    def has_ended(self) -> bool:
        """Whether the line was dropped."""
        return self._hung_up

    def _ended(self) -> bool:
        return self._hung_up

    def close(self) -> None:
        """Drop the line."""
        self.hang_up()
