"""Puts an app's version before back in its place. No moment leaves the app without one complete directory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import RestorePrevious


def restore_previous(act: RestorePrevious, kit: Kit) -> Result:
    """`APP` goes aside to `.APP.aside`, `APP-previous` takes its place; done again after a cut, it goes on.

    A name with a leading dot is none of an app's for the update module (device facts 4.2).
    """
    try:
        current = kit.host.path(act.directory)
        previous, aside = current.with_name(f"{current.name}-previous"), current.with_name(f".{current.name}.aside")
        if not (previous / "manifests").is_dir():
            return Result(good=False, sentence=f"{previous} is not complete: nothing was changed.")
        if current.exists():
            if aside.exists():
                shutil.rmtree(aside)
            current.rename(aside)
        previous.rename(current)
        _synchronise(current.parent)
    except OSError as error:
        words = f"{act.directory} could not be put back: {error.strerror}. Look at {act.directory}-previous by hand."
        return Result(good=False, sentence=words)
    kept = f"; what was there is kept in {aside}" if aside.exists() else ""
    return Result(good=True, sentence=f"The version before is in {act.directory}{kept}.")


def _synchronise(directory: Path) -> None:
    """Let the renames reach the disk before anything is started from there."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
