"""Runs commands inside a booted machine or a namespace, from outside, as somebody logged in there would."""

from __future__ import annotations

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from . import leftovers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ENVIRONMENT: Final[Mapping[str, str]] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "USER": "root",
    "LOGNAME": "root",
    "SHELL": "/bin/bash",
    "LANG": "C.UTF-8",
    "SYSTEMD_PAGER": "cat",
}
"""What a login on the device has; nothing of the host's environment gets in."""


HOSTS_OWN: Final = (
    "sys_time",  # the clock
    "wake_alarm",
    "block_suspend",
    "sys_module",  # the kernel's modules
    "sys_rawio",  # its memory and ports
    "sys_pacct",
    "audit_control",  # the rules of its audit
    "mac_admin",  # its security modules
    "mac_override",
)
"""Capabilities (capabilities(7)) over what no namespace divides: with one of them a test would change this host."""
BOUNDED: Final = ("setpriv", f"--bounding-set={','.join(f'-{name}' for name in HOSTS_OWN)}")
"""In front of a command: it and all that it starts never have these."""
_JOIN: Final = 'for group in $1; do echo $$ >"$group"; done 2>/dev/null; shift; exec "$@"'


@dataclass(frozen=True, slots=True)
class Result:
    """How a command inside ended."""

    argv: tuple[str, ...]
    rc: int
    stdout: str
    stderr: str

    def check(self) -> Result:
        """Itself, if the command succeeded; else an assertion that shows what it said."""
        assert self.rc == 0, f"{' '.join(self.argv)} ended with {self.rc}\n{self.stdout}{self.stderr}"
        return self

    @property
    def out(self) -> str:
        """The output without the blank end."""
        return self.stdout.strip()


def enter(leader: int, argv: Sequence[str], env: Mapping[str, str] | None = None) -> list[str]:
    """The command that runs another one in all namespaces of a process, with a login's environment.

    It joins the control groups there too: what they deny, such as the host's disks, is denied to the command. Its
    signals are a login's as well: the tests themselves may run where hang-ups are ignored, as under nohup.
    """
    wanted = {**ENVIRONMENT, **(env or {})}
    settings = [f"{name}={value}" for name, value in wanted.items()]
    joining = ["sh", "-c", _JOIN, "sh", " ".join(leftovers.beside(leader))]
    return [
        *joining,
        *BOUNDED,
        "nsenter",
        "--target",
        str(leader),
        "--all",
        "--root",
        "--",
        "/usr/bin/env",  # by its whole name: whoever enters looks for it where its own host has programs
        "--default-signal",
        "--chdir=/",
        "-i",
        *settings,
        *argv,
    ]


def run(
    leader: int,
    argv: Sequence[str],
    *,
    timeout: float = 30.0,
    stdin: str | bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run a command to its end; ``timeout`` in seconds, after which it and its children in there are killed."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    with subprocess.Popen(
        enter(leader, argv, env),
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(given, timeout=timeout)
        except BaseException:
            # nsenter forks for the process namespace: only the whole group reaches what it started.
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return Result(tuple(argv), process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


class Inhabited(ABC):
    """Whatever has a first process, in whose namespaces commands are run: a machine, a lab, a namespace."""

    PATIENCE: ClassVar[float] = 60.0
    """Seconds that a command has unless told otherwise."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What commands in there have beside a login's environment, or in the place of a part of it."""
        return {}

    @property
    @abstractmethod
    def leader(self) -> int:
        """The number, outside, of the first process."""

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float | None = None,
        stdin: str | bytes | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run a command inside, as root; ``timeout`` in seconds."""
        wanted = {**self.environment, **(env or {})}
        return run(self.leader, argv, timeout=timeout or self.PATIENCE, stdin=stdin, env=wanted)

    def sh(self, script: str, *, timeout: float | None = None) -> Result:
        """Run a shell script inside."""
        return self.run(["sh", "-c", script], timeout=timeout)

    def wait_until(self, script: str, timeout: float = PATIENCE) -> None:
        """Wait until a shell script inside succeeds; seconds."""
        loop = f"until {{ {script}\n}} >/dev/null 2>&1; do sleep 0.05; done"
        try:
            self.run(["sh", "-c", loop], timeout=timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"not true after {timeout} s: {script}") from None


def path(leader: int, inside: str | Path) -> str:
    """A path inside, as the host can open it (absolute links on the way lead to the host: prefer ``run``)."""
    return f"/proc/{leader}/root{inside}"
