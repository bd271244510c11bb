"""Addresses as the kernel tells them over rtnetlink: by the interface, whatever label an address has."""

from __future__ import annotations

import random
import socket
import struct

import pytest

from moducop_tui.sources.addresses import by_interface, read_addresses

NAMES = {1: "lo", 2: "eth0", 3: "usb0", 4: "p2p0", 5: "eth0.100", 6: "wwu1u1i5"}
ADDRESS, LOCAL, LABEL = 1, 2, 3
DONE = struct.pack("=IHHIIi", 20, 3, 2, 1, 0, 0)


def name_of(index: int) -> str:
    if index not in NAMES:
        raise OSError("no such interface")
    return NAMES[index]


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(index: int, text: str, prefix: int, label: str | None = None, peer: str | None = None) -> bytes:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    own = attribute(LOCAL, socket.inet_pton(family, text)) if family is socket.AF_INET or peer else b""
    content = struct.pack("=BBBBI", family, prefix, 0, 0, index)
    content += attribute(ADDRESS, socket.inet_pton(family, peer or text)) + own
    content += attribute(LABEL, label.encode() + b"\0") if label else b""
    return struct.pack("=IHHII", 16 + len(content), 20, 2, 1, 0) + content


def test_an_address_belongs_to_its_interface_whatever_its_label_says() -> None:
    answer = (
        message(1, "127.0.0.1", 8, "lo")
        + message(2, "169.254.7.9", 16, "eth0:avahi")
        + message(3, "192.168.7.1", 24, "usb0")
        + message(3, "192.168.8.1", 24, "usb0:1")
        + message(5, "10.1.1.2", 24, "train")
        + DONE
    )
    assert by_interface(answer, name_of) == {
        "lo": ["127.0.0.1/8"],
        "eth0": ["169.254.7.9/16"],
        "usb0": ["192.168.7.1/24", "192.168.8.1/24"],
        "eth0.100": ["10.1.1.2/24"],
    }


def test_at_a_tunnel_the_own_address_is_told_and_not_the_peers() -> None:
    answer = message(4, "10.64.64.64", 32, "p2p0", peer="10.64.64.1") + message(6, "fe80::5", 128, peer="fe80::1")
    assert by_interface(answer, name_of) == {"p2p0": ["10.64.64.64/32"], "wwu1u1i5": ["fe80::5/128"]}


def test_ipv4_comes_first_and_the_rest_keeps_the_kernels_order() -> None:
    answer = (
        message(2, "2001:db8::5", 64)
        + message(2, "fe80::2", 64)
        + message(2, "10.0.0.9", 8)
        + message(2, "10.0.0.1", 8)
    )
    assert by_interface(answer, name_of) == {"eth0": ["10.0.0.9/8", "10.0.0.1/8", "2001:db8::5/64", "fe80::2/64"]}


def test_an_interface_that_is_gone_and_families_of_others_are_passed_over() -> None:
    other = struct.pack("=BBBBI", socket.AF_PACKET, 0, 0, 0, 2) + attribute(LOCAL, b"abcd")
    strange = struct.pack("=IHHII", 16 + len(other), 20, 2, 1, 0) + other
    assert by_interface(message(99, "10.0.0.1", 8) + strange + message(2, "10.0.0.1", 8), name_of) == {
        "eth0": ["10.0.0.1/8"]
    }


def test_an_answer_that_makes_no_sense_ends() -> None:
    whole = message(2, "10.0.0.1", 8, "eth0") + message(3, "192.168.7.1", 24, "usb0")
    chance = random.Random(7)
    for length in range(len(whole)):
        by_interface(whole[:length], name_of)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] = chance.randrange(256)
        by_interface(bytes(damaged), name_of)


class Kernel:
    """A netlink socket that gives prepared answers, one a connection."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.opened = 0

    def __call__(self, *_: object) -> Kernel:
        self.opened += 1
        return self

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None: ...

    def settimeout(self, seconds: float) -> None:
        assert seconds <= 2

    def send(self, request: bytes) -> int:
        return len(request)

    def recv(self, size: int) -> bytes:
        return self.answers.pop(0)


def test_a_list_that_changed_while_it_was_told_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bytearray(message(1, "127.0.0.1", 8) + DONE)
    struct.pack_into("=H", first, 6, 0x12)
    kernel = Kernel(bytes(first), message(1, "127.0.0.1", 8), DONE)
    monkeypatch.setattr(socket, "socket", kernel)
    assert read_addresses() == {"lo": ["127.0.0.1/8"]}
    assert kernel.opened == 2


@pytest.mark.parametrize("answer", [struct.pack("=IHHIIi", 20, 2, 0, 1, 0, -1), b""])
def test_a_refusal_is_no_empty_list(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(socket, "socket", Kernel(answer))
    assert read_addresses() is None
