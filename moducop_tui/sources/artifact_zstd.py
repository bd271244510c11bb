"""Unpacks zstd with the `zstd` program: Python has no reader of it before 3.14, and a dependency is not worth it."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterable, Iterator

from moducop_tui import runner
from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import BLOCK, ArtifactError, Piece

_COMMAND = ("zstd", "--decompress", "--stdout", "--quiet", "--memory=128MB")
"""What `zstd -19` packs takes 8 MB to unpack, `--ultra -22` 128 MB."""
_SAID_LIMIT = 4096


def unpack_zstd(packed: Iterable[Piece], what: str) -> Iterator[Piece]:
    """The unpacked blocks. Raises ArtifactError where the program is missing or finds the part damaged."""
    try:
        process = runner.start(_COMMAND, fed=True)
    except runner.CommandNotFoundError:
        raise ArtifactError(f"{what} is packed with zstd, and the program zstd is not installed here") from None
    except runner.CommandError as error:
        raise ArtifactError(f"{what} is packed with zstd: {error}") from None
    feeder = _Feeder(process, packed)
    listener = _Listener(process)
    try:
        while block := _read(process):
            yield block
        feeder.join()
        if feeder.failure is not None:
            raise feeder.failure
        if process.wait() != 0:
            raise ArtifactError(f"{what} is damaged and can't be unpacked{listener.words()}; copy or load it again")
    finally:
        process.kill()  # before the threads are waited for: one may be writing to it
        feeder.stop()
        feeder.join()
        listener.join()
        runner.end(process)


def _read(process: subprocess.Popen[bytes]) -> bytes:
    return b"" if process.stdout is None else process.stdout.read(BLOCK)


class _Feeder(threading.Thread):
    """Hands the packed blocks to the program, so that it unpacks while this program hashes."""

    def __init__(self, process: subprocess.Popen[bytes], packed: Iterable[Piece]) -> None:
        super().__init__(name="artifact-zstd", daemon=True)
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
        super().__init__(name="artifact-zstd-words", daemon=True)
        self._output = process.stderr
        self._said = b""
        self.start()

    def words(self) -> str:
        """The last complaint as ` (...)`, nothing when there is none."""
        self.join()
        last = self._said.strip().rsplit(b"\n", 1)[-1]
        return f" ({clean(last, 80)})" if last else ""

    def run(self) -> None:
        """Until the program ends."""
        while self._output is not None and (piece := self._output.read1(_SAID_LIMIT)):  # type: ignore[attr-defined]
            self._said = (self._said + piece)[-_SAID_LIMIT:]
