"""Plans for updates: install, resume, commit, roll back, keep. Which is possible when: device facts 2.3 and 2.4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.commit import commit_plan
from moducop_tui.actions.updates.install import install_plan
from moducop_tui.actions.updates.keep import keep_plan
from moducop_tui.actions.updates.resume import resume_plan
from moducop_tui.actions.updates.rollback import rollback_plan
from moducop_tui.model.plan import Action, ActionKind, Plan

_MAKERS: Mapping[ActionKind, Callable[[Action, Scene], Plan]] = MappingProxyType(
    {
        ActionKind.INSTALL: install_plan,
        ActionKind.RESUME: resume_plan,
        ActionKind.COMMIT: commit_plan,
        ActionKind.ROLLBACK: rollback_plan,
        ActionKind.KEEP: keep_plan,
    }
)


def make_plan(action: Action, scene: Scene) -> Plan:
    """The plan of one of the five actions."""
    return _MAKERS[action.kind](action, scene)
