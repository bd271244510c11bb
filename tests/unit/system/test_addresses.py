"""Addresses by their interface, whatever label they have."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import psutil
import pytest

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
