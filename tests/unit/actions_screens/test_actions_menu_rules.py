"""The menu of actions: what means something comes first, and what does not says why in the words of its own plan."""

from __future__ import annotations

import pytest

from moducop_tui.actions.menu import Offered, offered
from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.checks import Checks
from moducop_tui.model.plan import ActionKind
from moducop_tui.model.slots import SlotName
from tests.screens import builders as build
from tests.screens.states import STATES


def menu(state: str) -> tuple[Offered, ...]:
    return offered(Scene(STATES[state](), Checks(), build.WALL))


def kinds(found: tuple[Offered, ...], *, possible: bool) -> list[ActionKind]:
    return [one.action.kind for one in found if one.is_possible is possible]


def test_on_an_idle_device_it_begins_with_an_install_and_a_switch() -> None:
    found = menu("idle")
    assert kinds(found, possible=True) == [
        ActionKind.INSTALL, ActionKind.SWITCH, ActionKind.REBOOT, ActionKind.POWER_OFF
    ]  # fmt: skip
    assert found[1].action.subject == SlotName.A


def test_on_trial_it_begins_with_what_keeps_and_what_gives_up() -> None:
    found = menu("trial")
    assert set(kinds(found, possible=True)[:2]) == {ActionKind.COMMIT, ActionKind.ROLLBACK}
    assert ActionKind.INSTALL in kinds(found, possible=False)
    install = next(one for one in found if one.action.kind is ActionKind.INSTALL)
    assert "on trial" in install.sentence


@pytest.mark.parametrize("state", [state for state in STATES if state != "nothing_yet"])
def test_what_it_calls_possible_its_plan_runs_and_the_other_way_round(state: str) -> None:
    """But for what has to be looked at first: a slot, an artifact, an app."""
    readings = STATES[state]()
    looked_at = {ActionKind.INSTALL, ActionKind.SWITCH}
    for one in menu(state):
        if one.action.kind not in looked_at:
            plan = make_plan(one.action, Scene(readings, Checks(), build.WALL))
            assert plan.runs is one.is_possible or one.action.kind is ActionKind.REPAIR, one


@pytest.mark.parametrize("state", STATES)
def test_every_line_has_a_name_and_a_sentence_and_what_is_possible_comes_first(state: str) -> None:
    found = menu(state)
    possible = [one.is_possible for one in found]
    assert possible == sorted(possible, reverse=True)
    assert all(one.name and one.sentence for one in found)
    assert len({one.action for one in found}) == len(found)


def test_the_chosen_container_and_its_app_come_first() -> None:
    readings = build.readings()
    app = build.apps().apps[1]
    found = offered(Scene(readings, Checks(), build.WALL), (app, app.containers[1]))
    assert [one.action.words for one in found[:2]] == [
        "restart container nginx-demo-web-1", "stop container nginx-demo-web-1"
    ]  # fmt: skip
    assert any(one.action.words == "previous app nginx-demo" for one in found)
