"""The media source against the kernel's real events: a disk with a partition comes and goes."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.media import Media
from moducop_tui.model.wake import Wake
from moducop_tui.sources import removable
from moducop_tui.sources.media import MediaSource

from .conftest import require_bench

_START, _SIZE = 1 << 20, 16 << 20
"""Of the partition and of the disk, in bytes."""


@contextmanager
def disk(image: Path) -> Iterator[str]:
    """A loop device with one partition; both are gone at the end."""
    with image.open("wb") as file:
        file.truncate(_SIZE)
        file.seek(446)
        entry = struct.pack("<B3sB3sII", 0, b"", 0x0C, b"", _START // 512, (_SIZE - _START) // 512)
        file.write(entry + bytes(48) + b"\x55\xaa")
    loop = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=True).stdout.strip()
    try:
        subprocess.run(["partx", "-a", loop], check=True)
        yield loop
    finally:
        subprocess.run(["partx", "-d", loop], check=False)
        subprocess.run(["losetup", "-d", loop], check=True)


def seconds_until_woken(source: MediaSource, act: Callable[[], object]) -> float:
    """How long `wait` sleeps while something happens 0.2 s from now."""
    timer = threading.Timer(0.2, act)
    with closing(Wake()) as wake:
        timer.start()
        started = time.monotonic()
        source.wait(5.0, wake)
        slept = time.monotonic() - started
    timer.join()
    return slept


def test_a_disk_that_comes_and_goes_wakes_the_source_and_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_bench()
    # A loop device is not removable; everything but that word is real here.
    monkeypatch.setattr(removable, "_comes_and_goes", lambda facts: facts.stick.device.startswith("/dev/loop"))
    with closing(MediaSource(Config(), Host())) as source:
        assert isinstance(source.read(), Media)
        opened = disk(tmp_path / "stick.img")
        loops: list[str] = []
        assert seconds_until_woken(source, lambda: loops.append(opened.__enter__())) < 2.0
        try:
            found = source.read()
            assert isinstance(found, Media)
            mine = [stick for stick in found.sticks if stick.device.startswith(loops[0])]
            assert [(stick.device, stick.size) for stick in mine] == [(f"{loops[0]}p1", _SIZE - _START)]
        finally:
            slept = seconds_until_woken(source, lambda: opened.__exit__(None, None, None))
        assert slept < 2.0
        gone = source.read()
        assert isinstance(gone, Media)
        assert not [stick for stick in gone.sticks if stick.device.startswith(loops[0])]


def test_a_mount_wakes_the_source_while_a_stick_is_there() -> None:
    require_bench()
    # In a mount namespace of its own, where nobody else mounts anything.
    script = (
        "import sys, time, threading, subprocess; sys.path.insert(0, sys.argv[1])\n"
        "from moducop_tui.config import Config; from moducop_tui.host import Host\n"
        "from moducop_tui.model.wake import Wake\n"
        "from moducop_tui.sources import media\n"
        "media.choose_sticks = lambda facts, disks: tuple(each.stick for each in facts)[:1]\n"
        "source = media.MediaSource(Config(), Host()); source.read()\n"
        "threading.Timer(0.2, lambda: subprocess.run(['mount', '-t', 'tmpfs', 'none', '/mnt'], check=True)).start()\n"
        "started = time.monotonic(); source.wait(5.0, Wake()); print(time.monotonic() - started)\n"
    )
    repository = str(Path(__file__).resolve().parents[2])
    private = ["unshare", "--mount", "--propagation", "private"]
    answer = subprocess.run(
        [*private, sys.executable, "-c", script, repository], capture_output=True, text=True, check=True
    )
    assert float(answer.stdout) < 2.0


def test_quiet_costs_nothing() -> None:
    require_bench()
    with closing(MediaSource(Config(), Host())) as source, closing(Wake()) as wake:
        source.read()
        before = time.process_time()
        source.wait(1.0, wake)
        assert time.process_time() - before < 0.02
