"""The plan that puts right what an interrupted update of an app left behind (device facts 4.1).

First Mender forgets the update, each client in its own way; then the directories are made whole, and Mender is told
what is there. The second generation of the module keeps backups in its transactions: those only it may touch.
"""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.actions.apps.commands import app_command
from moducop_tui.actions.apps.steps import awaiting, compose_condition
from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.memory import can_repair, repair_step, running_image
from moducop_tui.actions.updates.steps import client_step, daemon_steps, pending_words
from moducop_tui.model.acts import ClientVerb, ControlApp, RestorePrevious, RunClient, Verb
from moducop_tui.model.apps import App, Engine
from moducop_tui.model.checks import AppCheck
from moducop_tui.model.expected import Expected
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.mender import Mender, PendingUpdate, version_key
from moducop_tui.model.phases import BEFORE_COMMIT, BEFORE_INSTALL, Phase
from moducop_tui.model.plan import Action, Met, Plan, Power, Precondition, Step, Weight

_INCONSISTENT = "_INCONSISTENT"
"""What 4.x and 5.x put behind an artifact's name after an update that failed and could not be rolled back."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of the app, and of the update of it that Mender has pending."""

    name: str
    scene: Scene
    mender: Mender
    check: AppCheck
    app: App | None
    pending: PendingUpdate | None

    @property
    def restores(self) -> bool:
        """The version before is complete, and the one that is there is not, or can't be made known to Mender."""
        is_to_go = self.check.broken is not None or self.is_ahead
        return is_to_go and self.check.previous is not None and not self.transactional

    @property
    def is_ahead(self) -> bool:
        """Another version is in its place than Mender knows, which can't be told of it, and the one it knows is kept.

        Go's client notes nothing of an app's update before its module has ended: a cut until then is forgotten.
        """
        there = None if self.app is None else self.app.version
        differs = there is not None and self.believed is not None and there != self.believed
        keeps_believed = self.check.previous_version == self.believed
        return differs and keeps_believed and self.pending is None and not can_repair(self.scene)

    @property
    def engine(self) -> Engine | None:
        """The engine that would start it; None where none was read, or where it can't start anything."""
        apps = self.scene.readings.apps.value
        return None if apps is None or apps.engine.trouble is not None else apps.engine

    @property
    def transactional(self) -> bool:
        """Its module rolls back by itself, from backups of its own."""
        return bool(self.mender.app_rollback) or self.check.transaction is not None

    @property
    def version_there(self) -> str | None:
        """The version that is there once the directories are right; None where only the module can tell."""
        if self.restores:
            return self.check.previous_version
        if self.check.broken is not None or self.transactional or self.app is None:
            return None
        return self.app.version

    @property
    def key(self) -> str:
        return version_key(self.name)

    @property
    def believed(self) -> str | None:
        """The version that Mender will believe once it has forgotten the update."""
        if self.pending is not None and generation_of(self.mender) is not Generation.CPP5 and not self.transactional:
            return dict(self.pending.provides).get(self.key)  # 4.x only forgets by a commit, which is a lie
        return dict(self.mender.provides).get(self.key)


def app_repair_plan(action: Action, name: str, scene: Scene) -> Plan:
    """The plan for one app; refused where nothing of it was left half done."""
    title = f"Repair app {name}"
    conditions = [
        *base_conditions(scene),
        phase_allows(scene, {Phase.IDLE, Phase.APP_PENDING}, "no update of the slots is pending",
                     "The app is left alone just now."),
    ]  # fmt: skip
    mender, check = scene.readings.mender.value, scene.checks.app
    if mender is None or check is None:
        why = scene.checks.app_error or f"The directories of {name} were not looked at."
        conditions.append(Precondition("its directories can be read", "no", Met.NO, why))
        return Plan(action, title, (), tuple(conditions), (), Weight.INTERRUPTS)
    case = _Case(name, scene, mender, check, _app(scene, name), _pending(mender, name))
    conditions += [_something_left(case), *_own_update(case), *_untouched(case), *_compose(case)]
    before, after = daemon_steps(scene)
    # What is there is made right first, then told to Mender, and only then started: no engine is needed for the truth.
    steps = (*_forget(case), *_directory(case), *_believe(case), *_begin(case))
    starts = case.restores and case.engine is not None
    watch = (awaiting((), name, case.engine),) if starts or (case.app is not None and case.app.members) else ()
    return Plan(
        action,
        title,
        _summary(case),
        tuple(conditions),
        (*before, *steps, *watch, *after) if steps else (),
        Weight.INTERRUPTS,
        afterwards=_afterwards(case),
    )


def _app(scene: Scene, name: str) -> App | None:
    apps = scene.readings.apps.value
    return next((one for one in (apps.apps if apps else ()) if one.name == name), None)


def _pending(mender: Mender, name: str) -> PendingUpdate | None:
    """The pending update, if it is of this app or does not say of which."""
    pending = mender.pending
    return pending if pending is not None and pending.app in (name, None) else None


def _wrong_memory(case: _Case) -> bool:
    """Mender's memory names another version than is there."""
    return case.version_there is not None and case.believed is not None and case.version_there != case.believed


def _something_left(case: _Case) -> Precondition:
    words = "an update of it was left half done"
    if case.check.broken is not None:
        return Precondition(words, case.check.broken, Met.YES)
    if case.pending is not None:
        return Precondition(words, f"pending: {pending_words(case.pending)}", Met.YES)
    if case.restores and case.app is not None:
        return Precondition(words, f"{case.app.version} there, Mender believes {case.believed}", Met.YES)
    if _wrong_memory(case):
        remedy = None if can_repair(case.scene) else f"This client can't be told of it. {_install_again(case)}"
        reading = f"{case.version_there} there, Mender believes {case.believed}"
        return Precondition(words, reading, Met.NO if remedy else Met.YES, remedy)
    remedy = f"Nothing of {case.name} was left half done: there is nothing to repair."
    return Precondition(words, "no", Met.NO, remedy)


def _install_again(case: _Case) -> str:
    return f"Mender goes on believing {case.believed}: install {case.name} again to have it right."


def _own_update(case: _Case) -> tuple[Precondition, ...]:
    """What is pending must be this app's, and must have been cut short: what waits for a commit is not broken."""
    other = case.mender.pending
    if other is not None and case.pending is None:
        remedy = f"Mender has {pending_words(other)} pending, which is another app's: end that one first."
        return (Precondition("nothing of another app is pending", pending_words(other), Met.NO, remedy),)
    if case.pending is None:
        return ()
    waits = case.pending.in_state == BEFORE_COMMIT or (case.pending.in_state is None and bool(case.mender.app_rollback))
    if waits:
        remedy = f"{pending_words(case.pending)} waits for its commit: commit it or roll it back."
        return (Precondition("its update was cut short", "it waits for its commit", Met.NO, remedy),)
    if case.pending.in_state == BEFORE_INSTALL:
        remedy = f"{pending_words(case.pending)} is loaded and not begun: resume it or roll it back."
        return (Precondition("its update was cut short", "not begun", Met.NO, remedy),)
    return (Precondition("its update was cut short", case.pending.in_state or "this client notes no step", Met.YES),)


def _untouched(case: _Case) -> tuple[Precondition, ...]:
    """Backups of an unresolved transaction are the module's own: without an update in Mender nobody resolves them."""
    if case.check.transaction is None or case.pending is not None:
        return ()
    remedy = f"{case.check.transaction} holds backups of an unresolved update: delete nothing, ask for help."
    return (Precondition("no transaction is unresolved", case.check.transaction, Met.NO, remedy),)


def _compose(case: _Case) -> tuple[Precondition, ...]:
    if not case.restores or case.engine is None:
        return ()
    return (compose_condition(case.check.compose, _start(case, case.engine)),)


def _start(case: _Case, engine: Engine) -> tuple[str, ...]:
    return app_command(case.check, engine, Verb.START, has_containers=False, file=case.check.previous_file)


def _forget(case: _Case) -> tuple[Step, ...]:
    """5.x forgets by `resume`, which rolls back what can be; 4.x, which can't roll back here, only by a commit."""
    if case.pending is None:
        return ()
    generation = generation_of(case.mender)
    if generation is Generation.CPP5:
        verb = ClientVerb.RESUME
    else:
        verb = ClientVerb.ROLLBACK if case.transactional else ClientVerb.COMMIT
    words = f"have Mender forget {pending_words(case.pending)}"
    return (client_step(case.scene, words, RunClient(verb, Expected.CLEARED)),)


def _directory(case: _Case) -> tuple[Step, ...]:
    if not case.restores or case.check.previous is None:
        return ()
    directory = case.check.previous.removesuffix("-previous")
    aside = f"{directory.rpartition('/')[0]}/.{case.name}.aside"
    return (
        Step(
            f"put {case.name}-previous in its place",
            f"mv {directory} {aside}; mv {case.check.previous} {directory}",
            RestorePrevious(case.name, directory),
            Power.KEEP,
            undo=f"what was there is kept in {aside}",
        ),
    )


def _begin(case: _Case) -> tuple[Step, ...]:
    if not case.restores or case.engine is None or not (start := _start(case, case.engine)):
        return ()
    act = ControlApp(case.name, Verb.START, start, case.engine.endpoint)
    return (Step(f"start {case.name}", " ".join(start), act),)


def _believe(case: _Case) -> tuple[Step, ...]:
    """The version that is there, under the name of an artifact that is installed."""
    there, name = case.version_there, _true_name(case)
    if not _wrong_memory(case) or there is None or name is None or not can_repair(case.scene):
        return ()
    return (repair_step(case.scene, name, ((case.key, there),), (f"data-partition.{case.name}.*",)),)


def _true_name(case: _Case) -> str | None:
    """Of the update where it is what is there, else the last artifact's, else the running system's."""
    pending, last = case.pending, case.mender.artifact_name
    if pending is not None and dict(pending.provides).get(case.key) == case.version_there:
        return pending.artifact_name
    if last is not None and not last.endswith(_INCONSISTENT):
        return last
    image = running_image(case.scene)
    return None if image is None else image.artifact_name


def _summary(case: _Case) -> tuple[str, ...]:
    if case.restores:
        version = case.check.previous_version or "the version before"
        return (f"Brings {case.name} back to {version}, which the interrupted update had put aside, and starts it.",)
    if case.pending is not None and case.transactional:
        return (f"Has the update module of {case.name} end what was cut short, from its own backups.",)
    return (f"Leaves {case.name} as it is ({case.version_there or 'no version'}), and has Mender know that.",)


def _afterwards(case: _Case) -> tuple[str, ...]:
    if case.check.broken is not None and not case.restores and not case.transactional:
        return (f"Nothing of {case.name} is there to be put back: install it again.",)
    if _wrong_memory(case) and not can_repair(case.scene):
        return (_install_again(case),)
    if case.restores and case.engine is None:
        return (f"No container engine can start anything now: start {case.name} once one can.",)
    return ()
