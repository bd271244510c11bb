"""Actions on real containers and compose projects, from the command line, as a technician types them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .conftest import require_bench
from .machine import Machine

WEB, LOGGER = "nginx-demo-web-1", "gpx-logger-logger-1"


@pytest.fixture(scope="module")
def apps() -> Iterator[Machine]:
    """A machine for these tests alone: what was done to its apps stays in its history."""
    require_bench()
    with Machine() as booted:
        yield booted


def started_at(machine: Machine, name: str) -> str:
    return machine.run(["docker", "inspect", "--format", "{{.State.StartedAt}}", name]).check().out


def runs(machine: Machine, name: str) -> bool:
    return machine.run(["docker", "inspect", "--format", "{{.State.Running}}", name]).check().out == "true"


def newest(machine: Machine) -> dict[str, object]:
    told: dict[str, list[dict[str, object]]] = json.loads(
        machine.run(["moducop-tui", "history", "--json"]).check().stdout
    )
    return told["actions"][0]


def test_a_container_is_restarted_and_found_well_again(apps: Machine) -> None:
    before, other = started_at(apps, WEB), started_at(apps, "nginx-demo-db-1")
    done = apps.run(["moducop-tui", "restart", "container", WEB, "--yes"], timeout=90).check()
    assert started_at(apps, WEB) != before
    assert started_at(apps, "nginx-demo-db-1") == other
    assert "healthy again after" in done.stdout
    record = newest(apps)
    assert (record["title"], record["outcome"]) == (f"Restart container {WEB}", "done")


def test_an_app_is_restarted_as_a_whole(apps: Machine) -> None:
    before = {name: started_at(apps, name) for name in (WEB, "nginx-demo-db-1")}
    apps.run(["moducop-tui", "restart", "app", "nginx-demo", "--yes"], timeout=90).check()
    assert all(started_at(apps, name) != moment for name, moment in before.items())


def test_an_app_is_stopped_with_a_reason_which_the_history_keeps_and_started_again(apps: Machine) -> None:
    stop = ["moducop-tui", "stop", "app", "gpx-logger"]
    refused = apps.run([*stop, "--yes"])
    assert refused.rc == 3
    assert "say why" in refused.stderr
    assert runs(apps, LOGGER)
    apps.run([*stop, "--yes", "--reason", "receiver is being changed"], timeout=90).check()
    assert not runs(apps, LOGGER)
    assert newest(apps)["reason"] == "receiver is being changed"
    apps.run(["moducop-tui", "start", "app", "gpx-logger", "--yes"], timeout=90).check()
    assert runs(apps, LOGGER)


def test_a_container_that_ends_at_once_is_told_with_its_code_and_its_own_words(apps: Machine) -> None:
    crash = ["docker", "run", "-d", "--name", "crash", "--log-driver", "journald", "gpx-logger/logger:1.4.0"]
    apps.run([*crash, "sh", "-c", "echo no receiver here; exit 7"]).check()
    try:
        apps.sh("docker wait crash").check()
        ended = apps.run(["moducop-tui", "start", "container", "crash", "--yes"], timeout=90)
        assert ended.rc == 1
        assert "with code 7" in ended.stdout
        steps = newest(apps)["steps"]
        assert isinstance(steps, list)
        assert "no receiver here" in steps[-1]["output"]
    finally:
        apps.run(["docker", "rm", "-f", "crash"]).check()


def test_a_dry_run_shows_the_plan_and_touches_nothing(apps: Machine) -> None:
    before, history = started_at(apps, WEB), apps.run(["moducop-tui", "history", "--json"]).check().stdout
    shown = apps.run(["moducop-tui", "restart", "container", WEB, "--dry-run"]).check()
    identity = apps.run(["docker", "inspect", "--format", "{{.Id}}", WEB]).check().out
    assert f"docker --host unix:///run/docker.sock restart {identity}" in " ".join(shown.stdout.split())
    assert started_at(apps, WEB) == before
    assert (
        json.loads(apps.run(["moducop-tui", "history", "--json"]).stdout)["actions"] == json.loads(history)["actions"]
    )


def test_without_a_terminal_and_without_yes_nothing_is_done(apps: Machine) -> None:
    before = started_at(apps, WEB)
    refused = apps.run(["moducop-tui", "restart", "container", WEB])
    assert refused.rc == 3
    assert "--yes" in refused.stderr
    assert started_at(apps, WEB) == before


def test_a_read_only_console_does_nothing_whatever_it_is_told(apps: Machine) -> None:
    before = started_at(apps, WEB)
    refused = apps.run(["moducop-tui", "--read-only", "restart", "container", WEB, "--yes"])
    assert refused.rc == 3
    assert "--read-only" in refused.stderr
    assert started_at(apps, WEB) == before


def test_an_app_goes_back_to_the_version_before_where_one_is_kept(apps: Machine) -> None:
    home = "/data/mender-app"
    apps.sh(
        f"cp -a {home}/gpx-logger {home}/gpx-logger-previous && "
        f"sed -i s/^SOFTWARE_VERSION=.*/SOFTWARE_VERSION=1.3.9/ {home}/gpx-logger-previous/manifests/.env"
    ).check()
    try:
        plain = ["moducop-tui", "previous", "gpx-logger", "--yes", "--reason", "1.4.0 loses tracks"]
        apps.run(plain, timeout=120).check()
        assert "SOFTWARE_VERSION=1.3.9" in apps.sh(f"cat {home}/gpx-logger/manifests/.env").out
        assert "SOFTWARE_VERSION=1.4.0" in apps.sh(f"cat {home}/.gpx-logger.aside/manifests/.env").out
        assert runs(apps, LOGGER)
        told = json.loads(apps.run(["moducop-tui", "status", "--json"]).check().stdout)
        versions = {one["name"]: one["version"] for one in told["apps"]["value"]["apps"]}
        assert versions["gpx-logger"] == "1.3.9"
    finally:
        apps.sh(f"rm -rf {home}/gpx-logger {home}/gpx-logger-previous; mv {home}/.gpx-logger.aside {home}/gpx-logger")
        up = "docker compose --project-name gpx-logger up -d --remove-orphans"
        apps.sh(f"cd {home}/gpx-logger/manifests && {up}", timeout=60).check()
