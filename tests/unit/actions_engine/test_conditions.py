"""Preconditions that plans share, and how a plan shows them: each thing once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.conditions import DECIDING, nobody_else, read_just_now
from moducop_tui.actions.scene import Scene
from moducop_tui.model.checks import Checks
from moducop_tui.model.mender import Unit
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Precondition, Weight
from moducop_tui.model.reading import Reading
from moducop_tui.model.work import Work
from moducop_tui.pages.plan import plan_body
from moducop_tui.text import plain
from tests.unit.core.well_device import MENDER, well


def shown(*conditions: Precondition) -> str:
    plan = Plan(Action(ActionKind.REBOOT), "Reboot", ("It reboots.",), conditions, (), Weight.INTERRUPTS)
    return "\n".join(plain(row).rstrip() for row in plan_body(plan, 80))


def test_a_device_that_was_read_is_one_row() -> None:
    assert read_just_now(well(), DECIDING) == [
        Precondition("the device was read just now", "slots, boot, mender", Met.YES)
    ]


def test_what_could_not_be_read_is_a_row_each_with_its_reason() -> None:
    failed = replace(well(), boot=Reading(error="fw_printenv hangs."), mender=Reading())
    found = read_just_now(failed, DECIDING)
    assert [(one.words, one.met, one.override) for one in found] == [
        ("boot environment can be read", Met.NO, None),
        ("Mender's state can be read", Met.NO, None),
    ]
    assert found[0].remedy == "Boot environment can't be read, so nothing is changed. fw_printenv hangs."
    assert found[1].remedy == "Mender's state can't be read, so nothing is changed. Not read yet."


def test_an_old_value_whose_topic_fails_now_is_not_read_just_now() -> None:
    stale = replace(well(), slots=replace(well().slots, error="The disk does not answer."))
    assert [one.met for one in read_just_now(stale, DECIDING)] == [Met.NO]


def test_a_reading_that_its_sentence_repeats_is_shown_once() -> None:
    rival = "mender-update install (process 812)"
    text = shown(Precondition("no other program at work", rival, Met.NO, f"Wait until it has ended: {rival}."))
    assert text.count(rival) == 1


def test_a_reading_that_its_sentence_does_not_say_is_shown() -> None:
    text = shown(Precondition("a timer brings it back", "none configured", Met.DOUBT, "Only a reboot brings it back."))
    assert "a timer brings it back" in text
    assert text.count("none configured") == 1


def test_a_daemon_of_which_nobody_knows_what_it_does_stops_a_plan_unless_a_person_knows_better() -> None:
    busy = replace(MENDER, deployment=None, daemon=Unit("mender-updated", True, "active"))
    found = nobody_else(Scene(well(mender=busy, work=Work()), Checks(), 0.0))
    assert (found.met, found.override) == (Met.NO, "not at work")
    assert found.remedy == "Whether Mender's daemon is in a deployment can't be told."
    stopped = replace(busy, daemon=Unit("mender-updated", True, "inactive"))
    assert nobody_else(Scene(well(mender=stopped, work=Work()), Checks(), 0.0)).met is Met.YES


@pytest.mark.parametrize(
    ("reading", "remedy", "shown"),
    [
        ("no", "x.mender can't be used: it is no Mender artifact.", False),
        ("no", "127.0.0.1 can't be read: Connection refused.", False),
        ("dm", "It is for other-admin, and this device is moducop-cpu01.", True),
        ("32 MB", "/data has 32 MB free.", False),
    ],
)
def test_a_reading_stands_beside_its_sentence_where_it_says_more(reading: str, remedy: str, *, shown: bool) -> None:
    condition = Precondition("the artifact can be read", reading, Met.NO, remedy)
    plan = Plan(Action(ActionKind.INSTALL, "/data/x.mender"), "Install", (), (condition,), (), Weight.BOOTS)
    (row,) = (plain(row) for row in plan_body(plan, 80) if "the artifact can be read" in plain(row))
    assert row.rstrip().endswith(reading) is shown
