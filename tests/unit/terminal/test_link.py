from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from moducop_tui.terminal.link import SPEEDS, Kind, Link, kind_of, read_link, read_size, ssh_origin


@contextmanager
def pseudo_terminal() -> Iterator[int]:
    master, slave = pty.openpty()
    try:
        yield slave
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(
    ("device", "number", "kind"),
    [
        ("/dev/ttymxc0", (207, 16), Kind.SERIAL),
        ("/dev/ttyS0", (4, 64), Kind.SERIAL),
        ("/dev/ttyAMA0", (204, 64), Kind.SERIAL),
        ("/dev/ttyUSB1", (188, 1), Kind.SERIAL),
        ("/dev/ttyACM0", (166, 0), Kind.SERIAL),
        ("/dev/ttyLP3", (510, 3), Kind.SERIAL),
        ("/dev/hvc0", (229, 0), Kind.SERIAL),
        ("/dev/ttyGS0", (234, 0), Kind.GADGET),
        ("/dev/tty1", (4, 1), Kind.CONSOLE),
        ("/dev/pts/3", (136, 3), Kind.LOCAL),
        ("/dev/pts/3", None, Kind.LOCAL),
        (None, (136, 3), Kind.LOCAL),
        ("/dev/console", (136, 0), Kind.LOCAL),
        ("/dev/console", (5, 1), Kind.UNKNOWN),
        ("/dev/ttyp0", (3, 0), Kind.UNKNOWN),
        ("/dev/null", (1, 3), Kind.UNKNOWN),
        (None, None, Kind.UNKNOWN),
    ],
)
def test_the_kind_of_a_line_is_told_by_its_device(
    device: str | None, number: tuple[int, int] | None, kind: Kind
) -> None:
    assert kind_of(device, number) is kind


@pytest.mark.parametrize(
    ("connection", "origin"),
    [
        ("192.168.24.7 51234 192.168.25.99 22", "192.168.24.7"),
        ("fe80::1%end0 51234 fe80::2%end0 22", "fe80::1%end0"),
        ("", None),
        (None, None),
        ("\x1b[2J 1 2 3", None),
    ],
)
def test_the_origin_of_ssh_is_an_address_or_nothing(connection: str | None, origin: str | None) -> None:
    assert ssh_origin(connection) == origin


def test_a_pseudo_terminal_has_no_baud_rate_although_it_names_one() -> None:
    with pseudo_terminal() as terminal:
        assert SPEEDS[termios.tcgetattr(terminal)[5]] == 38400
        link = read_link(terminal, {}, Path("/nowhere"))
    assert (link.kind, link.baud, link.size) == (Kind.LOCAL, None, None)
    assert link.device is not None
    assert link.device.startswith("/dev/pts/")


def test_a_pseudo_terminal_of_ssh_names_where_it_comes_from() -> None:
    with pseudo_terminal() as terminal:
        link = read_link(terminal, {"SSH_CONNECTION": "10.0.0.7 5 10.0.0.1 22"})
    assert (link.kind, link.ssh_from) == (Kind.SSH, "10.0.0.7")


def test_ssh_is_found_behind_a_sudo_that_has_emptied_the_environment(tmp_path: Path) -> None:
    own = tmp_path / f"proc/{os.getpid()}"
    own.mkdir(parents=True)
    (own / "stat").write_text(f"{os.getpid()} (moducop (tui)) S 4711 0 0")
    for process, parent, environment in (
        (4711, 4710, "SUDO_USER=ci4rail"),
        (4710, 1, "SSH_CONNECTION=10.0.0.7 5 6 22"),
    ):
        place = tmp_path / f"proc/{process}"
        place.mkdir()
        (place / "stat").write_text(f"{process} (sudo) S {parent} 0 0")
        (place / "environ").write_text(f"A=b\0{environment}\0")
    with pseudo_terminal() as terminal:
        link = read_link(terminal, {}, tmp_path)
    assert (link.kind, link.ssh_from) == (Kind.SSH, "10.0.0.7")


def test_flow_control_and_size_are_read_from_the_tty() -> None:
    with pseudo_terminal() as terminal:
        flags = termios.tcgetattr(terminal)
        flags[0] &= ~(termios.IXON | termios.IXOFF)
        flags[2] |= termios.CRTSCTS
        termios.tcsetattr(terminal, termios.TCSANOW, flags)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 43, 132, 0, 0))
        link = read_link(terminal, {})
        assert read_size(terminal) == (132, 43)
    assert (link.size, link.flow_words) == ((132, 43), "RTS/CTS")
    assert Link(software_flow=True, hardware_flow=True).flow_words == "RTS/CTS and XON/XOFF"
    assert Link().flow_words == "none"


def test_what_is_no_terminal_is_an_unknown_link_and_no_error(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        assert read_link(file.fileno(), {}) == Link()
    assert read_link(9999, {}) == Link()


def test_the_controlling_terminal_and_the_system_console_are_followed_to_their_devices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = tmp_path / "sys/class/tty/console/active"
    active.parent.mkdir(parents=True)
    active.write_text("tty0 ttymxc0\n")
    registered = tmp_path / "sys/dev/char/207:18"
    registered.parent.mkdir(parents=True)
    registered.symlink_to("../../devices/platform/soc@0/30880000.serial/tty/ttymxc2")
    statistics = tmp_path / "proc/self/stat"
    statistics.parent.mkdir(parents=True)
    statistics.write_text(f"7 (a b) c) S 1 7 7 {os.makedev(207, 18)} 7 0")
    shown = {}
    for number in ((5, 1), (5, 0)):
        status = os.stat_result((0o20620, 1, 1, 1, 0, 5, 0, 0, 0, 0), {"st_rdev": os.makedev(*number)})
        monkeypatch.setattr(os, "fstat", lambda _, status=status: status)
        link = read_link(9999, {}, tmp_path)
        shown[number] = link.device, link.kind
    assert shown == {(5, 1): ("/dev/ttymxc0", Kind.SERIAL), (5, 0): ("/dev/ttymxc2", Kind.SERIAL)}


def test_the_console_of_a_machine_with_a_screen_is_the_virtual_one_that_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, names in (("console", "tty0"), ("tty0", "tty2")):
        place = tmp_path / f"sys/class/tty/{name}"
        place.mkdir(parents=True)
        (place / "active").write_text(names + "\n")
    status = os.stat_result((0o20620, 1, 1, 1, 0, 5, 0, 0, 0, 0), {"st_rdev": os.makedev(5, 1)})
    monkeypatch.setattr(os, "fstat", lambda _: status)
    link = read_link(9999, {}, tmp_path)
    assert (link.device, link.kind) == ("/dev/tty2", Kind.CONSOLE)
