"""Addresses by their interface, whatever label they have."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

import psutil
import pytest

from moducop_tui.sources.address_labels import labels_in, read_labels
from moducop_tui.sources.addresses import by_interface, read_addresses


@dataclass(frozen=True)
class Told:
    """What psutil tells of one address."""

    family: int
    address: str
    netmask: str | None


def v4(address: str, netmask: str | None = "255.255.255.0") -> Told:
    return Told(socket.AF_INET, address, netmask)


def v6(address: str, netmask: str | None = "ffff:ffff:ffff:ffff::") -> Told:
    return Told(socket.AF_INET6, address, netmask)


def test_an_address_belongs_to_its_interface_whatever_its_label_says() -> None:
    told = {
        "lo": [v4("127.0.0.1", "255.0.0.0")],
        "eth0:avahi": [v4("169.254.7.9", "255.255.0.0")],
        "eth0.100": [v4("10.1.1.2")],
        "usb0": [v4("192.168.7.1")],
        "usb0:1": [v4("192.168.8.1")],
        "usb0:1:2": [v4("192.168.9.1")],
    }
    assert by_interface(told) == {
        "lo": ["127.0.0.1/8"],
        "eth0": ["169.254.7.9/16"],
        "eth0.100": ["10.1.1.2/24"],
        "usb0": ["192.168.7.1/24", "192.168.8.1/24", "192.168.9.1/24"],
    }


def test_a_label_may_be_any_word_and_the_kernel_knows_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "eth0": [v4("10.1.0.1")],
        "maint": [v4("10.1.1.1")],
        "eth0foo": [v4("10.1.2.1")],
        "eth1:x": [v4("10.1.3.1")],
    }
    labels = {"eth0": "eth0", "maint": "eth0", "eth0foo": "eth0", "eth1:x": "eth0"}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: told)
    monkeypatch.setattr("moducop_tui.sources.address_labels.read_labels", lambda: labels)
    assert read_addresses() == {"eth0": ["10.1.0.1/24", "10.1.1.1/24", "10.1.2.1/24", "10.1.3.1/24"]}


def test_labels_are_asked_for_only_where_a_name_is_no_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> dict[str, str]:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("moducop_tui.sources.address_labels.read_labels", refuses)
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"lo:1": [v4("10.1.0.1")]})
    assert read_addresses() == {"lo": ["10.1.0.1/24"]}


def message(index: int, label: bytes) -> bytes:
    """RTM_NEWADDR as the kernel writes it, with an address before the label."""
    attributes = struct.pack("=HH4s", 8, 1, bytes([10, 1, 1, index]))
    attributes += struct.pack("=HH", 4 + len(label), 3) + label + bytes(-len(label) % 4)
    content = struct.pack("=BBBBI", socket.AF_INET, 24, 0, 0, index) + attributes
    return struct.pack("=IHHII", 16 + len(content), 20, 2, 1, 0) + content


def test_whose_a_label_is_stands_in_the_kernels_messages() -> None:
    names = {1: "lo", 2: "eth0"}

    def name_of(index: int) -> str:
        try:
            return names[index]
        except KeyError:
            raise OSError(6, "No such device or address") from None

    done = struct.pack("=IHHIIi", 20, 3, 2, 1, 0, 0)
    answer = message(1, b"lo\0") + message(2, b"maint\0") + message(2, b"eth0:avahi\0") + message(3, b"gone\0") + done
    assert labels_in(answer, name_of) == {"lo": "lo", "maint": "eth0", "eth0:avahi": "eth0"}
    assert labels_in(answer[:-25], name_of) == {"lo": "lo", "maint": "eth0", "eth0:avahi": "eth0"}
    assert labels_in(b"\0" * 64, name_of) == {}
    assert read_labels()["lo"] == "lo"


def test_ipv4_comes_first_and_hardware_addresses_are_no_addresses() -> None:
    told = {
        "end0": [
            v6("fe80::1%end0"),
            v6("2001:db8::5"),
            v4("10.0.4.17"),
            Told(socket.AF_PACKET, "00:14:2d:6b:47:11", None),
        ],
        "mlan0": [Told(socket.AF_PACKET, "50:26:ef:19:47:11", None)],
        "end0:1": [v4("10.0.5.17")],
    }
    assert by_interface(told) == {"end0": ["10.0.4.17/24", "10.0.5.17/24", "fe80::1/64", "2001:db8::5/64"]}


@pytest.mark.parametrize("mask", [None, "", "no mask", "255.255.255.300"])
def test_without_a_mask_an_address_is_told_as_it_is(mask: str | None) -> None:
    assert by_interface({"ppp0": [v4("10.64.64.64", mask)]}) == {"ppp0": ["10.64.64.64"]}


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), ImportError("no psutil")])
def test_a_kernel_or_a_library_that_does_not_tell_is_no_empty_list(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails() -> dict[str, list[Told]]:
        raise error

    monkeypatch.setattr(psutil, "net_if_addrs", fails)
    assert read_addresses() is None
