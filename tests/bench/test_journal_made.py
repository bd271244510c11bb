"""The journal source against journal files made by systemd-journal-remote: any boot, any clock, any size, damage."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.log import Log, LogEntry, LogFilter
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal import Journal, JournalSource
from moducop_tui.sources.journal_backend import JournalBackend
from moducop_tui.sources.journal_reader import ReaderBackend
from moducop_tui.sources.journal_stream import JournalStream
from moducop_tui.sources.journalctl import JournalctlBackend

from .conftest import require_bench
from .journals import Entry, write_journal

MakeBackend = Callable[[Host], JournalBackend]
BOTH = pytest.mark.parametrize("make", [ReaderBackend, JournalctlBackend], ids=["binding", "journalctl"])
ALL = LogFilter(all_boots=True)
REMOTE = "/lib/systemd/systemd-journal-remote"
MACHINE = "0123456789abcdef0123456789abcdef"
BOOTS = ("a" * 32, "b" * 32, "c" * 32)
START = 1_790_000_000_000_000
YEAR = 365 * 86_400_000_000


class Maker:
    """Writes entries with every field of their own choice into a journal below a root directory."""

    def __init__(self, root: Path) -> None:
        self.directory = root / "var/log/journal" / MACHINE
        self.directory.mkdir(parents=True)
        self._clock = 0
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        output = f"--output={self.directory}/system.journal"
        return subprocess.Popen([REMOTE, output, "--split-mode=none", "-"], stdin=subprocess.PIPE)

    def write(
        self,
        message: str,
        boot: str = BOOTS[0],
        realtime: int | None = None,
        monotonic: int | None = None,
        **fields: str,
    ) -> None:
        self._clock += 1000
        lines = {
            "__REALTIME_TIMESTAMP": str(START + self._clock if realtime is None else realtime),
            "__MONOTONIC_TIMESTAMP": str(self._clock if monotonic is None else monotonic),
            "_BOOT_ID": boot,
            "_MACHINE_ID": MACHINE,
            **fields,
            "MESSAGE": message,
        }
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{name}={value}\n" for name, value in lines.items()).encode() + b"\n")

    def flush(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.flush()

    def close(self) -> None:
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        assert self._process.wait() == 0


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    require_bench()
    with closing(Maker(tmp_path)) as made:
        yield made


@pytest.fixture
def wake() -> Iterator[Wake]:
    with closing(Wake()) as woken:
        yield woken


def open_stream(root: Path, make: MakeBackend, wanted: LogFilter = ALL, backlog: int = 100) -> JournalStream:
    host = Host(root)
    stream = Journal(Config(), host, make(host)).open(wanted, backlog)
    assert not isinstance(stream, Unavailable)
    return stream


def messages(root: Path, make: MakeBackend, wanted: LogFilter = ALL, backlog: int = 100) -> list[str]:
    with closing(open_stream(root, make, wanted, backlog)) as stream:
        return [entry.message for entry in stream.take().entries]


def summary(root: Path, make: MakeBackend) -> Log:
    host = Host(root)
    with closing(JournalSource(Config(), host, make(host))) as source:
        log = source.read()
    assert not isinstance(log, Unavailable), log.reason
    return log


@BOTH
def test_a_unit_is_what_it_says_and_what_is_said_about_it(tmp_path: Path, maker: Maker, make: MakeBackend) -> None:
    maker.write("own words", _SYSTEMD_UNIT="gpsd.service", _PID="77")
    maker.write("Started gpsd.", _SYSTEMD_UNIT="init.scope", UNIT="gpsd.service", _PID="1", PRIORITY="6")
    maker.write("about it", OBJECT_SYSTEMD_UNIT="gpsd.service", _UID="0")
    maker.write("somebody pretends", UNIT="gpsd.service", _PID="4711")
    maker.write("another unit", _SYSTEMD_UNIT="ssh.service")
    maker.write("kernel words", _TRANSPORT="kernel", PRIORITY="4")
    maker.write("from an older boot of it", BOOTS[1], _SYSTEMD_UNIT="gpsd.service")
    maker.close()
    older = LogFilter(unit="gpsd", boot_id=BOOTS[0])
    assert messages(tmp_path, make, older) == ["own words", "Started gpsd.", "about it"]
    assert messages(tmp_path, make, LogFilter(unit="gpsd.service")) == ["from an older boot of it"]
    assert messages(tmp_path, make, LogFilter(kernel=True, all_boots=True)) == ["kernel words"]
    with closing(open_stream(tmp_path, make, older)) as stream:
        started = stream.take().entries[1]
    assert (started.unit, started.origin, started.priority, started.pid) == ("gpsd.service", "gpsd.service", 6, 1)


@BOTH
def test_a_unit_is_followed_live(tmp_path: Path, maker: Maker, make: MakeBackend, wake: Wake) -> None:
    maker.write("before", _SYSTEMD_UNIT="gpsd.service")
    maker.flush()
    time.sleep(0.3)
    with closing(open_stream(tmp_path, make, LogFilter(unit="gpsd", boot_id=BOOTS[0]))) as stream:
        assert [entry.message for entry in stream.take().entries] == ["before"]
        for number in range(3):
            maker.write("noise", _SYSTEMD_UNIT="ssh.service")
            maker.write(f"live {number}", _SYSTEMD_UNIT="gpsd.service")
            maker.flush()
            assert [entry.message for entry in stream.read(3.0, wake).entries] == [f"live {number}"]


@BOTH
def test_a_clock_that_jumps_by_a_year_changes_no_order(
    tmp_path: Path, maker: Maker, make: MakeBackend, wake: Wake
) -> None:
    jumps = [0, YEAR, -YEAR, 2**54 - START, 1 - START]
    for number, jump in enumerate(jumps):
        maker.write(f"entry {number}", realtime=START + jump, PRIORITY="3")
    maker.flush()
    time.sleep(0.3)
    expected = [f"entry {number}" for number in range(len(jumps))]
    with closing(open_stream(tmp_path, make)) as stream:
        entries = stream.take().entries
        assert [entry.message for entry in entries] == expected
        assert [round((entry.realtime - START / 1e6) * 1e6) for entry in entries[:3]] == [0, YEAR, -YEAR]
        maker.write("entry 5", realtime=START - 2 * YEAR)
        maker.flush()
        assert [entry.message for entry in stream.read(3.0, wake).entries] == ["entry 5"]
    log = summary(tmp_path, make)
    assert [kept.entry.message for kept in log.recent] == expected
    assert log.newest is not None
    assert log.newest.message == "entry 5"


@BOTH
def test_boots_are_in_the_order_of_the_journal_even_if_their_clocks_ran_backwards(
    tmp_path: Path, maker: Maker, make: MakeBackend
) -> None:
    for place, boot in enumerate(BOOTS):
        for number in range(3):
            maker.write(f"{number}", boot, realtime=START - place * YEAR + number, monotonic=number + 1)
    maker.close()
    boots = summary(tmp_path, make).boots
    assert [(boot.boot_id, boot.offset) for boot in boots] == [(BOOTS[0], -2), (BOOTS[1], -1), (BOOTS[2], 0)]
    assert boots[0].first == START / 1e6


@BOTH
def test_what_is_said_now_is_followed_while_the_boot_before_lies_in_the_future(
    tmp_path: Path, maker: Maker, make: MakeBackend, wake: Wake
) -> None:
    """After a power cut without a clock. In the journal's own order all of this boot stands before the boot before."""
    before = [Entry(f"before {n}", START + YEAR + n, n + 1, BOOTS[0], {"PRIORITY": "3"}) for n in range(1500)]
    write_journal(maker.directory / "system@before.journal", before, MACHINE)
    (tmp_path / "proc/sys/kernel/random").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/random/boot_id").write_text(BOOTS[1])
    for number in range(3):
        maker.write(f"now {number}", BOOTS[1], PRIORITY="3")
    maker.flush()
    time.sleep(0.3)
    host = Host(tmp_path)
    with closing(open_stream(tmp_path, make)) as stream, closing(JournalSource(Config(), host, make(host))) as source:
        told = [entry.message for entry in stream.take().entries]
        assert told == [*(f"before {n}" for n in range(1403, 1500)), "now 0", "now 1", "now 2"]
        assert [entry.message for entry in stream.earlier(2).entries] == ["before 1401", "before 1402"]
        log = source.read()
        assert isinstance(log, Log)
        assert [kept.entry.message for kept in log.recent][-4:] == ["before 1499", "now 0", "now 1", "now 2"]
        maker.write("now 3", BOOTS[1], realtime=START + YEAR + 700, PRIORITY="3")
        maker.write("now 4", BOOTS[1], PRIORITY="3")
        maker.flush()
        came: list[str] = []
        deadline = time.monotonic() + 20
        while len(came) < 2 or log.newest is None or log.newest.message != "now 4":
            assert time.monotonic() < deadline, (came, log.newest)
            came += [entry.message for entry in stream.read(0.3, wake).entries]
            source.wait(0.3, wake)
            answer = source.read()
            assert isinstance(answer, Log)
            log = answer
        assert came == ["now 3", "now 4"]
        assert log.recent[-1].entry.message == "now 4"
        assert [(boot.boot_id, boot.offset) for boot in log.boots] == [(BOOTS[0], -1), (BOOTS[1], 0)]


@BOTH
@pytest.mark.parametrize("ahead", [-YEAR, YEAR], ids=["clocks in order", "the boots before in the future"])
def test_all_boots_are_paged_back_each_entry_once(tmp_path: Path, maker: Maker, make: MakeBackend, ahead: int) -> None:
    for place in (0, 1):
        entries = [Entry(f"{place} {n}", START + ahead + place * 9000 + n, n + 1, BOOTS[place]) for n in range(30)]
        write_journal(maker.directory / f"system@{place}.journal", entries, MACHINE)
    (tmp_path / "proc/sys/kernel/random").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/random/boot_id").write_text(BOOTS[2])
    for number in range(30):
        maker.write(f"2 {number}", BOOTS[2])
    maker.close()
    with closing(open_stream(tmp_path, make, backlog=7)) as stream:
        found = [entry.message for entry in stream.take().entries]
        while page := stream.earlier(11).entries:
            found = [entry.message for entry in page] + found
    assert found == [f"{boot} {number}" for boot in range(3) for number in range(30)]


@BOTH
def test_a_hundred_thousand_entries_open_at_once_and_are_paged_backwards(
    tmp_path: Path, maker: Maker, make: MakeBackend
) -> None:
    total = 100_000
    for number in range(total):
        name = "rare" if number % 1000 == 0 else "frequent"
        maker.write(f"line {number}", PRIORITY=str(3 + number % 5), CONTAINER_NAME=name)
    maker.close()
    used = time.process_time()
    with closing(open_stream(tmp_path, make, backlog=200)) as stream:
        found = [entry.message for entry in stream.take().entries]
        assert time.process_time() - used < 1.0
        for _ in range(5):
            found = [entry.message for entry in stream.earlier(300).entries] + found
        assert found == [f"line {number}" for number in range(total - 200 - 5 * 300, total)]
    with closing(open_stream(tmp_path, make, LogFilter(container="rare", all_boots=True), backlog=40)) as stream:
        pages = [stream.take(), stream.earlier(40), stream.earlier(40), stream.earlier(40)]
    assert [len(page.entries) for page in pages] == [40, 40, 20, 0]
    assert pages[2].entries[0].message == "line 0"
    used = time.process_time()
    log = summary(tmp_path, make)
    assert time.process_time() - used < 1.0
    assert log.recent[-1].entry.message == f"line {total - 4}"


@BOTH
def test_paging_back_from_a_stream_that_began_without_a_backlog(
    tmp_path: Path, maker: Maker, make: MakeBackend
) -> None:
    for number in range(10):
        maker.write(f"line {number}")
    maker.close()
    with closing(open_stream(tmp_path, make, backlog=0)) as stream:
        assert stream.take().entries == ()
        assert [entry.message for entry in stream.earlier(4).entries] == [f"line {n}" for n in (6, 7, 8, 9)]
        assert [entry.message for entry in stream.earlier(4).entries] == [f"line {n}" for n in (2, 3, 4, 5)]


@BOTH
def test_a_damaged_journal_is_read_as_far_as_it_goes(
    tmp_path: Path, maker: Maker, make: MakeBackend, wake: Wake
) -> None:
    for number in range(3000):
        maker.write(f"line {number}", PRIORITY="6")
    maker.close()
    file = maker.directory / "system.journal"
    content = bytearray(file.read_bytes())
    for needle in (b"MESSAGE=line 1500", b"MESSAGE=line 2000"):
        place = content.index(needle)
        content[place - 400 : place + 300] = b"\xee" * 700
    file.write_bytes(content)
    with closing(open_stream(tmp_path, make, backlog=100)) as stream:
        entries: list[LogEntry] = list(stream.take().entries)
        assert entries[-1].message == "line 2999"
        before = time.process_time()
        pages = 0
        while pages < 60:
            page = stream.earlier(100)
            pages += 1
            if not page.entries:
                break
        assert pages < 60
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline:
            stream.read(0.3, wake)
        assert time.process_time() - before < 1.5


def test_a_machine_without_any_way_to_read_says_so(
    tmp_path: Path, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker.close()
    monkeypatch.setattr("moducop_tui.sources.journal_reader.is_installed", lambda: False)
    assert summary_note(tmp_path) is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = Journal(Config(), Host(tmp_path)).open(ALL, 1)
    assert isinstance(answer, Unavailable)
    assert "neither systemd's binding for Python (systemd-python) nor journalctl is installed" in answer.reason


def summary_note(root: Path) -> str | None:
    with closing(JournalSource(Config(), Host(root))) as source:
        log = source.read()
    assert isinstance(log, Log)
    assert log.backend == "journalctl"
    return log.note
