"""The addresses of this network namespace, by interface, through psutil.

psutil asks getifaddrs(3), which for an IPv4 address with a label (`eth0:avahi`, `usb0:1`, any word with networkd) gives
the label in the place of the interface. Whose a label is the kernel tells. No interface has a colon in its name (the
kernel's net/core/dev.c, dev_valid_name), so where it does not tell, the interface is what stands before a colon.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
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

        listed = psutil.net_if_addrs()
        return by_interface(listed, _labels(listed))
    except (ImportError, OSError):
        return None


def _labels(listed: Iterable[str]) -> Mapping[str, str]:
    """Label -> interface, where there is a name that no interface has."""
    if {name for _, name in socket.if_nameindex()}.issuperset(listed):
        return {}
    from moducop_tui.sources.address_labels import read_labels

    try:
        return read_labels()
    except OSError:
        return {}


def by_interface(
    listed: Mapping[str, Sequence[Address]], labels: Mapping[str, str] = MappingProxyType({})
) -> dict[str, list[str]]:
    """The addresses of psutil's list, each with the others of its interface; `labels` tell whose a label is."""
    found: dict[str, list[str]] = {}
    for family in _FAMILIES:
        for name, addresses in listed.items():
            texts = [_text(each) for each in addresses if each.family == family]
            if texts:
                found.setdefault(labels.get(name) or name.partition(":")[0], []).extend(texts)
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
