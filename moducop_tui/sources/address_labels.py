"""Whose the labels of IPv4 addresses are: asked of the kernel over rtnetlink (rtnetlink(7)).

A label may be any word (systemd.network(5), Label=; iproute2 6.1 takes one, too), and getifaddrs(3) gives it in the
place of the interface.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator

_ASK_FOR_ADDRESSES, _NEW_ADDRESS, _ERROR, _DONE = 22, 20, 2, 3
_REQUEST_ALL = 0x301
_LABEL = 3
_HEADER = struct.Struct("=IHHII")
_MESSAGE = struct.Struct("=BBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_SECONDS = 1.0


def read_labels() -> dict[str, str]:
    """Label -> interface, of all labels; also those that are the interface's own name. Raises OSError."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(_SECONDS)
        wanted = _MESSAGE.pack(socket.AF_INET, 0, 0, 0, 0)
        kernel.send(_HEADER.pack(_HEADER.size + len(wanted), _ASK_FOR_ADDRESSES, _REQUEST_ALL, 1, 0) + wanted)
        answer = b""
        while piece := kernel.recv(1 << 16):
            answer += piece
            if any(kind in {_DONE, _ERROR} for kind, _ in _parts(piece, _HEADER)):
                break
    return labels_in(answer, socket.if_indextoname)


def labels_in(answer: bytes, name_of: Callable[[int], str]) -> dict[str, str]:
    """The same of the kernel's messages; `name_of` tells an interface's name, or raises OSError."""
    found: dict[str, str] = {}
    for kind, content in _parts(answer, _HEADER):
        if kind != _NEW_ADDRESS or len(content) < _MESSAGE.size:
            continue
        index = _MESSAGE.unpack_from(content)[-1]
        labels = [value for kind, value in _parts(content[_MESSAGE.size :], _ATTRIBUTE) if kind == _LABEL]
        try:
            found |= {label.rstrip(b"\0").decode("utf-8", "surrogateescape"): name_of(index) for label in labels}
        except OSError:
            continue  # the interface is gone
    return found


def _parts(raw: bytes, head: struct.Struct) -> Iterator[tuple[int, bytes]]:
    """Kind and content of messages, or of attributes: both begin with their length and their kind."""
    offset = 0
    while offset + head.size <= len(raw):
        length, kind = head.unpack_from(raw, offset)[:2]
        if length < head.size:
            return
        yield kind, raw[offset + head.size : offset + length]
        offset += length + 3 & ~3
