"""What this process is given: with too little of it readings fail one by one, and say of the device what is not so."""

from __future__ import annotations

import contextlib
import errno
import os
import resource

FILES = 40
"""Files that a command opens at most at a time; the console, with a line and all sources, some sixty."""
_FILES_WANTED = 1024


def why_too_little() -> str | None:
    """A sentence where this process may not open enough files; raises its own limit as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    opened: list[int] = []
    try:
        for _ in range(FILES):
            opened.append(os.dup(opened[0]) if opened else os.open("/", os.O_PATH | os.O_CLOEXEC))
    except OSError as error:
        if error.errno not in {errno.EMFILE, errno.ENFILE}:
            return None
        return f"this process may not open {FILES} files, and it takes as many: {error.strerror} (ulimit -n)."
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return None
