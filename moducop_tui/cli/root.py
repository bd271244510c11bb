"""The directory that `--root` names: the same whatever the working directory is, refused where nobody may look."""

from __future__ import annotations

import argparse
import os
import stat
from pathlib import Path

from moducop_tui.model.foreign import clean

_NAME_LIMIT = 200


def root_of(text: str) -> Path:
    """The argument as an absolute path. Links are left as they are: `/proc/1/root` would become `/`."""
    if not text:
        raise argparse.ArgumentTypeError("an empty name is no directory")
    try:
        # Two slashes at the beginning would be a root of their own (POSIX, pathname resolution).
        path = Path("/" + text.lstrip("/")) if text.startswith("/") else Path.cwd() / text
    except OSError:
        raise argparse.ArgumentTypeError(
            f"'{text[:_NAME_LIMIT]}' leads nowhere: the working directory is gone"
        ) from None
    return path


def why_no_root(root: Path) -> str | None:
    """A sentence where a device can't be looked at below this directory; None where it can."""
    name = clean(str(root), _NAME_LIMIT)
    try:
        is_directory = stat.S_ISDIR(root.stat().st_mode)
    except FileNotFoundError:
        is_directory = False
    except PermissionError:
        return f"--root {name} may not be looked at by this user; start as root."
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path is like that"
        return f"--root {name} can't be looked at: {reason}."
    if not is_directory:
        return f"--root {name} is no directory."
    if not os.access(root, os.X_OK):
        return f"--root {name} may not be looked into by this user; start as root."
    return None
