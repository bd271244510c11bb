"""A stick for reading: looked into where it is mounted already, else mounted by a process of its own for that time.

While it is mounted here its block device is read-only for everybody, so that not even a file system's own repairs reach
it. A stick that is pulled or hangs is a sentence, never a console that hangs.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import BLOCK
from moducop_tui.sources.artifact_place import PlaceError
from moducop_tui.sources.stick_device import check_is_harmless, check_is_stick, file_system_on, read_only

SILENCE_LIMIT = 40.0
"""Seconds that a stick may take for one answer; the kernel gives up on a USB disk after 30 and resets it."""
_GOODBYE = 2.0
_LINE_LIMIT = 1 << 20
_PROGRAM = Path(__file__).with_name("stick_child.py")
_SET_PIPE_SIZE = 1031
"""F_SETPIPE_SZ of <linux/fcntl.h>, which Python 3.11 names only as its own number."""
_MOUNT_ERRORS = {
    errno.EPERM: "root is needed to mount it",
    errno.EACCES: "root is needed to mount it",
    errno.ENODEV: "this kernel can't read its file system",
    errno.EINVAL: "its file system is damaged",
    errno.EBADMSG: "its file system is damaged",
    errno.EUCLEAN: "its file system is damaged",
    errno.EBUSY: "another program or a container has it mounted",
}


class Stick:
    """The open stick: questions to its process and the answers, each with a time limit. Raises PlaceError."""

    def __init__(self, process: subprocess.Popen[bytes], device: str) -> None:
        self._process = process
        self._device = clean(device, 60)
        self._rest = bytearray()
        self._owed = 0
        """Answers that are still to come."""

    def ask(self, question: dict[str, object]) -> dict[str, Any]:
        """One answer to one question. What the stick refuses comes as `errno`."""
        while self._owed:  # of a file that nobody read to its end
            self._take(self._hear().get("bytes", 0))
        self._send(question)
        return self._hear()

    def blocks(self, path: str) -> Iterator[bytes]:
        """A file from its front. The next block is on its way while one is used."""
        self._send({"read": [0, BLOCK]})
        offset = 0
        while True:
            answer = self._hear()
            if "errno" in answer:
                raise PlaceError(f"{path} can't be read to its end: {self.why(answer['errno'])}.")
            block = self._take(answer["bytes"])
            if not block:
                return
            offset += len(block)
            self._send({"read": [offset, BLOCK]})
            yield block

    def why(self, number: int) -> str:
        """An error number in words; that of a stick that is no longer there in plain ones."""
        if number in {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOMEDIUM}:
            return f"the stick {self._device} was pulled out, or is damaged"
        return os.strerror(number)

    def hear_ready(self) -> None:
        """Wait until it is mounted."""
        self._owed = 1
        answer = self._hear()
        if (number := answer.get("errno")) is not None:
            reason = _MOUNT_ERRORS.get(number) or self.why(number)
            raise PlaceError(f"The stick {self._device} can't be mounted: {reason}.")

    def _send(self, question: dict[str, object]) -> None:
        try:
            os.write(_number(self._process.stdin), json.dumps(question).encode() + b"\n")
        except BrokenPipeError:
            raise self._ended() from None
        self._owed += 1

    def _hear(self) -> dict[str, Any]:
        until = time.monotonic() + SILENCE_LIMIT
        while (end := self._rest.find(b"\n")) < 0 and len(self._rest) < _LINE_LIMIT:
            self._rest += self._receive(until)
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        self._owed -= 1
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:  # it was ended in the middle of an answer
            raise self._ended() from None
        return answer

    def _take(self, count: int) -> bytes:
        until = time.monotonic() + SILENCE_LIMIT
        parts = [bytes(self._rest[:count])]
        del self._rest[:count]
        left = count - len(parts[0])
        while left:
            parts.append(self._receive(until, left))
            left -= len(parts[-1])
        return b"".join(parts)

    def _receive(self, until: float, count: int = 4096) -> bytes:
        output = _number(self._process.stdout)
        poller = select.poll()
        poller.register(output, select.POLLIN)
        if not poller.poll(max(0.0, until - time.monotonic()) * 1000):
            raise PlaceError(f"The stick {self._device} does not answer: pull it out and plug it in again.")
        part = os.read(output, count)
        if not part:
            raise self._ended()
        return part

    def _ended(self) -> PlaceError:
        return PlaceError(f"The stick {self._device} can't be read any more: the process that reads it has ended.")


@contextmanager
def open_stick(host: Host, device: str) -> Iterator[Stick]:
    """The stick on a partition such as `/dev/sda1`, for as long as the `with` lasts. Raises PlaceError."""
    there = check_is_stick(host, device)
    if there is not None:
        check_is_harmless(device)
        with open_directory(there, device) as stick:
            yield stick
        return
    driver = file_system_on(device)
    with read_only(device), _process(["device", device, driver.name, driver.options], device) as stick:
        yield stick


def open_directory(directory: str, device: str) -> AbstractContextManager[Stick]:
    """A stick that is mounted there already; nothing is mounted, and nobody can be kept from writing to it."""
    return _process(["directory", directory], device)


@contextmanager
def _process(arguments: Sequence[str], device: str) -> Iterator[Stick]:
    try:
        # Isolated and without the site's packages: it starts in a few milliseconds.
        process = runner.start([sys.executable, "-I", "-S", str(_PROGRAM), *arguments], fed=True)
    except runner.CommandError as error:
        raise PlaceError(f"The stick {clean(device, 60)} can't be read: {error}") from None
    try:
        with suppress(OSError):  # a small pipe is slower, nothing else
            fcntl.fcntl(_number(process.stdout), _SET_PIPE_SIZE, BLOCK)
        stick = Stick(process, device)
        stick.hear_ready()
        yield stick
    finally:
        _part(process)


def _part(process: subprocess.Popen[bytes]) -> None:
    """Let it unmount; where it does not, its end does."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GOODBYE)
    runner.end(process)


def _number(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise PlaceError("The process that reads a stick was started without its pipes.")
    return pipe.fileno()
