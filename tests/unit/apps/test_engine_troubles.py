"""Engines of other versions, engines that misbehave, are not there, and come back: each said, each survived."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.apps import ContainerState
from moducop_tui.model.wake import Wake
from moducop_tui.sources import containers, engine
from moducop_tui.sources.containers import ContainersSource
from tests.patience import FOR_EVER, PATIENCE
from tests.unit.apps.engine_fake import FakeEngine, apps_of, named, recording, sentence_of, until

# -- engines of other versions, and damaged ones ------------------------------------------------------------------


def with_version(docker: FakeEngine, api: object) -> None:
    docker.answers["version"] = {**docker.answers["version"], "ApiVersion": api}


def test_an_engine_newer_than_everything_known_is_spoken_to_in_its_own_version(
    docker: FakeEngine, source: ContainersSource
) -> None:
    with_version(docker, "1.99")
    docker.only_version = "1.99"
    assert apps_of(source).engine.api_version == "1.99"


def test_the_oldest_engine_that_is_understood(docker: FakeEngine, source: ContainersSource) -> None:
    with_version(docker, "1.24")
    docker.only_version = "1.24"
    assert apps_of(source).engine.api_version == "1.24"


def test_an_engine_that_is_too_old_is_said(docker: FakeEngine, source: ContainersSource) -> None:
    with_version(docker, "1.12")
    assert sentence_of(source) == (
        "Docker on /run/docker.sock is too old for this console: it speaks no API version from 1.24 on."
    )


@pytest.mark.parametrize("answer", [b"not json", b"[]", b"null", b'{"ApiVersion": 7}', b'{"ApiVersion": "x.y"}', b"{}",
                                    b'{"ApiVersion": "\\u0661.50"}'])  # fmt: skip
def test_something_else_on_the_socket_is_said(docker: FakeEngine, source: ContainersSource, answer: bytes) -> None:
    docker.answers["version"] = answer
    assert sentence_of(source) == (
        "Docker on /run/docker.sock gave an answer that is not understood. Is it an engine that listens there?"
    )


@pytest.mark.parametrize("answer", [b"not json", {"a": 1}, None])
def test_a_list_that_is_none_is_said(docker: FakeEngine, source: ContainersSource, answer: object) -> None:
    docker.answers["list"] = answer
    assert "not understood" in sentence_of(source)


def test_strange_entries_of_the_list_are_passed_over(docker: FakeEngine, source: ContainersSource) -> None:
    docker.answers["list"] += [None, 7, {}, {"Id": 9}]
    assert len(apps_of(source).containers) == len(recording("docker-20.10")["list"])


def test_one_broken_container_does_not_hide_the_others(docker: FakeEngine, source: ContainersSource) -> None:
    broken = docker.answers["inspections"]["oom"]["Id"]
    docker.refusals[broken] = "layer does not exist"
    apps = apps_of(source)
    assert named(apps, "oom").state is ContainerState.EXITED
    assert named(apps, "oom").restart_count is None
    assert named(apps, "edge-web-1").restart_count == 0


@pytest.mark.parametrize("answer", [None, b"not json", b"[" * 100_000, b"9" * 5000, b"\xff\xfe", [], "x", 5])
def test_one_container_of_which_no_answer_comes_does_not_hide_the_others(
    docker: FakeEngine, source: ContainersSource, answer: bytes | None
) -> None:
    """None: it hangs up, as Docker does where a question makes it fail."""
    docker.instead[docker.answers["inspections"]["oom"]["Id"]] = answer
    apps = apps_of(source)
    assert named(apps, "oom").state is ContainerState.EXITED
    assert named(apps, "oom").restart_count is None
    assert named(apps, "edge-web-1").restart_count == 0


def test_an_engine_that_goes_while_it_is_asked_has_gone(docker: FakeEngine, source: ContainersSource) -> None:
    docker.gives_events = False
    apps_of(source)
    docker.before = lambda path: docker.close() if "/containers/json" in path else None
    docker.answers["list"][0]["State"] = "paused"
    assert sentence_of(source) == (
        "Docker closed the connection on /run/docker.sock: it is stopping or starting again."
    )


def test_one_container_that_hangs_the_engine_does_not_hide_the_others(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ANSWER_LIMIT", 0.1)
    hanging = docker.answers["inspections"]["oom"]["Id"]
    docker.before = lambda path: time.sleep(0.4 if hanging in path else 0)
    apps = apps_of(source)
    assert named(apps, "oom").restart_count is None
    assert named(apps, "edge-web-1").restart_count == 0


def test_a_refusal_is_quoted_harmlessly(docker: FakeEngine, source: ContainersSource) -> None:
    docker.only_version = "\x1b[31mnone"
    assert sentence_of(source) == (
        "Docker on /run/docker.sock refused: client version 1.41 is not what this engine speaks."
    )


@pytest.mark.parametrize("message", [None, "", {"a": 1}, ["no"], 5])
def test_a_refusal_without_words_is_told_by_its_number(
    docker: FakeEngine, source: ContainersSource, message: object
) -> None:
    docker.refusals["containers/json"] = message
    assert sentence_of(source) == "Docker on /run/docker.sock refused: status 500, without a word."


# -- engines that are not there, and come back --------------------------------------------------------------------


def test_no_engine_at_all(source: ContainersSource) -> None:
    assert sentence_of(source) == (
        "No container engine is running: neither /run/docker.sock nor /run/podman/podman.sock is there. "
        "If Docker is installed: systemctl start docker."
    )


def test_no_engine_at_the_configured_place(root: Path) -> None:
    source = ContainersSource(Config(root=root, engine_socket="/run/mine.sock"), Host(root))
    assert sentence_of(source).startswith("No container engine at /run/mine.sock: there is no such socket.")


def test_a_socket_on_which_nobody_listens(root: Path, source: ContainersSource) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(root / "run/docker.sock"))
    assert sentence_of(source) == (
        "Docker is stopped: nothing listens on /run/docker.sock. Start it: systemctl start docker."
    )


def test_an_engine_that_never_answers(root: Path, source: ContainersSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ANSWER_LIMIT", 0.1)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(root / "run/docker.sock"))
        silent.listen()
        started = time.monotonic()
        assert sentence_of(source) == "Docker is not answering on /run/docker.sock: timed out after 0.1 s."
        assert time.monotonic() - started < PATIENCE


def test_an_engine_that_accepts_no_more(root: Path, source: ContainersSource) -> None:
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket(socket.AF_UNIX))
        full.bind(str(root / "run/docker.sock"))
        full.listen(0)
        waiting = stack.enter_context(socket.socket(socket.AF_UNIX))
        waiting.connect(str(root / "run/docker.sock"))
        assert sentence_of(source) == "Docker on /run/docker.sock hangs: it accepts no more connections."


def test_an_engine_that_hangs_up_at_once(root: Path, source: ContainersSource) -> None:
    with socket.socket(socket.AF_UNIX) as rude:
        rude.bind(str(root / "run/docker.sock"))
        rude.listen()

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    rude.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        assert sentence_of(source) == (
            "Docker closed the connection on /run/docker.sock: it is stopping or starting again."
        )
        rude.shutdown(socket.SHUT_RDWR)


def test_a_socket_that_may_not_be_used(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse, raising=False)
    assert sentence_of(source) == "Docker on /run/docker.sock may not be asked: permission denied. Run as root."


def test_an_engine_that_stops_and_one_that_starts_end_the_wait(
    root: Path, docker: FakeEngine, source: ContainersSource
) -> None:
    apps_of(source)
    threading.Timer(0.05, docker.close).start()
    started = time.monotonic()
    source.wait(FOR_EVER, Wake())
    assert time.monotonic() - started < PATIENCE
    until(lambda: not (root / "run/docker.sock").exists())
    assert sentence_of(source).startswith("No container engine is running")

    again: list[FakeEngine] = []
    answers = recording("docker-26.1")
    threading.Timer(0.05, lambda: again.append(FakeEngine(root / "run/docker.sock", answers))).start()
    started = time.monotonic()
    source.wait(FOR_EVER, Wake())
    assert time.monotonic() - started < PATIENCE
    assert apps_of(source).engine.version == answers["version"]["Version"]
    again[0].close()


def test_an_engine_that_hangs_between_two_readings_is_noticed(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ANSWER_LIMIT", 0.1)
    apps_of(source)
    monkeypatch.setattr(containers, "LIST_EVERY", 0.0)
    docker.before = lambda path: time.sleep(0.3)
    assert sentence_of(source) == "Docker is not answering on /run/docker.sock: timed out after 0.1 s."
    docker.before = lambda path: None
    assert apps_of(source).containers


def test_on_a_disk_in_a_reader_no_engine_is_missed(root: Path, source: ContainersSource) -> None:
    shutil.rmtree(root / "proc")
    assert sentence_of(source) == (
        f"Nothing is seen to run below {root} (it has no /proc/1): containers can't be asked about."
    )


def test_a_missing_library_is_said(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docker", None)
    assert sentence_of(source).startswith("Containers can't be read: Docker's library for Python is missing (")
