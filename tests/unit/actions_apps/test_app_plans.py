"""Plans for containers and apps: what they do, what they refuse, and what a person must type."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.model.acts import AwaitHealth, ControlApp, ControlContainer, RestorePrevious, Verb
from moducop_tui.model.apps import AppKind, Apps, ContainerState, Engine
from moducop_tui.model.plan import Action, ActionKind, Plan, Power, Weight
from moducop_tui.model.reading import Reading
from moducop_tui.model.work import Work
from tests.unit.actions_apps.scenes import CHECK, PREVIOUS, scene, stale
from tests.unit.core.well_device import APPS, MENDER, NGINX, PROCESS, STORAGE, WEB, with_container

WEB_NAME = "container nginx-demo-web-1"
APP_NAME = "app nginx-demo"
ENDPOINT = "unix:///run/docker.sock"
DOCKER = f"docker --host {ENDPOINT}"


def commands(plan: Plan) -> list[str]:
    return [step.command for step in plan.steps]


def test_a_container_is_restarted_with_one_key_and_enter_and_watched_until_it_is_well() -> None:
    plan = make_plan(Action(ActionKind.RESTART, WEB_NAME), scene())
    assert plan.runs
    assert plan.weight is Weight.LIGHT
    assert [type(step.act) for step in plan.steps] == [ControlContainer, AwaitHealth]
    assert commands(plan)[0] == f"{DOCKER} restart {WEB.id}"
    assert plan.summary == ("Restarts container nginx-demo-web-1 of app nginx-demo (nginx:1.27), now up 1 d healthy.",)


def test_stopping_takes_a_reason_and_says_what_brings_it_back() -> None:
    plan = make_plan(Action(ActionKind.STOP, WEB_NAME), scene())
    assert plan.weight is Weight.INTERRUPTS
    assert plan.steps[0].undo == "start"
    assert plan.afterwards == ("It stays stopped, also after a reboot, until somebody starts it.",)
    always = make_plan(Action(ActionKind.STOP, WEB_NAME), scene(apps=with_container(restart_policy="always")))
    assert always.afterwards == ("It starts again when Docker or the device starts: its restart policy is always.",)


def test_podman_is_told_by_its_own_program() -> None:
    apps = replace(APPS, engine=Engine("Podman", "4.3.1", "1.41", "/run/podman/podman.sock"))
    plan = make_plan(Action(ActionKind.RESTART, WEB_NAME), scene(apps=apps))
    assert commands(plan)[0] == f"podman --url unix:///run/podman/podman.sock restart {WEB.id}"


def test_every_command_names_the_engine_that_was_read_as_it_is_reached_from_here() -> None:
    """Else root's current context, or the program's default, decides which engine is told: maybe another machine's."""
    engine = replace(APPS.engine, socket="/run/other.sock", reached_at="/host/run/other.sock")
    apps, stopped = replace(APPS, engine=engine), replace(with_container(state=ContainerState.EXITED), engine=engine)
    plans = [
        *(make_plan(Action(kind, WEB_NAME), scene(apps=apps)) for kind in (ActionKind.RESTART, ActionKind.STOP)),
        *(make_plan(Action(kind, APP_NAME), scene(apps=apps)) for kind in (ActionKind.RESTART, ActionKind.STOP)),
        *(make_plan(Action(ActionKind.START, what), scene(apps=stopped)) for what in (WEB_NAME, APP_NAME)),
        make_plan(Action(ActionKind.PREVIOUS, APP_NAME), scene(PREVIOUS, apps=apps)),
        make_plan(Action(ActionKind.RESTART, APP_NAME), scene(replace(CHECK, compose=("docker-compose",)), apps=apps)),
    ]
    told = 0
    for plan in plans:
        for step in plan.steps:
            for command in step.command.split(" || ") if step.command.startswith("docker") else ():
                assert command.split()[1:3] == ["--host", "unix:///host/run/other.sock"], command
                told += 1
            if isinstance(step.act, ControlContainer | ControlApp | AwaitHealth):
                assert step.act.endpoint == "unix:///host/run/other.sock"
    assert told == 10


def test_a_running_container_is_not_started_and_a_stopped_one_not_stopped() -> None:
    started = make_plan(Action(ActionKind.START, WEB_NAME), scene())
    assert started.refusal == "nginx-demo-web-1 runs already: restart it, if that is meant."
    gone = with_container(state=ContainerState.EXITED, exit_code=0)
    assert make_plan(Action(ActionKind.STOP, WEB_NAME), scene(apps=gone)).refusal == (
        "nginx-demo-web-1 does not run: nothing to stop."
    )
    assert make_plan(Action(ActionKind.START, WEB_NAME), scene(apps=gone)).runs


def test_a_container_that_is_not_there_is_refused_by_name() -> None:
    plan = make_plan(Action(ActionKind.RESTART, "container web"), scene())
    assert not plan.runs
    assert plan.refusal == "There is no container web on this device: look at Apps for the names."


def test_a_subject_that_names_neither_kind_is_asked_for() -> None:
    plan = make_plan(Action(ActionKind.RESTART, None), scene())
    assert plan.refusal == "Say what to restart: `container NAME` or `app NAME`."


def test_nothing_is_restarted_while_somebody_updates_the_device() -> None:
    plan = make_plan(Action(ActionKind.RESTART, WEB_NAME), scene(mender=replace(MENDER, processes=(PROCESS,))))
    assert plan.refusal == "Wait until it has ended: mender-update install (process 812)."


def test_on_a_full_data_partition_nothing_is_stopped_that_would_not_start_again() -> None:
    full = tuple(replace(one, available=0) if one.mount_point == "/data" else one for one in STORAGE.file_systems)
    storage = replace(STORAGE, file_systems=full)
    for kind, subject in ((ActionKind.RESTART, WEB_NAME), (ActionKind.RESTART, "app nginx-demo")):
        plan = make_plan(Action(kind, subject), scene(storage=storage))
        assert plan.overrides == ("no room",)
        assert any("may not start again" in (one.remedy or "") for one in plan.preconditions)
    assert make_plan(Action(ActionKind.STOP, WEB_NAME), scene(storage=storage)).overrides == ()


def test_another_console_at_work_is_named() -> None:
    plan = make_plan(Action(ActionKind.RESTART, WEB_NAME), scene(work=Work(held_by="install by root on ttymxc0")))
    assert plan.refusal == "Wait until it has ended: install by root on ttymxc0."


def test_no_plan_is_made_from_a_stale_reading() -> None:
    plan = make_plan(Action(ActionKind.RESTART, WEB_NAME), stale("apps", "Docker is not answering."))
    assert plan.refusal == "Container engine can't be read, so nothing is changed. Docker is not answering."


def test_an_app_is_told_through_compose_by_its_project_alone() -> None:
    plan = make_plan(Action(ActionKind.RESTART, APP_NAME), scene())
    assert commands(plan)[0] == f"{DOCKER} compose --project-name nginx-demo restart"
    assert plan.steps[0].act == ControlApp("nginx-demo", Verb.RESTART, tuple(commands(plan)[0].split()), ENDPOINT)
    assert plan.steps[1].act == AwaitHealth(("nginx-demo-web-1",), 120, "nginx-demo", ENDPOINT)
    assert make_plan(Action(ActionKind.STOP, APP_NAME), scene()).weight is Weight.INTERRUPTS


def test_compose_1_needs_the_file() -> None:
    plan = make_plan(Action(ActionKind.RESTART, APP_NAME), scene(replace(CHECK, compose=("docker-compose",))))
    assert (
        commands(plan)[0] == f"docker-compose --host {ENDPOINT} --project-name nginx-demo --file {CHECK.file} restart"
    )
    without = replace(CHECK, compose=("docker-compose",), file=None)
    assert not make_plan(Action(ActionKind.RESTART, APP_NAME), scene(without)).runs


def test_without_compose_only_containers_can_be_told() -> None:
    plan = make_plan(Action(ActionKind.RESTART, APP_NAME), scene(replace(CHECK, compose=())))
    assert plan.refusal is not None
    assert "only single containers can be told" in plan.refusal


def test_an_app_without_containers_is_created_as_its_module_does_it() -> None:
    apps = Apps(APPS.engine, (replace(NGINX, containers=()),))
    plan = make_plan(Action(ActionKind.START, APP_NAME), scene(apps=apps))
    assert commands(plan)[0] == f"{DOCKER} compose --project-name nginx-demo --file {CHECK.file} up -d --remove-orphans"
    assert make_plan(Action(ActionKind.RESTART, APP_NAME), scene(apps=apps)).refusal == (
        "nginx-demo has no container: start it."
    )


def test_containers_that_can_not_start_any_more_are_made_anew_from_the_file() -> None:
    """After a power cut the engine may have lost the network that they were made with."""
    stopped = replace(WEB, state=ContainerState.EXITED, exit_code=0)
    apps = Apps(APPS.engine, (replace(NGINX, containers=(stopped,)),))
    start = f"{DOCKER} compose --project-name nginx-demo start"
    anew = f"{DOCKER} compose --project-name nginx-demo --file {CHECK.file} up -d --force-recreate --remove-orphans"
    plan = make_plan(Action(ActionKind.START, APP_NAME), scene(apps=apps))
    assert commands(plan)[0] == f"{start} || {anew}"
    assert plan.steps[0].act == ControlApp(
        "nginx-demo", Verb.START, tuple(start.split()), ENDPOINT, tuple(anew.split())
    )
    assert plan.steps[1].act == AwaitHealth((), 120, "nginx-demo", ENDPOINT)
    assert plan.afterwards == ("Containers that can't start any more are made anew; what they keep in volumes stays.",)
    combined = make_plan(Action(ActionKind.START, APP_NAME), scene(replace(CHECK, is_combined=True), apps=apps))
    assert commands(combined)[0] == start


def test_an_app_with_damaged_manifests_is_left_alone() -> None:
    broken = Apps(APPS.engine, (replace(NGINX, manifest_error="An update of nginx-demo was interrupted."),))
    plan = make_plan(Action(ActionKind.RESTART, APP_NAME), scene(apps=broken))
    assert plan.refusal == "An update of nginx-demo was interrupted."


def test_a_single_container_is_no_app() -> None:
    single = Apps(APPS.engine, (replace(NGINX, kind=AppKind.SINGLE, containers=(replace(WEB, project=None),)),))
    plan = make_plan(Action(ActionKind.RESTART, APP_NAME), scene(apps=single))
    assert plan.refusal == "nginx-demo is a single container: restart the container itself."


def test_the_version_before_comes_back_only_where_it_is_kept() -> None:
    plan = make_plan(Action(ActionKind.PREVIOUS, APP_NAME), scene())
    assert plan.refusal == (
        "No version before of nginx-demo is kept on this device: install the artifact of that version."
    )


def test_back_to_the_version_before_stops_moves_starts_and_watches() -> None:
    plan = make_plan(Action(ActionKind.PREVIOUS, APP_NAME), scene(PREVIOUS))
    assert plan.runs
    assert plan.weight is Weight.INTERRUPTS
    kinds = [type(step.act) for step in plan.steps]
    assert kinds == [ControlApp, RestorePrevious, ControlApp, AwaitHealth]
    assert plan.steps[1].power is Power.KEEP
    assert plan.steps[1].undo is not None
    assert "/data/mender-app/.nginx-demo.aside" in plan.steps[1].undo
    assert commands(plan)[2].endswith("up -d --remove-orphans")
    assert "77b0e1c" in plan.summary[0]
    assert plan.afterwards == ("Mender still believes that 8f249b9 is installed, until the next one.",)


def test_backups_of_an_unresolved_update_are_never_touched() -> None:
    held = replace(PREVIOUS, transaction="/data/mender-app/.transactions/nginx-demo.lock")
    plan = make_plan(Action(ActionKind.PREVIOUS, APP_NAME), scene(held))
    assert plan.refusal is not None
    assert "delete nothing" in plan.refusal


def test_an_engine_that_can_start_nothing_is_told_nothing() -> None:
    dead = replace(APPS, engine=replace(APPS.engine, trouble="containerd does not run. Start it."))
    for action in (
        Action(ActionKind.RESTART, WEB_NAME), Action(ActionKind.STOP, WEB_NAME), Action(ActionKind.RESTART, APP_NAME),
        Action(ActionKind.STOP, APP_NAME), Action(ActionKind.PREVIOUS, APP_NAME),
    ):  # fmt: skip
        plan = make_plan(action, scene(PREVIOUS, apps=dead))
        assert plan.refusal == "containerd does not run. Start it."
        assert plan.overrides == ()


def test_what_compose_run_left_behind_is_not_waited_for() -> None:
    left = replace(
        WEB, id="e" * 64, name="nginx-demo-web-run-1", one_off=True, state=ContainerState.EXITED, exit_code=1
    )
    apps = Apps(APPS.engine, (replace(NGINX, containers=(WEB, left)),))
    plan = make_plan(Action(ActionKind.RESTART, APP_NAME), scene(apps=apps))
    assert plan.steps[-1].act == AwaitHealth((WEB.name,), 120, "nginx-demo", ENDPOINT)
    assert plan.summary == ("Restarts the one container of nginx-demo in compose's order: now 1 of 1 well.",)
    assert make_plan(Action(ActionKind.START, APP_NAME), scene(apps=apps)).refusal == (
        "All of nginx-demo runs: restart it, if that is meant."
    )
    alone = Apps(APPS.engine, (replace(NGINX, containers=(left,)),))
    assert "up -d" in commands(make_plan(Action(ActionKind.START, APP_NAME), scene(apps=alone)))[0]


def test_a_slow_health_check_is_waited_for_as_its_settings_have_it() -> None:
    for seconds, longest, more in ((90.0, 0, ""), (500.0, 510, ", 510 s where"), (1110.0, 900, ", 900 s where")):
        apps = with_container(check_seconds=seconds)
        for what in (WEB_NAME, APP_NAME):
            step = make_plan(Action(ActionKind.RESTART, what), scene(apps=apps)).steps[-1]
            assert isinstance(step.act, AwaitHealth)
            assert (step.act.seconds, step.act.longest) == (120, longest)
            assert more in step.command


@pytest.mark.parametrize("kind", [ActionKind.RESTART, ActionKind.STOP, ActionKind.START, ActionKind.PREVIOUS])
@pytest.mark.parametrize("subject", ["app nginx-demo", "container nginx-demo-web-1"])
def test_while_the_engine_can_not_be_read_nothing_is_said_to_be_absent(kind: ActionKind, subject: str) -> None:
    made = scene()
    unread: Reading[Apps] = Reading(error="Docker is stopped.")
    plan = make_plan(Action(kind, subject), replace(made, readings=replace(made.readings, apps=unread)))
    assert not plan.runs
    assert subject in plan.title
    assert plan.refusal == "Container engine can't be read, so nothing is changed. Docker is stopped."
