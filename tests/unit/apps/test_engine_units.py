"""An engine that does not answer: what its units say of it, and what helps."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.sources import engine, engine_units
from moducop_tui.sources.containers import ContainersSource
from tests.unit.apps.engine_fake import FakeEngine, apps_of, sentence_of

START = "Start it: systemctl start docker."
ABSENT = "There is no docker.service: Docker is not installed, or started in another way."


def unmask(units: str) -> str:
    return f"docker.service is masked, nothing can start it: systemctl unmask {units}; then: systemctl start docker."


@pytest.fixture
def this_machine(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose systemctl answers with the files `UNIT` below it, in the order asked."""
    tool = root / "systemctl"
    tool.write_text(
        "#!/bin/sh\nshift 3\nfor unit; do\n"
        f"  cat {root}/$unit 2>/dev/null || printf 'LoadState=not-found\\nActiveState=inactive\\n'\n  echo\ndone\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(root), prepend=":")
    for module in (engine, engine_units):
        monkeypatch.setattr(module, "SYSTEMD_RUNS", str(root))
    monkeypatch.setattr(engine, "DOCKER_SOCKETS", (str(root / "run/docker.sock"),))
    monkeypatch.setattr(engine, "PODMAN_SOCKET", str(root / "run/podman.sock"))
    return root


def says(machine: Path, unit: str, load: str, active: str) -> None:
    (machine / unit).write_text(f"LoadState={load}\nActiveState={active}\n")


def stale_socket(machine: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(machine / "run/docker.sock"))


@pytest.mark.parametrize(
    ("held", "service", "sentence"),
    [
        (("loaded", "active"), ("loaded", "inactive"), f"Docker is stopped: docker.service is inactive. {START}"),
        (("loaded", "active"), ("loaded", "failed"), f"Docker is stopped: docker.service is failed. {START}"),
        (("loaded", "active"), ("loaded", "deactivating"), "Docker is stopping: docker.service is deactivating."),
        (("loaded", "active"), ("masked", "inactive"),
         f"Docker is stopped: docker.service is inactive. {unmask('docker.service')}"),
        (("loaded", "active"), ("loaded", "active"), None),
        (("loaded", "active"), ("loaded", "activating"), None),
        (("loaded", "inactive"), ("loaded", "inactive"), None),
    ],
)  # fmt: skip
def test_a_stopped_docker_whose_socket_systemd_holds_is_not_started_by_asking(
    this_machine: Path,
    docker: FakeEngine,
    held: tuple[str, str],
    service: tuple[str, str],
    sentence: str | None,
) -> None:
    says(this_machine, "docker.socket", *held)
    says(this_machine, "docker.service", *service)
    source = ContainersSource(Config(), Host())
    if sentence is None:
        assert apps_of(source).containers
    else:
        assert sentence_of(source) == sentence
        assert docker.questions == []
    source.close()


def test_one_that_tells_nothing_of_its_end_is_not_started_by_going_on_asking(
    this_machine: Path, docker: FakeEngine
) -> None:
    docker.gives_events = False
    says(this_machine, "docker.socket", "loaded", "active")
    says(this_machine, "docker.service", "loaded", "active")
    source = ContainersSource(Config(), Host())
    assert apps_of(source).containers
    asked = len(docker.questions)
    says(this_machine, "docker.service", "loaded", "inactive")
    assert sentence_of(source) == f"Docker is stopped: docker.service is inactive. {START}"
    assert len(docker.questions) == asked
    source.close()


@pytest.mark.parametrize(
    ("service", "held", "remedy"),
    [
        ("loaded", "loaded", START),
        ("masked", "loaded", unmask("docker.service")),
        ("masked", "masked", unmask("docker.service docker.socket")),
        ("not-found", "not-found", ABSENT),
        ("bad-setting", "loaded", START),
    ],
)
def test_where_nothing_listens_the_unit_says_what_helps(
    this_machine: Path, service: str, held: str, remedy: str
) -> None:
    says(this_machine, "docker.service", service, "inactive")
    says(this_machine, "docker.socket", held, "inactive")
    stale_socket(this_machine)
    place = this_machine / "run/docker.sock"
    assert sentence_of(ContainersSource(Config(), Host())) == (
        f"Docker is stopped: nothing listens on {place}. {remedy}"
    )


@pytest.mark.parametrize(
    ("docker_load", "podman_load", "end"),
    [
        ("loaded", "not-found", START),
        ("masked", "not-found", unmask("docker.service")),
        ("masked", "loaded", unmask("docker.service")),
        ("not-found", "not-found", "Neither Docker nor Podman is installed."),
        ("not-found", "loaded", "Start it: systemctl start podman."),
    ],
)
def test_where_there_is_no_socket_too(this_machine: Path, docker_load: str, podman_load: str, end: str) -> None:
    for unit, load in (
        ("docker.service", docker_load),
        ("podman.socket", podman_load),
        ("podman.service", podman_load),
    ):
        if load != "not-found":
            says(this_machine, unit, load, "inactive")
    sentence = sentence_of(ContainersSource(Config(), Host()))
    assert sentence.startswith("No container engine is running: neither ")
    assert sentence.endswith(end)


@pytest.mark.parametrize("answer", ["echo", "exit 1", "printf 'LoadState=loaded\\n'", "yes | head -n 100000"])
def test_a_systemctl_that_says_something_else_is_not_believed(this_machine: Path, answer: str) -> None:
    (this_machine / "systemctl").write_text(f"#!/bin/sh\n{answer}\n")
    stale_socket(this_machine)
    assert sentence_of(ContainersSource(Config(), Host())).endswith(START)


@pytest.mark.parametrize("place", ["etc", "run"])
def test_below_a_root_prefix_a_masked_unit_is_seen_by_its_file(
    root: Path, source: ContainersSource, place: str
) -> None:
    (root / place / "systemd/system").mkdir(parents=True)
    (root / place / "systemd/system/docker.service").symlink_to("/dev/null")
    stale_socket(root)
    assert sentence_of(source) == (
        f"Docker is stopped: nothing listens on /run/docker.sock. {unmask('docker.service')}"
    )
