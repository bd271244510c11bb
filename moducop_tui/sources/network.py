"""The network interfaces: links from sysfs, addresses from the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.natural_order import NaturalKey, natural
from moducop_tui.model.system import Interface
from moducop_tui.sources.addresses import read_addresses
from moducop_tui.sources.small_files import names_in, number_of, text_of

_PLACE = "/sys/class/net"
_IFF_UP = 0x1
_LOOPBACK = "lo"
_VETH = re.compile(r"veth[0-9a-f]*")
"""The device's end of a container's cable, as Docker, Podman and CNI name it."""
_BRIDGE = re.compile(r"br-[0-9a-f]{1,12}")
_IDLE = re.compile(
    r"(ifb|sit|ip6tnl|tunl|ip6gretap|ip6gre|gretap|gre|ip6erspan|erspan|ip_vti|ip6_vti|dummy|teql)[0-9]+", re.ASCII
)
"""Interfaces that the kernel makes by itself or for shaping; of interest only once somebody gives them an address."""
_TUNNEL_KINDS = {"sit": 776, "ip6tnl": 769, "tunl": 768, "gre": 778, "ip6gre": 823, "ip_vti": 768, "ip6_vti": 769}
"""What sysfs has as the `type` of those that are no Ethernet (include/uapi/linux/if_arp.h)."""


def read_interfaces(host: Host) -> tuple[Interface, ...]:
    """All interfaces that matter to a person, those with addresses first."""
    addresses = read_addresses() if _same_network(host) else None
    found = ((name, _interface(host, name, addresses)) for name in names_in(host, _PLACE))
    return ordered(one for name, one in found if one is not None and _is_shown(host, name, one))


def _is_shown(host: Host, name: str, interface: Interface) -> bool:
    if host.exists(f"{_PLACE}/{name}/device"):
        return True  # hardware, whatever somebody has named it
    if name.startswith("veth") and host.exists(f"{_PLACE}/{name}/master"):
        return _is_reached(interface)
    return matters(interface) or _is_other_kind(host, name)


def matters(interface: Interface) -> bool:
    """False for a container's end of a cable and for what the kernel keeps without use, by their names alone."""
    if _VETH.fullmatch(interface.name):
        return _is_reached(interface)
    return bool(interface.addresses) or not _IDLE.fullmatch(interface.name)


def _is_reached(interface: Interface) -> bool:
    """Whether it has an address that somebody gave it; every interface has one for its own cable."""
    return any(not address.startswith("fe80:") for address in interface.addresses)


def _is_other_kind(host: Host, name: str) -> bool:
    """Whether an interface only has the name of one that does not matter: by what it carries."""
    idle = _IDLE.fullmatch(name)
    wanted = None if idle is None else _TUNNEL_KINDS.get(idle[1])
    kind = number_of(host, f"{_PLACE}/{name}/type")
    return wanted is not None and kind is not None and kind != wanted


def ordered(interfaces: Iterable[Interface]) -> tuple[Interface, ...]:
    """The device's own interfaces with addresses, then those without, then bridges of containers, then loopback."""

    def place(interface: Interface) -> tuple[int, bool, NaturalKey]:
        group = 0
        if interface.name == _LOOPBACK:
            group = 2
        elif interface.serves_containers or _BRIDGE.fullmatch(interface.name):
            group = 1
        return group, not interface.addresses, natural(interface.name)

    return tuple(sorted(interfaces, key=place))


def _interface(host: Host, name: str, addresses: Mapping[str, Sequence[str]] | None) -> Interface | None:
    place = f"{_PLACE}/{name}"
    flags = _hex(text_of(host, f"{place}/flags"))
    if flags is None:
        return None
    # The kernel refuses to tell the carrier of an interface that is down, and gives -1 for a speed it does not know.
    carrier = number_of(host, f"{place}/carrier")
    speed = number_of(host, f"{place}/speed")
    mac = clean_or_none(text_of(host, f"{place}/address"), 60)
    return Interface(
        name=clean(name, 40),
        up=bool(flags & _IFF_UP),
        carrier=None if carrier is None else carrier == 1,
        speed=speed if speed is not None and speed > 0 else None,
        addresses=() if addresses is None else tuple(addresses.get(name, ())),
        mac=None if mac == "00:00:00:00:00:00" else mac,
        addresses_known=addresses is not None,
    )


def _same_network(host: Host) -> bool:
    """Below a root prefix addresses are only right when the device's first process is in our network namespace."""
    if host.is_this_machine:
        return True
    try:
        return host.path("/proc/1/ns/net").stat().st_ino == Path("/proc/self/ns/net").stat().st_ino
    except OSError:
        return False


def _hex(text: str | None) -> int | None:
    try:
        return int(text, 16) if text else None
    except ValueError:
        return None
