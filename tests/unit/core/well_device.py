"""A ModuCop on which nothing is wrong, as readings; tests break one thing of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Engine, Health
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.log import Boot, Log, LogEntry, RepeatedEntry
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.mender import ClientKind, CoreApi, Mender, PendingUpdate, Unit, UpdateProcess
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Image, Partition, PartitionRole, Slot, SlotName, Slots
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperContent, UpperHome
from moducop_tui.model.system import FlashWear, Interface, System, Temperature
from moducop_tui.model.work import Work

NOW = 1000.0
"""Of the monotonic clock, as all readings here were taken at 990."""
WALL = 1_770_000_000.0

SLOTS = Slots(
    disk="/dev/mmcblk0",
    table="dos",
    partitions=(),
    slots=tuple(
        Slot(
            name,
            Partition(f"/dev/mmcblk0p{number}", number, role, 1 << 30, "ext4", mount_points=mounts),
            Image(f"Moducop-CPU01_Standard-Image_{version}", version, f"cpu01-standard-{version}", "below the overlay"),
        )
        for name, number, role, version, mounts in (
            (SlotName.A, 2, PartitionRole.ROOTFS_A, "v2.6.0", ()),
            (SlotName.B, 3, PartitionRole.ROOTFS_B, "v2.7.0", ("/",)),
        )
    ),
    named_by="/etc/mender/mender.conf",
    command_line_root="/dev/mmcblk0p3",
    command_line_slot=SlotName.B,
    mounted_root="/dev/mmcblk0p3",
    mounted_slot=SlotName.B,
)
BOOT = BootEnvironment(
    state=EnvironmentState.READABLE,
    boot_part=3,
    boot_part_hex=3,
    upgrade_available=0,
    bootcount=1,
    bootlimit=1,
    canary_checked=True,
    canary_present=True,
    copies=(
        EnvironmentCopy("/dev/mmcblk0", 0x800000, good=True, counter=7, in_use=True),
        EnvironmentCopy("/dev/mmcblk0", 0x1000000, good=True, counter=6),
    ),
    variables=(("bootcount", "1"), ("mender_boot_part", "3")),
)
MENDER = Mender(
    client=ClientKind.MENDER_UPDATE,
    version="5.1.0",
    artifact_name="cpu01-standard-v2.7.0",
    provides=(("rootfs-image.version", "cpu01-standard-v2.7.0"),),
    device_type="moducop-cpu01",
    modules=("app", "rootfs-image"),
    protected=False,
    pending=None,
    pending_error=None,
    daemon=Unit("mender-updated", present=True, active="inactive"),
    deployment=False,
    processes=(),
    core_api=CoreApi(Unit("core-api-server", present=True, active="active"), "idle", busy=False),
)
PENDING = PendingUpdate(
    "cpu01-standard-v2.7.0", ("rootfs-image",), "cpu01-standard-v2.7.0", "Before_ArtifactCommit_Enter"
)
PROCESS = UpdateProcess(812, "mender-update install")
DATA = FileSystem("/data", "/dev/mmcblk0p4", "ext4", False, 6 << 30, 2 << 30, 4 << 30, 400_000, 20_000)
VOLATILE = FileSystem("/var/volatile", "tmpfs", "tmpfs", False, 1 << 29, 1 << 26, (1 << 29) - (1 << 26), 100_000, 300)
ROOT = FileSystem("/", "/dev/root", "ext4", True, 1 << 30, (1 << 30) - 4096, 4096)
STORAGE = Storage(
    file_systems=(ROOT, DATA, VOLATILE),
    overlays=(
        Overlay(
            "/etc",
            ("/etc",),
            "/data/overlay-etc/upper",
            "/data/overlay-etc/work",
            UpperHome.DATA,
            "/dev/mmcblk0p4",
            UpperContent(files=14, directories=3, whiteouts=1, size=412_000),
        ),
    ),
    deviations=(),
)
WEB = Container(
    id="a" * 64,
    name="nginx-demo-web-1",
    image="nginx:1.27",
    state=ContainerState.RUNNING,
    health=Health.HEALTHY,
    project="nginx-demo",
    service="web",
    restart_policy="unless-stopped",
    started_at=WALL - 86400,
)
NGINX = App("nginx-demo", AppKind.MENDER, (WEB,), version="8f249b9", manifest="/data/mender-app/nginx-demo/manifests")
APPS = Apps(Engine("Docker", "27.3.1", "1.47", "/run/docker.sock"), (NGINX,))
ENTRY = LogEntry(
    cursor="s=1;i=2",
    realtime=WALL - 4,
    monotonic=86400.0,
    boot_id="b" * 32,
    priority=3,
    origin="gpx-logger-logger",
    unit=None,
    container="gpx-logger-logger",
    pid=412,
    message="cannot open /dev/ttyS101",
)
LOG = Log(
    recent=(RepeatedEntry(ENTRY, 12),),
    errors_last_hour=12,
    warnings_last_hour=30,
    newest=ENTRY,
    backend="systemd.journal",
    persistent=False,
    boots=(Boot("c" * 32, -1, WALL - 200_000, WALL - 100_000), Boot("b" * 32, 0, WALL - 86400, WALL)),
)
SYSTEM = System(
    host_name="MEC01-4711",
    model="Toradex Verdin iMX8M Mini",
    serial="4711",
    image_name="Moducop-CPU01_Standard-Image_v2.7.0",
    os_name="Ci4Rail",
    kernel="6.6.54",
    is_moducop=True,
    not_moducop=None,
    boot_id="b" * 32,
    uptime=86400.0,
    clock=WALL,
    clock_synchronised=True,
    cpu_count=4,
    cpu_share=0.12,
    load=(0.4, 0.3, 0.2),
    memory_total=1 << 30,
    memory_available=1 << 29,
    swap_total=0,
    swap_used=0,
    temperatures=(Temperature("cpu-thermal", 51.0, 95.0),),
    interfaces=(Interface("end0", True, True, 1000, ("10.0.4.17/24",), "00:14:2d:00:00:01"),),
    failed_units=(),
    flash=FlashWear("/dev/mmcblk0", 10, 10, "normal"),
)
MEDIA = Media((Stick("/dev/sda1", "SERVICE", "vfat", 8 << 30, "Kingston", "DataTraveler"),))

WORK = Work()


def well(**changed: Any) -> Readings:
    """Readings of a device on which nothing is wrong, but for the values given by topic."""
    values: dict[str, Any] = {
        "slots": SLOTS,
        "boot": BOOT,
        "mender": MENDER,
        "storage": STORAGE,
        "apps": APPS,
        "log": LOG,
        "system": SYSTEM,
        "media": MEDIA,
        "work": WORK,
        **changed,
    }
    return Readings(**{topic: Reading(value=value, taken_at=990.0) for topic, value in values.items()})


def with_container(**changed: Any) -> Apps:
    """The apps with another state of the one container."""
    return replace(APPS, apps=(replace(NGINX, containers=(replace(WEB, **changed),)),))


def with_file_system(file_system: FileSystem) -> Storage:
    """The storage with one file system in the place of the one at its mount point."""
    kept = tuple(one for one in STORAGE.file_systems if one.mount_point != file_system.mount_point)
    return replace(STORAGE, file_systems=(*kept, file_system))
