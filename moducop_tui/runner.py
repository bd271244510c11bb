"""The one way in which the console runs a command: a list of arguments, a time limit, a cap, the C locale, no shell."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OUTPUT_CAP = 1 << 20
"""Bytes kept of each of a command's two outputs; the rest is read and thrown away."""
INPUT_LIMIT = 4096
"""Bytes that a command can be given as its input."""
_SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended by itself. `code` is negative when a signal ended it; `seconds` is how long it took."""

    code: int
    stdout: bytes
    stderr: bytes
    seconds: float

    @property
    def out(self) -> str:
        """Standard output as text; bytes that are no UTF-8 stay as surrogates."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def err(self) -> str:
        """Standard error as text."""
        return self.stderr.decode("utf-8", "surrogateescape")


class CommandError(Exception):
    """A command that could not be run or did not end; its text is a sentence for the technician."""


class CommandNotFoundError(CommandError):
    """The program is not installed on this device."""


def run(
    argv: Sequence[str],
    timeout: float,
    environment: Mapping[str, str] | None = None,
    given: bytes | None = None,
) -> Finished:
    """Run a command to its end, in a session of its own, its input closed or, where `given`, these few bytes.

    `timeout` is in seconds; then the whole process group is killed. Raises CommandNotFoundError and CommandError.
    """
    started = time.monotonic()
    process = _start(argv, environment, subprocess.DEVNULL if given is None else subprocess.PIPE)
    try:
        _hand_over(process, given)
        stdout, stderr = _drain(process, started + timeout)
    except TimeoutError as error:
        raise CommandError(f"{argv[0]} did not answer within {timeout:.0f} s and was ended.") from error
    finally:
        end(process)
    return Finished(process.returncode, stdout, stderr, time.monotonic() - started)


def start(
    argv: Sequence[str], environment: Mapping[str, str] | None = None, *, fed: bool = False
) -> subprocess.Popen[bytes]:
    """Start a command that goes on by itself, such as one that follows; the caller reads both outputs and calls `end`.

    With `fed` its input is a pipe that the caller writes to. Raises CommandNotFoundError and CommandError.
    """
    return _start(argv, environment, subprocess.PIPE if fed else subprocess.DEVNULL)


def _start(argv: Sequence[str], environment: Mapping[str, str] | None, given: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(argv),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(environment),
            start_new_session=True,
            cwd="/",  # compose takes a .env from where it stands, and fails at one that is none
        )
    except FileNotFoundError as error:
        raise CommandNotFoundError(f"{argv[0]} is not installed.") from error
    except OSError as error:
        raise CommandError(f"{argv[0]} could not be started: {error.strerror}.") from error


def _hand_over(process: subprocess.Popen[bytes], given: bytes | None) -> None:
    """Write a command's input. It must fit into the pipe: then nobody waits for a command that does not read it."""
    if given is None or process.stdin is None:
        return
    if len(given) > INPUT_LIMIT:
        raise CommandError(f"{len(given)} bytes of input are more than a command is given here.")
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(given)


def _environment(extra: Mapping[str, str] | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    path = os.environ.get("PATH", "")
    return {
        **kept,
        "PATH": f"{path}:{_SEARCH_PATH}" if path else _SEARCH_PATH,
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "C",
        **(extra or {}),
    }


def _drain(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bytes]:
    """Read both outputs side by side until both end, keeping OUTPUT_CAP of each; then wait for the process."""
    kept: dict[int, bytearray] = {}
    order = []
    with selectors.DefaultSelector() as selector:
        for stream in (process.stdout, process.stderr):
            if stream is None:
                raise CommandError("a command was started without its outputs.")
            kept[stream.fileno()] = bytearray()
            order.append(stream.fileno())
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for key, _ in selector.select(left):
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fileobj)
                    continue
                store = kept[key.fd]
                store += chunk[: max(0, OUTPUT_CAP - len(store))]
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return bytes(kept[order[0]]), bytes(kept[order[1]])


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of a command behind: kill what is left of the group, reap it, close the pipes."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)  # a process in uninterruptible sleep is left to the kernel
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
