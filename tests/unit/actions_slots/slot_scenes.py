"""Scenes for plans about slots: A (p2) runs and is committed, B (p3) holds a newer image that would boot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moducop_tui.actions.scene import Scene
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy
from moducop_tui.model.checks import Checks, SlotCheck
from moducop_tui.model.mender import Mender
from moducop_tui.model.reading import Reading
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.work import Work
from tests.unit.core.well_device import WALL, well
from tests.unit.slots import verdict_cases as cases
from tests.unit.slots.verdict_cases import NEW, OLD, A, B

COPIES = (
    EnvironmentCopy("/dev/mmcblk0", 0x800000, good=True, counter=7, in_use=True),
    EnvironmentCopy("/dev/mmcblk0", 0x1000000, good=True, counter=6),
)
SUPERBLOCK = "5" * 64


def boot(part: int | None = 2, armed: int | None = 0, **changes: Any) -> BootEnvironment:
    """The environment with the variables behind its numbers."""
    numbers = {"count": 0, "bootlimit": 1} | changes
    made = cases.boot(part, armed, **{"copies": COPIES, **numbers})
    texts = {
        "altbootcmd": "run mender_altbootcmd; run bootcmd",
        "bootcount": made.bootcount,
        "bootlimit": made.bootlimit,
        "mender_boot_part": made.boot_part,
        "mender_boot_part_hex": made.boot_part_hex,
        "upgrade_available": made.upgrade_available,
    }
    variables = tuple((name, str(value)) for name, value in texts.items() if value is not None)
    return made if made.variables else replace(made, variables=variables)


def mender(version: str = OLD, **changes: Any) -> Mender:
    """A client that believes this root file system to be installed."""
    provides = (("rootfs-image.version", f"cpu01-standard-{version}"),)
    return cases.mender(**{"provides": provides, **changes})


def check(slot: SlotName = B, **changes: Any) -> SlotCheck:
    """A slot that would boot."""
    facts: dict[str, Any] = {
        "slot": slot,
        "device": "/dev/mmcblk0p3" if slot is B else "/dev/mmcblk0p2",
        "fs_type": "ext4",
        "fs_size": 1 << 30,
        "partition_size": 1 << 30,
        "clean": True,
        "clean_words": "e2fsck -n finds nothing wrong",
        "kernel": "/boot/Image",
        "init": "/sbin/init",
        "image": cases.image(NEW if slot is B else OLD),
        "device_type": "moducop-cpu01",
        "mounted": False,
        "superblock": SUPERBLOCK,
    }
    return SlotCheck(**(facts | changes))


def scene(
    slots: Slots | None = None,
    environment: BootEnvironment | None = None,
    client: Mender | None = None,
    looked: SlotCheck | None = None,
    *,
    slot_error: str | None = None,
    dead_man: int = 600,
    **changed: Any,
) -> Scene:
    """A scene of a device in A; `changed` readings by topic."""
    readings = well(
        **{
            "slots": cases.slots(mounted=A) if slots is None else slots,
            "boot": boot() if environment is None else environment,
            "mender": mender() if client is None else client,
            "work": Work(),
            **changed,
        }
    )
    looked = check() if looked is None and slot_error is None else looked
    return Scene(readings, Checks(slot=looked, slot_error=slot_error), WALL, dead_man=dead_man)


def unread(made: Scene, topic: str) -> Scene:
    """The scene without that reading."""
    empty: Reading[object] = Reading(error="It did not answer.")
    changed: dict[str, Any] = {topic: empty}
    return replace(made, readings=replace(made.readings, **changed))


IN_A, IN_B = cases.slots(mounted=A), cases.slots(mounted=B)
ARMED = scene(IN_A, boot(3, 1))
TRIAL = scene(IN_B, boot(3, 1, count=1))
WAITING = scene(IN_B, boot(2, 0, count=1))
