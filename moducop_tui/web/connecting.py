"""From the name of a server to a connection: looked up in a thread, for nothing else can give a look-up up."""

from __future__ import annotations

import errno
import os
import select
import socket
import threading
from dataclasses import dataclass
from typing import Any

from moducop_tui.web.address import Address
from moducop_tui.web.patience import SILENCE_LIMIT, Patience
from moducop_tui.web.reach import Reach, reach_of
from moducop_tui.web.secure import SecureWire
from moducop_tui.web.trouble import GaveUpError, TroubleError, WebError
from moducop_tui.web.wire import PlainWire, Wire

_TRIED = 6
"""Addresses of one name that are tried at most."""
_CONNECT_LIMIT = 7.0
"""Seconds for one of several addresses: the one before may be of a network that leads nowhere."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An address that a name has: what a socket is made from."""

    family: int
    place: tuple[Any, ...]

    @property
    def reach(self) -> Reach:
        return reach_of(str(self.place[0]))


@dataclass(frozen=True, slots=True)
class Connection:
    """A server that listens; `reach` is how far away it is."""

    wire: Wire
    reach: Reach
    socket: socket.socket

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def connect(address: Address, patience: Patience, farthest: Reach | None) -> Connection:
    """To a server that is not nearer than `farthest`. Raises WebError, TroubleError and OSError."""
    opened, reach = _open(_look_up(address, patience), address, patience, farthest)
    try:
        wire = PlainWire(opened, patience)
        return Connection(SecureWire(wire, address.host) if address.is_secure else wire, reach, opened)
    except BaseException:
        opened.close()
        raise


def _look_up(address: Address, patience: Patience) -> list[_Found]:
    """All addresses of a server. The system's look-up can't be ended: then its thread is left behind, for a while."""
    answer: list[list[_Found] | Exception] = []
    done = threading.Event()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
            answer.append([_Found(family, place) for family, _, _, _, place in found])
        except (OSError, ValueError) as error:
            answer.append(error)
        done.set()

    try:
        threading.Thread(target=ask, name="look-up of a server", daemon=True).start()
    except RuntimeError:
        raise TroubleError("its name can't be looked up, for this system gives no more threads") from None
    patience.wait_for(done.wait, 2 * SILENCE_LIMIT, "its name can't be looked up")
    if isinstance(answer[0], OSError):
        raise answer[0]
    if isinstance(answer[0], Exception) or not answer[0]:
        raise TroubleError("its name can't be looked up")
    return answer[0][:_TRIED]


def _open(
    found: list[_Found], address: Address, patience: Patience, farthest: Reach | None
) -> tuple[socket.socket, Reach]:
    """The first that can be connected to."""
    failure: Exception = TroubleError("its name can't be looked up")
    limit = SILENCE_LIMIT if len(found) == 1 else _CONNECT_LIMIT
    for one in found:
        try:
            _refuse_nearer(one.reach, farthest, address)
            opened = _connect(one, patience, limit)
        except GaveUpError:
            raise
        except (OSError, TroubleError, WebError) as error:
            patience.look()
            failure = error
            continue
        try:
            reach = Reach.DEVICE if opened.getsockname()[0] == opened.getpeername()[0] else one.reach
            _refuse_nearer(reach, farthest, address)
        except BaseException:
            opened.close()
            raise
        return opened, reach
    raise failure


def _refuse_nearer(reach: Reach, farthest: Reach | None, address: Address) -> None:
    if farthest is not None and reach < farthest:
        raise WebError(
            f"The server sends on to {address.words}, and that is {reach.words}: from outside that is not followed."
        )


def _connect(one: _Found, patience: Patience, limit: float) -> socket.socket:
    opened = socket.socket(one.family, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        code = _code_of_connecting(opened, one, patience, limit)
    except BaseException:
        opened.close()
        raise
    if code:
        opened.close()
        raise OSError(code, os.strerror(code))
    return opened


def _code_of_connecting(opened: socket.socket, one: _Found, patience: Patience, limit: float) -> int:
    """The system's error number, 0 for none."""
    code = opened.connect_ex(one.place)
    if code != errno.EINPROGRESS:
        return code
    poll = select.poll()
    poll.register(opened, select.POLLOUT)
    patience.wait_for(lambda seconds: bool(poll.poll(seconds * 1000)), limit, "it does not answer")
    return opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
