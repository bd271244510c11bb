"""Logs of real containers, as the engines' journald drivers write them: of renamed ones, and in parts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import require_bench
from .containers_watch import EngineWorld
from .namespace import Namespace

IMAGE = "bench/app:1.0"
SOURCE = Path(__file__).parents[2]
CONSOLE = [sys.executable, "-m", "moducop_tui"]


@pytest.fixture(params=["docker", "podman"])
def world(request: pytest.FixtureRequest) -> Iterator[EngineWorld]:
    require_bench()
    docker = request.param == "docker"
    with Namespace(docker=docker, podman=not docker) as namespace:
        namespace.import_app(IMAGE)
        if docker:
            yield EngineWorld(namespace, ["docker"], IMAGE)
        else:
            yield EngineWorld(namespace, namespace.podman(), f"localhost/{IMAGE}")


def logs(world: EngineWorld, *words: str) -> list[dict[str, object]]:
    command = [*CONSOLE, "logs", "--json", *words]
    done = world.namespace.run(command, timeout=60, env={"PYTHONPATH": str(SOURCE)}).check()
    return [json.loads(row) for row in done.stdout.splitlines()]


def said(world: EngineWorld, *words: str) -> list[object]:
    return [one["message"] for one in logs(world, *words)]


def test_a_renamed_container_keeps_its_log(world: EngineWorld) -> None:
    talk = ("sh", "-c", "echo before; while [ ! -e /go ]; do sleep 0.1; done; echo after; sleep 1000")
    world.start("old", "--log-driver=journald", run=talk)
    world.namespace.wait_until("journalctl -o cat CONTAINER_NAME=old | grep -q before")
    world.engine("rename", "old", "new")
    world.engine("exec", "new", "touch", "/go")
    world.namespace.wait_until("journalctl -o cat | grep -q after")
    identity = world.inspect("new")["Id"]
    assert said(world, "--container", "new") == ["before", "after"]
    assert said(world, "--container", identity[:12]) == ["before", "after"]
    assert "before" in said(world, "--container", "old")
    assert said(world, "--container", "other") == []


def test_a_message_that_is_longer_than_a_part_is_one_error() -> None:
    require_bench()
    with Namespace(docker=True) as namespace:
        namespace.import_app(IMAGE)
        world = EngineWorld(namespace, ["docker"], IMAGE)
        # 50,000 bytes: four parts of sixteen KiB at most.
        long = "head -c 50000 /dev/zero | tr '\\0' x >&2; echo >&2; echo short >&2"
        world.start("loud", run=("sh", "-c", f"{long}; sleep 1000"))
        namespace.wait_until("journalctl -o cat CONTAINER_NAME=loud | grep -qx short")
        parts = logs(world, "--container", "loud")
        assert [one["continues"] for one in parts] == [False, True, True, True, False]
        told = namespace.run([*CONSOLE, "status", "--json"], timeout=60, env={"PYTHONPATH": str(SOURCE)})
        log = json.loads(told.stdout)["log"]["value"]
        assert log["errors_last_hour"] == 2
        assert [one["entry"]["message"][:5] for one in log["recent"] if one["entry"]["container"] == "loud"] == [
            "xxxxx",
            "short",
        ]
