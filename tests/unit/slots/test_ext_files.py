"""Files out of real ext file systems, read from the raw device; damage ends in a word and never in more."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from moducop_tui.sources.ext_files import ExtError, ExtFiles, UnknownFeatureError
from tests.unit.slots.ext_images import NEW, make_image, make_tree


@contextlib.contextmanager
def opened(image: Path) -> Iterator[ExtFiles]:
    descriptor = os.open(image, os.O_RDONLY)
    try:
        yield ExtFiles(descriptor)
    finally:
        os.close(descriptor)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return make_tree(tmp_path / "tree", NEW)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("ext4", ()),
        ("ext4", ("-b", "1024")),
        ("ext4", ("-b", "4096", "-I", "128")),
        ("ext4", ("-O", "^64bit,^metadata_csum,^flex_bg")),
        ("ext3", ()),
        ("ext2", ("-b", "1024")),
        ("ext4", ("-O", "bigalloc", "-C", "16384", "-b", "1024")),
        ("ext4", ("-O", "metadata_csum_seed,sparse_super2,^resize_inode")),
        ("ext4", ("-O", "casefold,encrypt,verity", "-E", "encoding=utf8")),
        ("ext4", ("-O", "mmp,large_dir,ea_inode")),
    ],
)
def test_files_are_read_whatever_the_file_system_was_made_with(
    tmp_path: Path, tree: Path, kind: str, options: tuple[str, ...]
) -> None:
    large = random.Random(1).randbytes(60_000)
    (tree / "large").write_bytes(large)
    image = make_image(tmp_path / "image", tree, *options, kind=kind)
    with opened(image) as files:
        assert NEW.encode() in files.read_file("/etc/issue")
        assert files.read_file("large") == large
        assert files.read_file("large", 10) == large[:10]
        assert files.superblock.fs_type == kind


@pytest.mark.parametrize("kind", ["ext2", "ext3"])
def test_a_large_file_is_read_through_every_level_of_a_block_map(tmp_path: Path, tree: Path, kind: str) -> None:
    large = random.Random(1).randbytes(700_000)
    (tree / "large").write_bytes(large)
    with (tree / "sparse").open("wb") as file:
        file.seek(65 << 20)  # behind 12 blocks, 256, and 256 times 256
        file.write(b"end")
    image = make_image(tmp_path / "image", tree, "-b", "1024", size="3M", kind=kind)
    with opened(image) as files:
        assert files.read_file("/large", 1 << 20) == large
        *_, last = files.pieces("/sparse", 70 << 20)
        assert last == b"end"


@pytest.mark.parametrize(
    "options", [("-O", "meta_bg,^resize_inode"), ("-O", "inline_data", "-I", "256")], ids=["meta_bg", "inline_data"]
)
def test_what_is_stored_in_another_way_is_a_sentence_and_no_missing_file(
    tmp_path: Path, tree: Path, options: tuple[str, ...]
) -> None:
    image = make_image(tmp_path / "image", tree, *options)
    with pytest.raises(UnknownFeatureError, match="that the console does not know"), opened(image) as files:
        files.read_file("/etc/issue")


@pytest.mark.parametrize("bit", [0x1, 0x8, 0x1000, 0x40000, 0x80000000])
def test_a_feature_that_nobody_knows_yet_is_not_read_over(tmp_path: Path, tree: Path, bit: int) -> None:
    image = make_image(tmp_path / "image", tree)
    content = bytearray(image.read_bytes())
    (flags,) = struct.unpack_from("<I", content, 1024 + 0x60)
    struct.pack_into("<I", content, 1024 + 0x60, flags | bit)
    image.write_bytes(content)
    with pytest.raises(UnknownFeatureError, match="features that the console does not know"), opened(image):
        pass


def test_a_directory_of_thousands_of_names_is_searched_to_its_end(tmp_path: Path, tree: Path) -> None:
    (tree / "many").mkdir()
    for number in range(3000):
        (tree / "many" / f"a-rather-long-name-{number}").touch()
    (tree / "many/found").write_text("here")
    with opened(make_image(tmp_path / "image", tree, "-N", "4000", size="8M")) as files:
        assert files.read_file("/many/found") == b"here"


def test_links_are_followed_inside_the_image_only(tmp_path: Path, tree: Path) -> None:
    (tree / "etc/absolute").symlink_to("/etc/issue")
    (tree / "etc/relative").symlink_to("../etc/./mender/../issue")
    (tree / "etc/above").symlink_to("../../../../etc/issue")
    (tree / "etc/long").symlink_to("/" + "etc/../" * 20 + "etc/issue")
    (tree / "etc/circle").symlink_to("circle")
    (tree / "etc/out").symlink_to("/etc/hostname-of-the-running-system")
    with opened(make_image(tmp_path / "image", tree)) as files:
        for name in ("absolute", "relative", "above", "long"):
            assert NEW.encode() in files.read_file(f"/etc/{name}")
        with pytest.raises(ExtError, match="circle"):
            files.read_file("/etc/circle")
        with pytest.raises(FileNotFoundError):
            files.read_file("/etc/out")


def test_what_is_no_file_is_not_read(tmp_path: Path, tree: Path) -> None:
    with opened(make_image(tmp_path / "image", tree)) as files:
        with pytest.raises(ExtError, match="no file"):
            files.read_file("/etc")
        with pytest.raises(FileNotFoundError):
            files.read_file("/etc/issue/below")


def test_a_sparse_file_reads_as_zeros(tmp_path: Path, tree: Path) -> None:
    with (tree / "sparse").open("wb") as file:
        file.seek(20_000)
        file.write(b"end")
    with opened(make_image(tmp_path / "image", tree)) as files:
        assert files.read_file("/sparse") == bytes(20_000) + b"end"


@pytest.mark.parametrize("content", [b"", b"\xff" * 4096, bytes(1 << 20)])
def test_what_is_no_file_system_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "image").write_bytes(content)
    with pytest.raises(ExtError), opened(tmp_path / "image"):
        pass


def test_any_damage_ends_in_an_answer_or_a_word_and_changes_nothing(tmp_path: Path, tree: Path) -> None:
    whole = make_image(tmp_path / "image", tree, "-N", "64", size="256k").read_bytes()
    written = [start for start in range(0, len(whole), 256) if any(whole[start : start + 256])]
    chance = random.Random(20260218)
    damaged = tmp_path / "damaged"
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 4, 40))):
            place = chance.choice(written) + chance.randrange(256)
            content[place : place + 4] = chance.randbytes(4)
        damaged.write_bytes(content)
        before = hashlib.sha256(content).digest()
        with contextlib.suppress(ExtError, FileNotFoundError), opened(damaged) as files:
            files.read_file("/etc/issue")
            files.read_file("/etc/mender/artifact_info")
        assert hashlib.sha256(damaged.read_bytes()).digest() == before


def test_an_image_that_ends_in_the_middle_is_said(tmp_path: Path, tree: Path) -> None:
    image = make_image(tmp_path / "image", tree)
    os.truncate(image, 4096)
    with pytest.raises(ExtError, match="ends before"), opened(image) as files:
        files.read_file("/etc/issue")
