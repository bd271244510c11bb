"""Whether containerd runs, by which Docker starts and stops containers.

Without it Docker goes on answering: it lists containers, and can neither start nor stop one. Its own answer to
`GET /version` then names no containerd among its parts (moby, daemon/info_unix.go, fillPlatformVersion).
"""

from __future__ import annotations

import socket
from collections.abc import Mapping

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.sources.engine import DOCKER_SOCKETS, EngineConnection, EngineError
from moducop_tui.sources.engine_units import states_of

OWN = "/run/docker/containerd/containerd.sock"
"""Where Docker's own containerd listens, which it starts, and starts again, by itself."""
SHARED = "/run/containerd/containerd.sock"
"""Where a containerd listens that is a service of its own; Docker takes it where it is there (moby, daemon.go)."""
_PID_FILE = "/run/docker.pid"
_ANSWER_LIMIT = 1.0


def trouble_with(connection: EngineConnection, host: Host) -> str | None:
    """A sentence where no containerd runs for this engine, else None; so too where that can't be told.

    A connection costs next to nothing. Only where none is accepted the engine is asked: that has it run programs.
    """
    if connection.engine.name != "Docker":
        return None
    address = _address(connection, host)
    if address is not None and _listens(address, host):
        return None
    try:
        version = connection.version()
    except EngineError:
        return None
    components = version.get("Components")
    if not isinstance(components, list) or not components:
        return None
    names = [part.get("Name") for part in components if isinstance(part, Mapping)]
    return None if "containerd" in names else _sentence(address, host)


def _sentence(address: str | None, host: Host) -> str:
    where = f": nothing listens on {address}" if address else ""
    dead = f"containerd, which starts and stops Docker's containers, does not run{where}."
    if address == OWN:
        return f"{dead} Docker starts it again by itself; if it does not: systemctl restart docker."
    (state,) = states_of(host, "containerd.service")
    if state.masked:
        return f"{dead} Its service is masked: systemctl unmask containerd, then: systemctl start containerd."
    if state.missing:
        return f"{dead} There is no containerd.service: systemctl restart docker."
    return f"{dead} Start it: systemctl start containerd."


def _address(connection: EngineConnection, host: Host) -> str | None:
    """Where this engine's containerd listens: as its command line has it, else its own, else the shared one."""
    if connection.engine.socket in DOCKER_SOCKETS and (named := _named(host)) is not None:
        return named
    return OWN if host.exists(OWN) else SHARED


def _named(host: Host) -> str | None:
    """The value of dockerd's option --containerd."""
    try:
        pid = int(host.read_text(_PID_FILE, 32))
        words = host.read_text(f"/proc/{pid}/cmdline").split("\0")
    except (OSError, ValueError):
        return None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in ("--containerd", "-containerd"):
            return clean(following, 200) or None
        if word.startswith("--containerd="):
            return clean(word.partition("=")[2], 200) or None
    return None


def _listens(address: str, host: Host) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_ANSWER_LIMIT)
        try:
            connection.connect(str(host.path(address)))
        except (BlockingIOError, TimeoutError):
            return True  # it is there and slow
        except OSError:
            return False
    return True
