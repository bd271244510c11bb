"""The journal source against a real journald and real journal files, through both ways of reading."""

from __future__ import annotations

import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.log import LogBatch, LogEntry, LogFilter
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal import Journal, JournalSource
from moducop_tui.sources.journal_backend import JournalBackend
from moducop_tui.sources.journal_reader import ReaderBackend
from moducop_tui.sources.journal_stream import BATCH_LIMIT, JournalStream
from moducop_tui.sources.journalctl import JournalctlBackend
from tests.patience import FOR_EVER, PATIENCE

from .conftest import require_bench
from .namespace import Namespace

MakeBackend = Callable[[Host], JournalBackend]
BOTH = pytest.mark.parametrize("make", [ReaderBackend, JournalctlBackend], ids=["binding", "journalctl"])
ALL = LogFilter(all_boots=True)


@pytest.fixture
def world() -> Iterator[Namespace]:
    require_bench()
    with Namespace() as namespace:
        yield namespace


@pytest.fixture
def lasting_world() -> Iterator[Namespace]:
    require_bench()
    with Namespace(storage="persistent") as namespace:
        yield namespace


@pytest.fixture
def wake() -> Iterator[Wake]:
    with closing(Wake()) as woken:
        yield woken


class Sender:
    """Writes entries to the world's journald by its own protocol, as any program of the device does."""

    def __init__(self, world: Namespace) -> None:
        self._world = world
        self._socket = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        connection.connect(str(self._world.path("/run/systemd/journal/socket")))
        return connection

    def reconnect(self) -> None:
        self._socket.close()
        self._socket = self._connect()

    def say(self, message: str | bytes, priority: int | None = 6, **fields: str | bytes) -> None:
        data = {"MESSAGE": message, **fields}
        if priority is not None:
            data["PRIORITY"] = str(priority)
        text = b""
        for name, value in data.items():
            content = value.encode() if isinstance(value, str) else value
            text += name.encode() + b"\n" + len(content).to_bytes(8, "little") + content + b"\n"
        self._socket.send(text)

    def close(self) -> None:
        self._socket.close()


def host_of(world: Namespace) -> Host:
    return Host(world.path("/"))


@contextmanager
def following(
    world: Namespace, make: MakeBackend, wanted: LogFilter = ALL, backlog: int = 0
) -> Iterator[JournalStream]:
    host = host_of(world)
    stream = Journal(Config(), host, make(host)).open(wanted, backlog)
    assert not isinstance(stream, Unavailable)
    with closing(stream):
        yield stream


def collect(
    stream: JournalStream, wake: Wake, until: Callable[[list[LogEntry]], bool], seconds: float = 10.0
) -> tuple[list[LogEntry], int, list[str]]:
    """All entries, all lost ones and all notes until a condition holds; fails when it does not come to hold."""
    entries: list[LogEntry] = []
    lost = 0
    notes: list[str] = []
    deadline = time.monotonic() + seconds
    while not until(entries):
        assert time.monotonic() < deadline, f"{len(entries)} entries, {lost} lost, {notes}: {entries[-3:]}"
        batch = stream.read(0.5, wake)
        entries += batch.entries
        lost += batch.lost
        notes += [batch.note] if batch.note else []
    return entries, lost, notes


def has(*messages: str) -> Callable[[list[LogEntry]], bool]:
    return lambda entries: set(messages) <= {entry.message for entry in entries}


def numbers(entries: list[LogEntry], word: str) -> list[int]:
    found = (re.fullmatch(rf"{word} (\d+)", entry.message) for entry in entries)
    return [int(match[1]) for match in found if match]


@BOTH
def test_the_newest_entries_come_first_and_then_what_is_written_now(
    world: Namespace, make: MakeBackend, wake: Wake
) -> None:
    with closing(Sender(world)) as sender:
        for number in range(50):
            sender.say(f"old {number}")
        sender.say("settled")
        world.run(["journalctl", "--sync"]).check()
        with following(world, make, backlog=10) as stream:
            first = stream.read(2.0, wake)
            assert len(first.entries) == 10
            delays = []
            for number in range(8):
                time.sleep(0.3)
                started = time.monotonic()
                sender.say(f"live {number}")
                entries, _, _ = collect(stream, wake, has(f"live {number}"))
                delays.append(time.monotonic() - started)
                assert [entry.message for entry in entries] == [f"live {number}"]
            # journald rings up to half a second late. The binding looks earlier; journalctl prints only when it rings.
            assert sorted(delays)[4] < (0.35 if make is ReaderBackend else 0.7), delays


@BOTH
def test_filters_choose_by_container_priority_kernel_and_unit(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    with closing(Sender(world)) as sender:
        wanted = {
            LogFilter(container="edge-web-1"): ["from the container"],
            LogFilter(max_priority=3): ["an error"],
            LogFilter(unit="crashing"): ["core of the unit"],
            LogFilter(container="nobody"): [],
        }
        streams = []
        for choice in wanted:
            host = host_of(world)
            stream = Journal(Config(), host, make(host)).open(choice, 0)
            assert not isinstance(stream, Unavailable)
            stream.read(0.1, wake)
            streams.append(stream)
        sender.say("from the container", CONTAINER_NAME="edge-web-1")
        sender.say("an error", priority=3)
        # From inside, for journald vouches only for senders whose process it can see: _UID=0.
        core = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1\nCOREDUMP_UNIT=crashing.service\nMESSAGE=core of the unit\n"
        world.run(["logger", "--journald"], stdin=core).check()
        sender.say("something else", CONTAINER_NAME="edge-web-10")
        for stream, messages in zip(streams, wanted.values(), strict=True):
            entries, _, _ = collect(stream, wake, has(*messages))
            entries += stream.read(0.4, wake).entries
            assert [entry.message for entry in entries] == messages
            stream.close()


@BOTH
def test_boots_in_one_journal_are_told_apart(lasting_world: Namespace, make: MakeBackend, wake: Wake) -> None:
    world = lasting_world
    first = world.path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
    with closing(Sender(world)) as sender:
        sender.say("in the first boot", priority=3)
        world.run(["journalctl", "--sync"]).check()
    second = world.new_boot()
    with closing(Sender(world)) as sender:
        sender.say("in the second boot")
        with following(world, make, LogFilter(), backlog=100) as stream:
            entries, _, _ = collect(stream, wake, has("in the second boot"))
            assert {entry.boot_id for entry in entries} == {second}
        with following(world, make, LogFilter(boot_id=first), backlog=100) as stream:
            entries, _, _ = collect(stream, wake, has("in the first boot"))
            assert {entry.boot_id for entry in entries} == {first}
        host = host_of(world)
        with closing(JournalSource(Config(), host, make(host))) as source:
            log = source.read()
            assert not isinstance(log, Unavailable)
            assert [(boot.boot_id, boot.offset) for boot in log.boots] == [(first, -1), (second, 0)]
            assert log.newest is not None
            assert log.newest.message == "in the second boot"
            assert [kept.entry.message for kept in log.recent] == ["in the first boot"]


@BOTH
def test_rotation_and_vacuuming_while_following_neither_stop_nor_repeat(
    lasting_world: Namespace, make: MakeBackend, wake: Wake
) -> None:
    world = lasting_world
    with closing(Sender(world)) as sender, following(world, make) as stream:
        entries: list[LogEntry] = []
        for turn in range(4):
            for number in range(100):
                sender.say(f"line {turn * 100 + number}")
            got, lost, notes = collect(stream, wake, has(f"line {turn * 100 + 99}"))
            entries += got
            assert lost == 0
            assert notes == []
            world.sh("journalctl --rotate && journalctl --vacuum-files=1").check()
        sender.say("line 400")
        got, lost, notes = collect(stream, wake, has("line 400"))
        assert numbers(entries + got, "line") == list(range(401))
        assert notes == [], "everything was read before it was vacuumed: nothing is missing"


def test_entries_vacuumed_before_they_were_read_leave_a_note(lasting_world: Namespace, wake: Wake) -> None:
    world = lasting_world
    with closing(Sender(world)) as sender, following(world, ReaderBackend) as stream:
        sender.say("read")
        collect(stream, wake, has("read"))
        sender.say("never read")
        world.run(["journalctl", "--sync"]).check()
        world.sh("journalctl --rotate && journalctl --vacuum-files=1").check()
        sender.say("after")
        entries, _, notes = collect(stream, wake, has("after"))
        assert "never read" not in [entry.message for entry in entries]
        assert notes == ["The journal was cleared up to this place while it was read; entries may be missing here."]


@BOTH
def test_a_restart_of_journald_is_survived(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    with closing(Sender(world)) as sender, following(world, make) as stream:
        sender.say("line 0")
        entries, _, _ = collect(stream, wake, has("line 0"))
        for number in range(1, 4):
            world.sh("pkill -x systemd-journal; while pgrep -x systemd-journal; do sleep 0.02; done").check()
            world.sh("rm -f /run/systemd/journal/*").check()
            world.start_journald()
            sender.reconnect()
            sender.say(f"line {number}")
            got, _, _ = collect(stream, wake, has(f"line {number}"))
            entries += got
        assert numbers(entries, "line") == [0, 1, 2, 3]


@BOTH
def test_a_journal_that_moves_to_the_disk_is_followed_there(
    lasting_world: Namespace, make: MakeBackend, wake: Wake
) -> None:
    world = lasting_world
    with closing(Sender(world)) as sender, following(world, make) as stream:
        sender.say("line 0")
        entries, _, _ = collect(stream, wake, has("line 0"))
        for number, where in enumerate(("--relinquish-var", "--flush"), start=1):
            world.run(["journalctl", where]).check()
            sender.say(f"line {number}")
            got, _, _ = collect(stream, wake, has(f"line {number}"))
            entries += got
        assert numbers(entries, "line") == [0, 1, 2]


@BOTH
def test_a_journal_that_appears_later_is_found(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    world.sh("pkill -x systemd-journal; while pgrep -x systemd-journal; do sleep 0.02; done").check()
    world.sh("rm -rf /run/systemd/journal/* /run/log /var/log/journal/*").check()
    host = host_of(world)
    with closing(JournalSource(Config(), host, make(host))) as source:
        log = source.read()
        assert isinstance(log, Unavailable)
        assert (
            log.reason == "There is no journal: neither /run/log/journal nor /var/log/journal holds a file of journald."
        )
    with following(world, make) as stream:
        assert stream.read(0.3, wake).entries == ()
        world.start_journald()
        with closing(Sender(world)) as sender:
            sender.say("first words")
            collect(stream, wake, has("first words"))


@BOTH
def test_a_flood_is_bounded_and_what_is_left_out_is_counted(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    total = 50_000
    process = psutil.Process()
    with closing(Sender(world)) as sender, following(world, make) as stream:
        sender.say("before")
        collect(stream, wake, has("before"))
        memory = process.memory_full_info().uss
        got = lost = sent = 0
        biggest = 0
        deadline = time.monotonic() + 60
        newest = ""
        while newest != "flood end":
            assert time.monotonic() < deadline, (got, lost)
            for number in range(sent, min(sent + 5000, total)):
                sender.say(f"flood {number}" if number < total - 1 else "flood end")
            sent = min(sent + 5000, total)
            batch = stream.read(0.25, wake)
            mine = [entry for entry in batch.entries if entry.message.startswith("flood")]
            got += len(mine)
            lost += batch.lost
            biggest = max(biggest, len(batch.entries))
            newest = mine[-1].message if mine else newest
        assert got + lost == total
        assert lost > 0
        assert biggest <= BATCH_LIMIT
        assert process.memory_full_info().uss - memory < 24 << 20


@BOTH
def test_hostile_messages_arrive_harmless(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    hostile: dict[str, bytes] = {
        "escape": b"red \x1b[31malert\x1b[0m \x1b]0;title\x07end",
        "binary": b"bytes \xff\xfe\x80 end",
        "reversed": "safe \u202egnp.exe".encode(),
        "lines": b"one\ntwo\r\nthree\x00four",
        "long": b"x" * 5_000_000,
        "empty": b"",
    }
    with closing(Sender(world)) as sender, following(world, make) as stream:
        for name, message in hostile.items():
            if len(message) > 100_000:
                world.run(["systemd-cat", "-t", name], stdin=message[:40_000]).check()
                # Its stream is read when journald comes to it: what is said next may overtake it.
                world.wait_until(f"journalctl --quiet --identifier={name} --lines=1 | grep -q x")
                continue
            sender.say(message, SYSLOG_IDENTIFIER=name)
        sender.say("no priority", priority=None, SYSLOG_IDENTIFIER="plain")
        sender.say("odd name", SYSLOG_IDENTIFIER=b"\x1b[2Jevil\xff")
        sender.say("end")
        entries, lost, _ = collect(stream, wake, has("end"))
        assert lost == 0
        said = {entry.origin: entry for entry in entries}
        assert said["escape"].message == "red alert end"
        assert said["binary"].message == "bytes \\xff\\xfe\\x80 end"
        assert said["reversed"].message == "safe <U+202E>gnp.exe"
        assert said["lines"].message == "one two  three^@four"
        assert said["long"].message.endswith("...")
        assert len(said["long"].message) == 2000
        assert said["empty"].message == "(entry without a message)"
        assert said["plain"].priority == 6
        assert said["evil\\xff"].message == "odd name"


@BOTH
def test_the_summary_counts_collapses_and_rings(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    host = host_of(world)
    with closing(Sender(world)) as sender, closing(JournalSource(Config(), host, make(host))) as source:
        for _ in range(5):
            sender.say("disk is failing", priority=3, SYSLOG_IDENTIFIER="smartd")
        sender.say("hot", priority=4, SYSLOG_IDENTIFIER="thermald")
        sender.say("all is well", priority=6)
        world.run(["journalctl", "--sync"]).check()
        log = source.read()
        assert not isinstance(log, Unavailable)
        assert [(kept.entry.message, kept.count) for kept in log.recent] == [("disk is failing", 5), ("hot", 1)]
        assert (log.errors_last_hour, log.warnings_last_hour) == (5, 1)
        assert log.newest is not None
        assert log.newest.message == "all is well"
        assert log.persistent is False
        started = time.monotonic()
        sender.say("disk is failing", priority=3, SYSLOG_IDENTIFIER="smartd")
        while log.errors_last_hour == 5:
            source.wait(5.0, wake)
            log = source.read()
            assert not isinstance(log, Unavailable)
            assert time.monotonic() < started + PATIENCE
        assert [(kept.entry.message, kept.count) for kept in log.recent] == [("hot", 1), ("disk is failing", 6)]


@BOTH
def test_an_idle_journal_costs_nothing(world: Namespace, make: MakeBackend, wake: Wake) -> None:
    host = host_of(world)
    with closing(JournalSource(Config(), host, make(host))) as source:
        source.read()
        time.sleep(0.5)
        source.wait(0.3, wake)
        source.read()
        before = time.process_time()
        wakes = 0
        deadline = time.monotonic() + 3
        while (left := deadline - time.monotonic()) > 0:
            source.wait(left, wake)
            source.read()
            wakes += 1
        assert time.process_time() - before < 0.05
        assert wakes <= 4


def test_a_chatty_journal_rings_at_most_four_times_a_second(world: Namespace, wake: Wake) -> None:
    host = host_of(world)
    with closing(Sender(world)) as sender, closing(JournalSource(Config(), host, ReaderBackend(host))) as source:
        source.read()
        wakes = 0
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            for number in range(20):
                sender.say(f"chatter {number}")
            source.wait(5.0, wake)
            wakes += 1
        assert wakes <= 9


def test_the_wake_ends_a_wait_at_once(world: Namespace, wake: Wake) -> None:
    with following(world, ReaderBackend) as stream:
        stream.read(0.1, wake)
        wake.set()
        started = time.monotonic()
        assert stream.read(FOR_EVER, wake) == LogBatch(())
        assert time.monotonic() - started < PATIENCE


def test_journalctl_that_is_killed_is_started_again_without_loss(world: Namespace, wake: Wake) -> None:
    with closing(Sender(world)) as sender, following(world, JournalctlBackend) as stream:
        sender.say("line 0")
        entries, _, _ = collect(stream, wake, has("line 0"))
        for child in psutil.Process().children():
            if child.name() == "journalctl":
                child.send_signal(signal.SIGKILL)
        sender.say("line 1")
        got, _, notes = collect(stream, wake, has("line 1"))
        assert numbers(entries + got, "line") == [0, 1]
        assert notes == []


def test_the_root_of_the_machine_itself_is_read_inside_the_world(world: Namespace) -> None:
    with closing(Sender(world)) as sender:
        sender.say("seen from inside", priority=3)
        world.run(["journalctl", "--sync"]).check()
    script = (
        "from moducop_tui.config import Config; from moducop_tui.host import Host\n"
        "from moducop_tui.sources.journal import JournalSource\n"
        "log = JournalSource(Config(), Host()).read()\n"
        "print(log.backend, log.recent[-1].entry.message, log.boots[-1].offset, sep='|')\n"
    )
    repository = Path(__file__).resolve().parents[2]
    answer = world.run([sys.executable, "-c", script], env={"PYTHONPATH": str(repository)}).check()
    assert answer.out == "systemd.journal|seen from inside|0"
