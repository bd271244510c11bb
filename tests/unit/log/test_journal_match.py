from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.log import LogFilter
from moducop_tui.sources.journal_cursor import is_later, is_next
from moducop_tui.sources.journal_match import EVERYTHING, matches_of, may_match, of_boots

BOOT = "f0893136bc044df1a03ebbeb1b8aded8"


def test_nothing_chosen_means_the_current_boot() -> None:
    assert matches_of(LogFilter(), BOOT) == ((f"_BOOT_ID={BOOT}",),)


def test_all_boots_and_nothing_else_means_everything() -> None:
    assert matches_of(LogFilter(all_boots=True), BOOT) == EVERYTHING


def test_a_boot_may_be_named_with_dashes() -> None:
    dashed = "F0893136-bc04-4df1-a03e-bbeb1b8aded8"
    assert matches_of(LogFilter(boot_id=dashed), None) == ((f"_BOOT_ID={BOOT}",),)


def test_a_least_priority_means_it_and_all_that_are_worse() -> None:
    wanted = LogFilter(max_priority=2, kernel=True, all_boots=True)
    assert matches_of(wanted, BOOT) == (("_TRANSPORT=kernel", "PRIORITY=0", "PRIORITY=1", "PRIORITY=2"),)


def test_every_alternative_of_a_unit_carries_the_other_conditions() -> None:
    matches = matches_of(LogFilter(unit="docker", container="web", max_priority=0), BOOT)
    assert len(matches) == 4
    common = {f"_BOOT_ID={BOOT}", "CONTAINER_NAME=web", "PRIORITY=0"}
    assert all(common < set(alternative) for alternative in matches)
    assert matches[0][0] == "_SYSTEMD_UNIT=docker.service"
    assert matches[2][:2] == ("_PID=1", "UNIT=docker.service")


FULL = "5a0c2f6b8a11" + "c3" * 26


@pytest.mark.parametrize(
    ("wanted", "alternatives"),
    [
        (LogFilter(container_id=FULL), [f"CONTAINER_ID_FULL={FULL}"]),
        (LogFilter(container="web"), ["CONTAINER_NAME=web"]),
        (LogFilter(container="web", container_id=FULL), ["CONTAINER_NAME=web", f"CONTAINER_ID_FULL={FULL}"]),
        (LogFilter(container=FULL), [f"CONTAINER_NAME={FULL}", f"CONTAINER_ID_FULL={FULL}"]),
        (LogFilter(container=FULL[:12]), [f"CONTAINER_NAME={FULL[:12]}", f"CONTAINER_ID={FULL[:12]}"]),
    ],
)
def test_a_container_is_found_by_its_id_which_no_renaming_changes_and_by_a_name_that_was_typed(
    wanted: LogFilter, alternatives: list[str]
) -> None:
    assert matches_of(replace(wanted, all_boots=True), BOOT) == tuple((one,) for one in alternatives)
    narrowed = matches_of(replace(wanted, max_priority=0, unit="docker"), BOOT)
    assert len(narrowed) == 4 * len(alternatives)
    assert all({f"_BOOT_ID={BOOT}", "PRIORITY=0"} < set(one) for one in narrowed)
    assert all(len(set(one) & set(alternatives)) == 1 for one in narrowed)


@pytest.mark.parametrize(("given", "unit"), [("ssh.socket", "ssh.socket"), ("a.b", "a.b.service"), ("x", "x.service")])
def test_a_name_without_a_kind_is_a_service(given: str, unit: str) -> None:
    assert matches_of(LogFilter(unit=given, all_boots=True), None)[0] == (f"_SYSTEMD_UNIT={unit}",)


FIRST = "s=df3de;i=4e24;b=f089;m=5ea8bd5d;t=660e8e8b16460;x=4ab6"


@pytest.mark.parametrize(
    ("cursor", "later", "following"),
    [
        ("s=df3de;i=4e25;b=f089;m=5ea8bd5e;t=1;x=1", True, True),
        ("s=df3de;i=4e26;b=f089;m=5ea8bd5e;t=1;x=1", True, False),
        ("s=df3de;i=4e23;b=f089;m=5ea8bd5e;t=660e8e8b16461;x=1", False, False),
        (FIRST, False, False),
        ("s=other;i=1;b=f089;m=5ea8bd5e;t=1;x=1", True, False),
        ("s=other;i=1;b=f089;m=1;t=660e8e8b16461;x=1", False, False),
        ("s=other;i=1;b=other;m=1;t=660e8e8b16461;x=1", None, False),
        ("something that systemd thinks of later", None, False),
        ("s=df3de;i=zz;b=f089;m=zz", None, False),
        ("", None, False),
    ],
)
def test_order_is_told_by_counters_and_never_by_the_clock(cursor: str, later: bool | None, following: bool) -> None:
    assert is_later(cursor, FIRST) is later
    assert is_next(cursor, FIRST) is following


def test_a_filter_in_several_boots_names_each_and_knows_which_may_be_in_it() -> None:
    matches = of_boots(LogFilter(unit="ssh", max_priority=1), ("a" * 32, "B" * 32))
    assert all({f"_BOOT_ID={'a' * 32}", f"_BOOT_ID={'b' * 32}"} <= set(alternative) for alternative in matches)
    assert may_match(matches, "a" * 32)
    assert not may_match(matches, "c" * 32)
    assert may_match(matches, None)
    assert may_match(matches_of(LogFilter(all_boots=True), "c" * 32), "a" * 32)
