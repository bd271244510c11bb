"""The addresses of this network namespace, by interface, through psutil.

psutil asks getifaddrs(3), which for an IPv4 address with a label (`eth0:avahi`, `usb0:1`) gives the label in the place
of the interface. No interface has a colon in its name (the kernel's net/core/dev.c, dev_valid_name), so the interface
is what stands before it. A label without its interface, which ip-address(8) refuses to set, can't be told from one.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from typing import Protocol

_FAMILIES = (socket.AF_INET, socket.AF_INET6)
"""The order in which they are shown."""


class Address(Protocol):
    """An address as psutil has it."""

    @property
    def family(self) -> int:
        """A socket's address family, or the packet socket's for a hardware address."""

    @property
    def address(self) -> str:
        """As text; IPv6 perhaps with `%` and its interface."""

    @property
    def netmask(self) -> str | None:
        """As text; None where it has none."""


def read_addresses() -> dict[str, list[str]] | None:
    """Addresses with their prefix by interface, IPv4 first; None where the kernel or the library does not tell."""
    try:
        import psutil

        return by_interface(psutil.net_if_addrs())
    except (ImportError, OSError):
        return None


def by_interface(listed: Mapping[str, Sequence[Address]]) -> dict[str, list[str]]:
    """The addresses of psutil's list, each with the others of its interface."""
    found: dict[str, list[str]] = {}
    for family in _FAMILIES:
        for name, addresses in listed.items():
            texts = [_text(each) for each in addresses if each.family == family]
            if texts:
                found.setdefault(name.partition(":")[0], []).extend(texts)
    return found


def _text(address: Address) -> str:
    """With the length of its prefix, `192.168.25.99/24`; without a mask as it is."""
    import ipaddress

    plain = address.address.partition("%")[0]
    try:
        mask = int(ipaddress.ip_address((address.netmask or "").partition("%")[0]))
    except ValueError:
        return plain
    return f"{plain}/{mask.bit_count()}"
