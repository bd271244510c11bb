"""Mender's client 5.1.0 on the simulated device: what each of its verbs says, and what is so afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from moducop_tui.demo.artifacts import Kept, artifact_named
from moducop_tui.demo.cast import ROLES
from moducop_tui.demo.diary import ContainerOrder, Deed, Use
from moducop_tui.demo.state import PARTITIONS, State
from moducop_tui.demo.turn import Moment, Turn
from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.ledger import Known
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.phases import BEFORE_COMMIT, BEFORE_INSTALL

_WRITING, _APP, _SHORT = 26.0, 15.0, 2.8
"""Seconds to write an image into a slot, to install an app, and for all else."""
_REBOOT_WANTED = (
    "Installed, but not committed.",
    "Use 'commit' to update, or 'rollback' to roll back the update.",
    "At least one payload requested a reboot of the device it updated.",
)


def run_client(act: RunClient, moment: Moment) -> Turn:
    """Run the client to its end."""
    state = moment.world.state_at(moment.at)
    command = " ".join(part for part in ("mender-update", act.verb.value, act.path) if part)
    turn = _VERBS[act.verb](act, moment, state)
    uses: tuple[Use, ...] = (moment.use(turn.seconds, command),) if turn.seconds > 1 else ()
    return replace(turn, written=(*turn.written, *uses))


def _install(act: RunClient, moment: Moment, state: State) -> Turn:
    kept = artifact_named(act.artifact or "")
    if kept is None:
        said = ("Installing artifact...", "Streaming failed.", "System not modified.")
        return Turn(1.2, "The client can't open the artifact. Nothing was changed.", False, 1, said)
    if kept.release is None:
        return _install_app(kept, moment)
    target, pending = state.running.other, _pending_image(kept, BEFORE_INSTALL)

    def write(before: State, _: float) -> State:
        written = before if kept.release is None else before.with_release(target, kept.release)
        return replace(written, pending=pending)

    return Turn(
        _WRITING,
        f"{kept.artifact.name} is written into {target}, nothing is armed.",
        exit_code=0,
        lines=("Installing artifact...", "Streamed to storage, but not installed/enabled."),
        total=kept.size,
        written=(moment.deed(_WRITING, write),),
    )


def _install_app(kept: Kept, moment: Moment) -> Turn:
    app, version = kept.artifact.app or "", kept.artifact.version or ""

    def installed(before: State, _: float) -> State:
        return replace(before.with_version(app, version), artifact_name=kept.artifact.name)

    return Turn(
        _APP,
        f"{app} {version} is installed and committed.",
        exit_code=0,
        lines=(
            "Installing artifact...",
            "Update Module output (stdout): 2 images loaded",
            f"Update Module output (stdout): docker compose --project-name {app} up -d --remove-orphans",
            "Update Module doesn't support rollback. Committing immediately.",
            "Installed and committed.",
        ),
        total=kept.size,
        written=(moment.deed(_APP - 4, installed), *made_anew(app, moment, _APP - 6)),
    )


def made_anew(app: str, moment: Moment, after: float) -> Iterator[ContainerOrder | Deed]:
    """All containers of an app are removed, and new ones started one after the other."""
    for number, role in enumerate(role for role in ROLES if role.app == app):
        yield moment.order(after, role.name, runs=False, exists=False)
        yield moment.order(after + 3 + 0.6 * number, role.name, runs=True)


def _resume(_: RunClient, moment: Moment, state: State) -> Turn:
    pending, target = state.pending, state.running.other
    if pending is None or pending.in_state != BEFORE_INSTALL:
        return Turn(0.4, "There is nothing to be resumed.", False, 2, ("No update in progress.",))

    def armed(before: State, _: float) -> State:
        waiting = replace(pending, in_state=BEFORE_COMMIT)
        return replace(_environment(before, PARTITIONS[target], 1), bootcount=0, pending=waiting)

    said = f"{target} is armed: the next boot tries it once."
    return Turn(_SHORT, said, exit_code=0, lines=_REBOOT_WANTED, written=(moment.deed(_SHORT - 0.4, armed),))


def _commit(_: RunClient, moment: Moment, state: State) -> Turn:
    pending = state.pending
    if pending is None:
        return Turn(0.4, "Nothing is pending: nothing was committed.", False, 2, ("No update in progress.",))

    def committed(before: State, _: float) -> State:
        name = pending.artifact_name or before.artifact_name
        version = pending.rootfs_version or before.rootfs_version
        kept = _environment(before, before.boot_part, 0)
        return replace(kept, pending=None, artifact_name=name, rootfs_version=version)

    said = f"Committed: {state.running} boots from now on."
    return Turn(_SHORT, said, exit_code=0, lines=("Committed.",), written=(moment.deed(_SHORT - 0.4, committed),))


def _rollback(act: RunClient, moment: Moment, state: State) -> Turn:
    verified = act.unless_verified
    if verified is not None and (state.pending is None or state.ledger.of(verified).known is Known.VERIFIED):
        return Turn(0.2, f"{verified} holds what it must: nothing to take back.")
    if state.pending is None:
        return Turn(0.4, "Nothing is pending: nothing was rolled back.", False, 2, ("No update in progress.",))

    def rolled_back(before: State, _: float) -> State:
        on_trial = before.upgrade_available and before.chosen is before.running
        stays = before.running.other if on_trial else before.running
        back = _environment(before, PARTITIONS[stays], 0) if before.upgrade_available else before
        return replace(back, pending=None)

    stays = state.running.other if state.upgrade_available and state.chosen is state.running else state.running
    said = f"Rolled back: {stays} boots from now on."
    return Turn(_SHORT, said, exit_code=0, lines=("Rolled back.",), written=(moment.deed(_SHORT - 0.4, rolled_back),))


def _environment(state: State, boot_part: int, upgrade_available: int) -> State:
    """One write of the boot environment."""
    return replace(state, boot_part=boot_part, upgrade_available=upgrade_available, writes=state.writes + 1)


def _pending_image(kept: Kept, in_state: str) -> PendingUpdate:
    return PendingUpdate(
        artifact_name=kept.artifact.name,
        payload_types=("rootfs-image",),
        rootfs_version=kept.artifact.version,
        in_state=in_state,
        provides=kept.artifact.provides,
    )


_VERBS: dict[ClientVerb, Callable[[RunClient, Moment, State], Turn]] = {
    ClientVerb.INSTALL: _install,
    ClientVerb.RESUME: _resume,
    ClientVerb.COMMIT: _commit,
    ClientVerb.ROLLBACK: _rollback,
}
