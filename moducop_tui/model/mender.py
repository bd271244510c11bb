"""Mender's client on the device: which one, what it believes is installed, and whether anybody is updating."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.rootfs_provides import rootfs_version_in

_APP_KEY = "data-partition."
"""What an app's artifact provides is `data-partition.APP.version` (device facts 4.1)."""


def version_key(app: str) -> str:
    """What an artifact of that app provides its version under."""
    return f"{_APP_KEY}{app}.version"


class ClientKind(StrEnum):
    """The two programs that carry the name Mender (device facts, section 0)."""

    MENDER_UPDATE = "mender-update"
    """The C++ client, 4.x and 5.x."""
    MENDER_GO = "mender"
    """The Go client, 3.x and older."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """A standalone update that Mender has begun and not ended (`standalone-state` in its store)."""

    artifact_name: str | None
    payload_types: tuple[str, ...]
    rootfs_version: str | None
    """The version of the root file system that the artifact provides (`model.rootfs_provides`)."""
    in_state: str | None
    """Where it stands, written by 5.x only, such as `Before_ArtifactCommit_Enter`."""
    failed: bool = False
    rolled_back: bool = False
    provides: tuple[tuple[str, str], ...] = ()
    """All that the artifact will have Mender believe, such as `data-partition.nginx-demo.version`."""
    came_from: int | None = None
    """Number of the slot's partition that was to be left, as the update module noted it just before it switched the
    boot environment: where its rollback returns to (device facts 2.2)."""
    switched: bool | None = None
    """Whether the module came so far that it noted that; None where its directory is gone or another update's, or where
    it is one that notes nothing."""

    @property
    def app(self) -> str | None:
        """The app that payload type `app` installs, by what it provides; None when it does not say."""
        keys = (key for key, _ in self.provides if key.startswith(_APP_KEY) and key.endswith(".version"))
        return next((key.removeprefix(_APP_KEY).removesuffix(".version") for key in keys), None)


@dataclass(frozen=True, slots=True)
class UpdateProcess:
    """A process that is updating the device just now: a Mender client or one of its update modules."""

    pid: int
    command: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A service as systemd reports it.

    `active` is its ActiveState (`active`, `inactive`, `failed`...), None when systemd can't be asked.
    """

    name: str
    present: bool
    active: str | None


@dataclass(frozen=True, slots=True)
class CoreApi:
    """The vendor's core API server, a competitor for Mender's client (device facts 6).

    `state` is from its state file, in its own word.
    """

    unit: Unit
    state: str | None
    busy: bool | None
    """True while its state file names an update in progress; None when that can't be known."""


@dataclass(frozen=True, slots=True)
class Mender:
    """What the Mender client says and what its store holds, read without taking a lock and without writing."""

    client: ClientKind
    version: str | None
    artifact_name: str | None
    """The last artifact installed, of whatever kind: after an app's update it is the app's (device facts 4.1)."""
    provides: tuple[tuple[str, str], ...]
    device_type: str | None
    modules: tuple[str, ...]
    """Update modules that are installed, such as `rootfs-image` and `app`."""
    protected: bool | None
    """True when the image carries Ci4Rail's OTA policy (signed artifacts only)."""
    pending: PendingUpdate | None
    pending_error: str | None
    """A sentence when the store could not be read: then `pending` None does not mean that nothing is pending."""
    daemon: Unit
    deployment: bool | None
    """True while the daemon is in a deployment (key `state` in its store); None when that can't be known."""
    processes: tuple[UpdateProcess, ...]
    core_api: CoreApi | None
    error: str | None = None
    """A sentence when the client is there but did not answer."""
    note: str | None = None
    """A sentence about what is odd in Mender's own files, such as a memory that it gave up and began anew."""
    device_type_error: str | None = None
    """A sentence where the client is there and does not get the device's type from its file."""
    app_rollback: bool | None = None
    """Whether the update module `app` supports a rollback, by its own word: then an app's update needs a commit.

    None: there is no such module, or it could not be asked (device facts 0 and 4)."""

    @property
    def rootfs_version(self) -> str | None:
        """The root file system that Mender believes to be installed, by its provides."""
        return rootfs_version_in(dict(self.provides))
