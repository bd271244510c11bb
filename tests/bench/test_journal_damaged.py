"""A journal on a disk whose files are cut under the reader: whoever maps them dies of SIGBUS, the console goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.log import Log, LogFilter
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal import Journal, JournalSource
from moducop_tui.sources.journalctl import JournalctlBackend

from .conftest import require_bench
from .journals import SECOND, Entry, write_journal

if TYPE_CHECKING:
    from collections.abc import Iterator

MACHINE = "0123456789abcdef0123456789abcdef"
BOOT = "a" * 32
START = 1_790_000_000 * SECOND
PAGE = 4096
ALL = LogFilter(all_boots=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A device below whose root prefix a journal lies on a disk: an old file, and the one that is written."""
    require_bench()
    place = tmp_path / "var/log/journal" / MACHINE
    place.mkdir(parents=True)
    for number, name in enumerate((f"system@{'0' * 32}-{'0' * 16}-{'0' * 16}.journal", "system.journal")):
        first = number * 3000
        entries = (
            Entry(f"line {each}", START + each * SECOND, each * SECOND, BOOT) for each in range(first, first + 3000)
        )
        write_journal(place / name, entries, MACHINE)
    return tmp_path


@pytest.fixture
def wake() -> Iterator[Wake]:
    with closing(Wake()) as woken:
        yield woken


def written(root: Path) -> Path:
    return root / "var/log/journal" / MACHINE / "system.journal"


_READ_ON = """
import sys
from pathlib import Path
from moducop_tui.host import Host
from moducop_tui.sources.journal_match import EVERYTHING
from moducop_tui.sources.journal_reader import ReaderBackend
view = ReaderBackend(Host(Path(sys.argv[1]))).view(EVERYTHING)
oldest = view.newest(10)[0].cursor
print("read", flush=True)
sys.stdin.readline()
view.earlier(oldest, 2500)
view.newest(2500)
"""


def test_libsystemd_s_reader_dies_of_a_file_that_is_cut_under_it(root: Path) -> None:
    """Why a journal on a disk is read by another process. Where this fails, libsystemd has learnt to survive it."""
    words = [sys.executable, "-c", _READ_ON, str(root)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"read\n"
        os.truncate(written(root), PAGE)
        reader.stdin.close()
        assert reader.wait(10) == -signal.SIGBUS


def test_the_console_s_own_choice_survives_it_and_reads_on_what_is_left(root: Path, wake: Wake) -> None:
    stream = Journal(Config(), Host(root)).open(ALL, 50)
    assert not isinstance(stream, Unavailable)
    with closing(stream):
        assert stream.take().entries[-1].message == "line 5999"
        os.truncate(written(root), PAGE)
        for _ in range(5):
            stream.read(0.3, wake)
        assert stream.earlier(3000).entries, "the old file is still whole"
    reopened = Journal(Config(), Host(root)).open(ALL, 10)
    assert not isinstance(reopened, Unavailable)
    with closing(reopened):
        batch = reopened.take()
        assert batch.entries[-1].message == "line 2999"
        assert batch.note is not None
        assert "system.journal is truncated: it can't be read, and entries are missing." in batch.note


def test_the_damage_is_said_with_the_log_in_short(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JournalctlBackend, "newest_pause", 0.1)
    with closing(JournalSource(Config(), Host(root))) as source:
        well = source.read()
        assert isinstance(well, Log)
        assert (well.backend, well.note) == ("journalctl", None)
        os.truncate(written(root), PAGE)
        time.sleep(0.2)
        damaged = source.read()
    assert isinstance(damaged, Log)
    assert damaged.note is not None
    assert "system.journal is truncated" in damaged.note
