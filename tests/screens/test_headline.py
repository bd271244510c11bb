"""The first row where room is short: two addresses stay as long as they can, the slot always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from moducop_tui.model.system import Interface
from moducop_tui.pages.headline import headline, headline_facts
from moducop_tui.pages.look import Look, look_at
from moducop_tui.text import line_cells, plain
from tests.screens import builders as build


def look(width: int, addresses: Mapping[str, str], *, name: str = "MEC01-4711", simulated: bool = False) -> Look:
    interfaces = tuple(
        Interface(one, up=True, carrier=True, speed=1000, addresses=(address,)) for one, address in addresses.items()
    )
    system = replace(build.system(), host_name=name, interfaces=interfaces)
    return look_at(build.readings(system=system), width, 24, build.NOW, build.WALL, simulated=simulated)


TWO = {"end0": "10.0.4.17/24", "enp5s0": "192.168.25.99/24"}


@pytest.mark.parametrize(
    ("width", "name", "seen"),
    [
        (200, "MEC01-4711", "MEC01-4711  Moducop-CPU01  up 3 d 04:12  B booted  end0 10.0.4.17  enp5s0 192.168.25.99"),
        (80, "MEC01-4711", "MEC01-4711  up 3 d 04:12  B booted  end0 10.0.4.17  enp5s0 192.168.25.99"),
        (80, "MEC01-0012345678", "MEC01-0012345678  up 3 d 04:12  B booted  10.0.4.17 192.168.25.99"),
        (60, "MEC01-4711", "MEC01-4711  up 3 d 04:12  B booted  end0 10.0.4.17"),
        (60, "a-host-name-of-24-letter", "a-host-name-of-24-letter  B booted  end0 10.0.4.17"),
    ],
)
def test_what_goes_first_where_room_is_short(width: int, name: str, seen: str) -> None:
    row = plain(headline(look(width, TWO, name=name)))
    assert row.startswith(f"{seen} ")
    assert row.rstrip(" |/-\\").endswith("VIEW")
    assert line_cells(headline(look(width, TWO, name=name))) == width


def test_two_addresses_are_seen_in_80_columns_beside_the_sign_of_the_demo_too() -> None:
    row = plain(headline(look(80, TWO, simulated=True)))
    assert "10.0.4.17 192.168.25.99" in row


def test_the_longest_addresses_leave_the_slot_alone() -> None:
    longest = {"enx00142d6b4711": "192.168.225.199/24", "wwu1u1i5": "192.168.226.199/24"}
    row = plain(headline(look(80, longest, name="a-host-name-of-24-letter", simulated=True)))
    assert "B booted" in row
    assert "192.168.225.199" in row


def test_one_address_leaves_room_for_the_type() -> None:
    assert "Moducop-CPU01" in plain(headline(look(80, {"end0": "10.0.4.17/24"})))


def test_on_paper_nothing_is_left_out() -> None:
    facts = plain(headline_facts(look(80, {**TWO, "wlan0": "10.9.9.9/24"})))
    assert all(word in facts for word in ("Moducop-CPU01", "up 3 d", "10.0.4.17", "192.168.25.99", "10.9.9.9"))
