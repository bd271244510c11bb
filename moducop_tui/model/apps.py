"""Containers, the engine that runs them, and the apps that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ContainerState(StrEnum):
    """The engine's own word for the state of a container."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Health(StrEnum):
    """The result of a container's own health check; NONE when it has none."""

    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Container:
    """One container. Times are seconds since the epoch, memory in bytes; what could not be read is None."""

    id: str
    """The full id, 64 hexadecimal digits."""
    name: str
    image: str
    state: ContainerState
    health: Health = Health.NONE
    project: str | None = None
    """Compose project, from label com.docker.compose.project."""
    service: str | None = None
    """Compose service, from label com.docker.compose.service."""
    exit_code: int | None = None
    """Of the last end; None while it runs or has never ended."""
    oom_killed: bool = False
    restart_count: int | None = None
    restart_policy: str | None = None
    created_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    log_driver: str | None = None
    mounts: tuple[str, ...] = ()
    """`source -> destination`, with ` ro` behind it where it is read-only."""
    ports: tuple[str, ...] = ()
    """Published ports, such as `0.0.0.0:80->80/tcp`."""
    pid: int | None = None
    cpu_share: float | None = None
    """Share of one CPU over the last interval: 1.0 is one core busy."""
    memory: int | None = None
    memory_limit: int | None = None
    one_shot: bool = False
    """Meant to run once and end (label `io.ci4rail.mender.oneshot=true`, device facts 4.2)."""
    one_off: bool = False
    """Made by hand with `compose run` (label com.docker.compose.oneoff): its app is as well without it."""
    settling: bool = False
    """Started again by its restart policy less than a minute ago: whether it stays up is not known yet."""
    fresh: bool = False
    """Started, and not again, so lately that its health check need not have decided: a minute, or its own time."""
    check_seconds: float | None = None
    """Seconds from its start within which its own health check decides, by its start period, interval and retries."""
    error: str | None = None
    """The engine's own words for why it could not be started."""


class AppKind(StrEnum):
    """How containers come to belong together."""

    MENDER = "mender"
    """A compose project that Mender's `app` module installed: it has a manifest directory under /data/mender-app."""
    COMPOSE = "compose"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class App:
    """An application: a compose project or a single container.

    A Mender app without containers is one too: nothing of it runs.
    """

    name: str
    kind: AppKind
    containers: tuple[Container, ...]
    version: str | None = None
    """`SOFTWARE_VERSION` of its manifest directory, or the label software-version."""
    manifest: str | None = None
    """Its manifest directory."""
    manifest_error: str | None = None
    """A sentence when the manifest directory is damaged, such as left behind by an interrupted update."""

    @property
    def members(self) -> tuple[Container, ...]:
        """The containers that it consists of: without those that somebody made with `compose run`."""
        return tuple(container for container in self.containers if not container.one_off)


@dataclass(frozen=True, slots=True)
class Engine:
    """The container engine that answered."""

    name: str
    """`Docker` or `Podman`."""
    version: str | None
    api_version: str | None
    socket: str
    """Its path on the device."""
    reached_at: str | None = None
    """Its path from here, where a root prefix makes that another."""
    trouble: str | None = None
    """A sentence where it answers, but can neither start nor stop a container: its containerd does not run."""

    @property
    def endpoint(self) -> str:
        """The engine as its programs are told of it, such as `unix:///run/docker.sock`."""
        return f"unix://{self.reached_at or self.socket}"


@dataclass(frozen=True, slots=True)
class Apps:
    """The engine and all apps, in the order of their names."""

    engine: Engine
    apps: tuple[App, ...]

    @property
    def containers(self) -> tuple[Container, ...]:
        """Every container of every app."""
        return tuple(container for app in self.apps for container in app.containers)
