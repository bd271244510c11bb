"""The connection to the container engine: finds its socket, agrees on an API version, says in words what fails.

Docker's own Python library does the talking; it is imported by the thread that connects.
"""

from __future__ import annotations

import socket
import stat
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.apps import Engine
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.sources.engine_units import remedy, states_of
from moducop_tui.sources.unit_states import SYSTEMD_RUNS

if TYPE_CHECKING:
    from moducop_tui.sources.engine_client import EngineClient

DOCKER_SOCKETS = ("/run/docker.sock", "/var/run/docker.sock")
PODMAN_SOCKET = "/run/podman/podman.sock"
ANSWER_LIMIT = 3.0
"""Seconds that the engine may take for one answer."""
_HUNG_UP = frozenset(
    {"ConnectionError", "ProtocolError", "RemoteDisconnected", "ConnectionResetError", "BrokenPipeError",
     "ConnectionRefusedError", "FileNotFoundError"}
)  # fmt: skip
"""What a question fails with where the engine has gone, or goes: the last two when its socket is closed or away."""
_Answer = TypeVar("_Answer")


class EngineError(Exception):
    """The engine could not be asked; its text is a sentence for the technician."""


class SlowAnswerError(EngineError):
    """The engine did not answer in time."""


class RefusedError(EngineError):
    """The engine answered that it can't or won't."""


class BrokenAnswerError(EngineError):
    """The engine hung up before its answer was whole, or the answer is not understood."""


class TooLargeError(EngineError):
    """The engine's answer is larger than what is kept of one."""


class EngineConnection:
    """One open connection to an engine. Every method raises EngineError."""

    def __init__(self, client: EngineClient, engine: Engine, socket_path: str) -> None:
        self._client = client
        self.engine = engine
        self.socket_path = socket_path
        """Where the engine's socket is found from here, the root prefix included."""

    def list_containers(self) -> list[Mapping[str, object]]:
        """All containers, running or not, as the engine lists them."""
        answer: object = _asked(lambda: self._client.containers(all=True), self.engine.name, self.engine.socket)
        if not isinstance(answer, list):
            raise EngineError(_not_understood(self.engine.name, self.engine.socket))
        return [entry for entry in answer if isinstance(entry, Mapping)]

    def inspect(self, container_id: str) -> Mapping[str, object] | None:
        """Everything about one container; None when it is gone."""
        import docker.errors

        try:
            answer: object = _asked(
                lambda: self._client.inspect_container(container_id), self.engine.name, self.engine.socket
            )
        except EngineError as error:
            if isinstance(error.__cause__, docker.errors.NotFound):
                return None
            raise
        if not isinstance(answer, Mapping):
            raise BrokenAnswerError(_not_understood(self.engine.name, self.engine.socket))
        return answer

    def version(self) -> Mapping[str, object]:
        """Its answer to `GET /version`."""
        return _asked(self._client.agree, self.engine.name, self.engine.socket)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()


def connect(config: Config, host: Host) -> EngineConnection:
    """Connect to the engine of the device. Raises EngineError."""
    device_path, path = find_socket(config, host)
    _demand_library()
    name = "Podman" if "podman" in device_path else "Docker"
    let_it_sleep(host, device_path)
    _probe(name, device_path, path, host)
    client = _client(path)
    version = _asked(client.agree, name, device_path)
    facts = replace(engine_facts(version, device_path), reached_at=None if path == device_path else path)
    return EngineConnection(client, facts, path)


def engine_facts(version: Mapping[str, object], device_path: str) -> Engine:
    """Which engine it is, from its answer to `GET /version`."""
    components = version.get("Components")
    parts = components if isinstance(components, list) else []
    podman = any(str(part.get("Name")).startswith("Podman") for part in parts if isinstance(part, Mapping))
    return Engine(
        name="Podman" if podman else "Docker",
        version=_word(version.get("Version")),
        api_version=_word(version.get("ApiVersion")),
        socket=device_path,
    )


def socket_candidates(config: Config) -> tuple[str, ...]:
    """Where an engine's socket may be on the device, in the order in which they count."""
    return (config.engine_socket,) if config.engine_socket else (*DOCKER_SOCKETS, PODMAN_SOCKET)


def find_socket(config: Config, host: Host) -> tuple[str, str]:
    """The first socket that exists: its path on the device and from here. Raises EngineError."""
    for device_path in socket_candidates(config):
        try:
            path = host.path(device_path)
            if stat.S_ISSOCK(path.stat().st_mode):
                return device_path, str(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise EngineError(f"The container engine's socket {device_path}: {error.strerror}.") from error
    if not host.runs:
        raise EngineError(f"{host.stands_still}: containers can't be asked about.")
    raise EngineError(_no_socket(config, host))


def _no_socket(config: Config, host: Host) -> str:
    """Why there is no socket, as far as the engines' units tell."""
    if config.engine_socket:
        said = f"No container engine at {config.engine_socket}: there is no such socket. The engine is stopped, or "
        return f"{said}engine_socket in the configuration is wrong."
    nowhere = f"No container engine is running: neither {DOCKER_SOCKETS[0]} nor {PODMAN_SOCKET} is there."
    docker, podman = states_of(host, "docker.service", "podman.socket")
    if docker.missing and podman.missing:
        return f"{nowhere} Neither Docker nor Podman is installed."
    if docker.missing and podman.load is not None:
        return f"{nowhere} {remedy(host, 'Podman')}"
    if docker.load is None:
        return f"{nowhere} If Docker is installed: systemctl start docker."
    return f"{nowhere} {remedy(host, 'Docker')}"


def let_it_sleep(host: Host, device_path: str) -> None:
    """Don't wake a stopped Docker: where systemd holds its socket, a mere connection would start it.

    Raises EngineError where it is stopped.
    """
    if device_path not in DOCKER_SOCKETS or not host.is_this_machine or not host.exists(SYSTEMD_RUNS):
        return
    held, service = states_of(host, "docker.socket", "docker.service")
    if held.active != "active":
        return
    if service.active in ("inactive", "failed"):
        raise EngineError(f"Docker is stopped: docker.service is {service.active}. {remedy(host, 'Docker')}")
    if service.active == "deactivating":  # who knocks now waits at the socket, and has it started as soon as it is down
        raise EngineError("Docker is stopping: docker.service is deactivating.")


def _probe(name: str, device_path: str, path: str, host: Host) -> None:
    """Knock once, because the kernel's own answer to a plain connection is the clearest."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(ANSWER_LIMIT)
        try:
            knock.connect(path)
        except ConnectionRefusedError as error:
            raise EngineError(f"{name} is stopped: nothing listens on {device_path}. {remedy(host, name)}") from error
        except PermissionError as error:
            raise EngineError(f"{name} on {device_path} may not be asked: permission denied. Run as root.") from error
        except (BlockingIOError, TimeoutError) as error:
            raise SlowAnswerError(f"{name} on {device_path} hangs: it accepts no more connections.") from error
        except OSError as error:
            reason = error.strerror or clean(str(error))
            raise EngineError(f"{name} on {device_path} can't be reached: {reason}.") from error


def _demand_library() -> None:
    try:
        import docker  # noqa: F401 - whether it can be imported is the question
    except ImportError as error:
        reason = clean(str(error), 100)
        raise EngineError(f"Containers can't be read: Docker's library for Python is missing ({reason}).") from error


def _client(path: str) -> EngineClient:
    from moducop_tui.sources.engine_client import EngineClient

    return EngineClient(path, ANSWER_LIMIT)


def _asked(question: Callable[[], _Answer], name: str, device_path: str) -> _Answer:
    """The engine's answer; whatever the library raises becomes an EngineError with its sentence."""
    import docker.errors
    import requests.exceptions

    from moducop_tui.sources.engine_answer import TooMuchError

    try:
        return question()
    except TooMuchError as error:
        raise TooLargeError(
            f"{name} on {device_path} gave an answer of {error}: that is not read. Is it an engine that listens there?"
        ) from error
    except docker.errors.InvalidVersion as error:
        from docker.constants import MINIMUM_DOCKER_API_VERSION

        raise EngineError(
            f"{name} on {device_path} is too old for this console: it speaks no API version from "
            f"{MINIMUM_DOCKER_API_VERSION} on."
        ) from error
    except docker.errors.APIError as error:
        said = error.explanation if isinstance(error.explanation, str) else None
        words = clean(said or f"status {error.status_code}, without a word", 200).rstrip(".")
        raise RefusedError(f"{name} on {device_path} refused: {words}.") from error
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as error:
        raise _broken(error, name, device_path) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:  # of a strange answer
        raise BrokenAnswerError(_not_understood(name, device_path)) from error


def _broken(error: Exception, name: str, device_path: str) -> EngineError:
    """Which of the ways it is in which a question gets no answer."""
    kinds = {type(cause).__name__ for cause in _causes(error)}
    if kinds & {"ReadTimeout", "ReadTimeoutError", "ConnectTimeout", "TimeoutError"}:
        return SlowAnswerError(f"{name} is not answering on {device_path}: timed out after {ANSWER_LIMIT:g} s.")
    if kinds & _HUNG_UP:
        return BrokenAnswerError(f"{name} closed the connection on {device_path}: it is stopping or starting again.")
    return BrokenAnswerError(_not_understood(name, device_path))


def _causes(error: BaseException) -> list[BaseException]:
    """An error and all that it was made of: the library wraps the kernel's answer several times."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        found.append(one)
        inner = (one.__cause__, one.__context__, *one.args)
        waiting.extend(cause for cause in inner if isinstance(cause, BaseException) and cause not in found)
    return found


def _not_understood(name: str, device_path: str) -> str:
    return f"{name} on {device_path} gave an answer that is not understood. Is it an engine that listens there?"


def _word(value: object) -> str | None:
    return clean_or_none(value, 60) if isinstance(value, str) else None
