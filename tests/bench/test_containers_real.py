"""The source of apps against a real Docker and a real Podman: what it says is what their own commands say, in time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from moducop_tui.config import Config
from moducop_tui.model.app_rules import app_is_well, condition, is_well
from moducop_tui.model.apps import AppKind, Apps, Container, ContainerState, Health
from moducop_tui.model.wake import Wake
from moducop_tui.sources import containers
from moducop_tui.sources.containers import ContainersSource

from .conftest import require_bench
from .containers_watch import EngineWorld, Watch
from .machine import Machine
from .namespace import PODMAN_SOCKET, Namespace

IMAGE = "bench/app:1.0"


@pytest.fixture(scope="module")
def docker_namespace() -> Iterator[EngineWorld]:
    require_bench()
    with Namespace(docker=True) as namespace:
        namespace.import_app(IMAGE)
        yield EngineWorld(namespace, ["docker"], IMAGE)


@pytest.fixture(scope="module")
def podman_namespace() -> Iterator[EngineWorld]:
    require_bench()
    with Namespace(podman=True) as namespace:
        namespace.import_app(IMAGE)
        yield EngineWorld(namespace, namespace.podman(), f"localhost/{IMAGE}")


@pytest.fixture
def docker(docker_namespace: EngineWorld) -> Iterator[EngineWorld]:
    yield docker_namespace
    docker_namespace.clear()


@pytest.fixture
def podman(podman_namespace: EngineWorld) -> Iterator[EngineWorld]:
    yield podman_namespace
    podman_namespace.clear()


@pytest.fixture(params=["docker", "podman"])
def world(request: pytest.FixtureRequest) -> EngineWorld:
    chosen: EngineWorld = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def watch(world: EngineWorld) -> Iterator[Watch]:
    with Watch(world) as watching:
        watching.until(lambda: watching.reading.value is not None, 5.0)
        yield watching


@pytest.fixture
def docker_watch(docker: EngineWorld) -> Iterator[Watch]:
    with Watch(docker) as watching:
        watching.until(lambda: watching.reading.value is not None, 5.0)
        yield watching


def is_running(container: Container) -> bool:
    return container.state is ContainerState.RUNNING


# -- a container's life -----------------------------------------------------------------------------------------


def test_start_stop_start_again_and_removal_are_seen_in_time(world: EngineWorld, watch: Watch) -> None:
    world.start("life")
    first = watch.until_container("life", is_running)
    assert is_well(first)
    world.engine("stop", "life")
    stopped = watch.until_container("life", lambda one: one.state is ContainerState.EXITED)
    assert stopped.exit_code == world.inspect("life")["State"]["ExitCode"] == 0
    assert not is_well(stopped)
    world.engine("start", "life")
    watch.until_container("life", lambda one: is_running(one) and one.pid != first.pid)
    world.engine("restart", "life")
    again = watch.until_container("life", lambda one: is_running(one) and one.pid != first.pid)
    assert condition(again, time.time()).startswith("up ")
    world.engine("rm", "-f", "life")
    watch.until(lambda: watch.find("life") is None)


def test_pausing_and_renaming_are_seen_in_time(world: EngineWorld, watch: Watch) -> None:
    world.start("held")
    watch.until_container("held", is_running)
    world.engine("pause", "held")
    watch.until_container("held", lambda one: one.state is ContainerState.PAUSED)
    world.engine("unpause", "held")
    watch.until_container("held", is_running)
    world.engine("rename", "held", "other")
    watch.until(lambda: watch.find("other") is not None)


def test_facts_are_those_that_the_engines_own_command_gives(world: EngineWorld, watch: Watch) -> None:
    options = ("--memory=64m", "--restart=unless-stopped", "-v", "/tmp:/host:ro", "-v", "store:/store")
    labels = ("--label=com.docker.compose.project=edge", "--label=com.docker.compose.service=web")
    world.start("edge-web-1", *options, *labels, "--label=software-version=1.4.0")
    seen = watch.until_container("edge-web-1", is_running)
    said = world.inspect("edge-web-1")
    assert seen.id == said["Id"]
    assert seen.pid == said["State"]["Pid"]
    assert seen.image == world.image
    assert seen.memory_limit == said["HostConfig"]["Memory"] == 64 << 20
    assert seen.restart_policy == said["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"
    assert seen.mounts == ("/tmp -> /host ro", "store -> /store")
    assert seen.started_at is not None
    assert abs(seen.started_at - time.time()) < 10
    assert watch.reading.value is not None
    (app,) = watch.reading.value.apps
    assert (app.name, app.kind, app.version, app_is_well(app)) == ("edge", AppKind.COMPOSE, "1.4.0", True)


def test_the_engine_is_named_as_it_names_itself(world: EngineWorld, watch: Watch) -> None:
    apps = watch.reading.value
    assert apps is not None
    version = world.engine("version", "--format", "{{.Server.Version}}" if apps.engine.name == "Docker" else "json")
    assert apps.engine.version is not None
    assert apps.engine.version in version
    assert apps.engine.name.lower() == world.command[0]


def test_the_journald_driver_is_named(docker: EngineWorld, docker_watch: Watch) -> None:
    docker.start("logs")
    assert docker_watch.until_container("logs", is_running).log_driver == "journald"


def test_cpu_and_memory_are_those_of_the_control_group(world: EngineWorld, watch: Watch) -> None:
    world.start("busy", "--cpus=0.3", "--memory=32m", run=("/bin/sh", "-c", "while :; do :; done"))
    busy = watch.until_container("busy", lambda one: one.cpu_share is not None and one.cpu_share > 0.2, 8.0)
    assert busy.cpu_share is not None
    assert 0.2 < busy.cpu_share < 0.4
    assert busy.memory is not None
    assert 50_000 < busy.memory < 32 << 20
    world.engine("kill", "busy")
    ended = watch.until_container("busy", lambda one: one.state is ContainerState.EXITED)
    assert (ended.cpu_share, ended.memory, ended.exit_code) == (None, None, 137)


# -- containers in trouble --------------------------------------------------------------------------------------


def test_a_container_that_restarts_in_a_loop_is_never_called_well(docker: EngineWorld, docker_watch: Watch) -> None:
    docker.start("crash", "--restart=always", run=("/bin/sh", "-c", "sleep 0.2; exit 3"))
    docker_watch.until_container("crash", lambda one: (one.restart_count or 0) >= 2, 5.0)
    seen = set()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        if (crash := docker_watch.find("crash")) is not None:
            assert not is_well(crash), crash
            seen.add(crash.state)
        time.sleep(0.02)
    assert ContainerState.RESTARTING in seen
    looping = docker_watch.until_container("crash", lambda one: one.state is ContainerState.RESTARTING, 5.0)
    assert condition(looping, time.time()) == f"restarting, {looping.restart_count} times, exit 3"


def test_podman_restarting_in_a_loop_is_never_called_well(podman: EngineWorld) -> None:
    podman.start("crash", "--restart=always", run=("/bin/sh", "-c", "sleep 0.2; exit 3"))
    with Watch(podman) as watch:
        watch.until_container("crash", lambda one: (one.restart_count or 0) >= 2, 5.0)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            crash = watch.find("crash")
            assert crash is None or not is_well(crash), crash
            time.sleep(0.02)


def test_health_is_seen_to_fail_and_to_come(docker: EngineWorld, docker_watch: Watch) -> None:
    check = ("--health-cmd", "test -e /tmp/ok", "--health-interval=200ms", "--health-retries=1")
    docker.start("web", *check)
    sick = docker_watch.until_container("web", lambda one: one.health is Health.UNHEALTHY, 5.0)
    assert not is_well(sick)
    docker.engine("exec", "web", "/bin/touch", "/tmp/ok")
    assert is_well(docker_watch.until_container("web", lambda one: one.health is Health.HEALTHY))


def test_running_out_of_memory_is_said(docker: EngineWorld, docker_watch: Watch) -> None:
    """On a busy machine the engine may hear of the end before it hears of the memory, and then never knows itself."""
    for name in ("greedy", "greedier", "greediest"):
        docker.start(name, "--memory=8m", run=("/bin/sh", "-c", "x=a; while :; do x=$x$x; done"))
        ended = docker_watch.until_container(name, lambda one: one.state is ContainerState.EXITED, 5.0)
        knows = docker.inspect(name)["State"]["OOMKilled"]
        wanted = "with code 137, out of memory" if knows else "with code 137"
        assert condition(ended, time.time()).endswith(wanted)
        if knows:
            return
    pytest.fail("the engine itself saw none of them run out of memory")


def test_why_a_container_cannot_be_started_is_quoted(docker: EngineWorld, docker_watch: Watch) -> None:
    arguments = ("run", "-d", "--network=none", "--name", "broken", docker.image, "/bin/not-there")
    assert docker.namespace.run(["docker", *arguments]).rc != 0
    broken = docker_watch.until_container("broken", lambda one: one.error is not None)
    assert broken.error is not None
    assert "/bin/not-there" in broken.error
    assert condition(broken, time.time()) == "could not be started"


def test_a_one_shot_that_has_ended_is_well(world: EngineWorld, watch: Watch) -> None:
    world.start("setup", "--label=io.ci4rail.mender.oneshot=true", run=("/bin/true",))
    done = watch.until_container("setup", lambda one: one.state is ContainerState.EXITED)
    assert is_well(done)
    # Podman tells that it has ended a moment before it tells when: no age is shown then.
    assert condition(done, time.time()).split()[0] == "done"


def test_nothing_hostile_comes_through(world: EngineWorld, watch: Watch) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u202e\x9b1m\r\n" + "x" * 10_000
    labels = ("com.docker.compose.project", "com.docker.compose.service", "software-version", evil[:300])
    world.start("n" + "a" * 120, *(f"--label={label}={evil}" for label in labels))
    watch.until_container("n" + "a" * 120, is_running)
    assert watch.reading.value is not None
    (app,) = watch.reading.value.apps
    (one,) = app.containers
    for text in (app.name, app.version, one.name, one.project, one.service, one.image, *one.mounts):
        assert text is not None
        assert text.isprintable()
        assert len(text) <= 400


def test_what_compose_run_left_behind_is_shown_and_makes_its_app_no_worse(
    docker: EngineWorld, docker_watch: Watch
) -> None:
    of_shop = ("--label=com.docker.compose.project=shop", "--label=com.docker.compose.service=web")
    docker.start("shop-web-1", *of_shop, "--label=com.docker.compose.oneoff=False")
    docker.start("shop-web-run-1a", *of_shop, "--label=com.docker.compose.oneoff=True", run=("false",))
    docker_watch.until_container(
        "shop-web-run-1a", lambda one: one.state is ContainerState.EXITED and one.exit_code == 1
    )
    assert docker_watch.reading.value is not None
    (app,) = docker_watch.reading.value.apps
    assert [one.name for one in app.containers] == ["shop-web-1", "shop-web-run-1a"]
    assert [one.name for one in app.members] == ["shop-web-1"]
    assert app_is_well(app)


def test_a_health_check_decides_in_its_own_time(world: EngineWorld, watch: Watch) -> None:
    world.start("slow", "--health-cmd=true", "--health-interval=5m", "--health-retries=2", "--health-timeout=10s",
                "--health-start-period=2m")  # fmt: skip
    slow = watch.until_container("slow", is_running)
    assert slow.check_seconds == 120 + 2 * (300 + 10)
    assert slow.health is Health.STARTING
    assert slow.fresh
    assert is_well(slow)


# -- engines in trouble -----------------------------------------------------------------------------------------


def test_docker_stopped_and_started_again_is_recovered(docker: EngineWorld, docker_watch: Watch) -> None:
    docker.start("lasting", "--restart=always")
    docker_watch.until_container("lasting", is_running)
    docker.namespace.sh("kill $(cat /run/docker.pid); while [ -e /run/docker.pid ]; do sleep 0.02; done").check()
    docker_watch.until(lambda: docker_watch.reading.error is not None)
    assert docker_watch.reading.is_stale
    docker_watch.until(lambda: "No container engine is running" in str(docker_watch.reading.error), 4.0)
    docker.namespace.start_docker()
    docker_watch.until_container("lasting", is_running, 4.0)


def test_docker_killed_leaves_a_socket_on_which_nobody_listens(docker: EngineWorld, docker_watch: Watch) -> None:
    docker.namespace.sh("kill -9 $(cat /run/docker.pid); while kill -0 $(cat /run/docker.pid); do :; done")
    docker_watch.until(lambda: "nothing listens on /run/docker.sock" in str(docker_watch.reading.error), 4.0)
    docker.namespace.start_docker()
    docker_watch.until(lambda: docker_watch.reading.error is None, 4.0)


def test_podmans_containers_live_on_without_its_service(podman: EngineWorld) -> None:
    podman.start("lasting")
    with Watch(podman) as watch:
        before = watch.until_container("lasting", is_running, 5.0)
        podman.end_service(PODMAN_SOCKET)
        podman.namespace.path(PODMAN_SOCKET).unlink(missing_ok=True)
        watch.until(lambda: watch.reading.error is not None)
        podman.namespace.start_podman()
        assert watch.until_container("lasting", is_running, 4.0).pid == before.pid


def test_an_engine_that_hangs_is_said_and_waited_for(
    docker: EngineWorld, docker_watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "LIST_EVERY", 0.5)
    docker.start("web")
    docker_watch.until_container("web", is_running)
    docker.namespace.sh("kill -STOP $(cat /run/docker.pid)").check()
    try:
        sentence = "Docker is not answering on /run/docker.sock: timed out after 3 s."
        docker_watch.until(lambda: docker_watch.reading.error == sentence, 8.0)
        assert docker_watch.reading.is_stale
    finally:
        docker.namespace.sh("kill -CONT $(cat /run/docker.pid)").check()
    docker_watch.until_container("web", is_running, 8.0)


def test_a_stopped_docker_of_the_whole_machine_is_not_woken(fresh_machine: Machine) -> None:
    machine = fresh_machine
    assert machine.run(["systemctl", "is-active", "docker.socket"]).out == "active"
    machine.run(["systemctl", "stop", "docker.service"], timeout=60).check()
    read = (
        "from moducop_tui.config import Config; from moducop_tui.host import Host; "
        "from moducop_tui.sources.containers import ContainersSource; print(ContainersSource(Config(), Host()).read())"
    )
    environment = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site"}
    said = machine.run(["python3", "-c", read], env=environment).check().out
    assert "Docker is stopped: docker.service is inactive. Start it: systemctl start docker." in said
    assert machine.run(["systemctl", "is-active", "docker.service"]).out == "inactive"
    machine.run(["systemctl", "start", "docker.service"], timeout=60).check()
    machine.wait_until("[ $(docker ps -q | wc -l) -ge 3 ]")
    told = machine.run(["python3", "-c", read], env=environment).check().out
    assert "kind=<AppKind.MENDER: 'mender'>" in told
    assert told.count("state=<ContainerState.RUNNING: 'running'>") == len(
        machine.run(["docker", "ps", "-q"]).out.split()
    )
    assert "memory=None" not in told


# -- what it costs ----------------------------------------------------------------------------------------------


def test_twelve_idle_containers_cost_less_than_half_a_percent_of_a_core(world: EngineWorld) -> None:
    for number in range(12):
        check = ("--health-cmd=true", "--health-interval=30s") if world.command == ["docker"] else ()
        world.start(f"idle-{number}", *check, f"--label=com.docker.compose.project=app-{number % 3}")
    source = ContainersSource(Config(root=world.host.root), world.host)
    wake = Wake()
    assert isinstance(source.read(), Apps)
    source.wait(1.0, wake)
    source.read()
    started, used = time.monotonic(), time.thread_time()
    while time.monotonic() - started < 6:
        source.wait(source.cadence, wake)
        assert isinstance(source.read(), Apps)
    share = (time.thread_time() - used) / (time.monotonic() - started)
    source.close()
    wake.close()
    assert share < 0.005, f"{share:.2%} of a core"
