"""Streams the payload to the update module through fifos, which writes it away while it comes (facts 2.2)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from . import places, tree
from .artifact import PayloadFile
from .journal import ClientError, Journal
from .module import Module, Running

_STREAM_NEXT = "stream-next"
_LOOK_AGAIN = 0.002


def download(module: Module, files: Iterator[PayloadFile], journal: Journal) -> None:
    """All files of the payload. Raises ClientError; then the module has been stopped."""
    with_sizes = module.ask("ProvidePayloadFileSizes") == "Yes"
    tree.make_stream(_STREAM_NEXT)
    running = module.start("DownloadWithFileSizes" if with_sizes else "Download")
    try:
        taken = _stream(running, files, journal, with_sizes=with_sizes)
    except ClientError as failure:
        for record in failure.records:
            journal.error(record)
        failure.records = ()
        running.terminate()
        raise
    code = running.wait()
    if code:
        status = f"Update Module returned non-zero status: Process exited with status {code}"
        raise ClientError(f"Process returned non-zero exit status: Download: {status}")
    if taken is Taken.PART:
        raise ClientError("Broken pipe: Update Module started downloading, but did not finish")
    if taken is Taken.NOTHING:  # a module that takes no stream finds the files in its tree
        _store(files)


class Taken(Enum):
    """How much of the payload the module took from its streams before it ended."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


def _stream(running: Running, files: Iterator[PayloadFile], journal: Journal, *, with_sizes: bool) -> Taken:
    """Hand over one file after the other, each announced by a line; an empty one says that there is no more."""
    taken = Taken.NOTHING
    while (line := _opened(running, _STREAM_NEXT)) is not None:
        taken = Taken.PART
        with line:
            file = next(files, None)
            if file is None:
                return Taken.ALL
            name = tree.make_stream(f"streams/{file.name}")
            line.write(f"{name} {file.size}\n".encode() if with_sizes else f"{name}\n".encode())
        stream = _opened(running, name)
        if stream is None:
            return taken
        _write(stream, file, journal)
    return taken


def _write(stream: FifoWriter, file: PayloadFile, journal: Journal) -> None:
    """Progress counts the payload's bytes, and is told while they go: transcript cpp51 B; apps51 1 has none, there
    the module took no stream."""
    done, last = 0, -1
    pace = int(places.PACE.read_text()) if places.PACE.exists() else 0
    with stream:
        for chunk in file.chunks():
            done += len(chunk)
            percent = done * 100 // file.size
            if percent > last:
                journal.percent(percent)
                last = percent
            stream.write(chunk)
            if pace:
                time.sleep(len(chunk) / pace)


def _store(files: Iterator[PayloadFile]) -> None:
    directory = places.TREE / "files"
    directory.mkdir(exist_ok=True)
    for file in files:
        with (directory / file.name).open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)


class FifoWriter:
    """The client's end of a fifo that the module reads."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, data: bytes) -> None:
        """All of it. Raises ClientError when the module has gone (transcripts cpp40 D, cpp51 D, toobig)."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._handle, view) :]
        except BrokenPipeError:
            raise ClientError("Broken pipe: AsyncWrite failed") from None

    def __enter__(self) -> FifoWriter:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


def _opened(running: Running, name: str) -> FifoWriter | None:
    """The fifo once the module reads from it; None when the module ends before."""
    path: Path = places.TREE / name
    while not running.ended:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet, or another client has put its own tree in the place of this one
            time.sleep(_LOOK_AGAIN)
            continue
        os.set_blocking(handle, True)
        return FifoWriter(handle)
    return None
