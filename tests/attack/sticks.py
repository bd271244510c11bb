"""Hostile sticks: images in files of our own, on loop devices that go by themselves. Needs root.

What could harm the machine that this runs on is left out: a superblock never says that an error shall be a panic.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.media import Stick
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import removable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.stick_offers import find_offers
from tests.attack.judging import is_sentence, raw_in
from tests.attack.measured import peak_of_this_process
from tests.attack.tally import Tally
from tests.bench.loop import Disk

_SIZE = 16 << 20
_SUPER = 1024
_ERRORS = _SUPER + 0x3C
_CONTINUE = 1
_WAYS = ("names", "superblock", "boot sector", "many", "bytes", "empty", "a deep tree", "artifacts")
_NAMES = (
    b"\x1b[2J", "\u202e".encode(), b"a\nb", b"a\rb", b"\xff\xfe", b"x" * 240, b"-rf ~", b"$(reboot)", b"'", b"%s",
    b"..x", b"\x01", "ü漢\U0001f600".encode(), b".hidden", b"CON", b" ", b"\\",
)  # fmt: skip
_FIELDS = (
    (0x18, 4), (0x20, 4), (0x28, 4), (0x4C, 4), (0x58, 2), (0x5C, 4), (0x60, 4), (0x64, 4), (0x68, 16), (0x78, 16),
    (0x88, 64), (0xE0, 4), (0xFE, 2), (0x150, 4),
)  # fmt: skip
"""Of ext4's superblock: sizes, revision, inode size, features, UUID, label, where it was mounted, the journal."""


def attack(seed: int, count: int) -> Tally:
    """So many sticks, each looked at as it is plugged in."""
    tally = Tally("sticks")
    if os.geteuid() != 0:
        tally.crash("only root can attach sticks")
        return tally
    removable._comes_and_goes = lambda facts: facts.stick.device.startswith("/dev/loop")
    before, found = _mounts(), 0
    with tempfile.TemporaryDirectory(prefix="attack-") as directory:
        image = Path(directory) / "stick.img"
        for number in range(count):
            chance = random.Random(seed * 1_000_003 + number)
            what = _make(image, chance, number, Path(directory))
            found += _look(tally, image, f"number {number}, {what}")
            if (now := _mounts()) != before:
                tally.leak(f"number {number}, {what}: mounted after it: {sorted(now - before)[:2]}")
                before = now
    if count >= len(_WAYS) and not found:
        tally.crash("not one of them could be looked at: this attack attacks nothing")
    tally.plus(peak_of_this_process(), "all of them")
    return tally


def _mounts() -> frozenset[str]:
    """Mounts of loop devices, as everybody sees them."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return frozenset(line for line in lines if " /dev/loop" in line)


def _make(image: Path, chance: random.Random, number: int, directory: Path) -> str:
    """Another image; what it is, in words."""
    image.unlink(missing_ok=True)
    way = _WAYS[number % len(_WAYS)]
    if way == "boot sector":
        head = bytearray(chance.randbytes(512))
        head[3:11] = chance.choice((b"MSDOS5.0", b"EXFAT   ", b"NTFS    "))
        head[0x36:0x3B], head[0x52:0x57], head[510:512] = b"FAT16", b"FAT32", b"\x55\xaa"
        image.write_bytes(bytes(head) + bytes(_SIZE - 512))
    elif way == "bytes":
        image.write_bytes(chance.randbytes(1 << 20) + bytes(_SIZE - (1 << 20)))
    elif way == "empty":
        image.write_bytes(bytes(chance.choice((512, 4096, _SIZE))))
    else:
        _ext4(image, chance, way, directory)
    if image.stat().st_size % 512:
        os.truncate(image, image.stat().st_size // 512 * 512 + 512)
    return way


def _ext4(image: Path, chance: random.Random, way: str, directory: Path) -> None:
    tree = Path(tempfile.mkdtemp(dir=directory))
    _fill(tree, chance, way)
    image.write_bytes(b"")
    os.truncate(image, _SIZE)
    made = ["mkfs.ext4", "-q", "-F", "-O", "^metadata_csum,^has_journal", "-N", "8000", "-d", str(tree), str(image)]
    subprocess.run(made, check=True, capture_output=True)
    if way != "superblock":
        return
    with image.open("r+b") as file:
        for offset, length in chance.sample(_FIELDS, chance.randrange(1, 4)):
            file.seek(_SUPER + offset)
            odd = (chance.randbytes(length), bytes(length), b"\xff" * length, (b"\x1b[2J" * 16)[:length])
            file.write(chance.choice(odd))
        file.seek(_ERRORS)
        file.write(struct.pack("<H", _CONTINUE))


def _fill(tree: Path, chance: random.Random, way: str) -> None:
    if way == "many":
        for number in range(2000):
            (tree / f"{number}.mender").touch()
    elif way == "a deep tree":
        here = tree
        for _ in range(60):
            here /= "d"
            here.mkdir()
            (here / "x.mender").write_bytes(b"x")
    elif way == "artifacts":
        for number in range(8):
            (tree / f"{number}.mender").write_bytes(chance.randbytes(chance.randrange(1, 30_000)))
        os.mkfifo(tree / "fifo.mender")
        (tree / "link.mender").symlink_to("/etc/shadow")
        os.mknod(tree / "device.mender", 0o020600, os.makedev(1, 8))
    else:
        for name in chance.sample(_NAMES, 8):
            with suppress(OSError):
                Path(os.fsdecode(os.fsencode(tree) + b"/" + name + b".mender")).write_bytes(b"x")


def _look(tally: Tally, image: Path, what: str) -> int:
    """How many files of artifacts it found."""
    tally.tried += 1
    with Disk(image, 0) as disk:
        stick = Stick(str(disk.device), None, None, image.stat().st_size, None, None)
        try:
            found = find_offers(Host(), stick)
            named = read_artifact(Host(), f"stick:{disk.device}:link.mender")
            nul = read_artifact(Host(), f"stick:{disk.device}:a\0b.mender")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            tally.crash(f"{what}: {type(error).__name__}: {error!a:.200}")
            return 0
        for said in (found, named, nul):
            if isinstance(said, Unavailable) and not is_sentence(said.reason):
                tally.crash(f"{what}: no sentence: {said.reason!a:.200}")
        for one in found if isinstance(found, tuple) else ():
            if (raw := raw_in(repr(replace(one, stick="")))) is not None:
                tally.leak(f"{what}: {raw}")
            if one.artifact is not None:
                tally.accept(f"{what}: {one.path}")
        return len(found) if isinstance(found, tuple) else 0
