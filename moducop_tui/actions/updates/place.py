"""Where an artifact comes from: a file, a stick, a URL; and what brings it to where Mender's client can read it."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.actions.updates.steps import megabytes
from moducop_tui.model.acts import DropFile, FetchArtifact, MountStick, ReleaseStick
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.places import DOWNLOADS, STICK
from moducop_tui.model.plan import Met, Precondition, Step

_STICK = "stick:"
_URLS = ("http://", "https://")
_MARGIN = 16 << 20
"""Bytes that stay free on the data partition: apps, Mender and the audit trail write there meanwhile."""
_LIMIT = 8 << 30
"""Bytes of a download whose server does not say how long it is; no ModuCop has room for more."""


@dataclass(frozen=True, slots=True)
class Source:
    """How an artifact is brought here. `path` is where the client finds it, `before` and `after` the steps around."""

    path: str
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    conditions: tuple[Precondition, ...] = ()


def source_of(place: str, artifact: Artifact, free: int | None) -> Source:
    """From a path, `stick:/dev/sda1:PATH`, or a URL."""
    if place.startswith(_STICK):
        return _from_stick(place)
    if place.lower().startswith(_URLS):
        return _from_url(place, artifact, free)
    return Source(place)


def _from_stick(place: str) -> Source:
    device, _, path = place.removeprefix(_STICK).partition(":")
    mount = MountStick(device, STICK)
    command = f"mount -o ro,noexec,nosuid,nodev {device} {STICK}"
    return Source(
        f"{STICK}/{path.lstrip('/')}",
        (Step(f"mount the stick {device}, read-only", command, mount, undo="unmounted at the end"),),
        (Step("release the stick", f"umount {STICK}", ReleaseStick(device, STICK), always=True),),
    )


def _from_url(url: str, artifact: Artifact, free: int | None) -> Source:
    target = f"{DOWNLOADS}/{artifact.manifest[:16]}.mender"
    limit = artifact.size if artifact.size is not None else _LIMIT
    fetch = FetchArtifact(url, target, limit)
    return Source(
        target,
        (Step(f"load it, {megabytes(artifact.size)}", f"get {url} to {target}", fetch, undo="deleted at the end"),),
        (Step("delete what was loaded", f"rm {target}", DropFile(target), always=True),),
        (_room(artifact.size, free),),
    )


def _room(size: int | None, free: int | None) -> Precondition:
    words = "room for the download on /data"
    if size is None or free is None:
        return Precondition(words, "not known", Met.DOUBT, "It stops by itself when /data is nearly full.")
    reading = f"{megabytes(size)} of {megabytes(free)} free"
    if size + _MARGIN > free:
        remedy = f"/data has {megabytes(free)} free, {megabytes(size)} are needed: make room, or use a stick."
        return Precondition(words, reading, Met.NO, remedy)
    return Precondition(words, reading, Met.YES)
