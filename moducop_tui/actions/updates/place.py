"""Where an artifact comes from: a file, a stick, a URL; and what brings it to where Mender's client can read it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moducop_tui.actions.updates.steps import megabytes
from moducop_tui.model.acts import DropFile, FetchArtifact, MountStick, ReleaseStick, VerifyArtifact
from moducop_tui.model.artifact import Artifact, Signature
from moducop_tui.model.artifact_place import STICK as STICK_PLACE
from moducop_tui.model.artifact_place import is_secure, is_url
from moducop_tui.model.data_room import KEPT_FREE
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.mender import Mender
from moducop_tui.model.places import COPIES, DOWNLOADS, STICK
from moducop_tui.model.plan import Met, Precondition, Step
from moducop_tui.model.stick_mount import Commands, mount_commands, mounted_elsewhere, why_not_mountable

UNENCRYPTED = "unencrypted"
"""What is typed to install what anybody on the way could have changed."""
_LIMIT = 8 << 30
"""Bytes of a download whose server does not say how long it is; no ModuCop has room for more."""


@dataclass(frozen=True, slots=True)
class Source:
    """How an artifact is brought here. `path` is where the client finds it.

    `check` is the step that checks it there, or on its way there; `before` and `after` are the steps around.
    """

    path: str
    check: Step
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    conditions: tuple[Precondition, ...] = ()
    takes: int = 0
    """Bytes on the data partition that it takes meanwhile, as far as that is known."""


def source_of(
    place: str, artifact: Artifact, free: int | None, media: Media | None, mender: Mender | None = None
) -> Source:
    """From a path, `stick:/dev/sda1:PATH`, or a URL. `media` are the sticks that are plugged in.

    `mender` is asked whether it demands a signature.
    """
    if place.startswith(STICK_PLACE):
        return _from_stick(place, artifact, free, media)
    if is_url(place):
        return _from_url(place, artifact, free, mender)
    directory, _, name = place.rpartition("/")
    if directory == DOWNLOADS and name not in ("", ".", ".."):  # our own: nobody else can write there
        drop = Step("delete what an earlier download left", f"rm {place}", DropFile(place), minor=True)
        return Source(place, _check(place, artifact), after=(drop,))
    return _copied(place, artifact, free)


def _check(path: str, artifact: Artifact) -> Step:
    """Check it where it lies: only root can write there."""
    act = VerifyArtifact(path, artifact.manifest)
    return Step("check every part against its manifest", f"sha256 of {path}", act)


def _copied(path: str, artifact: Artifact, free: int | None, otherwise: str = "use a stick") -> Source:
    """Copy it while it is checked, and install the copy: others may write to where it lies.

    `otherwise` is what can be done where there is no room for a copy.
    """
    target = f"{COPIES}/{artifact.manifest[:16]}.mender"
    act = VerifyArtifact(path, artifact.manifest, target, artifact.size)
    words = "copy it, and check every part against its manifest"
    return Source(
        target,
        Step(words, f"copy {path} to {target}; sha256 of it", act, undo="deleted at the end"),
        after=(Step("delete the copy", f"rm {target}", DropFile(target), always=True),),
        conditions=(_room("copy", artifact.size, free, otherwise),),
        takes=artifact.size or 0,
    )


def _from_stick(place: str, artifact: Artifact, free: int | None, media: Media | None) -> Source:
    device, _, path = place.removeprefix(STICK_PLACE).partition(":")
    stick = next((one for one in (media.sticks if media else ()) if one.device == device), None)
    commands = () if stick is None else mount_commands(stick, STICK)
    condition = _can_be_mounted(device, media, stick, commands)
    there = f"{STICK}/{path.lstrip('/')}"
    if stick is None or not commands:
        return Source(there, _check(there, artifact), conditions=(condition,))
    shared = mounted_elsewhere(stick, STICK) is not None
    # One that is mounted for this alone can't be written to by anybody: its block device is read-only meanwhile.
    alone = f"unmount {device}, for then it needs no copy"
    found = _copied(there, artifact, free, alone) if shared else Source(there, _check(there, artifact))
    command = "; ".join(" ".join(argv) for argv in commands)
    mount = MountStick(device, STICK, commands, shared=shared)
    mounting = Step(f"mount the stick {device}, read-only", command, mount, undo="unmounted at the end")
    release = Step("release the stick", f"umount {STICK}", ReleaseStick(device, STICK), always=True)
    return replace(found, before=(mounting,), after=(*found.after, release), conditions=(condition, *found.conditions))


def _can_be_mounted(device: str, media: Media | None, stick: Stick | None, commands: Commands) -> Precondition:
    words = f"the stick {device} can be mounted"
    if media is None:
        return Precondition(words, "sticks not read", Met.NO, "Which sticks are there can't be told: none is mounted.")
    if stick is None:
        return Precondition(words, "not seen", Met.NO, f"There is no stick {device} any more: plug it in again.")
    if not commands:
        why = why_not_mountable(stick)
        return Precondition(words, "no", Met.NO, f"The stick {device} can't be mounted: {why}.")
    return Precondition(words, stick.fs_type or "mounted already", Met.YES)


def _from_url(url: str, artifact: Artifact, free: int | None, mender: Mender | None) -> Source:
    target = f"{DOWNLOADS}/{artifact.manifest[:16]}.mender"
    limit = artifact.size if artifact.size is not None else _LIMIT
    fetch = FetchArtifact(url, target, limit)
    command = f"get {fetch.url} to {target}"
    return Source(
        target,
        _check(target, artifact),
        (Step(f"load it, {megabytes(artifact.size)}", command, fetch, undo="deleted at the end"),),
        (Step("delete what was loaded", f"rm {target}", DropFile(target), always=True),),
        (_on_the_way(url, artifact, mender), _room("download", artifact.size, free, "use a stick")),
        takes=artifact.size or 0,
    )


def _on_the_way(url: str, artifact: Artifact, mender: Mender | None) -> Precondition:
    """A manifest that came over a line that anybody may change proves nothing, unless the device demands a signature.

    One that is signed by a key of the device is as good; with `https` the server's certificate stands for it.
    """
    words = "nobody on the way can change it"
    if is_secure(url):
        return Precondition(words, "https", Met.YES)
    if artifact.signature is Signature.VERIFIED:
        return Precondition(words, artifact.signature.value, Met.YES)
    if artifact.key_demanded or (mender is not None and mender.protected):
        return Precondition(words, "http, but a signature is demanded", Met.YES)
    remedy = (
        "http is not encrypted, and this device demands no signature: anybody on the network between can put something "
        "else in its place. Take https, or a stick."
    )
    return Precondition(words, "http, no signature demanded", Met.NO, remedy, override=UNENCRYPTED)


def _room(what: str, size: int | None, free: int | None, otherwise: str) -> Precondition:
    words = f"room for the {what} on /data"
    if size is None or free is None:
        return Precondition(words, "not known", Met.DOUBT, "It stops by itself when /data is nearly full.")
    reading = f"{megabytes(size)} of {megabytes(free)} free"
    if size + KEPT_FREE > free:
        needed = f"{megabytes(size)} are needed, and {megabytes(KEPT_FREE)} have to stay free"
        return Precondition(
            words, reading, Met.NO, f"/data has {megabytes(free)} free; {needed}: make room, or {otherwise}."
        )
    return Precondition(words, reading, Met.YES)
