from __future__ import annotations

import socket
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.system import System
from moducop_tui.sources.identity import (
    host_name,
    lacking_of_moducop,
    os_name_in,
    read_identity,
    serial_in,
    why_no_moducop,
)
from moducop_tui.sources.system import SystemSource

MENDER_CONF = '{"RootfsPartA": "/dev/mmcblk0p2", "RootfsPartB": "/dev/mmcblk0p3"}'


def put(root: Path, path: str, content: str | bytes) -> None:
    file = root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def moducop(tmp_path: Path) -> Path:
    put(tmp_path, "/proc/device-tree/model", b"Toradex Verdin iMX8M Mini WB on Verdin Development Board\0")
    put(tmp_path, "/proc/device-tree/serial-number", b"15012345\0")
    put(tmp_path, "/proc/sys/kernel/osrelease", "6.6.54-7.2.0-devel\n")
    put(tmp_path, "/proc/sys/kernel/random/boot_id", "f0893136-bc04-4df1-a03e-bbeb1b8aded8\n")
    put(tmp_path, "/etc/hostname", "MEC01-4711\n")
    put(tmp_path, "/etc/os-release", 'ID=moducop\nPRETTY_NAME="Ci4Rail ModuCop 2.7.0 (kirkstone)"\n')
    issue = "Ci4Rail 2.7.0 (kirkstone) \\n \\l\nModucop-CPU01_Standard-Image_v2.7.0.40ee657.20260218.1208\n\n"
    put(tmp_path, "/etc/issue", issue)
    put(tmp_path, "/etc/mender/mender.conf", MENDER_CONF)
    return tmp_path


def test_a_moducop_says_who_it_is(moducop: Path) -> None:
    identity = read_identity(Host(moducop))
    assert identity.model == "Toradex Verdin iMX8M Mini WB on Verdin Development Board"
    assert identity.serial == "15012345"
    assert identity.image_name == "Moducop-CPU01_Standard-Image_v2.7.0.40ee657.20260218.1208"
    assert identity.os_name == "Ci4Rail ModuCop 2.7.0 (kirkstone)"
    assert identity.kernel == "6.6.54-7.2.0-devel"
    assert identity.boot_id == "f0893136bc044df1a03ebbeb1b8aded8"
    assert why_no_moducop(Config(), Host(moducop)) is None


def test_without_a_device_tree_the_host_name_is_the_witness_of_the_serial_number(moducop: Path) -> None:
    (moducop / "proc/device-tree/serial-number").unlink()
    assert read_identity(Host(moducop)).serial == "4711"


@pytest.mark.parametrize(
    ("name", "serial"),
    [("MEC01-4711", "4711"), ("mec02-AB12", "AB12"), ("laptop", None), ("MEC01-", None), ("MEC01-1.local", None)],
)
def test_only_a_moducops_own_host_name_holds_its_serial_number(name: str, serial: str | None) -> None:
    assert serial_in(name) == serial
    assert serial_in(None) is None


def test_a_pc_is_known_by_its_firmware(tmp_path: Path) -> None:
    put(tmp_path, "/sys/class/dmi/id/product_name", "Latitude 7440\n")
    assert read_identity(Host(tmp_path)).model == "Latitude 7440"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('PRETTY_NAME="A b"\nNAME=c', "A b"),
        ("NAME=Poky", "Poky"),
        ("# PRETTY_NAME=x\n", None),
        ("  # PRETTY_NAME=x\nNAME=y", "y"),
        ("", None),
        ("PRETTY_NAME='A \\b'", "A \\b"),
        (r'PRETTY_NAME="The \"Cop\" \$5 \`x\` \\ end"', 'The "Cop" $5 `x` \\ end'),
        ('PRETTY_NAME="it\'s"', "it's"),
        ('PRETTY_NAME="A" # not of it', "A"),
        (r"NAME=A\ b", "A b"),
        ('PRETTY_NAME="never closed', "never closed"),
        ('PRETTY_NAME=""\nNAME=Poky', "Poky"),
        ("PRETTY_NAME=old\nPRETTY_NAME=new", "new"),
        ("  NAME=Poky  ", "Poky"),
        ("PRETTY_NAME=a=b", "a=b"),
        ("PRETTY_NAME='Poky\x0cLinux'\r\nID=poky", "Poky Linux"),
    ],
)
def test_the_name_of_the_system_is_the_pretty_one(text: str, name: str | None) -> None:
    assert os_name_in(text) == name


def test_the_vendors_file_counts_where_the_other_is_missing(moducop: Path) -> None:
    put(moducop, "/usr/lib/os-release", 'PRETTY_NAME="Ci4Rail ModuCop 2.6.0"\n')
    assert read_identity(Host(moducop)).os_name == "Ci4Rail ModuCop 2.7.0 (kirkstone)"
    (moducop / "etc/os-release").unlink()
    assert read_identity(Host(moducop)).os_name == "Ci4Rail ModuCop 2.6.0"
    (moducop / "etc/os-release").symlink_to("../usr/lib/os-release")
    assert read_identity(Host(moducop)).os_name == "Ci4Rail ModuCop 2.6.0"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# set by the factory\nMEC01-4711\n", "MEC01-4711"),
        ("\n\n  # a comment\n MEC01-4711 \nother\n", "MEC01-4711"),
        ("MEC01-4711\n# behind\n", "MEC01-4711"),
        ("# nothing else\n", None),
        ("", None),
    ],
)
def test_a_comment_is_no_host_name(moducop: Path, text: str, name: str | None) -> None:
    put(moducop, "/etc/hostname", text)
    (moducop / "proc/device-tree/serial-number").unlink()
    assert host_name(Host(moducop)) == name
    assert read_identity(Host(moducop)).serial == (None if name is None else "4711")


def test_a_name_that_only_the_kernel_has_is_told_with_the_one_of_the_next_boot(
    moducop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here(Host):
        @property
        def is_this_machine(self) -> bool:
            return True

        def path(self, device_path: str) -> Path:
            return Host(self.root).path(device_path)

    (moducop / "proc/device-tree/serial-number").unlink()
    for name, later in (("MEC01-4711", None), ("localhost", "MEC01-4711")):
        monkeypatch.setattr(socket, "gethostname", lambda name=name: name)
        reading = SystemSource(Config(), Here(moducop)).read()
        assert isinstance(reading, System)
        assert (reading.host_name, reading.host_name_next, reading.serial) == (name, later, "4711")


def test_a_broken_moducop_is_still_one() -> None:
    assert lacking_of_moducop(slots_named=True, partitions=0, data_mounted=False) is None
    assert lacking_of_moducop(slots_named=False, partitions=4, data_mounted=True) is None


def test_what_a_laptop_does_not_have_is_one_sentence() -> None:
    assert lacking_of_moducop(slots_named=False, partitions=3, data_mounted=False) == (
        "This machine is no ModuCop: no /data partition, no slots in mender.conf, no disk with four partitions."
    )
    assert lacking_of_moducop(slots_named=False, partitions=5, data_mounted=False) == (
        "This machine is no ModuCop: no /data partition, no slots in mender.conf."
    )


def test_a_machine_that_tells_nothing_gives_a_reading_of_nones_and_no_zeros(tmp_path: Path) -> None:
    reading = SystemSource(Config(), Host(tmp_path)).read()
    assert not hasattr(reading, "reason")
    unknown = (
        *("host_name", "model", "serial", "image_name", "os_name", "kernel", "boot_id", "uptime", "cpu_count"),
        *("clock_synchronised", "cpu_share", "load", "memory_total", "memory_available", "swap_total", "swap_used"),
        *("failed_units", "flash"),
    )
    assert {name: getattr(reading, name) for name in unknown} == dict.fromkeys(unknown)
    assert getattr(reading, "interfaces", None) == ()
    assert getattr(reading, "not_moducop", "").startswith("This machine is no ModuCop: ")


def test_hostile_names_are_cleaned(moducop: Path) -> None:
    put(moducop, "/proc/device-tree/model", b"evil\x1b[2J\xff\0")
    put(moducop, "/etc/hostname", "a\u202eb\n")
    reading = SystemSource(Config(), Host(moducop)).read()
    assert getattr(reading, "model", None) == "evil\\xff"
    assert getattr(reading, "host_name", None) == "a<U+202E>b"
