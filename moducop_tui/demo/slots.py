"""The disk, the two slots and the boot environment of the simulated device."""

from __future__ import annotations

from moducop_tui.demo.state import State
from moducop_tui.demo.world import World
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.slots import Image, Partition, PartitionRole, Slot, SlotName, Slots

DISK = "/dev/mmcblk0"
MIB = 1 << 20
_LABELS = {
    PartitionRole.BOOT: "boot",
    PartitionRole.ROOTFS_A: "rootfsA",
    PartitionRole.ROOTFS_B: "rootfsB",
    PartitionRole.DATA: "data",
}
SLOT_SIZE = 1536 * MIB
DATA_SIZE = 15_634_268_160 - 32 * MIB - 32 * MIB - 2 * SLOT_SIZE
"""What is left of a 16 GB eMMC behind the raw boot environment, the boot partition and both slots."""
BOOT_LIMIT = 1
_OFFSETS = (0x800000, 0x1000000)
_COUNTER = 42
"""Of the newer copy when the demo begins."""


def slots_at(world: World, moment: float) -> Slots:
    """Partitions and slots."""
    state = world.state_at(moment)
    a, b = ("/",) if state.running is SlotName.A else (), ("/",) if state.running is SlotName.B else ()
    boot = _partition(1, PartitionRole.BOOT, 32 * MIB, "vfat", "/uboot")
    rootfs_a = _partition(2, PartitionRole.ROOTFS_A, SLOT_SIZE, "ext4", *a)
    rootfs_b = _partition(3, PartitionRole.ROOTFS_B, SLOT_SIZE, "ext4", *b)
    data = _partition(4, PartitionRole.DATA, DATA_SIZE, "ext4", "/data", "/var/log")
    root = rootfs_a if state.running is SlotName.A else rootfs_b
    return Slots(
        disk=DISK,
        table="dos",
        partitions=(boot, rootfs_a, rootfs_b, data),
        slots=tuple(
            Slot(name, partition, image_in(state, name, partition.device))
            for name, partition in ((SlotName.A, rootfs_a), (SlotName.B, rootfs_b))
        ),
        named_by="/etc/mender/mender.conf",
        command_line_root=root.device,
        command_line_slot=state.running,
        mounted_root=root.device,
        mounted_slot=state.running,
    )


def _partition(number: int, role: PartitionRole, size: int, fs_type: str, *mount_points: str) -> Partition:
    return Partition(
        device=f"{DISK}p{number}",
        number=number,
        role=role,
        size=size,
        fs_type=fs_type,
        label=_LABELS[role],
        uuid="4711-C14A" if fs_type == "vfat" else f"6c0f{number}b1e-51f2-4c3a-9d07-4711c14a000{number}",
        part_uuid=f"4711c14a-0{number}",
        mount_points=mount_points,
    )


def image_in(state: State, name: SlotName, device: str) -> Image:
    """What a slot holds, as it was read."""
    release = state.release(name)
    how = "read from / below its overlays" if name is state.running else f"read from {device} without mounting it"
    return Image(release.image, release.version, release.artifact, how)


def environment_at(world: World, moment: float) -> BootEnvironment:
    """The variables; each write goes into the copy that was not in use."""
    state = world.state_at(moment)
    variables = {
        "altbootcmd": "run mender_altbootcmd; run bootcmd",
        "arch": "arm",
        "baudrate": "115200",
        "board": "verdin-imx8mm",
        "boot_part": "1",
        "bootcount": str(state.bootcount),
        "bootdelay": "0",
        "bootlimit": str(BOOT_LIMIT),
        "console": "ttymxc0,115200",
        "fdt_board": "cpu01",
        "mender_boot_part": str(state.boot_part),
        "mender_boot_part_hex": str(state.boot_part),
        "mender_check_saveenv_canary": "1",
        "mender_saveenv_canary": "1",
        "serial#": "4711",
        "upgrade_available": str(state.upgrade_available),
    }
    return BootEnvironment(
        state=EnvironmentState.READABLE,
        boot_part=state.boot_part,
        boot_part_hex=state.boot_part,
        upgrade_available=state.upgrade_available,
        bootcount=state.bootcount,
        bootlimit=BOOT_LIMIT,
        canary_checked=True,
        canary_present=True,
        copies=tuple(_copy(number, state.writes) for number in range(2)),
        variables=tuple(sorted(variables.items())),
    )


def _copy(number: int, writes: int) -> EnvironmentCopy:
    """Copy 0 was written last before the demo began, and has counter 42."""
    in_use = writes % 2 == number
    counter = _COUNTER + (writes if in_use else writes - 1)
    return EnvironmentCopy(DISK, _OFFSETS[number], good=True, counter=counter, in_use=in_use)
