"""Two real engines beside each other: told is the one that is shown, wherever root's own commands lead to."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import require_bench
from .namespace import Namespace

SOURCE = Path(__file__).parents[2]
FIRST, SECOND = "unix:///run/docker.sock", "unix:///run/other.sock"
HOME = "/run/home"


@pytest.fixture(scope="module")
def two() -> Iterator[Namespace]:
    """Each has a container `web`. The second is root's current context."""
    require_bench()
    with Namespace(docker=True) as namespace:
        namespace.import_app("bench/app:1")
        namespace.start_second_docker(SECOND)
        namespace.sh(f"docker -H {FIRST} save bench/app:1 | docker -H {SECOND} load", timeout=60).check()
        for endpoint in (FIRST, SECOND):
            options = ["--name", "web", "--network", "none", "--stop-timeout", "1"]
            command = ["docker", "-H", endpoint, "run", "-d", *options, "bench/app:1", "sleep", "1000"]
            namespace.run(command, timeout=60).check()
        namespace.sh(
            f"mkdir -p {HOME} && export HOME={HOME} && docker context create other --docker host={SECOND} && "
            f"docker context use other && echo 'engine_socket = \"/run/other.sock\"' >{HOME}/config.toml"
        ).check()
        yield namespace


def started(namespace: Namespace) -> list[str]:
    return [
        namespace.run(["docker", "-H", endpoint, "inspect", "-f", "{{.State.StartedAt}}", "web"]).check().out
        for endpoint in (FIRST, SECOND)
    ]


@pytest.mark.parametrize(
    ("options", "environment", "told"),
    [
        ((), {"HOME": HOME}, FIRST),
        (("--config", f"{HOME}/config.toml"), {}, SECOND),
        ((), {"DOCKER_HOST": SECOND}, FIRST),
        ((), {"DOCKER_CONTEXT": "other", "HOME": HOME, "DOCKER_TLS_VERIFY": "1"}, FIRST),
    ],
    ids=["the-current-context", "the-configured-socket", "DOCKER_HOST", "DOCKER_CONTEXT-and-TLS"],
)
def test_the_engine_that_is_shown_is_told(
    two: Namespace, options: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    console = [sys.executable, "-m", "moducop_tui", *options]
    environment = {"PYTHONPATH": str(SOURCE), **environment}
    shown = json.loads(two.run([*console, "status", "--json"], timeout=60, env=environment).stdout)
    assert f"unix://{shown['apps']['value']['engine']['socket']}" == told
    before = started(two)
    done = two.run([*console, "restart", "container", "web", "--yes"], timeout=120, env=environment).check()
    assert f"docker --host {told} restart" in " ".join(done.stdout.split())
    after = started(two)
    assert [endpoint for endpoint, *pair in zip((FIRST, SECOND), before, after, strict=True) if pair[0] != pair[1]] == [
        told
    ]


def test_podman_is_told_through_the_socket_that_was_read_whatever_store_its_command_has() -> None:
    """Its containers here lie in a store that a mere `podman restart` does not know."""
    require_bench()
    with Namespace(podman=True) as namespace:
        namespace.import_app("bench/app:1")
        podman = namespace.podman()
        options = ["--name", "web", "--network=none", "--stop-timeout=1"]
        namespace.run([*podman, "run", "-d", *options, "localhost/bench/app:1", "sleep", "1000"], timeout=60).check()
        begun = [*podman, "inspect", "-f", "{{.State.StartedAt}}", "web"]
        before = namespace.run(begun).check().out
        console = [sys.executable, "-m", "moducop_tui", "restart", "container", "web", "--yes"]
        environment = {"PYTHONPATH": str(SOURCE), "CONTAINER_HOST": "unix:///run/nowhere.sock"}
        done = namespace.run(console, timeout=120, env=environment).check()
        assert "podman --url unix:///run/podman/podman.sock restart" in " ".join(done.stdout.split())
        assert namespace.run(begun).check().out != before
