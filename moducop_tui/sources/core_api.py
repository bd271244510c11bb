"""The vendor's core API server: a competitor for Mender's client that installs, reboots and commits by itself.

Its state file is JSON (moducop-core-api-server, internal/manager/cpumanager/actor.go and enum_json.go): `MenderState`
with `State`, and `Entities` with a `DeployStatus` each.
"""

from __future__ import annotations

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.mender import CoreApi, Unit

UNIT = "core-api-server"
STATE_FILE = "/data/core-api-server/cpumanager-state.json"
_BUSY = frozenset({"installing", "rebooting", "committing", "recover_install_committing", "recover_install_clear_app"})
_IDLE = "idle"
_AT_WORK = frozenset({"in_progress", "waiting"})
_STATE_LENGTH = 40


def read_core_api(host: Host, unit: Unit) -> CoreApi | None:
    """The server by its unit and its state file; None where neither is there."""
    try:
        text = host.read_text(STATE_FILE)
    except FileNotFoundError:
        stopped = unit.active == "inactive"
        return CoreApi(unit, None, False if stopped else None) if unit.present else None
    except OSError:
        return CoreApi(unit, None, None)
    state, busy = judge_state(text)
    return CoreApi(unit, state, busy)


def judge_state(text: str) -> tuple[str | None, bool | None]:
    """The state in its own word, and whether it means an update in progress; None where that can't be known."""
    import json

    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    mender = content.get("MenderState") if isinstance(content, dict) else None
    if not isinstance(mender, dict):
        return None, None
    raw = mender.get("State")
    state = clean_or_none(str(raw), _STATE_LENGTH) if isinstance(raw, str | int) else None
    if state in _BUSY or _entity_at_work(content.get("Entities")):
        return state, True
    return state, False if state == _IDLE else None


def _entity_at_work(entities: object) -> bool:
    """Whether the operating system or an app is being deployed, or waits for its turn."""
    if not isinstance(entities, dict):
        return False
    statuses = (entity.get("DeployStatus") for entity in entities.values() if isinstance(entity, dict))
    return any(isinstance(status, dict) and status.get("Code") in _AT_WORK for status in statuses)
