"""How far away an address is: a server may send on to one that is as far as itself, or farther, and to none nearer.

Else a server on the internet could have the console ask this device's own services, or what else only it can reach.
"""

from __future__ import annotations

import ipaddress
from enum import IntEnum

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as an IPv6 network writes them (RFC 6052)."""


class Reach(IntEnum):
    """From near to far."""

    DEVICE = 0
    LINK = 1
    NETWORK = 2
    WORLD = 3

    @property
    def words(self) -> str:
        """What completes 'sends on to ...'."""
        return _WORDS[self]


_WORDS = {
    Reach.DEVICE: "this device itself",
    Reach.LINK: "an address of this device's own line",
    Reach.NETWORK: "an address of a private network",
    Reach.WORLD: "an address of the internet",
}


def reach_of(address: str) -> Reach:
    """Of an IP address as the system writes it; what can't be understood counts as near."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return Reach.DEVICE
    return _reach(_inner(found) or found)


def _reach(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Reach:
    if found.is_loopback or found.is_unspecified or found.is_multicast:
        return Reach.DEVICE
    if isinstance(found, ipaddress.IPv4Address) and int(found) >> 24 == 0:
        return Reach.DEVICE  # Linux takes 0.x.x.x for itself
    if found.is_link_local:
        return Reach.LINK
    return Reach.WORLD if found.is_global else Reach.NETWORK


def _inner(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(found, ipaddress.IPv4Address):
        return None
    if found in _TRANSLATED:
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour
