"""What lies between the console and the person: a serial line, SSH, a screen with a keyboard; how fast it is."""

from __future__ import annotations

import os
import re
import termios
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from moducop_tui.terminal.sizes import bounded


class Kind(StrEnum):
    """Kinds of terminals, told by the device file."""

    SERIAL = "serial line"
    GADGET = "USB serial gadget"
    """The device itself is the USB adapter (`ttyGS`): the host sees a serial port, but nothing has a baud rate."""
    CONSOLE = "Linux console"
    """The machine's own screen and keyboard."""
    SSH = "pseudo-terminal of SSH"
    LOCAL = "local pseudo-terminal"
    UNKNOWN = "unknown terminal"


SERIAL_KINDS = frozenset({Kind.SERIAL, Kind.GADGET})
"""Lines on which nobody tells the size, the terminal is a stranger, and COLORTERM was set by nobody who knew it."""


@dataclass(frozen=True, slots=True)
class Link:
    """`device` is the device file; `baud` None where there is no such thing; `size` None where the tty has none."""

    kind: Kind = Kind.UNKNOWN
    device: str | None = None
    baud: int | None = None
    hardware_flow: bool = False
    """RTS and CTS hold the sender (CRTSCTS)."""
    software_flow: bool = False
    """XON and XOFF hold the sender (IXON or IXOFF)."""
    ssh_from: str | None = None
    """The address that the SSH connection came from."""
    size: tuple[int, int] | None = None
    """Columns and rows as the tty has them, as far as they can be drawn."""

    @property
    def is_serial(self) -> bool:
        """Whether the terminal at the other end is unknown and must be asked."""
        return self.kind in SERIAL_KINDS

    @property
    def flow_words(self) -> str:
        """The flow control in words."""
        words = [word for on, word in ((self.hardware_flow, "RTS/CTS"), (self.software_flow, "XON/XOFF")) if on]
        return " and ".join(words) or "none"


_PSEUDO_MAJORS = range(136, 144)
"""Device numbers of UNIX 98 pseudo-terminals (Documentation/admin-guide/devices.txt)."""
_CONTROLLING = (5, 0)
_SYSTEM_CONSOLE = (5, 1)
_VIRTUAL = re.compile(r"/dev/tty\d+")
_GADGET = re.compile(r"/dev/ttyGS\d+")
_SERIAL = re.compile(r"/dev/(?:tty(?:[A-Z]+|mxc)|hvc)\d+")
"""Every serial driver of Linux names its ports in capitals (ttyS, ttyAMA, ttyUSB, ttyACM), NXP's `ttymxc` apart."""
_PSEUDO = re.compile(r"/dev/pts/\d+")
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}(?:%\w{1,15})?")


def kind_of(device: str | None, number: tuple[int, int] | None) -> Kind:
    """The kind of a terminal, from its device file and that file's major and minor number, as far as known.

    The number goes first: in a container `/dev/console` is a pseudo-terminal. Whether one leads to SSH it can't tell.
    """
    if (number and number[0] in _PSEUDO_MAJORS) or (device and _PSEUDO.fullmatch(device)):
        return Kind.LOCAL
    if device is None:
        return Kind.UNKNOWN
    if _VIRTUAL.fullmatch(device):
        return Kind.CONSOLE
    if _GADGET.fullmatch(device):
        return Kind.GADGET
    return Kind.SERIAL if _SERIAL.fullmatch(device) else Kind.UNKNOWN


def ssh_origin(connection: str | None) -> str | None:
    """The address in SSH_CONNECTION, `client port server port`; None where that is not what it says."""
    first = (connection or "").partition(" ")[0]
    return first if _ADDRESS.fullmatch(first) else None


def read_link(descriptor: int, environment: Mapping[str, str], system: Path = Path("/")) -> Link:
    """The link of an open terminal. What can't be read stays unknown; nothing is raised and nothing is sent."""
    device, number = _device(descriptor, system)
    kind, origin = kind_of(device, number), None
    if kind is Kind.LOCAL:
        origin = ssh_origin(environment.get("SSH_CONNECTION")) or _origin_of_ancestors(system)
        kind = Kind.SSH if origin else kind
    try:
        flags = termios.tcgetattr(descriptor)
    except (termios.error, OSError):
        flags = [0] * 6
    input_flags, control, speed = flags[0], flags[2], flags[5]
    return Link(
        kind,
        device,
        SPEEDS.get(speed) if kind is Kind.SERIAL else None,
        hardware_flow=bool(control & termios.CRTSCTS),
        software_flow=bool(input_flags & (termios.IXON | termios.IXOFF)),
        ssh_from=origin,
        size=read_size(descriptor),
    )


SPEEDS: Mapping[int, int] = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name[:1] == "B" and name[1:].isdigit() and name != "B0"
}
"""Bauds by termios' constants. A pseudo-terminal says 38400 and means nothing by it."""


def read_size(descriptor: int) -> tuple[int, int] | None:
    """Columns and rows of the tty that can be drawn; None when it has none, as a serial line that nobody told."""
    try:
        columns, rows = os.get_terminal_size(descriptor)
    except OSError:
        return None
    return bounded(columns, rows) if columns and rows else None


def _device(descriptor: int, system: Path) -> tuple[str | None, tuple[int, int] | None]:
    """Device file and number of a terminal, `/dev/tty` and `/dev/console` followed to what they stand for."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None, None
    number = os.major(status.st_rdev), os.minor(status.st_rdev)
    if number == _CONTROLLING:
        number = _controlling_terminal(system) or number
    device = None
    if number == _SYSTEM_CONSOLE:
        device = _active_console(system)
    elif number[0] not in _PSEUDO_MAJORS:
        device = _registered(number, system)
    if device is None:
        try:
            device = os.ttyname(descriptor)
        except OSError:
            device = None  # the name is of another mount namespace
    return device, number


def _controlling_terminal(system: Path) -> tuple[int, int] | None:
    """The number in field 7 of /proc/self/stat (proc(5)); the name before it may hold blanks and brackets."""
    fields = _text(system / "proc/self/stat").rpartition(")")[2].split()
    if len(fields) < 5 or not fields[4].isdecimal() or fields[4] == "0":
        return None
    return os.major(int(fields[4])), os.minor(int(fields[4]))


def _active_console(system: Path) -> str | None:
    """The terminal that /dev/console is: the last one listed (Documentation/ABI/testing/sysfs-tty)."""
    names = _text(system / "sys/class/tty/console/active").split()
    if names and names[-1] == "tty0":
        names = _text(system / "sys/class/tty/tty0/active").split()
    return f"/dev/{names[-1]}" if names else None


def _registered(number: tuple[int, int], system: Path) -> str | None:
    """The kernel's own name of a device."""
    try:
        target = (system / f"sys/dev/char/{number[0]}:{number[1]}").readlink()
    except OSError:
        return None
    return f"/dev/{target.name}"


def _origin_of_ancestors(system: Path) -> str | None:
    """Where the SSH session came from when sudo or su has emptied the environment; needs root."""
    process = os.getpid()
    for _ in range(16):
        fields = _text(system / f"proc/{process}/stat").rpartition(")")[2].split()
        if len(fields) < 2 or not fields[1].isdecimal() or int(fields[1]) <= 1:
            return None
        process = int(fields[1])
        for entry in _text(system / f"proc/{process}/environ").split("\0"):
            if entry.startswith("SSH_CONNECTION="):
                return ssh_origin(entry.partition("=")[2])
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
