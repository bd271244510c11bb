from __future__ import annotations

import sys
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.system import Interface
from moducop_tui.sources.network import matters, ordered, read_interfaces, with_prefix
from moducop_tui.sources.small_files import names_in


def interface(name: str, *addresses: str) -> Interface:
    return Interface(name, up=True, carrier=True, speed=None, addresses=addresses)


def put(root: Path, name: str, **files: str) -> None:
    place = root / "sys/class/net" / name
    place.mkdir(parents=True)
    for file, content in files.items():
        (place / file).write_text(content + "\n")


def test_interfaces_with_addresses_come_first_and_loopback_last() -> None:
    listed = [
        interface("docker0", "172.17.0.1/16"),
        interface("lo", "127.0.0.1/8"),
        interface("mlan0"),
        interface("enp5s0", "192.168.25.99/24"),
        interface("end0", "10.0.4.17/24"),
        interface("br-1f2e"),
    ]
    names = [each.name for each in ordered(listed)]
    assert names == ["end0", "enp5s0", "mlan0", "docker0", "br-1f2e", "lo"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (interface("veth3f2", "fe80::1/64"), False),
        (interface("ifb0"), False),
        (interface("dummy0", "10.1.1.1/32"), True),
        (interface("wwu1u1i5"), True),
        (interface("can0"), True),
    ],
)
def test_what_nobody_uses_is_left_out(shown: Interface, expected: bool) -> None:
    assert matters(shown) is expected


@pytest.mark.parametrize(
    ("address", "mask", "text"),
    [
        ("192.168.25.99", "255.255.255.0", "192.168.25.99/24"),
        ("10.0.0.1", "255.255.255.255", "10.0.0.1/32"),
        ("fe80::214:2dff:fe6b:4711%end0", "ffff:ffff:ffff:ffff::", "fe80::214:2dff:fe6b:4711/64"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "broken", "10.0.0.1"),
    ],
)
def test_addresses_come_with_their_prefix(address: str, mask: str | None, text: str) -> None:
    assert with_prefix(address, mask) == text


def test_links_are_read_below_the_root_prefix_and_foreign_addresses_are_not_claimed(tmp_path: Path) -> None:
    put(tmp_path, "end0", flags="0x1003", carrier="1", speed="1000", address="00:14:2d:6b:47:11")
    put(tmp_path, "mlan0", flags="0x1002", address="50:26:ef:19:47:11")
    put(tmp_path, "enp5s0", flags="0x1003", carrier="0", speed="-1", address="00:14:2d:6b:47:12")
    (tmp_path / "sys/class/net/bonding_masters").write_text("")
    assert read_interfaces(Host(tmp_path)) == (
        Interface("end0", True, True, 1000, (), "00:14:2d:6b:47:11", False),
        Interface("enp5s0", True, False, None, (), "00:14:2d:6b:47:12", False),
        Interface("mlan0", False, None, None, (), "50:26:ef:19:47:11", False),
    )


def test_without_the_library_addresses_are_unknown_and_not_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert {(each.addresses, each.addresses_known) for each in read_interfaces(Host())} == {((), False)}


def test_this_machine_has_a_loopback_with_its_address() -> None:
    (loopback,) = (each for each in read_interfaces(Host()) if each.name == "lo")
    assert "127.0.0.1/8" in loopback.addresses
    assert loopback.mac is None


def test_interfaces_stand_in_the_order_of_their_numbers() -> None:
    names = ("eth0", "eth2", "eth10", "eth10.2", "eth10.10")
    found = [Interface(name, True, None, None, (), None, False) for name in reversed(names)]
    assert tuple(one.name for one in ordered(found)) == names


def test_names_are_sorted_as_people_count(tmp_path: Path) -> None:
    for name in ("zone10", "zone2", "zone", "a1"):
        (tmp_path / name).touch()
    assert names_in(Host(tmp_path), "/") == ["a1", "zone", "zone2", "zone10"]
