"""In view mode no way leads to an act: every action, by every way, on a device that would do what it is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui import config as configuration
from moducop_tui.__main__ import main
from moducop_tui.actions.session import authority_of
from moducop_tui.config import Config
from moducop_tui.device import Device, simulated_device
from moducop_tui.model.plan import Action, ActionKind, Plan
from moducop_tui.model.reading import Topic
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once
from tests.unit.actions_engine.test_authority import Actions

COMMANDS = {
    ActionKind.INSTALL: ["install", "stick:/dev/sda1:moducop.mender"],
    ActionKind.RESUME: ["resume"],
    ActionKind.COMMIT: ["commit"],
    ActionKind.ROLLBACK: ["rollback"],
    ActionKind.KEEP: ["keep"],
    ActionKind.REPAIR: ["repair"],
    ActionKind.SWITCH: ["switch", "A"],
    ActionKind.CONFIRM: ["confirm"],
    ActionKind.DISARM: ["disarm"],
    ActionKind.RESTART: ["restart", "app", "nginx-demo"],
    ActionKind.STOP: ["stop", "app", "nginx-demo"],
    ActionKind.START: ["start", "app", "nginx-demo"],
    ActionKind.PREVIOUS: ["previous", "nginx-demo"],
    ActionKind.REBOOT: ["reboot"],
    ActionKind.POWER_OFF: ["poweroff"],
}
EVERYTHING = ["--yes", "--reason", "because", "--override", "daemon", "--detach"]


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "DEFAULT_PATHS", ())


@pytest.fixture
def actions() -> Actions:
    return Actions()


@pytest.fixture
def device(actions: Actions) -> Device:
    return replace(simulated_device(Config()), actions=actions)


def test_every_action_has_a_command() -> None:
    assert set(COMMANDS) == set(ActionKind)


def test_what_is_told_without_view_mode_would_be_done(device: Device, actions: Actions) -> None:
    assert main([*COMMANDS[ActionKind.REBOOT], *EVERYTHING], device) == 0
    assert [order.action.kind for order in actions.orders] == [ActionKind.REBOOT]


@pytest.mark.parametrize("kind", ActionKind)
def test_read_only_holds_for_every_command_whatever_is_said_with_it(
    kind: ActionKind, device: Device, actions: Actions, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--read-only", *COMMANDS[kind], *EVERYTHING], device) == 3
    assert actions.orders == []
    assert capsys.readouterr().err != ""


@pytest.mark.parametrize("kind", ActionKind)
def test_without_a_confirmation_no_command_does_anything(
    kind: ActionKind, device: Device, actions: Actions, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMMANDS[kind], "--reason", "because"], device) == 3
    assert main([*COMMANDS[kind], "--reason", "because", "--json"], device) == 3
    assert actions.orders == []
    capsys.readouterr()


@pytest.mark.parametrize("kind", ActionKind)
def test_below_a_root_prefix_every_command_is_refused_and_nothing_is_written(
    kind: ActionKind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path), *COMMANDS[kind], *EVERYTHING]) == 3
    assert list(tmp_path.iterdir()) == []
    capsys.readouterr()


def plans(device: Device) -> list[Plan]:
    """What the simulated device would do now, of everything that it can be told."""
    readings = read_once(device.sources, frozenset(Topic), 10.0)
    subjects = {ActionKind.SWITCH: ("A", "B"), ActionKind.RESTART: ("app nginx-demo", "container nginx-demo-web-1"),
                ActionKind.STOP: ("app nginx-demo",), ActionKind.START: ("app nginx-demo",)}  # fmt: skip
    wanted = [Action(kind, subject) for kind in ActionKind for subject in subjects.get(kind, (None,))]
    return [prepare(device, Config(), action, readings) for action in wanted]


def test_a_console_that_is_locked_starts_no_plan_though_all_is_typed(device: Device, actions: Actions) -> None:
    made = plans(device)
    locked = authority_of(Config(), actions, read_only=False, simulated=True)
    for plan in made:
        locked.start(plan, plan.phrase, "because", plan.overrides)
    assert actions.orders == []
    open_ = authority_of(Config(unlock="nothing"), actions, read_only=False, simulated=True)
    open_.unlock()
    for plan in made:
        open_.start(plan, plan.phrase, "because", plan.overrides)
    assert {order.action for order in actions.orders} == {plan.action for plan in made if plan.runs}
    assert len(actions.orders) >= 4
