"""Artifacts from web servers, good ones and bad ones, on this machine."""

from __future__ import annotations

import http.server
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import artifact
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_verify import verify_artifact
from moducop_tui.web import loading, secure
from tests.patience import PATIENCE


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves an artifact in several ways, by path."""

    content = b""
    sent = 0

    def do_GET(self) -> None:
        """Answer."""
        way = self.path.partition("?")[0]
        if way.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif way == "/x.mender":
            self.answer(len(self.content), self.content)
        elif way == "/unknown-length.mender":
            self.answer(None, self.content)
        elif way == "/cut.mender":
            self.answer(len(self.content), self.content[: len(self.content) // 2])
        elif way == "/drip.mender":
            self.send_response(200)
            self.end_headers()
            self.drip(self.content)
        elif way == "/slow-answer":
            self.drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100)
        elif way == "/nonsense":
            self.wfile.write(b"\x00\x01\x02\r\n\r\n")
        elif way == "/echo":
            self.send_response(int(self.path[-3:]), self.path)
            self.end_headers()
        else:
            self.send_error(404)

    def answer(self, length: int | None, content: bytes) -> None:
        """Headers and content."""
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        for start in range(0, len(content), 65536):
            self.wfile.write(content[start : start + 65536])
            type(self).sent += 65536

    def drip(self, content: bytes) -> None:
        """A byte now and then."""
        for byte in content:
            self.wfile.write(bytes([byte]))
            time.sleep(0.02)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def handle(self) -> None:
        """A reader that hangs up is no error here."""
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            return


@pytest.fixture
def server(made: dict[str, Path]) -> Iterator[str]:
    """A web server with the artifact; its URL."""
    Handler.content, Handler.sent = made["none"].read_bytes() + bytes(512), 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        serving.daemon_threads = True
        threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def refused(url: str) -> str:
    found = read_artifact(Host(), url)
    assert isinstance(found, Unavailable), found
    return found.reason


@pytest.mark.parametrize("path", ["/x.mender", "/x.mender?token=a/b", "/to//x.mender", "/unknown-length.mender"])
def test_an_artifact_is_read_from_a_web_server(server: str, path: str) -> None:
    found = read_artifact(Host(), server + path)
    assert isinstance(found, Artifact), found
    assert (found.name, found.place) == ("cpu01-standard-v2.8.0", server + path.partition("?")[0])
    assert found.size == (None if "unknown" in path else len(Handler.content))


def test_all_of_it_is_verified_on_the_way(server: str) -> None:
    told: list[tuple[int, int]] = []
    for path in ("/x.mender", "/unknown-length.mender"):
        found = verify_artifact(Host(), server + path, lambda *both: told.append(both), lambda: False)
        assert isinstance(found, Verified), found
    assert all(done <= total for done, total in told)


def test_a_header_needs_only_the_front(server: str, made: dict[str, Path]) -> None:
    Handler.content = made["none"].read_bytes()[:20_000] + bytes(64 << 20)
    assert isinstance(read_artifact(Host(), server + "/x.mender"), Artifact)
    assert Handler.sent < 32 << 20


def test_a_server_that_stops_in_the_middle_is_said_to(server: str) -> None:
    found = verify_artifact(Host(), server + "/cut.mender", lambda done, total: None, lambda: False)
    assert isinstance(found, Unavailable)
    assert found.reason.startswith("127.0.0.1 stopped sending ")


def test_what_a_server_does_not_have_is_said(server: str) -> None:
    assert refused(server + "/none.mender") == "127.0.0.1 does not give the artifact: it answers 404 Not Found."
    assert refused(server + "/nonsense").startswith("127.0.0.1 can't be read: ")


@pytest.mark.parametrize(("status", "words"), [(403, "403 Forbidden"), (404, "404 Not Found"), (599, "599")])
def test_what_a_server_repeats_of_the_question_is_not_told(server: str, status: int, words: str) -> None:
    told = refused(f"{server}/echo?token=hunter2&{status}")
    assert told == f"127.0.0.1 does not give the artifact: it answers {words}."


def test_redirections_end_and_stay_on_web_servers(server: str) -> None:
    endless = "/to/" * 30 + "/x.mender"
    assert refused(server + endless) == "127.0.0.1 sends from one place to the next without an end."
    assert "sends to a place that is no web server" in refused(server + "/to/file:///etc/passwd")


def test_nobody_is_there(server: str) -> None:
    assert refused("http://127.0.0.1:1/x") == "127.0.0.1 can't be read: Connection refused."
    assert refused("http://nowhere.invalid/x").startswith("nowhere.invalid can't be read: ")


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a:b/", "http://a b/", "http://ä/", "http://a/\r\nX: y"])
def test_what_is_no_url_is_said_to_be_none(url: str) -> None:
    assert refused(url).endswith(" is no URL.")


def test_no_password_is_taken_into_the_history() -> None:
    assert "secret" not in refused("http://user:secret@127.0.0.1/x")


def test_a_server_that_drips_does_not_hold_the_console(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "_TIME_LIMIT", 0.2)
    monkeypatch.setattr(loading, "ANSWER_LIMIT", 0.2)
    began = time.monotonic()
    assert refused(server + "/drip.mender") == "The header of drip.mender did not come within 0 s."
    assert refused(server + "/slow-answer") == "127.0.0.1 can't be read: it did not answer in time."
    assert time.monotonic() - began < PATIENCE


@pytest.fixture
def secure_server(made: dict[str, Path], tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server whose certificate is for `localhost` and signed by itself; its port and the certificate."""
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    subprocess.run([*command, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    Handler.content = made["none"].read_bytes()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        serving.daemon_threads = True
        serving.socket = context.wrap_socket(serving.socket, server_side=True)
        threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield serving.server_port, certificate
        serving.shutdown()


def test_a_certificate_must_be_trusted_and_for_that_name(
    secure_server: tuple[int, Path], server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = secure_server
    assert "its certificate is not valid" in refused(f"https://localhost:{port}/x.mender")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert isinstance(read_artifact(Host(), f"https://localhost:{port}/x.mender"), Artifact)
    assert "its certificate is not valid" in refused(f"https://127.0.0.1:{port}/x.mender")
    onwards = refused(f"https://localhost:{port}/to/{server}/x.mender")
    assert onwards == "localhost sends on to a place that is not encrypted; that is not followed."


def test_the_devices_certificates_are_trusted_where_openssl_itself_knows_of_none(
    secure_server: tuple[int, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port, certificate = secure_server
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(secure, "AUTHORITIES", str(tmp_path / "none"))
    assert "its certificate is not valid" in refused(f"https://localhost:{port}/x.mender")
    monkeypatch.setattr(secure, "AUTHORITIES", str(certificate))
    assert isinstance(read_artifact(Host(), f"https://localhost:{port}/x.mender"), Artifact)
