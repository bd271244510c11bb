"""What root believes of the variables that whoever became root has brought along.

`su`, `sudo -E` and a console left open hand root a user's PATH, HOME and TMPDIR: with them that user's `fw_setenv`,
`docker` and plug-ins of `docker` would be run as root, and files of ours would be written where that user can exchange
them. What somebody else than root could write to is left out; whoever is not root keeps what is his.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.trusted import Kind, check, check_file, open_directory

_SEARCHED = ("PATH",)
"""Lists of directories, in which every program found is run."""
_READ = ("HOME", "XDG_CONFIG_HOME", "DOCKER_CONFIG", "SSL_CERT_DIR", "OPENSSL_MODULES", "OPENSSL_ENGINES")
"""Directories whose files say what tools do."""
_SHARED = ("TMPDIR", "TEMP", "TMP")
"""Directories in which others may have files of their own, as in /tmp."""
_FILES = ("SSL_CERT_FILE", "OPENSSL_CONF")


def leave_out_what_others_write(environment: MutableMapping[str, str]) -> None:
    """Change the environment of a process of root, before anything is read from it."""
    if not _is_root():
        return
    machine = Host()
    for name in _SEARCHED:
        if name in environment:
            kept = [one for one in environment[name].split(os.pathsep) if _is_roots(machine, one, Kind.DIRECTORY)]
            environment[name] = os.pathsep.join(kept)
    for names, kind in ((_READ, Kind.DIRECTORY), (_SHARED, Kind.ABOVE), (_FILES, Kind.FILE)):
        for name in names:
            if name in environment and not _is_roots(machine, environment[name], kind):
                del environment[name]
    environment.setdefault("HOME", _home())


def _is_root() -> bool:
    return os.geteuid() == 0


def _is_roots(machine: Host, path: str, kind: Kind) -> bool:
    if not path.startswith("/"):
        return False  # found from wherever the caller happens to stand
    try:
        if kind is Kind.FILE:
            check_file(machine, path)
            return True
        descriptor = open_directory(machine, path)
    except (OSError, ValueError):
        return False
    try:
        check(os.fstat(descriptor), Path(path), kind)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _home() -> str:
    import pwd

    try:
        home = pwd.getpwuid(0).pw_dir
    except KeyError:
        return "/"
    return home if _is_roots(Host(), home, Kind.DIRECTORY) else "/"
