from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from moducop_tui.host import Host
from moducop_tui.model.system import Interface
from moducop_tui.sources.network import matters, ordered, read_interfaces
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
    "name", ["sitelan", "grenzach0", "ifbus0", "dummyload", "erspan", "tunla1", "vether0", "vethernet"]
)
def test_a_name_that_only_begins_like_one_of_the_kernels_is_somebodys_own(name: str) -> None:
    assert matters(interface(name))


@pytest.mark.parametrize(
    "name", ["sit0", "gre0", "gretap0", "erspan0", "tunl0", "ip6tnl0", "ip6gre0", "ip_vti0", "ifb1", "teql0"]
)
def test_what_the_kernel_makes_by_itself_is_left_out_until_it_has_an_address(name: str) -> None:
    assert not matters(interface(name))
    assert matters(interface(name, "10.1.1.1/32"))


def test_the_hardware_and_the_kind_count_more_than_a_name(tmp_path: Path) -> None:
    for name in ("dummy1", "veth7", "gre1", "gre2", "vethXY12Z", "vethtrain", "vethlan0"):
        put(tmp_path, name, flags="0x1002")
    for name in ("dummy1", "veth7", "vethlan0"):
        (tmp_path / "sys/class/net" / name / "device").mkdir()
    (tmp_path / "sys/class/net/gre1/type").write_text("778\n")
    (tmp_path / "sys/class/net/gre2/type").write_text("1\n")
    for name in ("vethXY12Z", "vethlan0"):  # in a bridge: a container's cable, and a socket of the device
        (tmp_path / "sys/class/net" / name / "master").mkdir()
    names = [each.name for each in read_interfaces(Host(tmp_path))]
    assert names == ["dummy1", "gre2", "vethlan0", "vethtrain", "veth7"]


@pytest.mark.parametrize(
    ("name", "serves"),
    [
        ("docker0", True),
        ("docker_gwbridge", True),
        ("br-5d1c0a7be2f4", True),
        ("podman1", True),
        ("cni-podman0", True),
        ("cali0123456789a", True),
        ("flannel.1", True),
        ("virbr0-nic", True),
        ("dockyard0", False),
        ("dockerlan", False),
        ("br-train", False),
        ("br-cafe", False),
        ("calibration", False),
        ("cnidaria", False),
        ("flannelette", False),
        ("vethernet", False),
    ],
)
def test_plumbing_is_known_by_the_whole_name_that_an_engine_gives(name: str, serves: bool) -> None:
    assert interface(name).serves_containers is serves


def test_interfaces_are_sorted_as_people_count() -> None:
    listed = [interface(name, "10.0.0.1/8") for name in ("eth10", "eth2", "eth1.100", "eth1")]
    assert [each.name for each in ordered(listed)] == ["eth1", "eth1.100", "eth2", "eth10"]


def test_a_bridge_that_somebody_named_is_listed_with_the_devices_own() -> None:
    listed = [
        interface("br-train", "10.3.0.1/16"),
        interface("docker0", "172.17.0.1/16"),
        interface("end0", "10.0.0.1/8"),
    ]
    assert [each.name for each in ordered(listed)] == ["br-train", "end0", "docker0"]


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


def test_where_the_kernel_does_not_tell_addresses_are_unknown_and_not_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(psutil, "net_if_addrs", refuse)
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
