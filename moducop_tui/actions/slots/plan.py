"""Plans for the slots: boot the other one once, keep it, or take the switch back before the reboot."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.slots.confirm import confirm_plan
from moducop_tui.actions.slots.disarm import disarm_plan
from moducop_tui.actions.slots.switch import switch_plan
from moducop_tui.model.plan import Action, ActionKind, Plan


def make_plan(action: Action, scene: Scene) -> Plan:
    """The plan for SWITCH, CONFIRM or DISARM (device facts 2.4 and 2.5)."""
    if action.kind is ActionKind.SWITCH:
        return switch_plan(action, scene)
    if action.kind is ActionKind.CONFIRM:
        return confirm_plan(action, scene)
    return disarm_plan(action, scene)
