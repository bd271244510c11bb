"""The program where the system really gives it little: no threads, few files, a narrow address space, no /proc.

Without the bench's machine: all of it holds for one process, or for a mount namespace of its own.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from .conftest import require_bench
from .places import REPOSITORY

PROGRAM: Final = [sys.executable, "-m", "moducop_tui", "--demo"]
CLONE3, CLONE, SYSTEM_CALL, FLAGS = 435, {"x86_64": 56, "aarch64": 220}, 0, 16
"""Numbers of the calls that make a thread, and where in what a filter is given the call and its flags stand."""
CLONE_THREAD: Final = 0x10000
EPERM, EAGAIN = 1, 11
LOAD, EQUAL, ANY_OF, ANSWER = 0x20, 0x15, 0x45, 0x06
"""Instructions of a filter (linux/bpf_common.h)."""
ALLOW, FAIL_WITH = 0x7FFF0000, 0x50000
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
NOBODY: Final = 65534


def filtered(*instructions: tuple[int, int, int, int]) -> None:
    """Let the kernel judge this process's system calls from now on (seccomp(2))."""
    program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *one) for one in instructions))
    head = struct.pack("@HxxxxxxP", len(instructions), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.prctl(SECCOMP, FILTER, ctypes.create_string_buffer(head)):
        raise OSError(ctypes.get_errno(), "no filter")


def older_engine() -> None:
    """As a container engine that does not know clone3: the C library falls back on clone only after ENOSYS."""
    filtered((LOAD, 0, 0, SYSTEM_CALL), (EQUAL, 0, 1, CLONE3), (ANSWER, 0, 0, FAIL_WITH | EPERM), (ANSWER, 0, 0, ALLOW))


def at_the_limit_of_processes() -> None:
    """As at the limit of a control group (pids.max), for threads alone: commands can still be started."""
    filtered(
        (LOAD, 0, 0, SYSTEM_CALL),
        (EQUAL, 3, 0, CLONE3),
        (EQUAL, 0, 3, CLONE[os.uname().machine]),
        (LOAD, 0, 0, FLAGS),
        (ANY_OF, 0, 1, CLONE_THREAD),
        (ANSWER, 0, 0, FAIL_WITH | EAGAIN),
        (ANSWER, 0, 0, ALLOW),
    )


def narrow() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))


def ended(
    words: list[str], circumstance: Callable[[], None] | None, before: str = ""
) -> subprocess.CompletedProcess[str]:
    require_bench()
    command = [*PROGRAM, *words]
    if before:
        shell = ["unshare", "--mount", "--propagation", "private", "sh", "-e", "-c"]
        command = [*shell, f'{before}; exec "$@"', "sh", *command]
    return subprocess.run(
        command, preexec_fn=circumstance, capture_output=True, text=True, timeout=60, cwd=REPOSITORY,
        stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip


@pytest.mark.parametrize("circumstance", [older_engine, at_the_limit_of_processes, narrow])
def test_without_threads_the_commands_tell_what_they_tell_with_them(circumstance: Callable[[], None]) -> None:
    plain = ended(["check"], None)
    done = ended(["check"], circumstance)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.splitlines()[0] == plain.stdout.splitlines()[0]
    page = ended(["status"], circumstance)
    assert (page.returncode, page.stderr) == (0, "")
    assert "MEC01-4711" in page.stdout
    logs = ended(["logs", "--lines", "3"], circumstance)
    assert (logs.returncode, len(logs.stdout.splitlines())) == (0, 3)


@pytest.mark.parametrize("circumstance", [older_engine, narrow])
def test_the_console_says_before_it_takes_the_terminal_that_it_gets_no_threads(
    circumstance: Callable[[], None],
) -> None:
    master, slave = os.openpty()
    require_bench()
    done = subprocess.run(
        PROGRAM, preexec_fn=circumstance, stdin=slave, stdout=slave, stderr=subprocess.PIPE, text=True, timeout=60,
        cwd=REPOSITORY, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "TERM": "vt220"},
    )  # fmt: skip
    os.close(slave)
    os.close(master)
    assert done.returncode == 1
    assert done.stderr.startswith("moducop-tui: the console can't run: no thread can be started here")


def test_with_few_files_nothing_is_said_of_the_device() -> None:
    done = ended(["check"], few_files)
    assert done.returncode == 3
    assert done.stdout.startswith("UNKNOWN - this process may not open 40 files")
    assert ended(["status"], few_files).returncode == 2


@pytest.mark.parametrize(
    "before",
    [
        "umount -l /proc",
        "mount -t tmpfs none /proc",
        "umount -l -R /sys",
        "mount -t tmpfs none /dev",
        "mount -t tmpfs -o ro none /run; mount -t tmpfs -o ro none /var/tmp",
    ],
)
def test_where_a_part_of_the_system_is_not_mounted_the_commands_still_end_well(before: str) -> None:
    for words in (["check"], ["status"], ["history"]):
        done = ended(words, None, before)
        assert done.returncode in {0, 2}, done.stderr
        assert "internal error" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_working_directory_that_is_gone_is_no_matter(tmp_path: Path) -> None:
    def leave() -> None:
        os.chdir(tmp_path)
        tmp_path.rmdir()

    done = ended(["check"], leave)
    assert (done.returncode, done.stderr) == (2, "")
