"""Every path of the device is found below the root prefix, wherever its links point."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from moducop_tui.host import Host


def test_without_a_prefix_a_path_is_itself() -> None:
    assert Host().path("/etc/issue") == Path("/etc/issue")
    assert Host().is_this_machine


def test_with_a_prefix_a_path_is_below_it(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/issue").write_text("ModuCop\n")
    assert Host(tmp_path).read_text("/etc/issue") == "ModuCop\n"


def test_an_absolute_link_is_followed_inside_the_prefix(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "data/u-boot").mkdir(parents=True)
    (tmp_path / "data/u-boot/fw_env.config").write_text("/dev/mmcblk0 0x800000 0x4000\n")
    (tmp_path / "etc/fw_env.config").symlink_to("/data/u-boot/fw_env.config")
    assert Host(tmp_path).read_bytes("/etc/fw_env.config").startswith(b"/dev/mmcblk0")


def test_a_link_can_not_climb_out_of_the_prefix(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("outside")
    (root / "way-out").symlink_to("../../../secret")
    assert not Host(root).exists("/way-out")
    assert Host(root).path("/../../secret") == root / "secret"


def test_where_links_lead_is_told_as_a_path_of_the_device(tmp_path: Path) -> None:
    (tmp_path / "root/var/volatile/log").mkdir(parents=True)
    (tmp_path / "root/var/log").symlink_to("volatile/log")
    (tmp_path / "root/var/run").symlink_to("/run")
    (tmp_path / "prefix").symlink_to("root")  # as /proc/1/root is a link
    host = Host(tmp_path / "prefix")
    assert host.resolved("/var/log") == "/var/volatile/log"
    assert host.resolved("/") == "/"
    with pytest.raises(FileNotFoundError):
        host.resolved("/var/run")
    assert Host().resolved("/proc/self/root") == "/"


def test_links_in_a_circle_are_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for here, look in ((Host(tmp_path), "/a"), (Host(), str(tmp_path / "a"))):
        with pytest.raises(OSError) as raised:
            here.resolved(look)
        # sources put it into their own sentences
        assert (raised.value.errno, raised.value.strerror) == (errno.ELOOP, "Too many levels of symbolic links")
        assert not here.exists(look)


def test_no_more_is_read_than_asked_for(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 1000)
    assert len(Host(tmp_path).read_bytes("/big", limit=10)) == 10


def test_what_is_no_file_is_not_read_and_keeps_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
    # Open at both ends and with a byte in it: who reads a pipe would get that.
    both = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(both, b"x")
    for path in ("/pipe", "/socket"):
        with pytest.raises(OSError, match="it is no file"):
            Host(tmp_path).read_bytes(path, 1)
        with pytest.raises(OSError, match="it is no file"):
            Host(tmp_path).read_text(path, 1)
    for path in ("/dev/zero", "/dev/null", f"{tmp_path}/pipe"):
        with pytest.raises(OSError, match="it is no file"):
            Host().read_bytes(path, 1)
    with pytest.raises(IsADirectoryError):
        Host().read_bytes("/etc")
    assert os.read(both, 9) == b"x"
    os.close(both)
    assert Host().read_text("/proc/self/comm")
