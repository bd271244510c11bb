"""Performs acts on the simulated device: each tells how it goes, and writes into the diary what is so afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from moducop_tui.demo import container_acts
from moducop_tui.demo.apps import apps_at
from moducop_tui.demo.artifacts import artifact_of
from moducop_tui.demo.client import run_client
from moducop_tui.demo.going_down import BOOTING, OFF, going_down
from moducop_tui.demo.journal import Journal
from moducop_tui.demo.log_port import summarise
from moducop_tui.demo.machine import system_at
from moducop_tui.demo.state import State
from moducop_tui.demo.turn import Moment, Turn
from moducop_tui.model import acts
from moducop_tui.model.app_rules import app_is_well
from moducop_tui.model.apps import Apps
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.places import BEFORE
from moducop_tui.model.work import DeadMan, Snapshot

_CHECKING_RATE = 36e6
_READING_RATE = 128e6
_NET_RATE = 24e6
"""Bytes a second: of the simulated device's checksums, of its eMMC and of its network."""
_LEAVING = 1.6


def perform(act: acts.Act, moment: Moment) -> Turn:
    """One act, from that moment on."""
    return _ACTS[type(act).__name__](act, moment)


def _mount(act: acts.MountStick, _: Moment) -> Turn:
    return Turn(0.7, f"{act.device} is mounted at {act.directory}, read-only.")


def _release(act: acts.ReleaseStick, _: Moment) -> Turn:
    return Turn(0.5, f"{act.device} is unmounted: it is safe to remove.")


def _fetch(act: acts.FetchArtifact, _: Moment) -> Turn:
    size = min(act.limit, 1 << 30)
    return Turn(max(1.0, size / _NET_RATE), f"Loaded to {act.target}.", total=size)


def _drop(act: acts.DropFile, moment: Moment) -> Turn:
    forget = (moment.deed(0.2, lambda state, _: replace(state, before=None)),) if act.path == BEFORE else ()
    return Turn(0.2, f"{act.path} is gone.", written=forget)


def _verify(act: acts.VerifyArtifact, _: Moment) -> Turn:
    kept = artifact_of(act.manifest)
    size = kept.size if kept else 312 << 20
    seconds = max(1.0, size / _CHECKING_RATE)
    if kept is not None and kept.damaged is not None:
        return Turn(0.7 * seconds, f"{kept.damaged} Nothing was written.", good=False, total=size)
    return Turn(seconds, "Every part agrees with its manifest.", total=size)


def _unit(act: acts.ControlUnit, moment: Moment) -> Turn:
    words = "started" if act.start else "stopped"
    change = moment.deed(0.8, lambda state, _: replace(state, daemon_active=act.start))
    return Turn(0.8, f"{act.unit} is {words}.", exit_code=0, written=(change,))


def _environment(act: acts.SetEnvironment, moment: Moment) -> Turn:
    """Refused where the variables are not any more what the plan was made from."""
    now = _variables(moment.world.state_at(moment.at))
    other = [name for name, value in act.before if name in now and now[name] != value]
    if other:
        return Turn(0.2, f"The boot environment has changed ({', '.join(other)}): nothing was written.", good=False)
    wanted = dict(act.variables)

    def write(state: State, _: float) -> State:
        return replace(
            state,
            boot_part=int(wanted.get("mender_boot_part", state.boot_part)),
            upgrade_available=int(wanted.get("upgrade_available", state.upgrade_available)),
            bootcount=int(wanted.get("bootcount", state.bootcount)),
            writes=state.writes + 1,
        )

    return Turn(0.6, "Written in one batch, and read back the same.", exit_code=0, written=(moment.deed(0.5, write),))


def _variables(state: State) -> dict[str, str]:
    return {
        "mender_boot_part": str(state.boot_part),
        "mender_boot_part_hex": str(state.boot_part),
        "upgrade_available": str(state.upgrade_available),
        "bootcount": str(state.bootcount),
    }


def _note(act: acts.NoteSlot, moment: Moment) -> Turn:
    note = replace(act.note, at=moment.world.wall(moment.at), boot_id=moment.world.boot_at(moment.at).id)
    change = moment.deed(0.2, lambda state, _: state.with_note(note))
    return Turn(0.2, f"Noted: {note.slot} is {note.known.value}.", written=(change,))


def _compare(act: acts.VerifySlot, moment: Moment) -> Turn:
    """What was written agrees: what does not is found before anything is written."""

    def verified(state: State, at: float) -> State:
        known = state.ledger.of(act.slot)
        note = SlotNote(act.slot, Known.VERIFIED, known.artifact, known.version, act.sha256, act.size)
        return state.with_note(replace(note, at=moment.world.wall(at)))

    size = act.size or 0
    seconds = max(1.0, size / _READING_RATE)
    sentence = f"The first {size} bytes of {act.device} are the artifact's."
    return Turn(seconds, sentence, total=size, written=(moment.deed(seconds, verified),))


def _arm(act: acts.ArmDeadMan, moment: Moment) -> Turn:
    timer = DeadMan(act.slot, act.seconds)
    change = moment.deed(0.4, lambda state, _: replace(state, dead_man=timer, fired=None))
    return Turn(0.4, f"Armed for the next boot into {act.slot}, {act.seconds} s.", written=(change,))


def _disarm(act: acts.DisarmDeadMan, moment: Moment) -> Turn:
    if act.unless_on_trial and moment.world.state_at(moment.at).upgrade_available:
        return Turn(0.2, "A slot is on trial: the timer stays.")
    change = moment.deed(0.3, lambda state, _: replace(state, dead_man=None))
    return Turn(0.3, "No timer is set.", written=(change,))


def _remember(act: acts.RememberBefore, moment: Moment) -> Turn:
    world, at = moment.world, moment.at
    system, apps, log = system_at(world, at), apps_at(world, at), summarise(world, Journal(world), at)
    known = apps if isinstance(apps, Apps) else None
    ill = tuple(app.name for app in known.apps if not app_is_well(app)) if known else ()
    kept = Snapshot(
        at=world.wall(at),
        boot_id=system.boot_id,
        slot=act.slot,
        expected_slot=act.expected_slot,
        expected_artifact=act.expected_artifact,
        expected_version=act.expected_version,
        failed_units=system.failed_units,
        apps=len(known.apps) if known else None,
        apps_well=len(known.apps) - len(ill) if known else None,
        apps_not_well=ill,
        interfaces_up=tuple(one.name for one in system.interfaces if one.carrier),
        errors=log.errors_last_hour,
        clock_synchronised=system.clock_synchronised,
    )
    change = moment.deed(0.5, lambda state, _: replace(state, before=kept))
    return Turn(0.5, "How the device fares now is kept.", written=(change,))


def _repair(act: acts.RepairProvides, moment: Moment) -> Turn:
    provided = dict(act.provides)

    def repaired(state: State, _: float) -> State:
        state = replace(state, artifact_name=act.artifact_name)
        version = provided.get("rootfs-image.version")
        state = replace(state, rootfs_version=version) if version else state
        for key, value in act.provides:
            if key.startswith("data-partition."):
                state = state.with_version(key.split(".")[1], value)
        return state

    said = (
        "Installing artifact...",
        "Artifact with empty payload. Committing immediately.",
        "Installed and committed.",
    )
    return Turn(1.9, "Mender believes what is true.", exit_code=0, lines=said, written=(moment.deed(1.6, repaired),))


def _leave(act: acts.Leave, moment: Moment) -> Turn:
    told = "switch itself off" if act.off else "reboot"
    down = replace(moment, at=moment.at + _LEAVING)
    away = OFF if act.off else BOOTING
    sentence = f"The device is told to {told}."
    return Turn(_LEAVING, sentence, exit_code=0, written=tuple(going_down(down, away)), is_left=True)


_ACTS: Mapping[str, Callable[[Any, Moment], Turn]] = MappingProxyType(
    {
        "MountStick": _mount,
        "ReleaseStick": _release,
        "FetchArtifact": _fetch,
        "DropFile": _drop,
        "VerifyArtifact": _verify,
        "RunClient": run_client,
        "ControlUnit": _unit,
        "SetEnvironment": _environment,
        "NoteSlot": _note,
        "VerifySlot": _compare,
        "ArmDeadMan": _arm,
        "DisarmDeadMan": _disarm,
        "RememberBefore": _remember,
        "RepairProvides": _repair,
        "ControlContainer": container_acts.control_container,
        "ControlApp": container_acts.control_app,
        "RestorePrevious": container_acts.restore_previous,
        "AwaitHealth": container_acts.await_health,
        "Leave": _leave,
    }
)
