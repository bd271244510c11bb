"""Which journal is read where several lie about: the one that the machine's journald writes, wherever it does."""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from .conftest import require_bench
from .journals import SECOND, Entry, new_boot_id, write_journal
from .namespace import Namespace
from .places import REPOSITORY

CONF: Final = "/run/systemd/journald.conf.d/bench.conf"
STOP: Final = (
    "pkill -x systemd-journal; while pgrep -x systemd-journal; do sleep 0.02; done; rm -f /run/systemd/journal/*"
)
FUTURE: Final = 2_500_000_000 * SECOND
"""A clock that was set to the year 2049."""
ON_A_DISK = pytest.mark.parametrize("on_disk", [False, True], ids=["binding", "journalctl"])


class World(Namespace):
    """A world whose journal can go over to the disk with another machine id, as in an initial RAM disk."""

    def say(self, text: str) -> None:
        self.run(["logger", "-p", "user.err", "-t", "probe", text]).check()
        self.run(["journalctl", "--sync"]).check()

    def begin_again(self, machine_id: str) -> None:
        """journald starts anew, with another machine id and on the disk; what it wrote before stays where it is."""
        self.sh(f"sed -i s/Storage=volatile/Storage=persistent/ {CONF}; {STOP}").check()
        (self.run_dir / "machine-id").write_text(f"{machine_id}\n")
        self.sh(f"mkdir -p /var/log/journal/{machine_id}").check()
        self.start_journald()
        self.wait_until("journalctl --flush")

    def lay_on_disk(self, directory: Path) -> None:
        """Let /var/log/journal lie on a disk, where journalctl is the way of reading."""
        self.sh(
            f"mount --bind {directory} /var/log/journal && mkdir -p /var/log/journal/$(cat /etc/machine-id)"
        ).check()

    def told(self, *arguments: str) -> str:
        """What the console's command says in there."""
        command = [sys.executable, "-m", "moducop_tui", *arguments]
        done = self.run(command, env={"PYTHONPATH": str(REPOSITORY)}, timeout=60)
        return done.out + done.stderr

    @property
    def log(self) -> dict[str, Any]:
        """The topic `log` of `status --json`."""
        topic: dict[str, Any] = json.loads(self.told("status", "--json"))["log"]
        return topic


@pytest.fixture
def disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        yield Path(directory)


@pytest.fixture
def world() -> Iterator[World]:
    require_bench()
    made = World()
    with made:
        yield made


def messages(log: dict[str, Any]) -> list[str]:
    return [each["entry"]["message"] for each in log["value"]["recent"]]


@ON_A_DISK
def test_files_that_another_machine_id_has_left_in_memory_are_not_the_journal(
    world: World, disk: Path, on_disk: bool
) -> None:
    world.say("early word, other machine id")
    if on_disk:
        world.lay_on_disk(disk)
    world.begin_again(secrets.token_hex(16))
    world.say("late word, this machine id")
    assert "late word, this machine id" in world.told("logs", "--lines", "3")
    log = world.log
    assert messages(log)[-1] == "late word, this machine id"
    assert log["value"]["persistent"] is on_disk
    assert log["value"]["backend"] == ("journalctl" if on_disk else "systemd.journal")


@ON_A_DISK
def test_a_machine_id_that_changes_under_journald_leads_no_reader_astray(
    world: World, disk: Path, on_disk: bool
) -> None:
    if on_disk:
        world.lay_on_disk(disk)
    world.begin_again(secrets.token_hex(16))
    world.say("word under the first id")
    other = secrets.token_hex(16)
    (world.run_dir / "machine-id").write_text(f"{other}\n")
    world.sh(f"mkdir /var/log/journal/{other}").check()
    world.run(["logger", "-p", "user.err", "-t", "probe", "word after the change"]).check()
    world.wait_until("journalctl -q -D /var/log/journal -n 1 -t probe -o cat | grep -q 'after the change'")
    told = world.told("logs", "--lines", "5")
    assert "word under the first id" in told
    assert "word after the change" in told
    assert messages(world.log)[-1] == "word after the change"


def test_a_namespace_of_a_service_beside_the_journal_is_another_journal(world: World) -> None:
    world.begin_again(secrets.token_hex(16))
    world.sh("mkdir -p /run/etc && cp -r /etc/systemd/. /run/etc/ && mkdir -p /run/systemd/journal.probe").check()
    world.sh("printf '[Journal]\\nStorage=volatile\\nReadKMsg=no\\nAudit=no\\n' >/run/etc/journald@probe.conf").check()
    world.sh("mount --bind /run/etc /etc/systemd").check()
    world._spawn(["/lib/systemd/systemd-journald", "probe"], "journald-probe")
    world.wait_until("ls /run/log/journal/*.probe/system.journal")
    world.say("main word")
    assert "main word" in world.told("logs", "--lines", "2")
    assert (messages(world.log)[-1], world.log["value"]["errors_last_hour"]) == ("main word", 1)


def test_files_of_another_device_alone_are_no_quiet_journal_but_a_sentence(world: World) -> None:
    world.sh(f"{STOP}; rm -rf /run/log/journal/* /var/log/journal/*").check()
    other = secrets.token_hex(16)
    made = world.run_dir / "other.journal"
    write_journal(made, [Entry("of another device", FUTURE, SECOND, new_boot_id(), {"PRIORITY": "3"})], other)
    world.sh(f"mkdir /var/log/journal/{other} && cp {made} /var/log/journal/{other}/system.journal").check()
    log = world.log
    assert f"Nothing of this boot is in the journal (/var/log/journal/{other})" in log["error"]
    assert "Nothing of this boot is in the journal" in world.told("logs")
    assert "Nothing of this boot is in the journal" in world.told("check")


@ON_A_DISK
def test_errors_of_this_boot_are_seen_while_the_boot_before_lies_in_the_future(
    world: World, disk: Path, on_disk: bool
) -> None:
    if on_disk:
        world.lay_on_disk(disk)
    machine_id = secrets.token_hex(16)
    world.begin_again(machine_id)
    boot, made = new_boot_id(), world.run_dir / "before.journal"
    fields = {"PRIORITY": "3", "SYSLOG_IDENTIFIER": "old"}
    entries = [Entry(f"before {number}", FUTURE + number, (number + 1) * SECOND, boot, fields) for number in range(50)]
    write_journal(made, entries, machine_id)
    world.sh(f"cp {made} /var/log/journal/{machine_id}/system@before.journal").check()
    for number in range(3):
        world.say(f"now {number}")
    log = world.log["value"]
    assert log["newest"]["message"] == "now 2"
    assert log["errors_last_hour"] == 3, "what lies in the future has no known age"
    assert [each["entry"]["message"] for each in log["recent"]][-3:] == ["now 0", "now 1", "now 2"]
    assert (log["boots"][0]["boot_id"], log["boots"][0]["offset"]) == (boot, -1)
    assert "now 2" in world.told("logs", "--all-boots", "--lines", "1")
    every = world.told("logs", "--all-boots", "--lines", "20", "--priority", "err").splitlines()
    assert [line.split(": ")[-1] for line in every[-4:]] == ["before 49", "now 0", "now 1", "now 2"]
    assert "before 49" in world.told("logs", "--boot", "-1", "--lines", "1")
