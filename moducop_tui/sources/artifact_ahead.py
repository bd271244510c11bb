"""Lets one thread read and unpack while another hashes: both give up the interpreter's lock while they do."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from moducop_tui.sources.artifact_feed import Piece

_DEPTH = 3
"""Blocks that may wait between the two threads."""

_Handed: TypeAlias = "Piece | Exception | None"


@contextmanager
def ahead(blocks: Iterable[Piece]) -> Iterator[Iterator[Piece]]:
    """The same blocks, made by a thread of their own that is a few blocks ahead and ends with the `with`.

    What is raised there is raised here, where the block that was to come would be taken.
    """
    handed: queue.Queue[_Handed] = queue.Queue(_DEPTH)
    stopped = threading.Event()
    thread = threading.Thread(target=_make, args=(blocks, handed, stopped), name="artifact-ahead", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # this system gives no more threads: one after the other, then
        yield iter(blocks)
        return
    try:
        yield _taken(handed)
    finally:
        stopped.set()
        while thread.is_alive():
            _empty(handed)
            thread.join(0.01)


def _make(blocks: Iterable[Piece], handed: queue.Queue[_Handed], stopped: threading.Event) -> None:
    iterator = iter(blocks)
    try:
        for block in iterator:
            if stopped.is_set():
                return
            handed.put(block)
        handed.put(None)
    except Exception as error:  # noqa: BLE001 (raised again in the thread that takes the blocks)
        handed.put(error)
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()


def _taken(handed: queue.Queue[_Handed]) -> Iterator[Piece]:
    while (block := handed.get()) is not None:
        if isinstance(block, Exception):
            raise block
        yield block


def _empty(handed: queue.Queue[_Handed]) -> None:
    try:
        while True:
            handed.get_nowait()
    except queue.Empty:
        return
