"""The source as the collector drives it, against an engine that answers from recordings of real ones."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.apps import App
from moducop_tui.model.reading import Topic
from moducop_tui.model.wake import Wake
from moducop_tui.sources import containers, engine_events
from moducop_tui.sources.containers import ContainersSource
from tests.patience import FOR_EVER, PATIENCE
from tests.unit.apps.engine_fake import FakeEngine, apps_of, named, recording, sentence_of, until


def event(action: str, container_id: str) -> str:
    return json.dumps({"Type": "container", "Action": action, "Actor": {"ID": container_id}})


# -- what it reads ---------------------------------------------------------------------------------------------


def test_containers_of_docker_as_apps(docker: FakeEngine, source: ContainersSource) -> None:
    apps = apps_of(source)
    assert source.topic is Topic.APPS
    assert (apps.engine.name, apps.engine.version, apps.engine.api_version) == ("Docker", "20.10.24+dfsg1", "1.41")
    assert apps.engine.socket == "/run/docker.sock"
    edge = next(app for app in apps.apps if app.name == "edge")
    assert [container.service for container in edge.containers] == ["crash", "setup", "web"]
    assert len(apps.containers) == len(recording("docker-20.10")["list"])


def test_containers_of_podman_where_there_is_no_docker(root: Path, source: ContainersSource) -> None:
    podman = FakeEngine(root / "run/podman/podman.sock", recording("podman-4.3"))
    apps = apps_of(source)
    assert (apps.engine.name, apps.engine.version) == ("Podman", "4.3.1")
    assert apps.engine.socket == "/run/podman/podman.sock"
    assert named(apps, "edge-crash-1").restart_count == 5
    podman.close()


def test_the_configured_socket_goes_before_all_others(root: Path, docker: FakeEngine) -> None:
    other = FakeEngine(root / "run/other.sock", recording("podman-4.3"))
    source = ContainersSource(Config(root=root, engine_socket="/run/other.sock"), Host(root))
    assert apps_of(source).engine.socket == "/run/other.sock"
    assert docker.questions == []
    source.close()
    other.close()


def test_mender_applications_without_containers_are_there_too(
    root: Path, docker: FakeEngine, source: ContainersSource
) -> None:
    (root / "data/mender-app/gpx-logger/manifests").mkdir(parents=True)
    apps: tuple[App, ...] = apps_of(source).apps
    assert ("gpx-logger", ()) in [(app.name, app.containers) for app in apps]


# -- how little it asks ----------------------------------------------------------------------------------------


def test_nothing_is_asked_while_nothing_happens(docker: FakeEngine, source: ContainersSource) -> None:
    apps_of(source)
    asked = len(docker.questions)
    for _ in range(5):
        apps_of(source)
    assert len(docker.questions) == asked


def test_an_event_ends_the_wait_and_only_its_container_is_inspected(
    docker: FakeEngine, source: ContainersSource
) -> None:
    apps_of(source)
    web = docker.answers["inspections"]["edge-web-1"]
    inspected = docker.count("/json") - docker.count("containers/json")
    web["State"] = {**web["State"], "Status": "exited", "ExitCode": 137, "Pid": 0}
    threading.Timer(0.05, docker.say, (event("die", web["Id"]),)).start()
    started = time.monotonic()
    source.wait(FOR_EVER, Wake())
    assert time.monotonic() - started < PATIENCE
    assert named(apps_of(source), "edge-web-1").exit_code == 137
    assert docker.count("/json") - docker.count("containers/json") == inspected + 1
    assert docker.count("containers/json") == 2


def test_a_burst_of_events_is_one_reading(docker: FakeEngine, source: ContainersSource) -> None:
    apps_of(source)
    web = docker.answers["inspections"]["edge-web-1"]["Id"]
    for _ in range(20):
        docker.say(event("die", web))
        docker.say(event("start", web))
    source.wait(FOR_EVER, Wake())
    asked = len(docker.questions)
    apps_of(source)
    assert len(docker.questions) == asked + 2


def test_a_removed_container_is_gone_and_a_new_one_there(docker: FakeEngine, source: ContainersSource) -> None:
    apps_of(source)
    gone = docker.answers["list"].pop(0)
    new = {**docker.answers["inspections"]["oom"], "Id": "f" * 64, "Name": "/new"}
    docker.answers["inspections"]["new"] = new
    docker.answers["list"].append({"Id": "f" * 64, "Names": ["/new"], "State": "exited", "Status": "Exited (137)"})
    docker.say(event("destroy", gone["Id"]))
    source.wait(FOR_EVER, Wake())
    names = {container.name for container in apps_of(source).containers}
    assert "new" in names
    assert gone["Names"][0].lstrip("/") not in names


def test_a_container_that_goes_between_list_and_inspection_is_left_out(
    docker: FakeEngine, source: ContainersSource
) -> None:
    del docker.answers["inspections"]["oom"]
    assert "oom" not in {container.name for container in apps_of(source).containers}


def test_a_listing_that_differs_is_looked_into_without_an_event(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps_of(source)
    monkeypatch.setattr(containers, "LIST_EVERY", 0.0)
    web = docker.answers["inspections"]["edge-web-1"]
    web["State"] = {**web["State"], "Health": {"Status": "unhealthy"}}
    next(one for one in docker.answers["list"] if one["Id"] == web["Id"])["Status"] = "Up 3 seconds (unhealthy)"
    assert named(apps_of(source), "edge-web-1").health == "unhealthy"


def test_everything_is_inspected_anew_after_a_while(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps_of(source)
    monkeypatch.setattr(containers, "INSPECT_EVERY", 0.0)
    docker.answers["inspections"]["edge-web-1"]["RestartCount"] = 5
    assert named(apps_of(source), "edge-web-1").restart_count == 5


def test_without_a_stream_of_events_every_reading_lists(docker: FakeEngine, source: ContainersSource) -> None:
    docker.gives_events = False
    apps_of(source)
    apps_of(source)
    assert docker.count("containers/json") == 2
    started = time.monotonic()
    source.wait(0.05, Wake())
    assert time.monotonic() - started >= 0.04


def test_events_that_end_at_once_again_and_again_are_none(docker: FakeEngine, source: ContainersSource) -> None:
    """What stands before an engine may end every stream: to connect anew each time asks for all four times a second."""
    docker.ends_events = True
    apps_of(source)
    source.wait(FOR_EVER, Wake())
    apps_of(source)
    inspected = docker.count("/json")
    for _ in range(3):
        source.wait(0.0, Wake())
        apps_of(source)
    assert docker.count("/events") == 1
    assert docker.count("/json") == inspected + 3  # each reading lists, and inspects none


def test_a_flood_of_events_is_left_alone_and_every_reading_lists(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_events, "_FLOOD", 1000)
    apps_of(source)
    docker.say("\n".join([event("die", "f" * 64)] * 100))
    source.wait(FOR_EVER, Wake())
    asked = docker.count("containers/json")
    for _ in range(3):
        apps_of(source)
    assert docker.count("containers/json") == asked + 3
    assert docker.count("/events") == 1
    monkeypatch.setattr(containers, "INSPECT_EVERY", 0.0)
    apps_of(source)
    assert docker.count("/events") == 2


def test_more_containers_than_are_kept_are_told_not_cut_off(docker: FakeEngine, source: ContainersSource) -> None:
    docker.answers["list"] = [{"Id": f"{number:064x}"} for number in range(501)]
    assert sentence_of(source) == (
        "Docker lists 501 containers, the console keeps 500. docker container prune removes those that have ended."
    )


def test_a_long_label_of_one_container_hides_no_other(docker: FakeEngine, source: ContainersSource) -> None:
    for entry in docker.answers["list"]:
        entry["Labels"] = {**(entry["Labels"] or {}), "much": "x" * 1_000_000}
    assert len(apps_of(source).containers) == len(recording("docker-20.10")["list"])


def test_what_the_engine_tells_of_another_container_is_not_taken_for_this_one(
    docker: FakeEngine, source: ContainersSource
) -> None:
    oom = docker.answers["inspections"]["oom"]["Id"]
    docker.instead[oom] = docker.answers["inspections"]["edge-web-1"]
    assert named(apps_of(source), "oom").id == oom
    assert [one.name for one in apps_of(source).containers].count("edge-web-1") == 1


def test_a_container_that_can_not_be_kept_whole_has_the_facts_of_the_list(
    docker: FakeEngine, source: ContainersSource
) -> None:
    docker.answers["inspections"]["oom"]["Config"]["Env"] = ["A=B"] * 200_000
    apps = apps_of(source)
    assert named(apps, "oom").restart_count is None
    assert named(apps, "edge-web-1").restart_count == 0


def test_waiting_ends_when_woken_or_in_time(docker: FakeEngine, source: ContainersSource) -> None:
    apps_of(source)
    wake = Wake()
    started = time.monotonic()
    source.wait(0.05, wake)
    assert 0.04 < time.monotonic() - started < PATIENCE
    wake.set()
    source.wait(FOR_EVER, wake)
    assert time.monotonic() - started < PATIENCE


def test_a_source_gives_back_all_that_it_opened(docker: FakeEngine, source: ContainersSource) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    apps_of(source)
    source.close()
    before = descriptors()
    for _ in range(5):
        apps_of(source)
        source.close()
    until(lambda: descriptors() <= before)


def test_a_container_that_restarts_is_settling_for_a_while(docker: FakeEngine, source: ContainersSource) -> None:
    web: dict[str, Any] = docker.answers["inspections"]["edge-web-1"]
    web["RestartCount"] = 3
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 5))
    web["State"] = {**web["State"], "StartedAt": started}
    assert named(apps_of(source), "edge-web-1").settling
