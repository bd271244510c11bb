"""Loads an artifact from a URL into a file on the data partition, and deletes files of the console's own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from moducop_tui.actions.hands.data_room import LOOK_EVERY, NoRoomError, check_room
from moducop_tui.actions.hands.progress_meter import ProgressMeter
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.durable import make_directory_durably, remove_durably, sync_directory
from moducop_tui.model.acts import DropFile, FetchArtifact
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import BEFORE, COPIES, DOWNLOADS
from moducop_tui.model.work import Progress
from moducop_tui.web.loading import Content, open_url
from moducop_tui.web.trouble import GaveUpError, WebError

LONGEST = 12 * 3600.0
"""Seconds that a download may hold the device. Whoever has less of a line brings a stick."""
_STOPPED = "Stopped as asked: what was loaded is deleted again."


class _FetchError(Exception):
    """It could not be loaded; the text is a sentence."""


def fetch_artifact(act: FetchArtifact, kit: Kit) -> Result:
    """Load it beside its place and move it there when it is whole. Nothing is resumed."""
    target = kit.host.path(act.target)
    partial = target.with_name(f".{target.name}.part")
    began = time.monotonic()
    try:
        make_directory_durably(target.parent)
        _forget_partial(target.parent)
        with open_url(act.secret or act.url, LONGEST, kit.cancelled) as content:
            size = _load(content, partial, act, kit)
        partial.replace(target)
        sync_directory(target.parent)
    except GaveUpError:
        partial.unlink(missing_ok=True)
        return Result(False, _STOPPED)
    except WebError as error:
        partial.unlink(missing_ok=True)
        return Result(False, f"{error} Nothing of it was kept: try again, or use a stick.")
    except (_FetchError, NoRoomError) as error:
        partial.unlink(missing_ok=True)
        return Result(False, str(error))
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        return Result(False, f"What was loaded could not be kept in {act.target}: {error.strerror or error}.")
    return Result(True, f"{size} bytes loaded in {time.monotonic() - began:.0f} s.")


def _forget_partial(directory: Path) -> None:
    """What downloads left that the power was cut in: whoever loads holds the lock, so nobody is at work on it."""
    for left in directory.glob(".*.part"):
        left.unlink(missing_ok=True)


def drop_file(act: DropFile, kit: Kit) -> Result:
    """Delete one of the console's own files; one that is not there is as good as deleted."""
    if act.path != BEFORE and (not act.path.startswith((f"{DOWNLOADS}/", f"{COPIES}/")) or ".." in act.path):
        return Result(False, f"{clean(act.path, 120)} is none of the console's own files: it was left alone.")
    try:
        remove_durably(kit.host.path(act.path))
    except OSError as error:
        return Result(False, f"{act.path} could not be deleted: {error.strerror}.")
    return Result(True, f"{act.path} is deleted.")


def _load(content: Content, partial: Path, act: FetchArtifact, kit: Kit) -> int:
    """Write what comes; its size. Raises _FetchError, NoRoomError, WebError and OSError."""
    if content.size is not None and content.size > act.limit:
        raise _FetchError(f"It is longer than when it was looked at ({content.size} bytes): look at it again.")
    check_room(partial.parent, content.size or 0)
    meter, done, looked = ProgressMeter(content.size, kit.tell), 0, 0
    with _private(partial) as file:
        for block in content.blocks:
            if kit.cancelled():
                raise _FetchError(_STOPPED)
            done += len(block)
            if done > act.limit:
                raise _FetchError(f"The server gives more than the {act.limit} bytes that it may: nothing was kept.")
            file.write(block)
            if done - looked >= LOOK_EVERY:
                looked = done
                check_room(partial.parent, 0)
            if content.size:
                meter.show(done / content.size)
            else:
                kit.tell(Progress(done=done))
        file.flush()
        os.fsync(file.fileno())
    return done


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A fresh file that only root may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
