"""Starts a process that goes on when the console, its line or its login ends."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import moducop_tui
from moducop_tui import runner
from moducop_tui.host import Host

_ASK = 10.0
_STOP = 120
"""Seconds that systemd waits for a step in which the power must not go, before it kills."""
_PROPERTIES = (
    # Mixed: a request to end reaches the executor, which ends steps well, and not the client that it runs. Once the
    # executor is gone, however that came, systemd kills whatever of its commands is left.
    "KillMode=mixed",
    f"TimeoutStopSec={_STOP}",
    # An action that was refused or failed is told by the trail; no unit has failed for it.
    "SuccessExitStatus=1",
    # Not the first one to go when the memory of the device runs out.
    "OOMScoreAdjust=-500",
    # Where the kernel ends a program that unpacks, the action lives and says so.
    "OOMPolicy=continue",
)


class DetachError(Exception):
    """A process that could not be started; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is started: `name` of the unit, words about it, the command.

    `afterwards` is a command that systemd runs when it has ended, however it did, as long as `left` is there: a file.
    """

    name: str
    description: str
    argv: Sequence[str]
    afterwards: Sequence[str]
    left: str


def start_detached(host: Host, service: Service) -> Callable[[], int | None]:
    """Start a process as a transient service of systemd; where that does not run or refuses, in a session of its own.

    Returns a function that tells its exit code, None while it runs or where only systemd knows. Raises DetachError.
    """
    if host.exists("/run/systemd/system"):
        try:
            if runner.run(_systemd_run(service), _ASK).code == 0:
                return lambda: None
        except runner.CommandError:
            pass  # it is not there or does not answer; an order is taken only once, should it start all the same
    return _own_session(service.argv)


def _systemd_run(service: Service) -> list[str]:
    words = ["systemd-run", "--quiet", "--collect", "--no-ask-password", "--service-type=exec"]
    words += [f"--unit={service.name}", f"--description={service.description}"]
    words += [f"--property={one}" for one in (*_PROPERTIES, f"ExecStopPost={_after(service)}")]
    words += [f"--setenv={name}={value}" for name, value in _environment().items()]
    return [*words, "--", *(word.replace("$", "$$") for word in service.argv)]


def _after(service: Service) -> str:
    """Asked by a shell first: at the end of an action that put everything back itself no interpreter is started."""
    script = f"test ! -e {shlex.quote(service.left)} || exec {shlex.join(service.afterwards)}"
    quoted = script.replace("\\", r"\\").replace('"', r"\"").replace("$", "$$")
    return f'/bin/sh -c "{quoted}"'


def _own_session(argv: Sequence[str]) -> Callable[[], int | None]:
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise DetachError(f"{argv[0]} could not be started: {error.strerror}.") from error
    # While this console lives it is the parent and must hear of the end; when it ends, the first process inherits it.
    with contextlib.suppress(RuntimeError):  # no thread can be started: then who asks whether it has ended hears of it
        threading.Thread(target=process.wait, name="end of an action", daemon=True).start()
    return process.poll


def _environment() -> Mapping[str, str]:
    """Little of this session: a program that goes on must not depend on who was logged in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    if sys.flags.isolated:
        # A bundle's own Python finds its modules by itself, and a command of the device must not find them at all.
        return {**kept, "LC_ALL": "C.UTF-8"}
    package = str(Path(moducop_tui.__file__).parents[1])
    paths = dict.fromkeys([package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), "LC_ALL": "C.UTF-8"}


def python_program() -> list[str]:
    """The words that start this program again, as isolated from the caller's settings as it was started itself."""
    isolated = ["-I", "-B"] if sys.flags.isolated else []
    return [sys.executable, *isolated, "-m", "moducop_tui"]
