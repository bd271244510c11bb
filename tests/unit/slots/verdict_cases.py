"""Readings for the verdict's tests: a device with slots A (p2) and B (p3), built from what differs."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.mender import ClientKind, Mender, PendingUpdate, Unit, UpdateProcess
from moducop_tui.model.slots import Image, Partition, PartitionRole, Slot, SlotName, Slots

OLD, NEW = "v2.6.0.f457f6d.20260210.1101", "v2.7.0.40ee657.20260218.1208"
A, B = SlotName.A, SlotName.B


def image(version: str) -> Image:
    return Image(f"Moducop-CPU01_Standard-Image_{version}", version, f"cpu01-standard-{version}", "read from the slot")


def slots(
    mounted: SlotName | None = A,
    command_line: SlotName | str | None = "same",
    a: str | None = OLD,
    b: str | None = NEW,
    **changes: object,
) -> Slots:
    partitions = (
        Partition("/dev/mmcblk0p2", 2, PartitionRole.ROOTFS_A, 1 << 30),
        Partition("/dev/mmcblk0p3", 3, PartitionRole.ROOTFS_B, 1 << 30),
    )
    named = mounted if command_line == "same" else command_line
    line_slot = named if isinstance(named, SlotName) else None
    devices = {A: "/dev/mmcblk0p2", B: "/dev/mmcblk0p3", None: "/dev/sda1"}
    facts: dict[str, object] = {
        "disk": "/dev/mmcblk0",
        "table": "dos",
        "partitions": partitions,
        "slots": tuple(
            Slot(name, partition, None if version is None else image(version))
            for name, partition, version in zip((A, B), partitions, (a, b), strict=True)
        ),
        "named_by": "/etc/mender/mender.conf",
        "command_line_root": devices[line_slot],
        "command_line_slot": line_slot,
        "mounted_root": devices[mounted],
        "mounted_slot": mounted,
    }
    return Slots(**(facts | changes))  # type: ignore[arg-type]


def boot(part: int | None = 2, armed: int | None = 0, count: int | None = 0, **changes: object) -> BootEnvironment:
    facts: dict[str, object] = {
        "state": EnvironmentState.READABLE,
        "boot_part": part,
        "boot_part_hex": part,
        "upgrade_available": armed,
        "bootcount": count,
        "bootlimit": 1,
        "canary_checked": True,
        "canary_present": True,
    }
    return BootEnvironment(**(facts | changes))  # type: ignore[arg-type]


def update(
    step: str | None = None, version: str | None = NEW, payload: str = "rootfs-image", **flags: bool
) -> PendingUpdate:
    rootfs = None if version is None else f"cpu01-standard-{version}"
    plain = PendingUpdate(rootfs or "nginx-demo-1.2", (payload,), rootfs, step)
    return replace(plain, failed=flags.get("failed", False), rolled_back=flags.get("rolled_back", False))


def mender(pending: PendingUpdate | None = None, version: str = "5.1.0", **changes: object) -> Mender:
    facts: dict[str, object] = {
        "client": ClientKind.MENDER_UPDATE,
        "version": version,
        "artifact_name": f"cpu01-standard-{OLD}",
        "provides": (),
        "device_type": "moducop-cpu01",
        "modules": ("app", "rootfs-image"),
        "protected": False,
        "pending": pending,
        "pending_error": None,
        "daemon": Unit("mender-updated", True, "inactive"),
        "deployment": False,
        "processes": (),
        "core_api": None,
    }
    return Mender(**(facts | changes))  # type: ignore[arg-type]


INSTALLING = UpdateProcess(812, "mender-update install /data/x.mender")
