"""A copy of an artifact in a directory that nobody but root can write to: what was checked is what is installed.

Whoever may write to the directory that an artifact lies in, as a container to its volume, could put another one in its
place between the check and the install. So what is read for the check is written here as well, and Mender's client is
given this. A second name for the same file (a hard link) would not do: it can be written to by the first one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from moducop_tui.actions.hands.data_room import LOOK_EVERY, NoRoomError, check_room
from moducop_tui.actions.running.durable import make_directory_durably
from moducop_tui.actions.running.left_copies import forget_copies
from moducop_tui.trusted import create_in, open_parent


class CopyError(Exception):
    """The copy could not be made; the text is a sentence."""


@contextmanager
def copy_at(path: Path, size: int | None) -> Iterator[ArtifactCopy]:
    """A copy that is made at `path`, of `size` bytes at most; it is there afterwards only if it was kept.

    Raises CopyError.
    """
    try:
        make_directory_durably(path.parent)
        forget_copies(path.parent)
        directory = open_parent(path)
    except OSError as error:
        raise _failed(path, error) from None
    copy = ArtifactCopy(path, size, directory)
    try:
        copy.begin()
        yield copy
    finally:
        copy.close()
        os.close(directory)


class ArtifactCopy:
    """The copy while it is made. `take` may be called in another thread than the rest. All raise CopyError."""

    def __init__(self, path: Path, size: int | None, directory: int) -> None:
        self._path, self._partial = path, f".{path.name}.part"
        self._size = size
        self._directory = directory
        self._file = -1
        self._done = self._synced = 0

    def begin(self) -> None:
        """Make a fresh file that only root may read, where there is room for it."""
        try:
            check_room(self._directory, self._size or 0)
            self._file = create_in(self._directory, self._partial)
        except NoRoomError as error:
            raise CopyError(str(error)) from None
        except OSError as error:
            raise _failed(self._path, error) from None

    def take(self, block: bytes) -> None:
        """Write what was read."""
        self._done += len(block)
        if self._size is not None and self._done > self._size:
            raise CopyError("It is longer than when it was looked at: look at it again. Nothing was written.")
        try:
            left = memoryview(block)
            while left:
                left = left[os.write(self._file, left) :]
            if self._done - self._synced >= LOOK_EVERY:
                self._synced = self._done
                os.fdatasync(self._file)
                check_room(self._directory, 0)
        except NoRoomError as error:
            raise CopyError(str(error)) from None
        except OSError as error:
            raise _failed(self._path, error) from None

    def keep(self) -> None:
        """It is whole and checked: put it in its place."""
        try:
            os.fsync(self._file)
            os.replace(self._partial, self._path.name, src_dir_fd=self._directory, dst_dir_fd=self._directory)
            os.fsync(self._directory)
        except OSError as error:
            raise _failed(self._path, error) from None

    def close(self) -> None:
        """What was not kept is gone: what was has another name by then."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            with suppress(OSError):
                os.unlink(self._partial, dir_fd=self._directory)


def _failed(path: Path, error: OSError) -> CopyError:
    return CopyError(f"It could not be copied to {path}: {error.strerror or error}. Nothing was written.")
