"""Who sits at this console: user, terminal and SSH origin, as the audit trail names them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.work import Who

_GENERATIONS = 12
"""Parents that are looked at: sudo, a shell or two, the login, sshd."""
_LIMIT = 100
_NO_LOGIN = 0xFFFFFFFF
"""loginuid of a process that no login started."""


def find_who(host: Host, environment: Mapping[str, str]) -> Who:
    """The person behind this process. Who became root is named by the login, which sudo and su do not change."""
    return Who(
        user=_login_name(host) or clean_or_none(environment.get("SUDO_USER"), _LIMIT) or _name_of(os.getuid()),
        terminal=_terminal(),
        origin=_origin(host, environment),
    )


def _login_name(host: Host) -> str | None:
    try:
        uid = int(host.read_text("/proc/self/loginuid", 32))
    except (OSError, ValueError):
        return None
    return None if uid == _NO_LOGIN else _name_of(uid)


def _name_of(uid: int) -> str:
    import pwd

    try:
        return clean_or_none(pwd.getpwuid(uid).pw_name, _LIMIT) or f"uid {uid}"
    except KeyError:
        return f"uid {uid}"


def _terminal() -> str | None:
    for descriptor in (0, 1, 2):
        try:
            return clean_or_none(os.ttyname(descriptor).removeprefix("/dev/"), _LIMIT)
        except OSError:
            continue
    return None


def _origin(host: Host, environment: Mapping[str, str]) -> str | None:
    """The address that sshd names. sudo drops the variable, so the parents are asked too."""
    for given in (environment, *_parents(host)):
        address = given.get("SSH_CONNECTION", given.get("SSH_CLIENT", "")).split(" ")[0]
        if address:
            return clean_or_none(address, _LIMIT)
    return None


def _parents(host: Host) -> Iterator[Mapping[str, str]]:
    """The environments of the processes that started this one, the nearest first."""
    pid = os.getppid()
    for _ in range(_GENERATIONS):
        try:
            words = host.read_text(f"/proc/{pid}/environ", 1 << 17).split("\0")
            fields = host.read_text(f"/proc/{pid}/stat", 4096).rpartition(")")[2].split()
            pid = int(fields[1])
        except (OSError, ValueError, IndexError):
            return
        yield dict(word.split("=", 1) for word in words if "=" in word)
        if pid <= 1:
            return
