"""A Docker whose containerd is dead goes on answering, and can neither start nor stop anything: that is told."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from moducop_tui.sources import containers
from moducop_tui.sources.containers import ContainersSource
from tests.unit.apps.engine_fake import FakeEngine, apps_of, recording

DEAD = "containerd, which starts and stops Docker's containers, does not run: nothing listens on"
SHARED, OWN = "run/containerd/containerd.sock", "run/docker/containerd/containerd.sock"


def dead(docker: FakeEngine) -> None:
    """As Docker answers then: without naming it."""
    version = docker.answers["version"]
    docker.answers["version"] = {
        **version, "Components": [part for part in version["Components"] if part["Name"] != "containerd"]
    }  # fmt: skip


def listen(root: Path, place: str) -> socket.socket:
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(root / place))
    listener.listen()
    return listener


def left_behind(root: Path, place: str) -> None:
    listen(root, place).close()


@pytest.mark.parametrize(
    ("prepare", "end"),
    [
        (lambda root: None, f"/{SHARED}. Start it: systemctl start containerd."),
        (lambda root: left_behind(root, SHARED), f"/{SHARED}. Start it: systemctl start containerd."),
        (
            lambda root: left_behind(root, OWN),
            f"/{OWN}. Docker starts it again by itself; if it does not: systemctl restart docker.",
        ),
    ],
    ids=["no-socket", "left-behind", "docker-s-own"],
)
def test_a_dead_containerd_is_told(
    root: Path, docker: FakeEngine, source: ContainersSource, prepare: Callable[[Path], None], end: str
) -> None:
    prepare(root)
    dead(docker)
    apps = apps_of(source)
    assert apps.containers
    assert apps.engine.trouble == f"{DEAD} {end}"


def test_the_containerd_that_dockerd_was_told_of_counts(
    root: Path, docker: FakeEngine, source: ContainersSource
) -> None:
    (root / "run/docker.pid").write_text("812\n")
    (root / "proc/812").mkdir()
    (root / "proc/812/cmdline").write_text("dockerd\0--containerd=/run/mine.sock\0-H\0fd://\0")
    dead(docker)
    with listen(root, SHARED):
        assert (apps_of(source).engine.trouble or "").startswith(f"{DEAD} /run/mine.sock.")
    source.close()
    with listen(root, "run/mine.sock"):
        assert apps_of(source).engine.trouble is None


@pytest.mark.parametrize("place", [SHARED, OWN])
def test_a_living_one_costs_no_question(
    root: Path, docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(containers, "LIST_EVERY", 0.0)
    with listen(root, place):
        for _ in range(4):
            assert apps_of(source).engine.trouble is None
    assert docker.count("/version") == 1


def test_one_that_is_not_found_is_asked_for_and_believed(docker: FakeEngine, source: ContainersSource) -> None:
    assert apps_of(source).engine.trouble is None
    assert docker.count("/version") == 2


def test_it_is_noticed_when_it_dies_and_when_it_comes_back(
    root: Path, docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "LIST_EVERY", 0.0)
    whole = docker.answers["version"]
    with listen(root, SHARED):
        assert apps_of(source).engine.trouble is None
    dead(docker)
    assert apps_of(source).engine.trouble is not None
    (root / SHARED).unlink()
    docker.answers["version"] = whole
    with listen(root, SHARED):
        assert apps_of(source).engine.trouble is None


@pytest.mark.parametrize("name", [["containerd"], {"a": 1}, None, 5])
def test_a_part_whose_name_is_none_is_not_taken_for_it(
    docker: FakeEngine, source: ContainersSource, name: object
) -> None:
    docker.answers["version"]["Components"] = [{"Name": name}, "containerd", None]
    assert (apps_of(source).engine.trouble or "").startswith(DEAD)


def test_podman_needs_none(root: Path, source: ContainersSource) -> None:
    podman = FakeEngine(root / "run/podman/podman.sock", recording("podman-4.3"))
    assert apps_of(source).engine.trouble is None
    podman.close()
