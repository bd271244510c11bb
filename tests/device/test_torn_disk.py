"""The disk that loses and tears: what QEMU wrote to it without a flush may go at a cut, what was flushed never."""

from __future__ import annotations

import random
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.bench.partitions import MIB, SECTOR
from tests.bench.qemu.torn import Loss, TornDisk

from .conftest import require_device

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 8 * SECTOR


class Host:
    """What a device would write, by QEMU's own tool for trying disks."""

    def __init__(self, place: Path, seed: int = 1) -> None:
        require_device()
        below = place / "below.img"
        below.write_bytes(bytes(MIB))
        self.place = place
        self.disk = TornDisk(place, below, random.Random(seed))

    def write(self, *commands: str) -> None:
        """Give the disk power, write and flush as these say, and go off in order, which flushes."""
        assert self.run(*commands) == 0

    def write_until_cut(self, *commands: str) -> None:
        """The same, until the power is cut."""
        assert self.run(*commands, "abort") == -signal.SIGABRT
        self.disk.cut()

    def run(self, *commands: str) -> int:
        """Give the disk power and do what these say; the tool's exit code."""
        words = self.disk.plug()
        argv = [
            "qemu-io",
            "-t",
            "writeback",
            *(word for command in commands for word in ("-c", command)),
            f"json:{words[1]}",
        ]
        return subprocess.run(argv, capture_output=True).returncode

    def content(self) -> list[int]:
        """The byte that each of the first sectors is full of."""
        data = (self.place / "lasting.img").read_bytes()[:BLOCK]
        sectors = [data[at : at + SECTOR] for at in range(0, BLOCK, SECTOR)]
        assert all(len(set(sector)) == 1 for sector in sectors), "torn within a sector"
        return [sector[0] for sector in sectors]


def test_what_was_flushed_stays(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.write_until_cut("write -P 1 0 4k", "flush")
    assert host.content() == [1] * 8
    assert host.disk.losses[-1].lost == 0


def test_what_was_not_flushed_is_torn_between_sectors(tmp_path: Path) -> None:
    seen: set[int] = set()
    mixed = False
    for seed in range(8):
        place = tmp_path / str(seed)
        place.mkdir()
        host = Host(place, seed)
        host.write_until_cut("write -P 1 0 4k", "flush", "write -P 2 0 4k", "write -P 3 0 4k")
        seen |= set(host.content())
        mixed |= len(set(host.content())) > 1
    assert seen == {1, 2, 3}
    assert mixed


def test_the_same_seed_tears_the_same(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        place = tmp_path / name
        place.mkdir()
        host = Host(place, 7)
        host.write_until_cut("write -P 1 0 4k", "flush", "write -P 2 0 4k")
        found.append((host.content(), host.disk.losses))
    assert found[0] == found[1]


def test_what_was_written_before_the_first_flush_lasts_since_the_cache_is_off_then(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.write_until_cut("write -P 9 0 4k")
    assert host.content() == [9] * 8


def test_a_device_that_goes_off_in_order_loses_nothing(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.write("write -P 1 0 4k", "flush", "write -P 2 0 4k")
    host.write("read 0 4k")
    host.disk.cut()
    assert host.content() == [2] * 8


@pytest.mark.parametrize("missing", [1, SECTOR, BLOCK])
def test_an_entry_that_qemu_did_not_finish_is_none(tmp_path: Path, missing: int) -> None:
    host = Host(tmp_path)
    assert host.run("write -P 1 0 4k", "flush", "write -P 2 0 4k", "abort")
    log = tmp_path / "writes.log"
    written = log.read_bytes()
    log.write_bytes(written[: len(written) - missing])
    host.disk.cut()
    assert host.content() == [1] * 8
    assert host.disk.losses == [Loss(cached=0, lost=0, flushes=1)]


def test_a_saved_state_comes_back_with_what_lay_in_its_cache(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert host.run("write -P 1 0 4k", "flush", "write -P 2 0 4k", "abort")
    host.disk.keep("then")
    host.disk.cut()
    torn = host.content()
    host.write_until_cut("write -P 8 0 8k", "flush")
    assert host.content() == [8] * 8

    host.disk.bring_back("then")
    assert host.content() == [1] * 8
    host.disk.chance = random.Random(1)
    host.write_until_cut("read -P 2 0 4k")
    assert host.disk.losses[-1].cached == 8
    assert host.content() == torn

    host.disk.bring_back("then")
    host.write("write -P 3 4k 4k")
    host.write("read -P 2 0 4k", "read -P 3 4k 4k")
