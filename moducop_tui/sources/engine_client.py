"""Docker's own library, bound to one socket: it asks nothing else, and reads nothing else.

By itself the library reads root's ~/.docker/config.json at its start, follows redirections to any host, asks the
environment for proxies and a password file, and takes whatever amount an answer brings. None of this has to do with a
question to a socket of this device.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import docker.auth
import docker.constants
import docker.errors
import docker.utils
import docker.utils.proxy
import requests
from docker import APIClient
from requests.adapters import BaseAdapter

from moducop_tui.sources.engine_answer import ask

_HERE = "http+docker://localhost"
_VERSION = re.compile(r"\d{1,3}\.\d{1,5}", re.ASCII)


class EngineClient(APIClient):
    """A client of the engine at `socket_path`; each answer is waited for at most `seconds`."""

    def __init__(self, socket_path: str, seconds: float) -> None:
        # The library's own beginning is left out: it reads files and the environment. Set is what its questions use.
        requests.Session.__init__(self)
        self.trust_env = False
        self.adapters.clear()
        self.mount(f"{_HERE}/", _Adapter(socket_path))
        self.base_url = _HERE
        self.timeout = seconds  # type: ignore[assignment]
        self._general_configs: dict[str, object] = {}
        self._proxy_configs = docker.utils.proxy.ProxyConfig()
        self._auth_configs = docker.auth.AuthConfig({})
        self._version = docker.constants.MINIMUM_DOCKER_API_VERSION

    def agree(self) -> Mapping[str, object]:
        """Speak the engine's own newest API version from now on, whatever this library thinks of it; its `/version`.

        Raises InvalidVersion where it is older than what the library speaks, ValueError where it is none.
        """
        answer: object = self.version(api_version=False)
        spoken = answer.get("ApiVersion") if isinstance(answer, Mapping) else None
        if not isinstance(answer, Mapping) or not isinstance(spoken, str) or not _VERSION.fullmatch(spoken):
            raise ValueError("no version of an engine")
        if docker.utils.version_lt(spoken, docker.constants.MINIMUM_DOCKER_API_VERSION):
            raise docker.errors.InvalidVersion(spoken)
        self._version = spoken
        return answer


class _Adapter(BaseAdapter):
    """Takes the library's questions to the socket."""

    def __init__(self, socket_path: str) -> None:
        super().__init__()
        self._socket_path = socket_path

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """Ask. Raises what `engine_answer.ask` raises."""
        status, body = ask(self._socket_path, request.path_url, float(timeout))
        response = requests.Response()
        response.status_code = status
        response.url = request.url or _HERE
        response.request = request
        response.encoding = "utf-8"  # else the library guesses, which takes minutes where it is none of any
        response._content = body
        return response

    def close(self) -> None:
        """Nothing is kept open: each question has a connection of its own."""
