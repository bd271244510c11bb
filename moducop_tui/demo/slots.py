"""The disk, the two slots and the boot environment of the simulated device: B on trial, later committed."""

from __future__ import annotations

from moducop_tui.demo import story
from moducop_tui.demo.world import RELEASES
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
DATA_SIZE = 15_634_268_160 - 32 * MIB - 32 * MIB - 2 * 1536 * MIB
"""What is left of a 16 GB eMMC behind the raw boot environment, the boot partition and both slots."""
ENVIRONMENT_SWITCHED = story.COMMITTED - 2.6
"""The moment at which the client's `fw_setenv upgrade_available 0` took effect."""


def slots_at(moment: float) -> Slots:
    """Partitions and slots; nothing of them changes while the demo runs."""
    del moment
    boot = _partition(1, PartitionRole.BOOT, 32 * MIB, "vfat", "/uboot")
    rootfs_a = _partition(2, PartitionRole.ROOTFS_A, 1536 * MIB, "ext4")
    rootfs_b = _partition(3, PartitionRole.ROOTFS_B, 1536 * MIB, "ext4", "/")
    data = _partition(4, PartitionRole.DATA, DATA_SIZE, "ext4", "/data", "/var/log")
    return Slots(
        disk=DISK,
        table="dos",
        partitions=(boot, rootfs_a, rootfs_b, data),
        slots=(
            Slot(SlotName.A, rootfs_a, _image(SlotName.A, f"read from {rootfs_a.device} without mounting it")),
            Slot(SlotName.B, rootfs_b, _image(SlotName.B, "read from / below its overlays")),
        ),
        named_by="/etc/mender/mender.conf",
        command_line_root=rootfs_b.device,
        command_line_slot=SlotName.B,
        mounted_root=rootfs_b.device,
        mounted_slot=SlotName.B,
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


def _image(name: SlotName, how: str) -> Image:
    release = RELEASES[name]
    return Image(release.image, release.version, release.artifact, how)


def environment_at(moment: float) -> BootEnvironment:
    """The variables; the commit writes them once, into the copy that was not in use."""
    committed = moment >= ENVIRONMENT_SWITCHED
    available = 0 if committed else 1
    variables = {
        "altbootcmd": "run mender_altbootcmd; run bootcmd",
        "arch": "arm",
        "baudrate": "115200",
        "board": "verdin-imx8mm",
        "boot_part": "1",
        "bootcount": "1",
        "bootdelay": "0",
        "bootlimit": "1",
        "console": "ttymxc0,115200",
        "fdt_board": "cpu01",
        "mender_boot_part": "3",
        "mender_boot_part_hex": "3",
        "mender_check_saveenv_canary": "1",
        "mender_saveenv_canary": "1",
        "serial#": "4711",
        "upgrade_available": str(available),
    }
    return BootEnvironment(
        state=EnvironmentState.READABLE,
        boot_part=3,
        boot_part_hex=3,
        upgrade_available=available,
        bootcount=1,
        bootlimit=1,
        canary_checked=True,
        canary_present=True,
        copies=(
            EnvironmentCopy(DISK, 0x800000, good=True, counter=42, in_use=not committed),
            EnvironmentCopy(DISK, 0x1000000, good=True, counter=43 if committed else 41, in_use=committed),
        ),
        variables=tuple(sorted(variables.items())),
    )
