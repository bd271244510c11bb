"""Makes Mender believe what is true: has its client install an artifact that has no payload."""

from __future__ import annotations

from contextlib import suppress

from moducop_tui import runner
from moducop_tui.actions.hands.client import read_standing
from moducop_tui.actions.hands.client_run import Ran, run_to_end
from moducop_tui.actions.hands.empty_artifact import empty_artifact
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.durable import make_directory_durably, remove_durably, write_durably
from moducop_tui.actions.updates.client_outcome import Standing
from moducop_tui.model.acts import ClientVerb, RepairProvides, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.places import DOWNLOADS
from moducop_tui.model.reading import Unavailable

_FILE = f"{DOWNLOADS}/memory.mender"


def repair_provides(act: RepairProvides, kit: Kit) -> Result:
    """Make the artifact, have it installed, and see what Mender's memory says then."""
    before = read_standing(kit)
    if isinstance(before, Unavailable):
        return Result(False, f"Mender's memory was left as it is: {before.reason}")
    refusal = _refusal(kit, before)
    if refusal is not None:
        return Result(False, refusal)
    if _is_so(act, before):
        return Result(True, "Mender believes it already: nothing was changed.")
    path = kit.host.path(_FILE)
    try:
        make_directory_durably(path.parent)
        write_durably(path, empty_artifact(act.artifact_name, act.device_type, act.provides, act.clears))
        return _installed(act, kit, before, str(path))
    except OSError as error:
        return Result(False, f"The artifact for Mender's memory could not be written to {_FILE}: {error.strerror}.")
    except runner.CommandError as error:
        return Result(False, f"Mender's memory was left as it is: {error}")
    finally:
        with suppress(OSError):
            remove_durably(path)


def _refusal(kit: Kit, before: Standing) -> str | None:
    if not kit.host.is_this_machine:
        return "Mender's memory can only be repaired on the machine that the console runs on."
    if before.pending is not None or not before.is_known:
        return "Mender has an update pending: its memory was left as it is."
    return None


def _installed(act: RepairProvides, kit: Kit, before: Standing, path: str) -> Result:
    ran = run_to_end(RunClient(ClientVerb.INSTALL, Expected.APP_DONE, path), kit, before.mender)
    after = read_standing(kit)
    if isinstance(after, Unavailable):
        return _result(ran, False, f"What Mender believes now can't be told: {after.reason}")
    if _is_so(act, after):
        said = ", ".join(f"{key} is {value}" for key, value in act.provides)
        return _result(ran, True, f"Mender believes now: {said}.")
    why = ran.output.why() or ran.stopped or "it gave no reason"
    believed = after.mender.rootfs_version or after.mender.artifact_name or "nothing"
    return _result(ran, False, f"Mender did not take it: {why}. It goes on believing {believed}.")


def _is_so(act: RepairProvides, standing: Standing) -> bool:
    """All of it is believed, and nothing more of what was to be cleared."""
    believed = dict(standing.mender.provides)
    wanted = dict(act.provides)
    if standing.mender.artifact_name != act.artifact_name or standing.pending is not None:
        return False
    stems = tuple(one.removesuffix("*") for one in act.clears if one.endswith("*"))
    covered = {key: value for key, value in believed.items() if key in wanted or (stems and key.startswith(stems))}
    return covered == wanted


def _result(ran: Ran, good: bool, sentence: str) -> Result:
    return Result(good, sentence, exit_code=ran.code, output="\n".join(ran.lines))
