"""Names stand in the order in which people count."""

from __future__ import annotations

import random

import pytest

from moducop_tui.model.natural_order import natural


@pytest.mark.parametrize(
    "names",
    [
        ["/dev/sda", "/dev/sda1", "/dev/sda2", "/dev/sda10", "/dev/sdb1"],
        ["mmcblk0p1", "mmcblk0p2", "mmcblk0p10", "mmcblk1p1", "mmcblk10p1"],
        ["can0", "can9", "can10", "eth0", "eth0.9", "eth0.10", "eth1"],
        ["demo-web-1", "demo-web-2", "demo-web-10", "demo-web-10-a"],
        ["", "1", "2", "10", "a", "a1", "a2b3", "a2b20", "b"],
        ["a007", "a8", "a08b"],
        ["x" + "9" * 6000, "x1" + "0" * 6000],
    ],
)
def test_numbers_in_names_are_counted(names: list[str]) -> None:
    mixed = [*names]
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=natural) == names


def test_two_names_are_never_equals() -> None:
    names = ["a1", "a01", "a001", "a٣", "a3"]
    assert len({natural(name) for name in names}) == len(names)
