"""Fixed readings of a ModuCop in several states, for pictures and for the console under test."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Engine, Health
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.log import Boot, Log, LogEntry, RepeatedEntry
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.mender import ClientKind, CoreApi, Mender, PendingUpdate, Unit
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Image, Partition, PartitionRole, Slot, SlotName, Slots
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperContent, UpperHome
from moducop_tui.model.system import FlashWear, Interface, System, Temperature
from moducop_tui.model.work import Work

NOW = 1_000.0
"""The monotonic clock at the moment of all pictures."""
WALL = 1_771_411_320.0
"""2026-02-18 10:42:00 UTC."""
DAY = 86_400.0
BOOT_ID = "5f0c6f8a1d5f4b1d9f6e0c7f2a3b4c5d"
ARTIFACT_A = "cpu01-standard-v2.6.0.f457f6d.20260210.1540"
ARTIFACT_B = "cpu01-standard-v2.7.0.40ee657.20260218.1208"


def fresh(value: object, age: float = 1.0) -> Reading[object]:
    """A good reading of `age` seconds ago."""
    return Reading(value=value, taken_at=NOW - age)


def image(version: str) -> Image:
    return Image(
        f"Moducop-CPU01_Standard-Image_{version}",
        version,
        f"cpu01-standard-{version}",
        "read from its device without mounting it",
    )


def slots(booted: SlotName = SlotName.B) -> Slots:
    device = f"/dev/mmcblk0p{2 if booted is SlotName.A else 3}"
    partitions = (
        Partition("/dev/mmcblk0p1", 1, PartitionRole.BOOT, 33_554_432, "vfat", "boot", mount_points=("/uboot",)),
        Partition("/dev/mmcblk0p2", 2, PartitionRole.ROOTFS_A, 1_610_612_736, "ext4"),
        Partition("/dev/mmcblk0p3", 3, PartitionRole.ROOTFS_B, 1_610_612_736, "ext4", mount_points=("/",)),
        Partition("/dev/mmcblk0p4", 4, PartitionRole.DATA, 5_700_000_000, "ext4", "data", mount_points=("/data",)),
    )
    return Slots(
        disk="/dev/mmcblk0",
        table="dos",
        partitions=partitions,
        slots=(
            Slot(SlotName.A, partitions[1], image("v2.6.0.f457f6d.20260210.1540")),
            Slot(SlotName.B, partitions[2], image("v2.7.0.40ee657.20260218.1208")),
        ),
        named_by="/etc/mender/mender.conf",
        command_line_root=device,
        command_line_slot=booted,
        mounted_root=device,
        mounted_slot=booted,
    )


def environment(part: int = 3, upgrade: int = 0, bootcount: int = 1) -> BootEnvironment:
    numbers = {
        "bootcount": bootcount,
        "bootlimit": 1,
        "mender_boot_part": part,
        "mender_boot_part_hex": part,
        "mender_check_saveenv_canary": 1,
        "mender_saveenv_canary": 1,
        "upgrade_available": upgrade,
    }
    variables = {"altbootcmd": "run mender_altbootcmd; run bootcmd", "bootdelay": "0"}
    variables |= {name: str(value) for name, value in numbers.items()}
    return BootEnvironment(
        state=EnvironmentState.READABLE,
        boot_part=part,
        boot_part_hex=part,
        upgrade_available=upgrade,
        bootcount=bootcount,
        bootlimit=1,
        canary_checked=True,
        canary_present=True,
        copies=(
            EnvironmentCopy("/dev/mmcblk0", 0x800000, good=True, counter=42, in_use=True),
            EnvironmentCopy("/dev/mmcblk0", 0x1000000, good=True, counter=41),
        ),
        variables=tuple(sorted(variables.items())),
    )


def mender(artifact: str = ARTIFACT_B, pending: PendingUpdate | None = None) -> Mender:
    return Mender(
        client=ClientKind.MENDER_UPDATE,
        version="5.1.0",
        artifact_name=artifact,
        provides=(("rootfs-image.version", artifact),),
        device_type="moducop-cpu01",
        modules=("app", "rootfs-image"),
        protected=False,
        pending=pending,
        pending_error=None,
        daemon=Unit("mender-updated", present=True, active="active"),
        deployment=False,
        processes=(),
        core_api=CoreApi(Unit("core-api-server", present=True, active="active"), "idle", busy=False),
    )


def file_system(mount_point: str, source: str, total: float, share: float, **more: object) -> FileSystem:
    used = int(total * share)
    kind = "tmpfs" if source == "tmpfs" else "ext4"
    facts = FileSystem(
        mount_point, source, kind, read_only=False, total=int(total), used=used, available=int(total) - used,
        inodes_total=100_000, inodes_used=1_200, growth=0.0,
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]  # the caller names fields of a file system


def overlay(mount_point: str, home: UpperHome, size: int, files: int, whiteouts: int = 0) -> Overlay:
    name = mount_point.strip("/").replace("/", "-")
    base = f"/data/overlay-{name}" if home is UpperHome.DATA else f"/var/volatile/overlay-{name}"
    device = "/dev/mmcblk0p4" if home is UpperHome.DATA else "tmpfs"
    content = UpperContent(files, 2, whiteouts, size)
    return Overlay(mount_point, (mount_point,), f"{base}/upper", f"{base}/work", home, device, content)


def storage(volatile: float = 0.31, growth: float = 0.0) -> Storage:
    return Storage(
        file_systems=(
            file_system("/", "/dev/mmcblk0p3", 1.58e9, 0.61, read_only=True),
            file_system("/data", "/dev/mmcblk0p4", 5.7e9, 0.46, growth=350.0),
            file_system("/dev/shm", "tmpfs", 954e6, 0.0),
            file_system("/run", "tmpfs", 382e6, 0.02),
            file_system("/var/volatile", "tmpfs", 268e6, volatile, growth=growth),
        ),
        overlays=(
            overlay("/etc", UpperHome.DATA, 412_000, 13, 1),
            overlay("/root", UpperHome.DATA, 20_480, 3),
            overlay("/var/cache", UpperHome.TMPFS, 326_000, 21),
            overlay("/var/lib", UpperHome.TMPFS, 909_000, 58, 2),
            overlay("/var/spool", UpperHome.TMPFS, 0, 0),
        ),
        deviations=(),
    )


def container(app: str, compose_service: str, /, **more: object) -> Container:
    facts = Container(
        id=hashlib.sha256(f"{app}{compose_service}{more.get('name')}".encode()).hexdigest(),
        name=f"{app}-{compose_service}-1",
        image=f"{app}/{compose_service}:1.4.0",
        state=ContainerState.RUNNING,
        project=app,
        service=compose_service,
        restart_count=0,
        restart_policy="unless-stopped",
        created_at=WALL - 4 * DAY,
        started_at=WALL - 3 * DAY,
        log_driver="journald",
        pid=812,
        cpu_share=0.03,
        memory=41_000_000,
    )
    return replace(facts, **more)  # type: ignore[arg-type]  # the caller names fields of a container


FAILING: dict[str, object] = {
    "state": ContainerState.RESTARTING,
    "exit_code": 1,
    "restart_count": 37,
    "finished_at": WALL - 4,
    "started_at": WALL - 6,
    "cpu_share": None,
    "memory": None,
    "pid": None,
}


def apps(*, failing: bool = False) -> Apps:
    healthy: dict[str, object] = {"health": Health.HEALTHY, "started_at": WALL - 2 * DAY}
    broken = FAILING if failing else {}
    return Apps(
        Engine("Docker", "27.3.1", "1.47", "/run/docker.sock"),
        (
            App(
                "gpx-logger",
                AppKind.MENDER,
                tuple(container("gpx-logger", name, **(broken if name == "logger" else {})) for name in GPX),
                "1.4.0",
                "/data/mender-app/gpx-logger/manifests",
            ),
            App(
                "nginx-demo",
                AppKind.MENDER,
                (
                    container("nginx-demo", "db", image="postgres:16.2-alpine", **healthy),
                    container("nginx-demo", "web", image="nginx:1.27.4", ports=("0.0.0.0:80->80/tcp",), **healthy),
                ),
                "8f249b9",
            ),
            App(
                "trackdiag",
                AppKind.MENDER,
                tuple(container("trackdiag", name) for name in TRACK),
                "2.2.1",
            ),
        ),
    )


GPX = ("cache", "exporter", "logger", "sync")
TRACK = ("broker", "cache", "ingest", "rules", "ui", "uplink")


def entry(number: int, message: str, priority: int = 6, origin: str = "systemd", **more: object) -> LogEntry:
    """The entry of `number` seconds after 10:40:00."""
    facts = LogEntry(
        cursor=f"s={number}", realtime=WALL - 120 + number, monotonic=500.0 + number, boot_id=BOOT_ID,
        priority=priority, origin=origin, unit=f"{origin}.service", container=None, pid=400 + number, message=message,
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]  # the caller names fields of an entry


RECENT = (
    RepeatedEntry(entry(2, "wwu1u1i5: connection lost", 4, "NetworkManager")),
    RepeatedEntry(entry(104, "eth: end0 link down", 4, "kernel")),
    RepeatedEntry(entry(118, "cannot open /dev/ttyS101-CPU01UC-com: ENOENT", 3, "gpx-logger-logger-1"), 12),
)


def log(recent: Sequence[RepeatedEntry] = RECENT) -> Log:
    return Log(
        recent=tuple(recent),
        errors_last_hour=sum(one.count for one in recent if one.entry.priority <= 3),
        warnings_last_hour=sum(one.count for one in recent if one.entry.priority == 4),
        newest=entry(119, "Started Session 4 of User root."),
        backend="systemd.journal",
        persistent=False,
        boots=(Boot(BOOT_ID, 0, WALL - 3 * DAY, WALL), Boot("e" * 32, -1, WALL - 9 * DAY, WALL - 3 * DAY - 60)),
    )


def system() -> System:
    return System(
        host_name="MEC01-4711",
        model="Toradex Verdin iMX8M Mini WB on Moducop-CPU01",
        serial="4711",
        image_name="Moducop-CPU01_Standard-Image_v2.7.0.40ee657.20260218.1208",
        os_name="Ci4Rail ModuCop (scarthgap)",
        kernel="6.6.54-7.1.0",
        is_moducop=True,
        not_moducop=None,
        boot_id=BOOT_ID,
        uptime=3 * DAY + 4 * 3600 + 12 * 60,
        clock=WALL - 1,
        clock_synchronised=True,
        cpu_count=4,
        cpu_share=0.09,
        load=(0.77, 0.60, 0.49),
        memory_total=1_908_000_000,
        memory_available=881_000_000,
        swap_total=0,
        swap_used=0,
        temperatures=(Temperature("cpu-thermal", 51.0, 95.0), Temperature("lm75", 41.0)),
        interfaces=(
            Interface("end0", up=True, carrier=True, speed=1000, addresses=("10.0.4.17/24",), mac="00:14:2d:6b:47:11"),
            Interface("enp5s0", up=True, carrier=False, speed=None, addresses=("192.168.25.99/24",)),
            Interface("wwu1u1i5", up=True, carrier=True, speed=None, addresses=()),
        ),
        failed_units=(),
        flash=FlashWear("mmcblk0", 10, 20, "normal"),
    )


STICK = Stick("/dev/sda1", "UPDATES", "vfat", 31_900_000_000, "SanDisk", "Ultra Fit")


def readings(**topics: object) -> Readings:
    """A ModuCop on which all is well, with other values, or other whole readings, for some topics."""
    values: dict[str, object] = {
        "slots": slots(),
        "boot": environment(),
        "mender": mender(),
        "storage": storage(),
        "apps": apps(),
        "log": log(()),
        "system": system(),
        "media": Media(()),
        "work": Work(),
    }
    values |= topics
    whole = {name: value if isinstance(value, Reading) else fresh(value) for name, value in values.items()}
    return Readings(**whole)  # type: ignore[arg-type]  # the names are those of the topics
