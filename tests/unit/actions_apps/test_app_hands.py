"""What is done to containers and apps: judged by looking at them again, not by what a tool says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.actions.hands import health, same_engine
from moducop_tui.actions.hands.compose import control_app
from moducop_tui.actions.hands.containers import control_container
from moducop_tui.actions.hands.health import await_health
from moducop_tui.actions.hands.previous import restore_previous
from moducop_tui.model.acts import AwaitHealth, ControlApp, ControlContainer, RestorePrevious, Verb
from moducop_tui.model.apps import App, Apps, ContainerState, Health
from moducop_tui.model.reading import Unavailable
from tests.unit.actions_apps.kits import Told, kit_of, program
from tests.unit.core.well_device import APPS, NGINX, WALL, WEB, with_container

ENDPOINT = APPS.engine.endpoint
DOCKER = ("docker", "--host", ENDPOINT)
RESTART = ControlContainer(WEB.id, WEB.name, Verb.RESTART, (*DOCKER, "restart", WEB.id), ENDPOINT)
STOP = ControlContainer(WEB.id, WEB.name, Verb.STOP, (*DOCKER, "stop", WEB.id), ENDPOINT)
RESTARTED = with_container(started_at=WALL - 1)
STOPPED = with_container(state=ContainerState.EXITED, exit_code=0, finished_at=WALL)
WATCH = AwaitHealth((WEB.name,), 30)


@pytest.fixture(autouse=True)
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of programs that stands before all others; its docker only says its arguments."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(health, "BETWEEN_LOOKS", 0.001)
    monkeypatch.setattr(same_engine, "LATE", 0.0)
    program(tmp_path, "docker", 'echo "$@"')
    return tmp_path


def test_a_restart_counts_when_the_container_has_started_again() -> None:
    told = Told([APPS, RESTARTED])
    result = control_container(RESTART, kit_of(told))
    assert result.good
    assert (result.exit_code, told.lines) == (0, [f"--host unix:///run/docker.sock restart {WEB.id}"])


def test_a_restart_that_left_the_container_alone_is_a_failure_though_docker_says_all_is_well() -> None:
    result = control_container(RESTART, kit_of(Told([APPS, APPS])))
    assert not result.good
    assert "The engine did not do it" in result.sentence


def test_an_event_that_comes_after_the_engine_s_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Podman answers before its event is there, and until that comes a reading shows what was."""
    monkeypatch.setattr(same_engine, "LATE", 5.0)
    monkeypatch.setattr(same_engine, "_BETWEEN_LOOKS", 0.001)
    assert control_container(RESTART, kit_of(Told([APPS, APPS, APPS, RESTARTED]))).good
    assert control_container(STOP, kit_of(Told([APPS, APPS, APPS, STOPPED]))).good
    act = ControlApp("nginx-demo", Verb.RESTART, DOCKER, ENDPOINT)
    assert control_app(act, kit_of(Told([APPS, APPS, APPS, RESTARTED]))).good
    assert control_app(replace(act, verb=Verb.STOP), kit_of(Told([APPS, APPS, APPS, STOPPED]))).good


def test_a_stop_counts_when_nothing_runs_any_more() -> None:
    assert control_container(STOP, kit_of(Told([APPS, STOPPED]))).good
    assert not control_container(STOP, kit_of(Told([APPS, APPS]))).good


def test_another_container_of_the_same_name_is_not_touched(tools: Path) -> None:
    program(tools, "docker", f"touch {tools}/ran")
    result = control_container(RESTART, kit_of(Told([with_container(id="f" * 64)])))
    assert not result.good
    assert not (tools / "ran").exists()
    assert "another may have its name" in result.sentence


def test_nothing_of_the_environment_leads_a_command_elsewhere(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine's program takes these before, or beside, what it is told: other hosts, keys, files and projects."""
    for name in (
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH",
        "DOCKER_API_VERSION", "CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINERS_CONF", "COMPOSE_FILE",
        "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES", "HTTP_PROXY", "https_proxy", "ALL_PROXY",
    ):  # fmt: skip
        monkeypatch.setenv(name, "elsewhere")
    program(tools, "docker", "/usr/bin/env")
    one, whole = Told([APPS, RESTARTED]), Told([APPS, RESTARTED])
    assert control_container(RESTART, kit_of(one)).good
    assert control_app(ControlApp("nginx-demo", Verb.RESTART, DOCKER, ENDPOINT), kit_of(whole)).good
    for told in (one, whole):
        assert [row for row in told.lines if row.startswith("PATH=")]
        assert not [row for row in told.lines if "elsewhere" in row]


def other_engine() -> Apps:
    """The same container as another engine tells it, which answers at another place."""
    return replace(APPS, engine=replace(APPS.engine, name="Podman", socket="/run/podman/podman.sock"))


def test_another_engine_than_the_plans_is_not_told_anything(tools: Path) -> None:
    program(tools, "docker", f"touch {tools}/ran")
    whole = control_app(ControlApp("nginx-demo", Verb.START, DOCKER, ENDPOINT), kit_of(Told([other_engine()])))
    assert (whole.good, whole.sentence.partition(":")[0]) == (False, "nginx-demo was not touched")
    result = control_container(RESTART, kit_of(Told([other_engine()])))
    assert result.sentence == (
        "nginx-demo-web-1 was not touched: Podman on /run/podman/podman.sock answers, "
        "the plan was made for unix:///run/docker.sock."
    )
    assert not (tools / "ran").exists()


@pytest.mark.parametrize("verb", [Verb.RESTART, Verb.STOP])
@pytest.mark.parametrize("left", [(), (replace(NGINX, name="another"),), (replace(NGINX, containers=()),)])
def test_an_app_that_is_gone_meanwhile_is_not_touched(tools: Path, verb: Verb, left: tuple[App, ...]) -> None:
    """As where the same engine was started again with other data."""
    program(tools, "docker", f"touch {tools}/ran")
    result = control_app(ControlApp("nginx-demo", verb, DOCKER, ENDPOINT), kit_of(Told([replace(APPS, apps=left)])))
    assert not result.good
    assert result.sentence == "nginx-demo was not touched: it has no container any more."
    assert not (tools / "ran").exists()


def test_what_another_engine_says_afterwards_judges_nothing() -> None:
    after = replace(other_engine(), apps=RESTARTED.apps)
    for result in (
        control_container(RESTART, kit_of(Told([APPS, after]))),
        control_app(ControlApp("nginx-demo", Verb.RESTART, DOCKER, ENDPOINT), kit_of(Told([APPS, after]))),
        await_health(replace(WATCH, seconds=0, endpoint=ENDPOINT), kit_of(Told([after]))),
    ):
        assert not result.good
        assert "can't be told: Podman on /run/podman/podman.sock answers" in result.sentence


def test_a_tool_that_prints_without_end_is_shown_by_its_last_lines(tools: Path) -> None:
    program(tools, "docker", "yes '' | head -n 1000000; echo the end")
    told = Told([APPS, RESTARTED])
    result = control_container(RESTART, kit_of(told))
    assert result.good
    assert len(told.lines) <= 400
    assert result.output.endswith("the end")


def test_what_the_tool_complained_of_is_in_the_sentence(tools: Path) -> None:
    program(tools, "docker", "echo 'Error response from daemon: no space left on device' >&2; exit 1")
    result = control_container(RESTART, kit_of(Told([APPS, APPS])))
    assert result.exit_code == 1
    assert result.sentence.endswith("exit code 1: Error response from daemon: no space left on device.")


def test_an_engine_that_went_away_leaves_the_question_open() -> None:
    result = control_container(RESTART, kit_of(Told([APPS, Unavailable("Docker is stopped.")])))
    assert not result.good
    assert result.sentence == "What became of nginx-demo-web-1 can't be told: Docker is stopped."


def test_an_app_of_which_one_container_was_left_alone_was_not_restarted() -> None:
    other = replace(WEB, id="d" * 64, name="nginx-demo-db-1")
    both = Apps(APPS.engine, (replace(NGINX, containers=(WEB, other)),))
    half = Apps(APPS.engine, (replace(NGINX, containers=(replace(WEB, started_at=WALL), other)),))
    argv = (*DOCKER, "compose", "--project-name", "nginx-demo", "restart")
    act = ControlApp("nginx-demo", Verb.RESTART, argv, ENDPOINT)
    result = control_app(act, kit_of(Told([both, half])))
    assert not result.good
    assert result.sentence == "2 of 2 containers of nginx-demo run, but nginx-demo-db-1 was not started again."


def test_what_can_not_start_any_more_is_made_anew(tools: Path) -> None:
    lost = "echo 'network 15a17ae439f3 not found' >&2; exit 1"
    program(tools, "docker", f'case "$*" in *force*) echo made anew ;; *) {lost} ;; esac')
    act = ControlApp("nginx-demo", Verb.START, ("docker", "start"), ENDPOINT, ("docker", "up", "--force-recreate"))
    result = control_app(act, kit_of(Told([APPS, APPS])))
    assert (result.good, result.exit_code) == (True, 0)
    assert result.output == "network 15a17ae439f3 not found\nmade anew"
    assert not control_app(replace(act, otherwise=()), kit_of(Told([APPS, APPS]))).good


def test_health_says_how_long_it_took() -> None:
    starting = with_container(health=Health.STARTING, fresh=True, started_at=WALL)
    result = await_health(WATCH, kit_of(Told([starting, starting, APPS])))
    assert result.good
    assert result.sentence == "nginx-demo-web-1: healthy again after 0 s."


def test_without_a_health_check_it_has_to_run_for_a_while() -> None:
    young = with_container(health=Health.NONE, started_at=WALL - 1)
    old = with_container(health=Health.NONE, started_at=WALL - 6)
    assert await_health(WATCH, kit_of(Told([young, old]))).good
    late = await_health(replace(WATCH, seconds=0), kit_of(Told([young])))
    assert not late.good


def test_a_health_check_that_takes_long_by_itself_is_waited_for_and_is_no_failure() -> None:
    slow = with_container(health=Health.STARTING, fresh=True, started_at=WALL, check_seconds=1110.0)
    waited = await_health(replace(WATCH, seconds=0, longest=60), kit_of(Told([slow, slow, APPS])))
    assert waited.sentence == "nginx-demo-web-1: healthy again after 0 s."
    undecided = await_health(replace(WATCH, seconds=0), kit_of(Told([slow])))
    assert undecided.good
    assert undecided.sentence == (
        "nginx-demo-web-1 runs. Its health check has not decided after 0 s, look again later. It may take 1110 s."
    )
    late = with_container(health=Health.STARTING, fresh=False, started_at=WALL - 2000, check_seconds=1110.0)
    assert not await_health(replace(WATCH, seconds=0, longest=60), kit_of(Told([late]))).good
    failed = with_container(health=Health.UNHEALTHY, fresh=True, started_at=WALL, check_seconds=1110.0)
    assert not await_health(replace(WATCH, seconds=0, longest=60), kit_of(Told([failed]))).good
    assert not await_health(replace(WATCH, seconds=9, longest=60), kit_of(Told([slow]), cancelled=lambda: True)).good


def test_what_compose_run_left_behind_fails_no_restart() -> None:
    left = replace(
        WEB, id="e" * 64, name="nginx-demo-web-run-1", one_off=True, state=ContainerState.EXITED, exit_code=1
    )
    before = Apps(APPS.engine, (replace(NGINX, containers=(WEB, left)),))
    after = Apps(APPS.engine, (replace(NGINX, containers=(replace(WEB, started_at=WALL - 9), left)),))
    act = ControlApp("nginx-demo", Verb.RESTART, DOCKER, ENDPOINT)
    assert control_app(act, kit_of(Told([before, after]))).sentence == "1 of 1 containers of nginx-demo run."
    assert await_health(AwaitHealth((), 0, "nginx-demo", ENDPOINT), kit_of(Told([after]))).good
    stopped = Apps(
        APPS.engine,
        (replace(NGINX, containers=(*STOPPED.apps[0].containers, replace(left, state=ContainerState.RUNNING))),),
    )
    assert control_app(replace(act, verb=Verb.STOP), kit_of(Told([before, stopped]))).good


def test_a_container_that_ended_for_good_is_told_with_its_code_and_its_last_words(tools: Path) -> None:
    program(tools, "docker", 'echo "$@"; echo "cannot open /dev/ttyS101" >&2')
    told = Told([with_container(state=ContainerState.EXITED, exit_code=1, restart_policy="no")])
    result = await_health(WATCH, kit_of(told))
    assert not result.good
    assert result.sentence == "nginx-demo-web-1 exited 0 s later with code 1."
    assert told.lines[-1] == "nginx-demo-web-1: cannot open /dev/ttyS101"
    assert f"--host unix:///run/docker.sock logs --tail 8 {WEB.id}" in result.output


def test_one_that_is_started_again_by_its_policy_gets_its_time() -> None:
    down = with_container(state=ContainerState.EXITED, exit_code=1, restart_policy="always")
    assert await_health(WATCH, kit_of(Told([down, down, APPS]))).good


def test_a_container_that_never_came_is_named() -> None:
    result = await_health(replace(WATCH, names=("web", "db"), seconds=0), kit_of(Told([APPS])))
    assert result.sentence == "db, web is not there after 0 s."


def app_directories(root: Path) -> Path:
    home = root / "data/mender-app"
    for name, version in (("web", "new"), ("web-previous", "old")):
        (home / name / "manifests").mkdir(parents=True)
        (home / name / "manifests/.env").write_text(f"SOFTWARE_VERSION={version}\n")
    return home


def test_the_version_before_takes_its_place_and_the_other_is_kept_aside(tmp_path: Path) -> None:
    home = app_directories(tmp_path)
    act = RestorePrevious("web", "/data/mender-app/web")
    result = restore_previous(act, kit_of(Told([]), tmp_path))
    assert result.good
    assert (home / "web/manifests/.env").read_text() == "SOFTWARE_VERSION=old\n"
    assert (home / ".web.aside/manifests/.env").read_text() == "SOFTWARE_VERSION=new\n"
    assert not (home / "web-previous").exists()


def test_a_move_that_was_cut_between_its_two_renames_goes_on(tmp_path: Path) -> None:
    home = app_directories(tmp_path)
    (home / "web").rename(home / ".web.aside")
    assert restore_previous(RestorePrevious("web", "/data/mender-app/web"), kit_of(Told([]), tmp_path)).good
    assert (home / "web/manifests/.env").read_text() == "SOFTWARE_VERSION=old\n"
    assert (home / ".web.aside/manifests/.env").read_text() == "SOFTWARE_VERSION=new\n"


def test_an_incomplete_version_before_is_left_where_it_is(tmp_path: Path) -> None:
    home = app_directories(tmp_path)
    (home / "web-previous/manifests/.env").unlink()
    (home / "web-previous/manifests").rmdir()
    result = restore_previous(RestorePrevious("web", "/data/mender-app/web"), kit_of(Told([]), tmp_path))
    assert not result.good
    assert (home / "web/manifests/.env").read_text() == "SOFTWARE_VERSION=new\n"
