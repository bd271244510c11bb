"""Keeps how the device fares before an update, on the data partition: the next boot compares with it."""

from __future__ import annotations

import json
from typing import TypeVar

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.durable import make_directory_durably, write_durably
from moducop_tui.model.acts import RememberBefore
from moducop_tui.model.apps import Apps
from moducop_tui.model.fares import fares_now
from moducop_tui.model.log import Log
from moducop_tui.model.places import BEFORE, STATE
from moducop_tui.model.reading import Topic
from moducop_tui.model.stored import encode
from moducop_tui.model.system import System
from moducop_tui.model.work import Snapshot

Value = TypeVar("Value")


def remember_before(act: RememberBefore, kit: Kit) -> Result:
    """Read what is compared afterwards and keep it. What can't be read is kept as unknown and stops nothing."""
    system, apps, log = _read(kit, Topic.SYSTEM, System), _read(kit, Topic.APPS, Apps), _read(kit, Topic.LOG, Log)
    fares = fares_now(system, apps, log)
    snapshot = Snapshot(
        at=kit.wall_clock(),
        boot_id=None if system is None else system.boot_id,
        slot=act.slot,
        expected_slot=act.expected_slot,
        expected_artifact=act.expected_artifact,
        expected_version=act.expected_version,
        failed_units=fares.failed_units,
        apps=fares.apps,
        apps_well=None if fares.apps is None else fares.apps - len(fares.apps_not_well),
        apps_not_well=fares.apps_not_well,
        interfaces_up=fares.interfaces_up,
        errors=fares.errors,
        clock_synchronised=fares.clock_synchronised,
    )
    try:
        make_directory_durably(kit.host.path(STATE))
        write_durably(kit.host.path(BEFORE), json.dumps(encode(snapshot), indent=1).encode() + b"\n")
    except OSError as error:
        why = error.strerror or str(error)
        return Result(False, f"How the device fares could not be kept in {BEFORE}: {why}. Is there room on /data?")
    return Result(True, _words(snapshot))


def _read(kit: Kit, topic: Topic, kind: type[Value]) -> Value | None:
    value = kit.read(topic)
    return value if isinstance(value, kind) else None


def _words(snapshot: Snapshot) -> str:
    apps = "apps not read" if snapshot.apps is None else f"{snapshot.apps_well} of {snapshot.apps} apps well"
    failed = snapshot.failed_units
    units = "units not read" if failed is None else f"{len(failed)} units failed"
    return f"Kept: {apps}, {units}."
