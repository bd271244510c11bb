"""Which function carries out which act. Loaded when it is needed: a restart of a container needs no artifact reader."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import Act

_HANDS: Mapping[str, str] = MappingProxyType(
    {
        "MountStick": "stick.mount_stick",
        "ReleaseStick": "stick.release_stick",
        "FetchArtifact": "fetch.fetch_artifact",
        "DropFile": "fetch.drop_file",
        "VerifyArtifact": "verify.verify_artifact",
        "RunClient": "client.run_client",
        "ControlUnit": "units.control_unit",
        "SetEnvironment": "environment.set_environment",
        "NoteSlot": "ledger.note_slot",
        "VerifySlot": "ledger.verify_slot",
        "ArmDeadMan": "dead_man.arm_dead_man",
        "DisarmDeadMan": "dead_man.disarm_dead_man",
        "RememberBefore": "before.remember_before",
        "RepairProvides": "provides.repair_provides",
        "ControlContainer": "containers.control_container",
        "ControlApp": "compose.control_app",
        "RestorePrevious": "previous.restore_previous",
        "AwaitHealth": "health.await_health",
        "Leave": "leave.leave",
    }
)
"""Module and function below `moducop_tui.actions.hands`, each `(act, kit) -> Result`."""


def hand_for(act: Act) -> Callable[[Any, Kit], Result]:
    """The function that carries this act out."""
    module, _, name = _HANDS[type(act).__name__].partition(".")
    found: Callable[[Any, Kit], Result] = getattr(importlib.import_module(f"moducop_tui.actions.hands.{module}"), name)
    return found
