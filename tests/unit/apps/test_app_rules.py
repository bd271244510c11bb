"""When containers and apps count as well, and how their condition is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.app_rules import age, app_is_well, condition, is_done, is_well, was_started_again
from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Engine, Health
from moducop_tui.model.problems_apps import apps_problems
from moducop_tui.pages import app_words
from moducop_tui.roles import Role

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


TODAY = 1_795_403_143.0


@pytest.mark.parametrize(
    ("finished", "now", "words"),
    [
        (TODAY - 240, TODAY, "exited 4 min ago with code 1"),
        (12.0, TODAY, "exited with code 1"),  # in the year 1970, before the clock was set
        (12.0, 60.0, "exited 40 s ago with code 1"),  # which it is not yet
        (TODAY + 5, TODAY, "exited with code 1"),
        (None, TODAY, "exited with code 1"),
    ],
)
def test_an_age_that_can_not_be_is_left_out(finished: float | None, now: float, words: str) -> None:
    ended = Container("id", "web", "image", ContainerState.EXITED, exit_code=1, finished_at=finished)
    assert condition(ended, now) == words
    assert condition(replace(UP, started_at=finished), now).partition(" up")[0].startswith("up")
    assert age(finished, now) is None or 0 <= (age(finished, now) or 0) < 365 * DAY


FAILED_RUN = replace(UP, name="shop-web-run-1a2b", state=ContainerState.EXITED, exit_code=1, one_off=True,
                     finished_at=NOW - 240, restart_policy="no")  # fmt: skip


@pytest.mark.parametrize("left", [FAILED_RUN, replace(FAILED_RUN, exit_code=0), replace(FAILED_RUN, oom_killed=True),
                                  replace(UP, one_off=True, health=Health.UNHEALTHY)])  # fmt: skip
def test_what_compose_run_left_behind_makes_no_app_ill(left: Container) -> None:
    assert app_is_well(App("shop", AppKind.COMPOSE, (UP, left)))
    assert app_is_well(App("shop", AppKind.MENDER, (UP, left)))
    assert not app_is_well(App("shop", AppKind.COMPOSE, (replace(UP, state=ContainerState.DEAD), left)))
    assert condition(left, NOW).startswith("one-off ")


def test_it_is_no_app_of_mender_s_by_itself_nor_an_ill_project() -> None:
    assert not app_is_well(App("shop", AppKind.MENDER, (FAILED_RUN,)))
    assert app_is_well(App("shop", AppKind.COMPOSE, (FAILED_RUN,)))
    assert (
        list(apps_problems(Apps(Engine("Docker", None, None, "/s"), (App("shop", AppKind.COMPOSE, (UP, FAILED_RUN)),))))
        == []
    )


def test_it_is_seen_beside_the_app_without_alarm() -> None:
    app = App("shop", AppKind.COMPOSE, (replace(UP, service="web"), replace(FAILED_RUN, service="web")))
    assert app_words.app_role(app) is Role.OK
    assert app_words.container_role(FAILED_RUN) is Role.DIM
    assert app_words.short_name(app.containers[1], app) == "web-run-1a2b"
    text = " | ".join("".join(span.text for span in row) for row in app_words.summary(app, NOW))
    assert text == "web-run-1a2b one-off exited 4 min ago with code 1 | 1 up 2 d: web"


def test_another_run_is_told_by_its_process_where_the_clock_was_set() -> None:
    before = replace(UP, pid=812)
    assert not was_started_again(before, replace(before, started_at=NOW))
    assert was_started_again(before, replace(before, pid=813))
    assert was_started_again(UP, replace(UP, started_at=NOW))
    assert not was_started_again(UP, UP)
