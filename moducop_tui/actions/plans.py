"""From an action to its plan: which looks at the device it needs, and which family makes it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from moducop_tui.actions.scene import Scene
from moducop_tui.model.plan import Action, ActionKind, Plan
from moducop_tui.model.recording import can_be_recorded

PlanMaker = Callable[[Action, Scene], Plan]


class Need(StrEnum):
    """A look at the device that a plan needs beyond the readings (`model.checks.Checks`)."""

    SLOT = "slot"
    ARTIFACT = "artifact"
    APP = "app"
    FREE = "free"


_FAMILIES: Mapping[ActionKind, str] = MappingProxyType(
    {
        ActionKind.INSTALL: "updates.plan",
        ActionKind.RESUME: "updates.plan",
        ActionKind.COMMIT: "updates.plan",
        ActionKind.ROLLBACK: "updates.plan",
        ActionKind.KEEP: "updates.plan",
        ActionKind.REPAIR: "updates.repairs",
        ActionKind.SWITCH: "slots.plan",
        ActionKind.CONFIRM: "slots.plan",
        ActionKind.DISARM: "slots.plan",
        ActionKind.RESTART: "apps.plan",
        ActionKind.STOP: "apps.plan",
        ActionKind.START: "apps.plan",
        ActionKind.PREVIOUS: "apps.plan",
        ActionKind.REBOOT: "power",
        ActionKind.POWER_OFF: "power",
    }
)
"""The module of `moducop_tui.actions` whose function `make_plan(action, scene)` makes the plan."""

_NEEDS: Mapping[ActionKind, frozenset[Need]] = MappingProxyType(
    {
        ActionKind.INSTALL: frozenset({Need.ARTIFACT, Need.FREE}),
        ActionKind.SWITCH: frozenset({Need.SLOT}),
        ActionKind.REPAIR: frozenset({Need.APP}),
        ActionKind.RESTART: frozenset({Need.APP}),
        ActionKind.STOP: frozenset({Need.APP}),
        ActionKind.START: frozenset({Need.APP}),
        ActionKind.PREVIOUS: frozenset({Need.APP}),
    }
)


def needs(action: Action) -> frozenset[Need]:
    """What has to be looked at before the plan can be made."""
    return _NEEDS.get(action.kind, frozenset())


def load_makers() -> None:
    """Load what makes plans ahead of the first key that asks for one. May run in any thread."""
    for family in sorted(set(_FAMILIES.values())):
        importlib.import_module(f"moducop_tui.actions.{family}")


def make_plan(action: Action, scene: Scene) -> Plan:
    """The plan. Never raises for a device in an odd state: then a precondition is not met and says so."""
    maker: PlanMaker = importlib.import_module(f"moducop_tui.actions.{_FAMILIES[action.kind]}").make_plan
    plan, readings = maker(action, scene), scene.readings
    condition = can_be_recorded(action.kind, readings.storage.value, readings.work.value)
    return plan if condition is None else replace(plan, preconditions=(condition, *plan.preconditions))
