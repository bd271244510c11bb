"""The words of an install's plan: what it does, what has to be typed, what is left to do then."""

from __future__ import annotations

import re

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.install_job import APP, Job
from moducop_tui.actions.updates.steps import megabytes, span, why_unarmed
from moducop_tui.model.phases import ROOTFS_PAYLOADS
from moducop_tui.model.slots import SlotName

_TYPEABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", re.ASCII)


def client_words(job: Job) -> str:
    """The step of the client that is no root file system's."""
    if job.artifact.payload_type is None:
        return "have Mender believe what it says"
    return f"install {_name(job)} by update module {job.artifact.payload_type}"


def app_undo(job: Job) -> str | None:
    """What would undo that step."""
    if job.artifact.payload_type == APP:
        return "rollback, until it is committed" if job.waits_for_commit else "install the version before again"
    return None


def _name(job: Job) -> str:
    return job.artifact.app or job.artifact.name


def title(job: Job) -> str:
    """The plan's title."""
    if job.artifact.payload_type in ROOTFS_PAYLOADS:
        return f"Install {job.artifact.name} into slot {job.target or '?'}"
    if job.artifact.app is not None:
        return f"Install app {job.artifact.app} {job.artifact.version or ''}".rstrip()
    return f"Install {job.artifact.name}"


def summary(job: Job) -> tuple[str, ...]:
    """What it does, a sentence or two."""
    artifact = job.artifact
    if artifact.payload_type is None:
        return (f"{artifact.name} has no payload: it only changes what Mender believes to be installed.",)
    if artifact.payload_type in ROOTFS_PAYLOADS and job.target is not None:
        stays = job.target.other
        written = f"Writes {artifact.name} ({megabytes(job.content_size)}) into slot {job.target}"
        return (
            f"{written}; {stays} goes on running.",
            f"The next reboot tries {job.target} once: unless it is committed then, the device returns to {stays}.",
        )
    if artifact.payload_type == APP:
        return (f"Replaces app {_name(job)} by version {artifact.version or '?'}: its service is interrupted.",)
    return (f"Hands {artifact.name} to update module {artifact.payload_type}, which alone knows what it does.",)


def phrase(job: Job) -> str:
    """What is typed must be typeable on any keyboard, whatever the artifact calls itself."""
    if job.target is not None:
        return f"install {job.target}"
    wanted = job.artifact.app or job.artifact.payload_type or ""
    return f"install {wanted}" if _TYPEABLE.fullmatch(wanted) else "install it"


def afterwards(job: Job) -> tuple[str, ...]:
    """What is left to do, and how it comes back."""
    artifact, scene = job.artifact, job.scene
    if job.target is not None:
        return (f"Reboot to try {job.target}: that is a step of its own.", _back_words(scene, job.target))
    if artifact.payload_type is None:
        return ()
    if artifact.payload_type == APP and job.waits_for_commit is False:
        return ("This app module commits by itself: the way back is the version before, installed again.",)
    if artifact.payload_type == APP and job.waits_for_commit:
        return ("It waits for a commit then: look at the app, and commit it or roll it back.",)
    return ("Whether it then waits for a commit shows when it is installed.",)


def _back_words(scene: Scene, target: SlotName) -> str:
    if why_unarmed(scene) is None:
        return (
            f"Unless it is committed within {span(scene.dead_man)} of that boot, the device returns to {target.other}."
        )
    return f"Without a commit any further reboot returns to {target.other}; no timer does it: {why_unarmed(scene)}."
