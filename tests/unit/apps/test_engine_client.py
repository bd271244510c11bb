"""What a question to a socket does not need is not read or asked: configuration, proxies, passwords, other hosts."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from moducop_tui.sources.containers import ContainersSource
from tests.patience import PATIENCE
from tests.unit.apps.engine_fake import FakeEngine, apps_of, sentence_of

CONFIGURATIONS = [
    b"{ damaged",
    b"[]",
    b"7",
    b"null",
    b"",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{}",
    b'{"auths": {"somewhere": 7}}',
    b'{"auths": 7}',
    b'{"auths": {"r": {"auth": "bm9jb2xvbg=="}}}',  # no colon in it
    b'{"auths": {"r": {"auth": "\xc3\xa4"}}}',
    b'{"auths": {"r": {"auth": "not base64"}}}',
    b'{"proxies": null}',
    b'{"proxies": 7}',
    b'{"proxies": {"default": null}}',
    b'{"HttpHeaders": 7}',
    b'{"HttpHeaders": {"X": "a\\nb"}}',
    b'{"HttpHeaders": {"X": "\xe2\x82\xac"}}',
    b'{"credsStore": {}, "credHelpers": 7}',
    b"[" * 100_000,
    b'{"a": ' + b"1" * 5000 + b"}",
]


@pytest.fixture(params=["DOCKER_CONFIG", "HOME", "older"])
def place(request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the library looks for a configuration."""
    home = root / "home"
    (home / ".docker").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    if request.param == "DOCKER_CONFIG":
        monkeypatch.setenv("DOCKER_CONFIG", str(home))
        return home / "config.json"
    return home / (".docker/config.json" if request.param == "HOME" else ".dockercfg")


@pytest.mark.parametrize("text", CONFIGURATIONS, ids=lambda text: repr(text[:24]))
def test_whatever_stands_in_roots_docker_configuration_changes_nothing(
    docker: FakeEngine, source: ContainersSource, place: Path, text: bytes
) -> None:
    place.write_bytes(text)
    assert apps_of(source).containers


@pytest.mark.parametrize("kind", ["directory", "FIFO", "link in a circle", "may not be read"])
def test_nor_whatever_stands_in_its_place(docker: FakeEngine, source: ContainersSource, place: Path, kind: str) -> None:
    if kind == "directory":
        place.mkdir()
    elif kind == "FIFO":
        os.mkfifo(place)
    elif kind == "may not be read":
        place.touch(mode=0)
    else:
        place.symlink_to(place)
    assert apps_of(source).containers


def test_nor_does_a_home_that_is_missing(
    docker: FakeEngine, source: ContainersSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "")
    assert apps_of(source).containers


def test_nothing_of_the_environment_leads_elsewhere(
    docker: FakeEngine, source: ContainersSource, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "netrc").write_text("machine localhost login a password b\n")
    for name, value in {
        "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9",
        "DOCKER_HOST": "tcp://127.0.0.1:9", "DOCKER_CONTEXT": "other", "DOCKER_TLS_VERIFY": "1",
        "DOCKER_API_VERSION": "1.12", "DOCKER_CERT_PATH": "/nowhere", "NETRC": str(root / "netrc"),
        "REQUESTS_CA_BUNDLE": "/nowhere",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert apps_of(source).containers
    assert not [head for head in docker.heads if "authorization" in head.lower()]


def test_an_engine_that_sends_elsewhere_is_not_followed(docker: FakeEngine, source: ContainersSource) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        reached = threading.Event()

        def listen() -> None:
            elsewhere.accept()
            reached.set()

        threading.Thread(target=listen, daemon=True).start()
        docker.redirects = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/version"
        assert "not understood" in sentence_of(source)
        assert not reached.is_set()
        socket.create_connection(elsewhere.getsockname()).close()
    assert reached.wait(PATIENCE)
    assert docker.questions == ["/version"]
