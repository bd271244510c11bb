"""Every part of an artifact against its manifest: what is sound, what is damaged, what was made to deceive."""

from __future__ import annotations

import gzip
import lzma
import subprocess
import tarfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.artifact import Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact_verify import verify_artifact
from tests.unit.actions_artifact.made_artifacts import (
    IMAGE,
    Member,
    Parts,
    accepted_by_mender,
    refusal,
    take_apart,
    tar,
    verify,
)

KINDS = ("none", "gzip", "lzma", "app", "rich", "empty")


@pytest.fixture
def build(made: dict[str, Path], tmp_path: Path) -> Callable[[Parts | bytes], Path]:
    """Puts an artifact together."""

    def put(parts: Parts | bytes) -> Path:
        path = tmp_path / "x.mender"
        path.write_bytes(parts if isinstance(parts, bytes) else parts.build())
        return path

    return put


@pytest.fixture
def parts(made: dict[str, Path]) -> Parts:
    """A sound artifact of a root file system, taken apart."""
    return take_apart(made["gzip"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_artifact_is_verified_as_the_real_tool_does(made: dict[str, Path], kind: str) -> None:
    found = verify(made[kind])
    assert isinstance(found, Verified), found
    assert accepted_by_mender(made[kind])
    expected = {"app": 5007, "empty": 0}.get(kind, len(IMAGE))
    assert (found.payload_size, sum(file.size or 0 for file in found.files)) == (expected, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_an_artifact_put_together_again_is_still_sound(
    made: dict[str, Path], build: Callable[[Parts], Path], kind: str
) -> None:
    path = build(take_apart(made[kind]))
    assert isinstance(verify(path), Verified)
    assert accepted_by_mender(path)


def test_progress_goes_to_the_end_and_never_back(made: dict[str, Path]) -> None:
    told: list[tuple[int, int]] = []
    verify_artifact(Host(), str(made["none"]), lambda done, total: told.append((done, total)), lambda: False)
    size = made["none"].stat().st_size
    assert told == sorted(told)
    assert {total for _, total in told} == {size}
    assert told[-1][0] == size


def test_it_stops_when_a_person_asks(made: dict[str, Path]) -> None:
    before = threading.active_count()
    found = verify_artifact(Host(), str(made["gzip"]), lambda done, total: None, lambda: True)
    assert found == Unavailable("Checking gzip.mender was stopped before its end.")
    assert threading.active_count() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_short_anywhere_is_refused(made: dict[str, Path], tmp_path: Path, kind: str) -> None:
    whole = made[kind].read_bytes()
    path = tmp_path / "x.mender"
    for length in (*range(0, len(whole), 997), len(whole) - 1, len(whole) - 512, len(whole) - 1024):
        path.write_bytes(whole[:length])
        assert "x.mender can't be used" in refusal(path)


def test_a_changed_byte_of_the_payload_is_named_with_its_file(
    made: dict[str, Path], build: Callable[[bytes], Path]
) -> None:
    whole = bytearray(made["none"].read_bytes())
    whole[whole.index(IMAGE) + 1234] ^= 1
    assert refusal(build(bytes(whole))) == (
        "x.mender can't be used: rootfs.ext4 in it is damaged: the checksum is not that of its manifest; "
        "copy or load it again."
    )


def test_a_changed_header_is_damage(parts: Parts, build: Callable[[Parts], Path]) -> None:
    assert "its header is damaged" in refusal(build(replace(parts, sums={"header.tar.gz": "0" * 64})))


def test_a_changed_version_is_damage(parts: Parts, build: Callable[[Parts], Path]) -> None:
    assert "'version' is not the one" in refusal(build(replace(parts, sums={"version": "0" * 64})))


BAD_LINK = {
    "a symbolic link": Member("rootfs.ext4", kind=tarfile.SYMTYPE, link="/etc/shadow"),
    "a hard link": Member("rootfs.ext4", kind=tarfile.LNKTYPE, link="version"),
    "a device node": Member("rootfs.ext4", kind=tarfile.BLKTYPE),
    "a pipe": Member("rootfs.ext4", kind=tarfile.FIFOTYPE),
    "a directory": Member("rootfs.ext4", kind=tarfile.DIRTYPE),
}


@pytest.mark.parametrize("words", list(BAD_LINK))
def test_only_files_belong_into_a_payload(words: str, parts: Parts, build: Callable[[Parts], Path]) -> None:
    hostile = replace(parts, payload=[BAD_LINK[words]])
    assert refusal(build(hostile)) == f"x.mender can't be used: its payload holds {words} where only files belong."


@pytest.mark.parametrize("words", list(BAD_LINK))
def test_only_files_belong_into_a_header(words: str, parts: Parts, build: Callable[[Parts], Path]) -> None:
    link = replace(BAD_LINK[words], name="scripts/ArtifactInstall_Enter_00")
    hostile = replace(parts, header=[parts.header[0], link, *parts.header[1:]])
    assert f"its header holds {words}" in refusal(build(hostile))


@pytest.mark.parametrize("words", list(BAD_LINK))
def test_only_files_belong_into_an_artifact(words: str, parts: Parts, build: Callable[[bytes], Path]) -> None:
    version, *rest = parts.members()
    hostile = tar([version, replace(BAD_LINK[words], name="manifest"), *rest])
    assert f"the artifact holds {words}" in refusal(build(hostile))


@pytest.mark.parametrize("name", ["../rootfs.ext4", "/rootfs.ext4", "a/rootfs.ext4", "..", ".", "a b", "\x1b[2J", "ä"])
def test_a_payload_file_has_a_plain_name(name: str, parts: Parts, build: Callable[[Parts], Path]) -> None:
    hostile = replace(parts, payload=[Member(name, IMAGE)])
    reason = refusal(build(hostile))
    assert "\x1b" not in reason
    assert "manifest" in reason


@pytest.mark.parametrize("name", ["scripts/../ArtifactInstall_Enter_00", "scripts/ArtifactInstall_Enter_00_/../../x"])
def test_a_script_has_a_plain_name(name: str, parts: Parts, build: Callable[[Parts], Path]) -> None:
    hostile = replace(parts, header=[parts.header[0], Member(name, b"#!/bin/sh"), *parts.header[1:]])
    assert "where 'type-info' must be" in refusal(build(hostile))


def test_a_file_that_the_manifest_does_not_name_is_refused(parts: Parts, build: Callable[[Parts], Path]) -> None:
    hostile = replace(parts, payload=[*parts.payload, Member("more", b"x")], sums={"data/0000/more": ""})
    assert "its payload holds 'more', which its manifest does not name" in refusal(build(hostile))


def test_a_file_that_only_the_manifest_names_is_missing(made: dict[str, Path], build: Callable[[Parts], Path]) -> None:
    hostile = replace(take_apart(made["app"]), sums={"data/0000/more": "0" * 64})
    assert "more is missing in its payload" in refusal(build(hostile))


def test_a_file_twice_is_refused(made: dict[str, Path], build: Callable[[Parts], Path]) -> None:
    app = take_apart(made["app"])
    assert "holds images.tar.gz twice" in refusal(build(replace(app, payload=[*app.payload, app.payload[0]])))


def test_a_root_file_system_is_one_file(parts: Parts, build: Callable[[Parts], Path]) -> None:
    hostile = replace(parts, payload=[*parts.payload, Member("more", b"x")])
    assert "a root file system of 2 files, where one must be" in refusal(build(hostile))


def test_a_second_payload_is_refused(parts: Parts, build: Callable[[Parts], Path]) -> None:
    hostile = replace(parts, extra=[Member("data/0001.tar.gz", gzip.compress(tar([])))])
    assert "something follows its payload" in refusal(build(hostile))
    named = replace(parts, sums={"data/0001/x": "0" * 64})
    assert "more than one payload" in refusal(build(named))


@pytest.mark.parametrize(
    "line",
    ["nonsense", "0" * 63 + "  a", "G" * 64 + "  a", "0" * 64 + " a", "0" * 64 + "  a b", "0" * 64 + "  ../a", ""],
)
def test_a_manifest_has_only_lines_that_make_sense(line: str, parts: Parts, build: Callable[[Parts], Path]) -> None:
    manifest = parts.members()[1].content
    assert "manifest" in refusal(build(replace(parts, manifest=manifest + line.encode() + b"\n")))


def test_a_manifest_names_each_part_once_and_ends_its_last_line(parts: Parts, build: Callable[[Parts], Path]) -> None:
    manifest = parts.members()[1].content
    assert "names a part twice" in refusal(build(replace(parts, manifest=manifest + manifest[:80])))
    assert "makes no sense" in refusal(build(replace(parts, manifest=manifest[:-1])))
    assert "is no text" in refusal(build(replace(parts, manifest=b"\xff")))


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2), (0, 1, 2), (0, 1), (0,), ()])
def test_the_parts_stand_in_their_order(order: tuple[int, ...], parts: Parts, build: Callable[[bytes], Path]) -> None:
    members = parts.members()
    assert "x.mender can't be used" in refusal(build(tar([members[index] for index in order])))


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, ".gz"), (lzma.compress, ".xz"), (bytes, "")])
def test_nothing_may_stand_behind_the_end(
    pack: Callable[[bytes], bytes], suffix: str, parts: Parts, build: Callable[[Parts | bytes], Path]
) -> None:
    mine = replace(parts, suffix=suffix)
    payload = tar(mine.payload)
    assert isinstance(verify(build(mine)), Verified)
    assert "behind the end" in refusal(build(mine.build() + b"x"))
    assert "behind the end of its payload" in refusal(build(replace(mine, packed_payload=pack(payload) + b"more")))
    assert "behind the end of its payload" in refusal(build(replace(mine, packed_payload=pack(payload + b"more"))))
    header = tar(mine.header)
    assert "behind the end of its header" in refusal(build(replace(mine, packed_header=pack(header) + b"more")))


def test_zero_bytes_that_fill_a_record_may_follow(parts: Parts, build: Callable[[bytes], Path]) -> None:
    path = build(parts.build() + bytes(8192))
    assert isinstance(verify(path), Verified)
    assert accepted_by_mender(path)


def test_a_tar_without_its_end_mark_is_cut_short(parts: Parts, build: Callable[[Parts], Path]) -> None:
    unended = tar(parts.payload)[:-1024]
    assert "ends in the middle of its payload" in refusal(build(replace(parts, packed_payload=gzip.compress(unended))))


def test_long_names_in_extended_headers_are_read_as_mender_reads_them(made: dict[str, Path], tmp_path: Path) -> None:
    name = "images-" + "x" * 120
    app = take_apart(made["app"])
    parts = replace(app, payload=[replace(app.payload[0], name=name)])
    packed = gzip.compress(tar(parts.payload, form=tarfile.PAX_FORMAT))
    path = tmp_path / "x.mender"
    path.write_bytes(replace(parts, packed_payload=packed).build())
    found = verify(path)
    assert isinstance(found, Verified), found
    assert [file.name for file in found.files] == [name]
    assert accepted_by_mender(path)


def test_other_dialects_of_tar_are_refused(made: dict[str, Path], tmp_path: Path) -> None:
    app = take_apart(made["app"])
    parts = replace(app, payload=[replace(app.payload[0], name="images-" + "x" * 120)])
    packed = gzip.compress(tar(parts.payload, form=tarfile.GNU_FORMAT))
    path = tmp_path / "x.mender"
    path.write_bytes(replace(parts, packed_payload=packed).build())
    assert "its payload holds something where only files belong" in refusal(path)


def test_a_file_that_grows_while_it_is_read_is_not_verified(made: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "x.mender"
    path.write_bytes(made["none"].read_bytes())

    def grow(done: int, total: int) -> None:
        if path.stat().st_size == total:
            with path.open("ab") as file:
                file.write(bytes(4 << 20))

    found = verify_artifact(Host(), str(path), grow, lambda: False)
    assert isinstance(found, Unavailable)


def test_a_header_bomb_is_refused_before_it_unpacks(parts: Parts, build: Callable[[Parts], Path]) -> None:
    bomb = [parts.header[0], *(Member(f"scripts/ArtifactInstall_Enter_{n:02}", bytes(3 << 20)) for n in range(20))]
    assert "more state scripts, or larger ones" in refusal(build(replace(parts, header=bomb)))
    large = parts.header_with("header-info", b" " * (2 << 20))
    assert "more than can be right" in refusal(build(large))


def test_a_directory_bomb_ends_at_its_first_entry(parts: Parts, build: Callable[[Parts], Path]) -> None:
    entry = tar([Member("d", kind=tarfile.DIRTYPE)])[:512]
    bomb = replace(parts, packed_payload=gzip.compress(entry * 100_000, 1))
    assert "a directory where only files belong" in refusal(build(bomb))


def test_a_payload_that_unpacks_to_more_than_a_disk_is_refused_at_once(
    parts: Parts, build: Callable[[Parts], Path]
) -> None:
    info = tarfile.TarInfo("rootfs.ext4")
    info.size = 7 << 30  # the largest that plain tar can say is 8 GiB
    bomb = replace(parts, packed_payload=gzip.compress(info.tobuf(tarfile.USTAR_FORMAT) + bytes(1 << 20)))
    assert "ends in the middle of its payload" in refusal(build(bomb))
    extended = tarfile.TarInfo("rootfs.ext4")
    extended.size = 100 << 30
    bomb = replace(parts, packed_payload=gzip.compress(extended.tobuf(tarfile.PAX_FORMAT) + bytes(1 << 20)))
    assert "its payload unpacks to more than 16 GiB" in refusal(build(bomb))


def test_zeros_without_end_behind_the_end_are_refused(parts: Parts, build: Callable[[Parts], Path]) -> None:
    bomb = replace(parts, packed_payload=gzip.compress(tar(parts.payload) + bytes(64 << 20)))
    assert "something stands behind the end of its payload" in refusal(build(bomb))


def test_unpacking_xz_takes_bounded_memory(parts: Parts, build: Callable[[Parts], Path]) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 512 << 20}]
    packed = lzma.compress(tar(parts.payload), filters=filters)
    hungry = replace(parts, suffix=".xz", packed_payload=packed)
    assert "takes more than 96 MiB of memory" in refusal(build(hungry))


def test_zstd_is_unpacked_by_its_program(
    parts: Parts, build: Callable[[Parts], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packed(raw: bytes) -> bytes:
        return subprocess.run(["zstd", "-q", "-c"], input=raw, capture_output=True, check=True).stdout

    mine = replace(
        parts, suffix=".zst", packed_payload=packed(tar(parts.payload)), packed_header=packed(tar(parts.header))
    )
    found = verify(build(mine))
    assert isinstance(found, Verified), found
    assert found.payload_size == len(IMAGE)
    damaged = bytearray(mine.build())
    damaged[-3000] ^= 0xFF
    assert "its payload is damaged and can't be unpacked" in refusal(build(bytes(damaged)))  # type: ignore[arg-type]
    whole = build(mine)
    monkeypatch.setattr("moducop_tui.sources.artifact_zstd._COMMAND", ("zstd-that-is-not-here",))
    assert "packed with zstd, and the program zstd is not installed here" in refusal(whole)
