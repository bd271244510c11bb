"""Unpacks a part of an artifact with a program: it may die of its memory, and the console lives."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from moducop_tui import runner
from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import BLOCK, ArtifactError, Piece

_SAID_LIMIT = 4096
_FIRST_TO_DIE = b"1000"
"""The highest that <proc_pid_oom_score_adj(5)> knows: where memory is short the kernel ends this process first."""


def unpack_by(
    command: Sequence[str], memory: int, packed: Iterable[Piece], why: Callable[[int, str], ArtifactError]
) -> Iterator[Piece]:
    """The unpacked blocks of `packed`, by a program that reads its input and writes its output.

    `memory` in bytes is all that the program may take. Where it fails, `why` makes the error of its code, negative when
    a signal ended it, and of what it said last. Raises that, and runner.CommandError where it could not be started.
    """
    process = runner.start(command, fed=True)
    _bound(process.pid, memory)
    try:
        feeder, listener = _Feeder(process, packed), _Listener(process)
    except RuntimeError:
        runner.end(process)
        raise runner.CommandError(f"{command[0]} can't be fed: this system gives no more threads.") from None
    try:
        while block := _read(process):
            yield block
        feeder.join()
        if feeder.failure is not None:
            raise feeder.failure
        if (code := process.wait()) != 0:
            raise why(code, listener.words())
    finally:
        process.kill()  # before the threads are waited for: one may be writing to it
        feeder.stop()
        feeder.join()
        listener.join()
        runner.end(process)


def killed(code: int, what: str) -> ArtifactError | None:
    """The error of a program that the system ended, as it does where memory is short; None: it ended by itself."""
    if code not in {-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT}:
        return None
    return ArtifactError(
        f"{what} could not be unpacked: the program for it was ended, as where memory is short; "
        "try again when less is running"
    )


def _bound(pid: int, memory: int) -> None:
    """Limits for the program. Where one can't be set the program's own limit still holds."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_bytes(_FIRST_TO_DIE)


def _read(process: subprocess.Popen[bytes]) -> bytes:
    return b"" if process.stdout is None else process.stdout.read(BLOCK)


class _Feeder(threading.Thread):
    """Hands the packed blocks to the program, so that it unpacks while this program hashes."""

    def __init__(self, process: subprocess.Popen[bytes], packed: Iterable[Piece]) -> None:
        super().__init__(name="artifact-program", daemon=True)
        self._input = process.stdin
        self._packed = packed
        self._stopped = False
        self.failure: Exception | None = None
        self.start()

    def stop(self) -> None:
        """End at the next block."""
        self._stopped = True

    def run(self) -> None:
        """Until all is handed over, or the program has ended."""
        if self._input is None:
            return
        try:
            for piece in self._packed:
                if self._stopped:
                    break
                self._input.write(piece)
        except BrokenPipeError:
            pass  # the program has ended, and says itself why
        except Exception as error:  # noqa: BLE001 (handed to whoever takes the blocks, in the thread that does)
            self.failure = error
        with contextlib.suppress(BrokenPipeError):
            self._input.close()


class _Listener(threading.Thread):
    """Takes what the program complains, so that it never waits for a reader."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(name="artifact-program-words", daemon=True)
        self._output = process.stderr
        self._said = b""
        self.start()

    def words(self) -> str:
        """The last complaint, an empty text when there is none."""
        self.join()
        return clean(self._said.strip().rsplit(b"\n", 1)[-1], 80)

    def run(self) -> None:
        """Until the program ends."""
        while self._output is not None and (piece := self._output.read1(_SAID_LIMIT)):  # type: ignore[attr-defined]
            self._said = (self._said + piece)[-_SAID_LIMIT:]
