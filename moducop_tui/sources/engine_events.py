"""The engine's stream of events: a socket to poll, so that a change of a container shows without asking for it.

`GET /events` (Docker Engine API; Podman's Docker-compatible API) with HTTP/1.0, so that the body comes as it is: one
JSON object a line until the engine ends.
"""

from __future__ import annotations

import select
import socket
import time
import urllib.parse
from dataclasses import dataclass, replace

_CHANGES = frozenset(
    {"create", "start", "restart", "die", "died", "stop", "oom", "pause", "unpause", "rename", "update", "destroy",
     "remove", "health_status"}
)  # fmt: skip
"""Events after which a container is not what it was, as Docker and Podman call them.

The others (exec, attach, top...) come with every health check: the engine is asked to keep them to itself.
"""
_LIFE = 600.0
"""Seconds after which the engine itself ends the stream. While nobody asks for the topic nobody reads the stream, and
an engine with a listener that does not read waits for it at every event."""
_OPEN_LIMIT = 2.0
_HEAD_LIMIT = 65536
_LINE_LIMIT = 1 << 16
"""Bytes of an event: it carries all labels of its container."""
_FLOOD = 1 << 20
"""Bytes that came between two looks from which on listening costs more than asking every two seconds."""
_NAMED_LIMIT = 1000
"""Containers that are named between two looks at most; more are as many as all."""


class NoEventsError(Exception):
    """The engine gives no stream of events."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What has come since the stream was last looked at: containers by id, whether any may have changed, the end."""

    containers: frozenset[str] = frozenset()
    any_container: bool = False
    ended: bool = False
    flooded: bool = False
    """More came than is worth listening to."""

    @property
    def matters(self) -> bool:
        """Whether anything is to be read anew."""
        return bool(self.containers) or self.any_container or self.ended or self.flooded


class EventStream:
    """One open stream. Poll `fileno`, then `drain`. Begins with events from a moment before it was opened."""

    def __init__(self, socket_path: str) -> None:
        """Open the stream and wait until the engine has agreed. Raises NoEventsError."""
        self._rest = b""
        self._skipping = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_OPEN_LIMIT)
            self._socket.connect(socket_path)
            self._socket.sendall(_request(time.time()))
            self._read_head(time.monotonic() + _OPEN_LIMIT)
            self._socket.setblocking(False)
        except OSError as error:
            self._socket.close()
            raise NoEventsError(str(error)) from error
        except NoEventsError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Readable when something has happened."""
        return self._socket.fileno()

    def drain(self) -> Happened:
        """Everything that has come, without waiting."""
        taken = 0
        found = _merged(Happened(), self._lines(b""))
        while taken <= _FLOOD:
            try:
                chunk = self._socket.recv(65536)
            except BlockingIOError:
                return found
            except OSError:
                chunk = b""
            if not chunk:
                return replace(found, ended=True)
            taken += len(chunk)
            found = _merged(found, self._lines(chunk))
        return replace(found, flooded=True)

    def close(self) -> None:
        """End listening."""
        self._socket.close()

    def _read_head(self, until: float) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            left = until - time.monotonic()
            if left <= 0 or len(head) > _HEAD_LIMIT or not select.select([self._socket], [], [], left)[0]:
                raise NoEventsError("no answer in time")
            chunk = self._socket.recv(4096)
            if not chunk:
                raise NoEventsError("closed")
            head += chunk
        head, _, self._rest = head.partition(b"\r\n\r\n")
        if head.split(b"\r\n", 1)[0].split()[1:2] != [b"200"]:
            raise NoEventsError("refused")

    def _lines(self, chunk: bytes) -> list[bytes]:
        """The lines that are complete now. An endless one is thrown away, and counts as a change of anything."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if lines and self._skipping:
            lines[0] = b"{"
            self._skipping = False
        if len(self._rest) > _LINE_LIMIT:
            self._rest = b""
            self._skipping = True
        return lines


def parse_event(line: bytes) -> Happened:
    """What one line of the stream means. What can't be understood may mean anything."""
    import json

    line = line.strip()
    if not line.startswith(b"{"):
        return Happened()
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return Happened(any_container=True)
    if event.get("Type", "container") != "container":
        return Happened()
    action = str(event.get("Action") or event.get("status") or "").partition(":")[0]
    if action not in _CHANGES:
        return Happened()
    actor = event.get("Actor")
    container = (actor.get("ID") if isinstance(actor, dict) else None) or event.get("id")
    return Happened(frozenset({container})) if isinstance(container, str) else Happened(any_container=True)


def _merged(found: Happened, lines: list[bytes]) -> Happened:
    """With what these lines mean as well."""
    parts = [parse_event(line) for line in lines if line]
    containers = found.containers.union(*(part.containers for part in parts))
    if len(containers) > _NAMED_LIMIT:
        return Happened(any_container=True)
    return Happened(containers, found.any_container or any(part.any_container for part in parts))


def _request(now: float) -> bytes:
    events = ",".join(f'"{action}"' for action in sorted(_CHANGES))
    filters = urllib.parse.quote(f'{{"type":["container"],"event":[{events}]}}')
    query = f"since={int(now) - 1}&until={int(now + _LIFE)}&filters={filters}"
    return f"GET /events?{query} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()
