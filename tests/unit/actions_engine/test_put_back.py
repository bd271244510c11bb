"""An executor that is killed puts nothing back itself: who comes after it does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.lock import take_lock
from moducop_tui.actions.running.put_back import put_back_alone
from moducop_tui.actions.running.set_aside import set_aside
from moducop_tui.model.acts import Act, ClientVerb, ControlUnit, DropFile, ReleaseStick, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.holder import Holder
from moducop_tui.model.places import SET_ASIDE
from moducop_tui.model.work import Outcome
from tests.unit.actions_engine.engine_stage import WHO, Stage, plan_of, step

DAEMON = ControlUnit("mender-updated.service", start=True)
STICK = ReleaseStick("/dev/sda1", "/run/stick")
LOADED = DropFile("/data/moducop_tui/downloads/x.mender")
CLIENT = RunClient(ClientVerb.ROLLBACK, Expected.ROLLED_BACK)


class Killed(BaseException):
    """No handler of ours sees SIGKILL."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    putting_back = [step(type(act).__name__, act=act, always=True) for act in (CLIENT, DAEMON, STICK, LOADED)]
    return Stage(tmp_path, plan_of(step("write"), *putting_back))


def kill(stage: Stage) -> None:
    """The executor dies in its first step."""

    def dies(_: Act, __: Kit) -> Result:
        raise Killed

    stage.hands = {"write": dies}
    with pytest.raises(Killed):
        stage.run()
    stage.hands.clear()
    stage.performed.clear()


def test_an_action_that_comes_to_its_end_leaves_nothing_to_be_put_back(stage: Stage) -> None:
    assert stage.run() is Outcome.DONE
    assert not stage.host.exists(SET_ASIDE)
    put_back_alone(stage.workshop())
    assert stage.performed == ["write", "RunClient", "ControlUnit", "ReleaseStick", LOADED.path]


def test_what_a_killed_executor_had_set_aside_is_put_back_once(stage: Stage) -> None:
    kill(stage)
    put_back_alone(stage.workshop())
    assert stage.performed == ["ControlUnit", "ReleaseStick", LOADED.path]
    put_back_alone(stage.workshop())
    assert len(stage.performed) == 3


def test_menders_client_is_never_run_behind_a_persons_back(stage: Stage) -> None:
    kill(stage)
    left = set_aside(stage.host)
    assert left is not None
    assert left.acts == (DAEMON, STICK, LOADED)
    assert left.order.who == WHO


def test_the_next_action_puts_it_back_before_its_own_plan_is_made(stage: Stage) -> None:
    kill(stage)
    stage.plan = plan_of(step("next"))
    stage.run()
    assert stage.performed == ["ControlUnit", "ReleaseStick", LOADED.path, "next"]
    assert not stage.host.exists(SET_ASIDE)


def test_what_can_not_be_put_back_keeps_nothing_else_from_it(stage: Stage) -> None:
    def breaks(_: Act, __: Kit) -> Result:
        raise ValueError("a mistake")

    kill(stage)
    stage.hands = {"ControlUnit": breaks}
    put_back_alone(stage.workshop())
    assert stage.performed == ["ControlUnit", "ReleaseStick", LOADED.path]
    assert len(stage.reported) == 1


def test_while_somebody_else_acts_it_is_left_to_them(stage: Stage) -> None:
    kill(stage)
    lock = take_lock(stage.host, Holder(1, "", "an action", WHO, 0.0))
    put_back_alone(stage.workshop())
    lock.close()
    assert stage.performed == []
    assert stage.host.exists(SET_ASIDE)


def test_after_a_reboot_there_is_nothing_to_be_put_back(stage: Stage) -> None:
    kill(stage)
    stage.boot("c" * 32)
    put_back_alone(stage.workshop())
    assert stage.performed == []


UNKNOWN_ACT = json.dumps({"order": {}, "acts": [{"kind": "system", "act": {}}]}).encode()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"order": {}, "acts": 3}', b"\xff", UNKNOWN_ACT])
def test_what_can_not_be_read_is_nothing(stage: Stage, content: bytes) -> None:
    place = stage.host.path(SET_ASIDE)
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    assert set_aside(stage.host) is None
    put_back_alone(stage.workshop())
    assert stage.performed == []
