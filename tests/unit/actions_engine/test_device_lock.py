"""One action at a time: the lock names its holder, outlives nobody, and is not held up by whoever looks at it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from moducop_tui.actions.running.lock import BusyError, take_lock
from moducop_tui.host import Host
from moducop_tui.lock_holder import lock_holder
from moducop_tui.model.holder import UNNAMED, Holder, holder_text, parse_holder
from moducop_tui.model.work import Who
from tests.patience import PATIENCE

FIRST = Holder(812, "20261123T063045Z-3f9a1c", "switch A", Who("root", "pts/0", "10.0.4.2"), 1.0)
SECOND = Holder(813, "20261123T063046Z-aaaaaa", "reboot", Who("operator"), 2.0)


def test_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    with contextlib.closing(take_lock(Host(tmp_path), FIRST)), pytest.raises(BusyError) as refused:
        take_lock(Host(tmp_path), SECOND, patience=0.05)
    assert str(refused.value) == (
        "The device is being changed: switch A by root on pts/0 from 10.0.4.2 (process 812). "
        "Nothing was done; wait until that has ended."
    )


def test_whoever_looks_is_told_the_holder_and_afterwards_nobody(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert lock_holder(host) is None
    lock = take_lock(host, FIRST)
    assert lock_holder(host) == FIRST
    lock.close()
    assert lock_holder(host) is None


def test_a_file_that_nobody_has_locked_means_nobody(tmp_path: Path) -> None:
    place = tmp_path / "run/moducop_tui/lock"
    place.parent.mkdir(parents=True)
    place.write_bytes(holder_text(FIRST))
    assert lock_holder(Host(tmp_path)) is None
    take_lock(Host(tmp_path), SECOND).close()


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    host = Host(tmp_path)
    child = os.fork()
    if not child:
        take_lock(host, FIRST)
        time.sleep(60)
    until = time.monotonic() + PATIENCE
    while lock_holder(host) != FIRST and time.monotonic() < until:
        time.sleep(0.005)
    assert lock_holder(host) == FIRST
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert lock_holder(host) is None


def test_looking_at_the_lock_all_the_time_stops_nobody(tmp_path: Path) -> None:
    host, ended = Host(tmp_path), threading.Event()
    take_lock(host, FIRST).close()

    def look() -> None:
        while not ended.is_set():
            lock_holder(host)

    watchers = [threading.Thread(target=look) for _ in range(4)]
    for watcher in watchers:
        watcher.start()
    try:
        for _ in range(30):
            take_lock(host, SECOND).close()
    finally:
        ended.set()
        for watcher in watchers:
            watcher.join()


def test_of_many_that_start_at_once_one_wins_and_all_others_name_it(tmp_path: Path) -> None:
    host, gate, said = Host(tmp_path), threading.Barrier(8), []

    def start(number: int) -> None:
        holder = Holder(number, f"id {number}", f"action {number}", Who("root"), 1.0)
        gate.wait()
        try:
            lock = take_lock(host, holder, patience=0.2)
        except BusyError as error:
            said.append(str(error))
            return
        said.append(f"won: action {number} ")
        time.sleep(0.5)
        lock.close()

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [words for words in said if words.startswith("won: ")]
    assert all(winner.removeprefix("won: ") in words for words in said)


def test_a_lock_file_that_was_taken_away_is_not_locked_in_vain(tmp_path: Path) -> None:
    """Who holds a file that is no longer there would lock beside everybody else."""
    host = Host(tmp_path)
    lock = take_lock(host, FIRST)
    (tmp_path / "run/moducop_tui/lock").unlink()
    other = take_lock(host, SECOND)
    assert lock_holder(host) == SECOND
    lock.close()
    other.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"pid": "x"}'])
def test_a_holder_that_has_not_said_who_it_is_is_somebody(content: bytes) -> None:
    assert parse_holder(content) == UNNAMED
    assert UNNAMED.words == "an action by somebody (process 0)"


def test_a_shared_lock_of_a_stranger_is_waited_for(tmp_path: Path) -> None:
    place = tmp_path / "run/moducop_tui/lock"
    place.parent.mkdir(parents=True)
    with place.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        threading.Timer(0.1, lambda: fcntl.flock(file, fcntl.LOCK_UN)).start()
        take_lock(Host(tmp_path), FIRST, patience=5.0).close()
