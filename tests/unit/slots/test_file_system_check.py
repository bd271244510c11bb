"""What an e2fsck that ended with an error says about a file system: damage, or only that it could not judge."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from moducop_tui.runner import Finished
from moducop_tui.sources.ext_superblock import OFFSET, SIZE, Superblock, parse_superblock
from moducop_tui.sources.file_system_check import Order, check_file_system, judge

BANNER = "e2fsck 1.47.0 (5-Feb-2023)\n"
STILL = "\n/dev/x: ********** WARNING: Filesystem still has errors **********\n\n"
ABORTED = "e2fsck: aborted\n"


def judged(code: int, out: str = "", err: str = "") -> Order:
    return judge(Finished(code, out.encode(), (BANNER + err).encode(), 0.1))


@pytest.mark.parametrize("code", [8, 12])
@pytest.mark.parametrize(
    "err",
    [
        "/dev/x has unsupported feature(s): FEATURE_C14\ne2fsck: Get a newer version of e2fsck!\n",
        "e2fsck: Filesystem has unsupported feature(s) while trying to open /dev/x\n\nGet a newer version of e2fsck!\n",
        "/dev/x has unsupported feature(s): metadata_csum orphan_file\ne2fsck: Get a newer version of e2fsck!\n",
        "e2fsck: Unknown checksum algorithm while trying to open /dev/x\n",
    ],
)
def test_a_feature_that_this_tool_is_too_old_for_is_no_damage(code: int, err: str) -> None:
    order = judged(code, STILL if code & 4 else "", err)
    assert order.clean is None
    assert "this e2fsck is too old for a feature" in order.words


def test_the_feature_is_named() -> None:
    order = judged(
        12, STILL, "/dev/x has unsupported feature(s): FEATURE_C14\ne2fsck: Get a newer version of e2fsck!\n"
    )
    assert order.words == "left in order by its superblock; this e2fsck is too old for a feature of it: FEATURE_C14"


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (8, "", "e2fsck: Device or resource busy while trying to open /dev/x\n"),
        (8, "Pass 1: Checking inodes, blocks, and sizes\n", "e2fsck: Can't allocate block bitmap\n"),
        (12, STILL, "Error storing directory block information: Memory allocation failed\ne2fsck: aborted\n"),
        (16, "", "Usage: e2fsck [-panyrcdfktvDFV]\n"),
        (20, "", "Usage: e2fsck [-panyrcdfktvDFV]\n"),
        (32, "e2fsck: e2fsck canceled.\n", ""),
        (36, "Pass 1: Checking inodes, blocks, and sizes\ne2fsck: e2fsck canceled.\n" + STILL, ""),
        (127, "", "e2fsck: error while loading shared libraries: libext2fs.so.2\n"),
        (128, "", "shared library\n"),
        (1, "\n/dev/x: ***** FILE SYSTEM WAS MODIFIED *****\n", ""),
        (3, "\n/dev/x: ***** REBOOT SYSTEM *****\n", ""),
        (-9, "Inode 12 is damaged.  Clear? no\n", ""),
        (-11, "", ""),
    ],
)
def test_a_tool_that_could_not_judge_gives_no_verdict(code: int, out: str, err: str) -> None:
    order = judged(code, out, err)
    assert order.clean is None
    assert order.words.startswith("left in order by its superblock; e2fsck ")
    assert str(code) in order.words
    assert "1.47" not in order.words


BLOCKS = "Inode 12, i_blocks is 8, should be 2"
JOURNAL = "Superblock has an invalid journal (inode 8)"
IGNORED = "Block 7 is in use.  IGNORED"
BAD_MODE = "Inode 13 has a bad mode"
QUOTA = "Update quota info for quota type 0? no\n"
NO_SUPERBLOCK = "The superblock could not be read or does not describe a valid ext2/ext3/ext4\nfilesystem.\n"
CHECKSUM = "Superblock checksum does not match superblock"


@pytest.mark.parametrize(
    ("code", "out", "err", "words"),
    [
        (4, f"Pass 1: Checking inodes\n{BLOCKS}.  Fix? no\n\n{STILL}", "", BLOCKS),
        (4, STILL, "", "no word of what"),
        (12, f"{JOURNAL}.\nClear? no\n{STILL}", "e2fsck: Cannot proceed with file system check\n", JOURNAL),
        (12, f"{IGNORED}.\n{STILL}", ABORTED, IGNORED),
        (36, f"Unattached inode 14\nConnect to /lost+found? no\n{STILL}", "", "Unattached inode 14"),
        (4, f"{BAD_MODE}.  Clear? no\n{QUOTA}", "", BAD_MODE),
        (8, NO_SUPERBLOCK, f"e2fsck: {CHECKSUM} while trying to open /dev/x\n", CHECKSUM),
    ],
)
def test_what_it_was_not_allowed_to_repair_is_damage(code: int, out: str, err: str, words: str) -> None:
    order = judged(code, out, err)
    assert order.clean is False
    assert order.words.startswith(f"e2fsck -n finds damage: {words}")


def test_counts_of_quota_are_no_damage() -> None:
    order = judged(4, "[QUOTA WARNING] Usage inconsistent for ID 0\nUpdate quota info for quota type 0? no\n" + STILL)
    assert order == Order(True, "e2fsck -n finds nothing wrong but its counts of quota")


@pytest.mark.parametrize(("offset", "bit"), [(0x5C, 0x4000), (0x60, 0x100000), (0x64, 0x100000)])
def test_the_real_tool_says_so_of_each_kind_of_feature(tmp_path: Path, offset: int, bit: int) -> None:
    image = tmp_path / "image"
    tool = shutil.which("mke2fs", path="/usr/sbin:/sbin")
    assert tool is not None
    subprocess.run(
        [tool, "-q", "-F", "-t", "ext4", "-O", "^metadata_csum", image, "1M"], check=True, capture_output=True
    )
    content = bytearray(image.read_bytes())
    (flags,) = struct.unpack_from("<I", content, OFFSET + offset)
    struct.pack_into("<I", content, OFFSET + offset, flags | bit)
    image.write_bytes(content)
    superblock = parse_superblock(bytes(content[OFFSET : OFFSET + SIZE]))
    assert isinstance(superblock, Superblock)
    order = check_file_system(image, superblock)
    assert order.clean is None
    assert "too old for a feature of it: FEATURE_" in order.words
    assert superblock.readable is (offset != 0x60)
