"""Which file tells the device's type, and what each generation of Mender's client takes for one (5.1.0, 3.4.0)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.mender import ClientKind
from moducop_tui.sources.device_type import DeviceType, read_device_type
from moducop_tui.sources.mender_conf import device_type_file, read_rootfs_parts

CPP, GO = ClientKind.MENDER_UPDATE, ClientKind.MENDER_GO
MAIN, FALLBACK = "etc/mender/mender.conf", "var/lib/mender/mender.conf"
OURS = b"device_type=moducop-cpu01\n"
NAMED = {"DeviceTypeFile": "/boot/factory/device_type"}
MARK = b"\xef\xbb\xbf"


def put(root: Path, path: str, content: object) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


def of(root: Path, client: ClientKind = CPP) -> DeviceType:
    return read_device_type(Host(root), client)


@pytest.mark.parametrize("client", [CPP, GO, ClientKind.NONE])
def test_the_configuration_names_the_file_and_a_stale_one_at_the_usual_place_is_not_read(
    tmp_path: Path, client: ClientKind
) -> None:
    put(tmp_path, "var/lib/mender/device_type", b"device_type=something-old\n")
    assert of(tmp_path, client) == DeviceType("something-old")
    put(tmp_path, MAIN, NAMED)
    put(tmp_path, "boot/factory/device_type", OURS)
    assert of(tmp_path, client) == DeviceType("moducop-cpu01")


def test_a_named_file_that_is_missing_is_a_sentence_and_an_unnamed_one_is_not(tmp_path: Path) -> None:
    assert of(tmp_path) == DeviceType(None, None)
    put(tmp_path, "var/lib/mender/device_type", OURS)
    put(tmp_path, MAIN, NAMED)
    assert of(tmp_path).value is None
    assert (of(tmp_path).problem or "").startswith("/boot/factory/device_type is missing, and mender.conf names it: ")


@pytest.mark.parametrize(
    ("main", "fallback", "cpp", "go"),
    [
        (NAMED, {"DeviceTypeFile": "/b"}, "/boot/factory/device_type", "/boot/factory/device_type"),
        ({"RootfsPartA": "/dev/x"}, {"DeviceTypeFile": "/b"}, "/b", "/b"),
        ({"DeviceTypeFile": ""}, {"DeviceTypeFile": "/b"}, None, None),
        ({"DeviceTypeFile": None}, {"DeviceTypeFile": "/b"}, "/b", "/b"),
        ({"DeviceTypeFile": 7}, {"DeviceTypeFile": "/b"}, "/b", "/b"),
        ({"devicetypefile": "/a"}, {}, None, "/a"),
        ({"DEVICETYPEFILE": "/a"}, {"DeviceTypeFile": "/b"}, "/b", "/a"),
        (b'{"DeviceTypeFile": "/a", "DeviceTypeFile": "/z"}', {}, "/z", "/z"),
        (b'{"DeviceTypeFile": "/a", "deviceTypeFile": "/z"}', {}, "/a", "/z"),
        (b'// a comment\n{"DeviceTypeFile": "/a"}', {"DeviceTypeFile": "/b"}, "/b", "/b"),
        (MARK + b'{"DeviceTypeFile": "/a"}', {"DeviceTypeFile": "/b"}, "/a", "/b"),
        (b'{"x": NaN, "DeviceTypeFile": "/a"}', {"DeviceTypeFile": "/b"}, "/b", "/b"),
        (b'{"x": "\xff", "DeviceTypeFile": "/a"}', {"DeviceTypeFile": "/b"}, "/b", "/a"),
        (b'{"x": ' + b"9" * 5000 + b', "DeviceTypeFile": "/a"}', {}, "/a", "/a"),
        (b'{"x": {"DeviceTypeFile": "/inner"}}', {}, None, None),
        (b'[{"DeviceTypeFile": "/a"}]', {}, None, None),
        (b"[" * 100_000, {"DeviceTypeFile": "/b"}, "/b", "/b"),
        (b"", {"DeviceTypeFile": "/b"}, "/b", "/b"),
    ],
)
def test_each_generation_reads_its_two_files_in_its_own_way(
    tmp_path: Path, main: object, fallback: object, cpp: str | None, go: str | None
) -> None:
    put(tmp_path, MAIN, main)
    put(tmp_path, FALLBACK, fallback)
    assert device_type_file(Host(tmp_path), CPP) == cpp
    assert device_type_file(Host(tmp_path), GO) == go


def test_a_relative_name_is_looked_for_where_mender_is_started(tmp_path: Path) -> None:
    put(tmp_path, MAIN, {"DeviceTypeFile": "boot/type"})
    put(tmp_path, "boot/type", OURS)
    assert of(tmp_path) == DeviceType("moducop-cpu01")


@pytest.mark.parametrize(
    ("raw", "cpp", "go"),
    [
        (OURS, "moducop-cpu01", "moducop-cpu01"),
        (OURS.rstrip(), "moducop-cpu01", "moducop-cpu01"),
        (b"device_type=a=b\n", "a=b", "a=b"),
        (b"device_type=moducop-cpu01\r\n", "carriage return", "moducop-cpu01"),
        (b"device_type=moducop-cpu01\r", "carriage return", "moducop-cpu01"),
        (b"device_type=moducop-cpu01 \n", "has blanks", "moducop-cpu01"),
        (b"device_type= moducop-cpu01\n", "has blanks", "moducop-cpu01"),
        (b" device_type=moducop-cpu01\n", "does not begin with device_type=", "moducop-cpu01"),
        (b"device_type =moducop-cpu01\n", "does not begin with device_type=", "names no type"),
        (b"DEVICE_TYPE=moducop-cpu01\n", "does not begin with device_type=", "names no type"),
        (b"# a comment\ndevice_type=moducop-cpu01\n", "begins with a comment", "moducop-cpu01"),
        (b"device_type=moducop-cpu01\n\n", "more than one line", "no name=value"),
        (b"device_type=moducop-cpu01\n# a comment\n", "more than one line", "moducop-cpu01"),
        (b"device_type=moducop-cpu01\nboard=2\n", "more than one line", "moducop-cpu01"),
        (b"device_type=moducop-cpu01\ndevice_type=other\n", "more than one line", "more than once"),
        (b"\ndevice_type=moducop-cpu01\n", "no type in its first line", "no name=value"),
        (b"moducop-cpu01\n", "does not begin with device_type=", "no name=value"),
        (MARK + OURS, "byte order mark", "names no type"),
        (b"device_type=\n", "names no type", "names no type"),
        (b"", "no type in its first line", "names no type"),
        (b"device_type=a\x1b[2Jb\n", "characters that no type has", "characters that no type has"),
        (b"device_type=a\xffb\n", "characters that no type has", "characters that no type has"),
    ],
)
def test_what_is_nearly_a_type_is_one_where_the_client_takes_it(tmp_path: Path, raw: bytes, cpp: str, go: str) -> None:
    put(tmp_path, "var/lib/mender/device_type", raw)
    for client, wanted, then in ((CPP, cpp, "refuses every artifact"), (GO, go, "installs artifacts for any device")):
        found = of(tmp_path, client)
        if found.value is not None:
            assert found == DeviceType(wanted)
        else:
            assert wanted in (found.problem or "")
            assert then in (found.problem or "")
            assert (found.problem or "").isprintable()
            assert len(found.problem or "") <= 160


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path, MAIN, {"DeviceTypeFile": "/pipe"})
    os.mkfifo(tmp_path / "pipe")
    assert "/pipe can't be read (it is no file)" in (of(tmp_path).problem or "")
    (tmp_path / "circle").symlink_to("circle")
    put(tmp_path, MAIN, {"DeviceTypeFile": "/circle"})
    assert "/circle can't be read (Too many levels of symbolic links)" in (of(tmp_path).problem or "")
    put(tmp_path, MAIN, {"DeviceTypeFile": "/a\0b"})
    assert "is no name that a file can have" in (of(tmp_path).problem or "")


def test_the_slots_are_known_from_a_configuration_that_the_client_reads_too(tmp_path: Path) -> None:
    """A byte order mark, a spelling that the update module takes, a long file, a key that comes twice."""
    named = b'{"rootfsPartA": "/dev/mmcblk0p2", "RootfsPartB": "/dev/x", "RootfsPartB": "/dev/mmcblk0p3", "long": "'
    put(tmp_path, MAIN, MARK + named + b"x" * 70_000 + b'"}')
    parts = read_rootfs_parts(Host(tmp_path))
    assert (parts.part_a, parts.part_b, parts.problems) == ("/dev/mmcblk0p2", "/dev/mmcblk0p3", ())
