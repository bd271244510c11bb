"""When containers and apps count as well, and how their condition is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.app_rules import app_is_well, condition, is_done, is_well
from moducop_tui.model.apps import App, AppKind, Container, ContainerState, Health

NOW = 1_000_000.0
DAY = 86400.0
UP = Container("id", "web", "image", ContainerState.RUNNING, started_at=NOW - 2.5 * DAY, restart_policy="always")
DONE = Container(
    "id", "setup", "image", ContainerState.EXITED,
    exit_code=0, restart_policy="no", one_shot=True, finished_at=NOW - 240,
)  # fmt: skip


@pytest.mark.parametrize(
    ("container", "well", "words"),
    [
        (UP, True, "up 2 d"),
        (replace(UP, health=Health.HEALTHY), True, "up 2 d healthy"),
        (replace(UP, health=Health.UNHEALTHY), False, "up 2 d unhealthy"),
        (replace(UP, health=Health.STARTING, started_at=NOW - 3), False, "up 3 s starting"),
        (replace(UP, health=Health.STARTING, started_at=NOW - 3, fresh=True), True, "up 3 s starting"),
        (replace(UP, health=Health.UNHEALTHY, started_at=NOW - 30, fresh=True), False, "up 30 s unhealthy"),
        (replace(UP, started_at=None), True, "up"),
        (replace(UP, settling=True, restart_count=37, started_at=NOW - 4), False, "restarting, 37 times, up 4 s"),
        (replace(UP, settling=True, restart_count=2, started_at=NOW - 4), False, "up 4 s, restarted 2 times"),
        (replace(UP, settling=True, restart_count=1, started_at=NOW - 4), False, "up 4 s, restarted once"),
        (replace(UP, settling=True, restart_count=1, health=Health.HEALTHY), True, "up 2 d healthy"),
        (replace(UP, state=ContainerState.PAUSED), False, "paused"),
        (
            replace(UP, state=ContainerState.RESTARTING, restart_count=37, exit_code=1),
            False,
            "restarting, 37 times, exit 1",
        ),
        (replace(UP, state=ContainerState.RESTARTING), False, "restarting"),
        (
            replace(UP, state=ContainerState.EXITED, exit_code=137, oom_killed=True, finished_at=NOW - 250),
            False,
            "exited 4 min ago with code 137, out of memory",
        ),
        (replace(UP, state=ContainerState.EXITED, exit_code=0, finished_at=NOW - 30), False,
         "exited 30 s ago with code 0"),
        (replace(UP, state=ContainerState.EXITED), False, "exited"),
        (DONE, True, "done 4 min ago"),
        (replace(DONE, restart_policy="on-failure:3"), True, "done 4 min ago"),
        (replace(DONE, restart_policy="unless-stopped"), False, "exited 4 min ago with code 0"),
        (replace(DONE, one_shot=False), False, "exited 4 min ago with code 0"),
        (replace(DONE, exit_code=2), False, "exited 4 min ago with code 2"),
        (replace(UP, state=ContainerState.CREATED), False, "created, never started"),
        (replace(UP, state=ContainerState.CREATED, error="no such device"), False, "could not be started"),
        (replace(UP, state=ContainerState.DEAD), False, "dead"),
        (replace(UP, state=ContainerState.REMOVING), False, "being removed"),
        (replace(UP, state=ContainerState.UNKNOWN), False, "in an unknown state"),
    ],
)  # fmt: skip
def test_each_condition_has_its_verdict_and_its_words(container: Container, well: bool, words: str) -> None:
    assert condition(container, NOW) == words
    assert is_well(container) is well


def test_a_clock_that_was_set_back_gives_no_time_span_rather_than_a_wrong_one() -> None:
    assert condition(UP, now=NOW - 10 * DAY) == "up"
    assert condition(DONE, now=0.0) == "done"


def test_only_a_one_shot_is_ever_done() -> None:
    assert is_done(DONE)
    assert not is_done(UP)


@pytest.mark.parametrize(
    ("app", "well"),
    [
        (App("a", AppKind.COMPOSE, (UP, DONE)), True),
        (App("a", AppKind.COMPOSE, (UP, replace(UP, health=Health.UNHEALTHY))), False),
        (App("a", AppKind.MENDER, ()), False),
        (App("a", AppKind.MENDER, (UP,), manifest_error="An update was interrupted."), False),
    ],
)
def test_an_app_is_well_when_all_of_it_is(app: App, well: bool) -> None:
    assert app_is_well(app) is well


def test_every_state_has_words() -> None:
    assert all(condition(replace(UP, state=state), NOW) for state in ContainerState)
