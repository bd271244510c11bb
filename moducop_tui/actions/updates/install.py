"""The plan that installs an artifact: a root file system into the other slot, an app, or what any module installs."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.actions.apps.steps import engine_conditions
from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.install_job import APP, Job
from moducop_tui.actions.updates.install_words import afterwards, app_undo, client_words, phrase, summary, title
from moducop_tui.actions.updates.place import source_of
from moducop_tui.actions.updates.steps import (
    arm_steps,
    client_step,
    daemon_steps,
    note_step,
    remember_step,
    watch_steps,
)
from moducop_tui.model.acts import ClientVerb, RunClient, VerifySlot
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.artifact_facts import artifact_facts
from moducop_tui.model.artifact_rules import artifact_preconditions
from moducop_tui.model.expected import Expected
from moducop_tui.model.generation import Generation
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.phases import ROOTFS_PAYLOADS, Phase
from moducop_tui.model.plan import Action, Met, Plan, Power, Precondition, Step, Weight
from moducop_tui.model.slots import Slot

STOP_BEFORE = "ArtifactInstall_Enter"
"""The state before which 5.x stops when all is written and nothing is armed (device facts 2.5, end)."""
_UNNAMED = "No artifact was named: give a path, stick:/dev/sda1:PATH, or a URL."


def install_plan(action: Action, scene: Scene) -> Plan:
    """The plan for a path, `stick:/dev/sda1:PATH`, or a URL."""
    conditions = [_idle(scene), *base_conditions(scene)]
    artifact = scene.checks.artifact
    if artifact is None:
        why = scene.checks.artifact_error or ("It was not looked at." if action.subject else _UNNAMED)
        unread = Precondition("the artifact can be read", "no", Met.NO, why)
        return Plan(action, f"Install {action.subject or '?'}", (), (*conditions, unread), (), Weight.BOOTS)
    place, media, mender = action.place or artifact.place, scene.readings.media.value, scene.readings.mender.value
    job = Job(action, scene, artifact, source_of(place, artifact, scene.checks.free, media, mender))
    conditions += [
        _the_one_shown(action, artifact),
        *artifact_preconditions(artifact, scene.readings, _free(job)),
        *job.source.conditions,
        *_for_this_client(job),
        *(engine_conditions(scene.readings.apps.value) if artifact.payload_type == APP else ()),
    ]
    before, after = daemon_steps(scene)
    steps = (
        *job.source.before,
        job.source.check,
        *before, *_steps(job), *after, *job.source.after,
    )  # fmt: skip
    return Plan(
        action,
        title(job),
        summary(job),
        tuple(conditions),
        steps,
        Weight.BOOTS,
        phrase(job),
        afterwards(job),
        artifact_facts(artifact, scene.readings),
    )


def _free(job: Job) -> int | None:
    """Bytes that are free on the data partition for the payload, once the artifact itself lies there."""
    free = job.scene.checks.free
    return None if free is None else max(0, free - job.source.takes)


def _idle(scene: Scene) -> Precondition:
    """Go's client would install over a pending update; so it is asked of every client (device facts 1.6, 2.4)."""
    return phase_allows(
        scene, {Phase.IDLE}, "nothing pending in Mender, nothing armed", "Nothing can be installed just now."
    )


def _the_one_shown(action: Action, artifact: Artifact) -> Precondition:
    words, shown = "the artifact is the one that was shown", f"manifest {artifact.manifest[:12]}"
    if action.detail is not None and action.detail != artifact.manifest:
        remedy = f"{action.subject} is not the artifact any more that was shown: look at it again."
        return Precondition(words, shown, Met.NO, remedy)
    return Precondition(words, shown, Met.YES)


def _for_this_client(job: Job) -> list[Precondition]:
    """What the client itself, or our own care, needs beyond the artifact's own conditions."""
    found = []
    if job.artifact.payload_type is None and job.generation is Generation.GO:
        remedy = "This client (3.x) refuses artifacts without a payload: they can't be installed here."
        found.append(Precondition("the client knows artifacts without payload", "3.x does not", Met.NO, remedy))
    if job.artifact.payload_type in ROOTFS_PAYLOADS and job.slot is None:
        remedy = "The other slot's partition is not known: look at Slots first."
        found.append(Precondition("the other slot is known", "no", Met.NO, remedy))
    return found


def _steps(job: Job) -> tuple[Step, ...]:
    artifact = job.artifact
    if artifact.payload_type in ROOTFS_PAYLOADS:
        return _rootfs_steps(job) if job.slot is not None else ()
    remember = remember_step(job.scene, None, artifact.name, artifact.version)
    act = RunClient(ClientVerb.INSTALL, _expected(job), job.source.path, artifact=artifact.name, size=job.streamed)
    run = client_step(job.scene, client_words(job), act, undo=app_undo(job))
    watch = watch_steps(artifact.app if artifact.payload_type == APP else None)
    return (remember, run, *watch)


def _rootfs_steps(job: Job) -> tuple[Step, ...]:
    slot, artifact = job.slot, job.artifact
    if slot is None or job.target is None:
        return ()
    note = SlotNote(
        job.target, Known.WRITING, artifact.name, artifact.version, job.content.sha256 if job.content else None,
        job.content_size,
    )  # fmt: skip
    return (
        remember_step(job.scene, job.target, artifact.name, artifact.version),
        replace(note_step(note), minor=False),  # nothing is written into a slot before that is written down
        *_writing(job, slot, note),
        *arm_steps(job.scene, job.target),
    )


def _writing(job: Job, slot: Slot, note: SlotNote) -> tuple[Step, ...]:
    """Written, compared, and only then armed where the client can be stopped in between; else taken back if wrong."""
    scene, name, artifact = job.scene, slot.name, job.artifact
    path, stays = job.source.path, name.other
    if job.content is None:
        act = RunClient(
            ClientVerb.INSTALL, Expected.INSTALLED, path, artifact=artifact.name, slot=name, size=job.streamed
        )
        written = SlotNote(name, Known.WRITTEN, note.artifact, note.version)
        return (
            client_step(scene, f"write it into {name} and arm {name}", act, undo="rollback"),
            note_step(written),
        )
    take_back = RunClient(
        ClientVerb.ROLLBACK, Expected.ROLLED_BACK, artifact=artifact.name, slot=stays, unless_verified=name
    )
    taken = client_step(scene, f"take it back, should {name} not hold what it must", take_back)
    if job.generation is not Generation.CPP5:
        act = RunClient(
            ClientVerb.INSTALL, Expected.INSTALLED, path, artifact=artifact.name, slot=name, size=job.streamed
        )
        install = client_step(scene, f"write it into {name} and arm {name}", act, undo="rollback")
        return (install, _compare(job, slot, Power.KEEP), taken)
    stage = RunClient(ClientVerb.INSTALL, Expected.STAGED, path, STOP_BEFORE, artifact.name, stays, size=job.streamed)
    arm = RunClient(ClientVerb.RESUME, Expected.INSTALLED, artifact=artifact.name, slot=name)
    return (
        client_step(scene, f"write it into {name}", stage, undo="rollback"),
        _compare(job, slot, Power.MAY),
        client_step(scene, f"arm {name}: the next boot tries it", arm, undo="rollback"),
        taken,
    )


def _compare(job: Job, slot: Slot, power: Power) -> Step:
    content, kernel, device = job.content, job.artifact.kernel, slot.partition.device
    act = VerifySlot(
        slot.name, device, content.sha256 if content else "", job.content_size,
        None if job.content_size else job.source.path,
        None if kernel is None else kernel.sha256,
    )  # fmt: skip
    size = f"the first {act.size} bytes" if act.size else "as many bytes as the artifact has for it"
    command = f"sha256 of {size} of {device}: {act.sha256[:16]}..."
    if act.kernel is not None:
        command += f"; of fitImage-{slot.name}: {act.kernel[:16]}..."
    return Step(f"read {slot.name} back and compare", command, act, power)


def _expected(job: Job) -> Expected:
    """What counts as success: the module says by itself whether it waits for a commit."""
    if job.artifact.payload_type is None:
        return Expected.APP_DONE
    if job.artifact.payload_type != APP:
        return Expected.APP_INSTALLED
    return {True: Expected.APP_PENDING, False: Expected.APP_DONE, None: Expected.APP_INSTALLED}[job.waits_for_commit]
