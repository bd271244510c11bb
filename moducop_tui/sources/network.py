"""The network interfaces: links from sysfs, addresses from the kernel through psutil."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.natural_order import NaturalKey, natural
from moducop_tui.model.system import Interface
from moducop_tui.sources.small_files import names_in, number_of, text_of

_PLACE = "/sys/class/net"
_IFF_UP = 0x1
_LOOPBACK = "lo"
_CONTAINER_PREFIXES = ("veth", "docker", "br-", "cni", "podman", "lxc", "virbr", "flannel", "cali")
_IDLE_PREFIXES = ("ifb", "sit", "ip6tnl", "tunl", "gre", "erspan", "dummy", "bonding_masters", "teql")
"""Interfaces that the kernel makes by itself or for shaping; of interest only once somebody gives them an address."""


def read_interfaces(host: Host) -> tuple[Interface, ...]:
    """All interfaces that matter to a person, those with addresses first."""
    addresses = _addresses(host)
    found = (_interface(host, name, addresses) for name in names_in(host, _PLACE))
    return ordered(interface for interface in found if interface is not None and matters(interface))


def matters(interface: Interface) -> bool:
    """False for a container's end of a cable and for what the kernel keeps without use."""
    if interface.name.startswith("veth"):
        return False
    return bool(interface.addresses) or not interface.name.startswith(_IDLE_PREFIXES)


def ordered(interfaces: Iterable[Interface]) -> tuple[Interface, ...]:
    """The device's own interfaces with addresses, then those without, then bridges of containers, then loopback."""

    def place(interface: Interface) -> tuple[int, bool, NaturalKey]:
        group = 0
        if interface.name == _LOOPBACK:
            group = 2
        elif interface.name.startswith(_CONTAINER_PREFIXES):
            group = 1
        return group, not interface.addresses, natural(interface.name)

    return tuple(sorted(interfaces, key=place))


def with_prefix(address: str, netmask: str | None) -> str:
    """An address with the length of its prefix, `192.168.25.99/24`; without a mask as it is."""
    import ipaddress

    plain = address.partition("%")[0]
    if not netmask:
        return clean(plain, 60)
    try:
        mask = int(ipaddress.ip_address(netmask.partition("%")[0]))
    except ValueError:
        return clean(plain, 60)
    return clean(f"{plain}/{mask.bit_count()}", 60)


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


def _addresses(host: Host) -> Mapping[str, Sequence[str]] | None:
    """Addresses by interface, IPv4 first; None where the device's network is not the one that we are in."""
    if not _same_network(host):
        return None
    import socket

    try:
        import psutil

        listed = psutil.net_if_addrs()
    except (ImportError, OSError):
        return None
    found: dict[str, list[str]] = {}
    for family in (socket.AF_INET, socket.AF_INET6):
        for name, addresses in listed.items():
            texts = [with_prefix(each.address, each.netmask) for each in addresses if each.family == family]
            found.setdefault(name, []).extend(texts)
    return found


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
