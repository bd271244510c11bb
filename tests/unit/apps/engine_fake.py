"""An engine on a Unix socket that answers as a test wants: from a recording of a real one, slowly, wrongly or not."""

from __future__ import annotations

import json
import select
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from moducop_tui.model.apps import Apps, Container
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.containers import ContainersSource
from tests.patience import PATIENCE

RECORDED = Path(__file__).parent / "recorded"


def recording(name: str) -> dict[str, Any]:
    """What a real engine answered: `version`, `list`, `inspections` by name, and one event of each kind as text."""
    answers: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return answers


class FakeEngine:
    """Serves `answers` and counts the questions. `before` runs before each answer; `say` sends an event."""

    def __init__(self, socket_path: Path, answers: dict[str, Any], only_version: str | None = None) -> None:
        self.answers = answers
        self.only_version = only_version
        self.questions: list[str] = []
        self.before: Callable[[str], None] = lambda path: None
        self.gives_events = True
        self.ends_events = False
        """Each stream of events ends as soon as it has begun."""
        self.heads: list[str] = []
        """The heads of all questions."""
        self.redirects: str | None = None
        self.instead: dict[str, Any] = {}
        """What is told of a container, by its id, instead of its own inspection."""
        self.refusals: dict[str, object] = {}
        """What is answered with an error, by a part of the question."""
        self._ending = threading.Event()
        self._pending: list[str] = []
        socket_path.parent.mkdir(parents=True, exist_ok=True)
        socket_path.unlink(missing_ok=True)
        self._server = _Server(str(socket_path), _handler(self))
        self._path = socket_path
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def say(self, event: str) -> None:
        self._pending.append(event)

    def count(self, part: str) -> int:
        return sum(part in question for question in self.questions)

    def close(self) -> None:
        """Stop as a real engine does: the streams end, the socket is taken away."""
        self._ending.set()
        self._path.unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, object]:
        self.questions.append(path)
        self.before(path)
        if path == "/version":
            return 200, self.answers["version"]
        for part, reason in self.refusals.items():
            if part in path:
                return 500, {"message": reason}
        version, _, rest = path.removeprefix("/v").partition("/")
        if self.only_version and version != self.only_version:
            return 400, {"message": f"client version {version} is not what this engine speaks"}
        if rest.startswith("containers/json"):
            return 200, self.answers["list"]
        container_id = rest.split("/")[1] if rest.startswith("containers/") else ""
        if container_id in self.instead:
            return 200, self.instead[container_id]
        for inspection in self.answers["inspections"].values():
            if inspection.get("Id") == container_id:
                return 200, inspection
        return 404, {"message": f"No such container: {container_id}"}

    def events(self, connection: socket.socket) -> None:
        """Send what `say` says, until the engine ends or the listener hangs up."""
        while not self._ending.wait(0.005) and not select.select([connection], [], [], 0)[0]:
            while self._pending:
                connection.sendall(self._pending.pop(0).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A console that hangs up is no error of the engine."""


def _handler(engine: FakeEngine) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlparse(self.path).path
            engine.heads.append(str(self.headers))
            if path == "/events":
                self._give_events()
                return
            status, answer = engine.answer(path)
            if answer is None and status == 200 and not path.endswith("containers/json"):
                self.close_connection = True  # as Docker does where a question makes it fail
                return
            if engine.redirects:
                self.send_response(302)
                self.send_header("Location", engine.redirects)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _give_events(self) -> None:
            engine.questions.append("/events")
            self.close_connection = True
            self.send_response(200 if engine.gives_events else 403)
            self.end_headers()
            if engine.gives_events and not engine.ends_events:
                engine.events(self.connection)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    return Handler


def apps_of(source: ContainersSource) -> Apps:
    value = source.read()
    assert isinstance(value, Apps), value
    return value


def sentence_of(source: ContainersSource) -> str:
    value = source.read()
    assert isinstance(value, Unavailable), value
    return value.reason


def named(apps: Apps, name: str) -> Container:
    return next(container for container in apps.containers if container.name == name)


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
