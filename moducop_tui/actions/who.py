"""Who sits at this console: user, terminal and origin, as the audit trail names them.

Each is told by what a caller can't set: the login (which sudo and su do not change), the users of the processes that
this one comes from, the controlling terminal, the connection of the server that let them in. What only a variable of
the environment says is marked as said by the caller: any caller can set that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from moducop_tui.actions.ancestors import Ancestor, ancestors
from moducop_tui.actions.origin import proven_origin
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.work import Who

_LIMIT = 100
_NO_LOGIN = 0xFFFFFFFF
"""loginuid of a process that no login started."""
_PSEUDO_TERMINALS = range(136, 144)
"""Major numbers (Documentation/admin-guide/devices.txt)."""


def find_who(host: Host, environment: Mapping[str, str]) -> Who:
    """The person behind this process."""
    came_from = tuple(ancestors(host))
    return Who(
        user=_user(host, came_from, environment),
        terminal=_controlling_terminal(host) or _terminal(),
        origin=proven_origin(host, came_from) or _said_origin(came_from, environment),
    )


def _said(text: str) -> str:
    return f"{text} (said by the caller)"


def _user(host: Host, came_from: tuple[Ancestor, ...], environment: Mapping[str, str]) -> str:
    logged_in = _login_name(host)
    if logged_in is not None:
        return logged_in
    own = os.getuid()
    # Who became root has another user's process above this one.
    other = next((one.uid for one in came_from if one.uid not in (None, 0)), None) if own == 0 else None
    if other is not None:
        return _name_of(other)
    name, said = _name_of(own), clean_or_none(environment.get("SUDO_USER"), _LIMIT)
    return name if said in (None, name) else f"{name}, {_said(str(said))}"


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


def _controlling_terminal(host: Host) -> str | None:
    """The one that the login was made on; a process can be given any other as its input."""
    try:
        fields = host.read_text("/proc/self/stat", 4096).rpartition(")")[2].split()
        number = int(fields[4])
        major, minor = number >> 8 & 0xFFF, number & 0xFF | number >> 12 & 0xFFF00
        if major in _PSEUDO_TERMINALS:
            return f"pts/{(major - _PSEUDO_TERMINALS.start) * 256 + minor}"
        if number == 0:
            return None
        registered = (host.path("/sys/dev/char") / f"{major}:{minor}").readlink()
        return clean_or_none(registered.name, _LIMIT)
    except (OSError, ValueError, IndexError):
        return None


def _terminal() -> str | None:
    for descriptor in (0, 1, 2):
        try:
            return clean_or_none(os.ttyname(descriptor).removeprefix("/dev/"), _LIMIT)
        except OSError:
            continue
    return None


def _said_origin(came_from: tuple[Ancestor, ...], environment: Mapping[str, str]) -> str | None:
    """The address in the variable that sshd sets, and anybody else can. sudo drops it, so the parents are asked too."""
    for given in (environment, *(one.environment() for one in came_from)):
        address = given.get("SSH_CONNECTION", given.get("SSH_CLIENT", "")).split(" ")[0]
        if address:
            shown = clean_or_none(address, _LIMIT)
            return None if shown is None else _said(shown)
    return None
