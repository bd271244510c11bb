"""Where a session comes from, by what its caller can't set: the SSH server's own connection, else logind's record."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Iterator

from moducop_tui.actions.ancestors import Ancestor
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none

_SERVERS = frozenset({"sshd", "sshd-session", "dropbear", "dropbearmulti"})
_ESTABLISHED = "01"
"""State of a connection in /proc/net/tcp (include/net/tcp_states.h)."""
_SESSIONS = "/run/systemd/sessions"
_TABLE_LIMIT = 1 << 20
_LIMIT = 100
_NO_SESSION = 0xFFFFFFFF
_SCOPE = re.compile(r"/session-([A-Za-z0-9]{1,20})\.scope(?:/|$)", re.MULTILINE)


def proven_origin(host: Host, came_from: Iterable[Ancestor]) -> str | None:
    """The address, None where nothing but the caller names one. sshd's connection can be seen by root only."""
    for one in came_from:
        if one.uid == 0 and one.name in _SERVERS and (address := _peer(host, one.pid)) is not None:
            return address
    return _recorded(host)


def _peer(host: Host, pid: int) -> str | None:
    """The other end of a server's first connection: behind it come those that it forwards."""
    peers = dict(_connections(host, pid))
    return next((peers[inode] for inode in _sockets(host, pid) if inode in peers), None)


def _sockets(host: Host, pid: int) -> list[str]:
    """Inodes of a process's sockets, in the order of its descriptors."""
    found = []
    try:
        place = host.path(f"/proc/{pid}/fd")
        for name in sorted((entry.name for entry in place.iterdir()), key=lambda name: (len(name), name)):
            target = os.readlink(place / name)  # noqa: PTH115 - the text of the link
            if target.startswith("socket:["):
                found.append(target[8:-1])
    except OSError:
        return found
    return found


def _connections(host: Host, pid: int) -> Iterator[tuple[str, str]]:
    """Inode and far end of the TCP connections that the process sees."""
    for table in ("tcp", "tcp6"):
        try:
            lines = host.read_text(f"/proc/{pid}/net/{table}", _TABLE_LIMIT).splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if len(fields) > 9 and fields[3] == _ESTABLISHED and (address := _address(fields[2])) is not None:
                yield fields[9], address


def _address(text: str) -> str | None:
    """`0204000A:C396` or its longer sister: words of four bytes, each in the processor's own order, here little."""
    try:
        packed = bytes.fromhex(text.partition(":")[0])
        turned = b"".join(packed[at : at + 4][::-1] for at in range(0, len(packed), 4))
        found = ipaddress.ip_address(turned)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _recorded(host: Host) -> str | None:
    """The address that logind was told by the login, by the session that the kernel knows this process to be of."""
    for session in _session_names(host):
        try:
            lines = host.read_text(f"{_SESSIONS}/{session}", 4096).splitlines()
        except OSError:
            continue
        fields = dict(line.split("=", 1) for line in lines if "=" in line)
        return clean_or_none(fields.get("REMOTE_HOST"), _LIMIT)
    return None


def _session_names(host: Host) -> Iterator[str]:
    """By the audit session, which is given once; by the control group, which only root can leave."""
    try:
        number = int(host.read_text("/proc/self/sessionid", 32))
        if number != _NO_SESSION:
            yield str(number)
    except (OSError, ValueError):
        pass
    try:
        found = _SCOPE.search(host.read_text("/proc/self/cgroup", 65536))
    except OSError:
        return
    if found is not None:
        yield found[1]
