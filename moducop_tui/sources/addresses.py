"""The addresses of this network namespace, by interface: asked of the kernel over rtnetlink (rtnetlink(7)).

Not of getifaddrs(3) and what is built on it: for an IPv4 address with a label (`eth0:avahi`, `usb0:1`, any word with
networkd) that gives the label in place of the interface.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator

_ASK_FOR_ADDRESSES, _NEW_ADDRESS = 22, 20
_ERROR, _DONE = 2, 3
_REQUEST_ALL = 0x301
_CHANGED_MEANWHILE = 0x10
_ADDRESS, _LOCAL = 1, 2
_HEADER = struct.Struct("=IHHII")
_MESSAGE = struct.Struct("=BBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_SECONDS = 1.0
_TRIES = 3
_SIZES = {socket.AF_INET: 4, socket.AF_INET6: 16}


def read_addresses() -> dict[str, list[str]] | None:
    """Addresses with their prefix by interface, IPv4 first and in the kernel's order; None where it does not tell."""
    try:
        answer = _ask()
    except OSError:
        return None
    return None if answer is None else by_interface(answer, socket.if_indextoname)


def _ask() -> bytes | None:
    """The kernel's messages, whole; None where the addresses changed under every try. Raises OSError."""
    for _ in range(_TRIES):
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE) as kernel:
            kernel.settimeout(_SECONDS)
            length = _HEADER.size + _MESSAGE.size
            wanted = _MESSAGE.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
            kernel.send(_HEADER.pack(length, _ASK_FOR_ADDRESSES, _REQUEST_ALL, 1, 0) + wanted)
            answer = _receive(kernel)
        if answer is not None:
            return answer
    return None


def _receive(kernel: socket.socket) -> bytes | None:
    answer = b""
    while True:
        piece = kernel.recv(1 << 16)
        answer += piece
        for kind, flags, content in _messages(piece):
            if flags & _CHANGED_MEANWHILE:
                return None
            if kind == _ERROR:
                (code,) = struct.unpack_from("=i", content)
                raise OSError(-code, "the kernel refuses to tell its addresses")
            if kind == _DONE:
                return answer
        if not piece:
            raise OSError("the kernel's answer has no end")


def _messages(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, flags and content of each message."""
    offset = 0
    while offset + _HEADER.size <= len(raw):
        length, kind, flags, _, _ = _HEADER.unpack_from(raw, offset)
        if length < _HEADER.size:
            return
        yield kind, flags, raw[offset + _HEADER.size : offset + length]
        offset += length + 3 & ~3


def by_interface(answer: bytes, name_of: Callable[[int], str]) -> dict[str, list[str]]:
    """The addresses of the kernel's messages; `name_of` tells an interface's name, or raises OSError."""
    found: dict[str, list[str]] = {}
    addresses = [each for kind, _, content in _messages(answer) if kind == _NEW_ADDRESS for each in _address(content)]
    for _, index, text in sorted(addresses, key=lambda each: each[0] != socket.AF_INET):
        try:
            found.setdefault(name_of(index), []).append(text)
        except OSError:
            continue  # the interface is gone
    return found


def _address(content: bytes) -> Iterator[tuple[int, int, str]]:
    """Family, interface number and text. At the end of a tunnel the plain address is the peer's, the local one ours."""
    if len(content) < _MESSAGE.size:
        return
    family, prefix, _, _, index = _MESSAGE.unpack_from(content)
    values = dict(_attributes(content[_MESSAGE.size :]))
    raw = values.get(_LOCAL, values.get(_ADDRESS, b""))
    if len(raw) == _SIZES.get(family, -1):
        yield family, index, f"{socket.inet_ntop(family, raw)}/{prefix}"


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + _ATTRIBUTE.size <= len(raw):
        length, kind = _ATTRIBUTE.unpack_from(raw, offset)
        if length < _ATTRIBUTE.size:
            return
        yield kind, raw[offset + _ATTRIBUTE.size : offset + length]
        offset += length + 3 & ~3
