"""The containers of the simulated device: twelve, of three apps and one that stands alone."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.demo.story import What
from moducop_tui.model.apps import AppKind

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Role:
    """What a container is by nature, whatever happens to it."""

    service: str
    app: str
    image: str
    cpu: float
    """Share of one CPU that it needs on average."""
    memory: int
    """Bytes that it uses on average."""
    trouble: What | None = None
    """The scene that befalls it."""
    checked: bool = False
    """Whether it has a health check."""
    memory_limit: int | None = None
    restart_policy: str = "unless-stopped"
    one_shot: bool = False
    """Meant to end by itself: its label says so."""
    alone: bool = False
    """Not of a compose project."""
    mounts: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    updated_image: str | None = None
    """Its image after the update of its app, where that brings another."""

    @property
    def name(self) -> str:
        """The container's name, as compose makes it."""
        return self.service if self.alone else f"{self.app}-{self.service}-1"


@dataclass(frozen=True, slots=True)
class Application:
    """An app and its versions: before and after the update of the story."""

    name: str
    kind: AppKind
    version: str | None
    updated_version: str | None = None


APPLICATIONS = (
    Application("gpx-logger", AppKind.MENDER, "1.4.0"),
    Application("line-probe", AppKind.SINGLE, None),
    Application("nginx-demo", AppKind.MENDER, "8f249b9", "3d51c07"),
    Application("trackdiag", AppKind.COMPOSE, "2.2.1"),
)
"""In the order of their names."""

SERIAL_PORT = "/dev/ttyS101-CPU01UC-com"
TRACKS = "gpx-logger_tracks -> /tracks"
BUFFER = "/var/volatile/gpx-buffer -> /buffer"

ROLES = (
    Role("cache", "gpx-logger", "redis:7.2-alpine", 0.004, 11 * MIB, checked=True),
    Role("exporter", "gpx-logger", "gpx-logger/exporter:1.4.0", 0.011, 34 * MIB, mounts=(BUFFER, f"{TRACKS} ro")),
    Role("logger", "gpx-logger", "gpx-logger/logger:1.4.0", 0.022, 19 * MIB, What.SERIAL_LOST, mounts=(BUFFER, TRACKS)),
    Role(
        "line-probe",
        "line-probe",
        "line-probe:0.9.2",
        0.006,
        8 * MIB,
        What.PROBE_DONE,
        restart_policy="no",
        one_shot=True,
        alone=True,
    ),
    Role(
        "db",
        "nginx-demo",
        "postgres:16.2-alpine",
        0.013,
        61 * MIB,
        What.APP_UPDATE,
        checked=True,
        memory_limit=192 * MIB,
        mounts=("nginx-demo_store -> /var/lib/postgresql/data",),
    ),
    Role(
        "web",
        "nginx-demo",
        "nginx:1.27.4-alpine",
        0.009,
        14 * MIB,
        What.APP_UPDATE,
        checked=True,
        mounts=("/data/mender-app/nginx-demo/manifests/html -> /usr/share/nginx/html ro",),
        ports=("0.0.0.0:80->80/tcp", "0.0.0.0:443->443/tcp"),
        updated_image="nginx:1.28.0-alpine",
    ),
    Role(
        "broker",
        "trackdiag",
        "eclipse-mosquitto:2.0.20",
        0.007,
        9 * MIB,
        What.BROKER_PAUSED,
        mounts=("trackdiag_broker -> /mosquitto/data",),
        ports=("0.0.0.0:1883->1883/tcp",),
    ),
    Role("cache", "trackdiag", "redis:7.2-alpine", 0.005, 23 * MIB, memory_limit=64 * MIB),
    Role(
        "ingest",
        "trackdiag",
        "trackdiag/ingest:2.2.1",
        0.083,
        74 * MIB,
        mounts=("trackdiag_frames -> /frames",),
    ),
    Role("rules", "trackdiag", "trackdiag/rules:2.2.1", 0.048, 92 * MIB, What.RULES_UNHEALTHY, checked=True),
    Role("ui", "trackdiag", "trackdiag/ui:2.2.1", 0.006, 38 * MIB, ports=("0.0.0.0:8443->8443/tcp",)),
    Role(
        "uplink",
        "trackdiag",
        "trackdiag/uplink:2.2.1",
        0.031,
        88 * MIB,
        What.UPLINK_KILLED,
        checked=True,
        memory_limit=128 * MIB,
    ),
)
"""In the order of their apps and names."""


def role_named(name: str) -> Role:
    """The role of that container name."""
    return next(role for role in ROLES if role.name == name)
