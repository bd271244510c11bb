"""File systems and overlays of the simulated device: as the concept promises, and filling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from moducop_tui.demo import story
from moducop_tui.demo.cast import APPLICATIONS
from moducop_tui.demo.slots import DATA_SIZE, DISK
from moducop_tui.demo.state import PARTITIONS
from moducop_tui.demo.story import What
from moducop_tui.demo.world import World
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperContent, UpperHome

MIB = 1 << 20
VOLATILE_SIZE = 256 * MIB
_VOLATILE_BASE = 40 * MIB
"""What /var/volatile holds besides gpx-logger's buffer."""
_BUFFER_RATE = (0.81 * VOLATILE_SIZE - _VOLATILE_BASE) / -story.BOOTED
"""Bytes per second that the exporter buffers: 81 % are used when the demo begins."""
_GROWTH_STEPS = 20
_GROWTH_STEP = 30.0
"""Growth is judged by as many steps of as many seconds."""
_SECOND_READING = 5.0
"""Seconds into the demo at which the storage is read for the second time, so that growth is known."""
_BLOCK = 4096
_UPDATED = next(one.updated_version for one in APPLICATIONS if one.updated_version)

_TEMPORARY = 44 * _BLOCK
"""Bytes in /tmp."""

Used = Callable[[float], int]
"""Bytes used at a moment of the story."""
_Size = tuple[int, int | None, int | None]
"""Bytes in all, inodes in all, inodes used."""


def storage_at(world: World, moment: float) -> Storage:
    """Every mount that matters."""
    return Storage(file_systems=_file_systems(world, moment), overlays=_overlays(world, moment), deviations=())


def volatile_used(world: World, moment: float) -> int:
    """Bytes in /var/volatile: the buffer grows until the exporter finds an uplink window; a reboot empties it."""
    emptied, booted = story.latest_flush(moment), world.boot_at(moment).begin
    since = max(0.0, moment - (booted if emptied is None else max(emptied, booted)))
    return _VOLATILE_BASE + int(_BUFFER_RATE * since) // _BLOCK * _BLOCK


def tmpfs_used(world: World, moment: float) -> int:
    """Bytes of memory that all tmpfs take."""
    return volatile_used(world, moment) + _run_used(world)(moment) + _TEMPORARY


def _data_used(world: World) -> Used:
    drift = world.chance.derive("data").drift

    def used(moment: float) -> int:
        installed = 38 * MIB if world.state_at(moment).version("nginx-demo") == _UPDATED else 0
        return int(5_560e6 + installed + 700 * moment + 3e6 * drift(moment, 90)) // _BLOCK * _BLOCK

    return used


def _run_used(world: World) -> Used:
    drift = world.chance.derive("run").drift

    def used(moment: float) -> int:
        return int(2.2e6 + 0.4e6 * drift(moment, 40)) // _BLOCK * _BLOCK

    return used


def _file_systems(world: World, moment: float) -> tuple[FileSystem, ...]:
    def disk(mount_point: str, number: int, size: _Size, used: Used) -> FileSystem:
        fs_type = "vfat" if number == 1 else "ext4"
        read_only = mount_point == "/"
        return _file_system(moment, FileSystem(mount_point, f"{DISK}p{number}", fs_type, read_only), size, used)

    def volatile(at: float) -> int:
        return volatile_used(world, at)

    def memory(mount_point: str, total: int, files: int, used: Used) -> FileSystem:
        return _file_system(
            moment, FileSystem(mount_point, "tmpfs", "tmpfs", read_only=False), (total, total // _BLOCK, files), used
        )

    return (
        disk("/", PARTITIONS[world.state_at(moment).running], (1_550_057_472, 98_304, 31_207), _always(948_535_296)),
        disk("/data", 4, (int(DATA_SIZE * 0.978), 771_120, 48_310), _data_used(world)),
        memory("/dev/shm", 953_942_016, 1, _always(0)),  # noqa: S108 - a mount point that is shown, never used
        memory("/run", 381_575_168, 741, _run_used(world)),
        memory("/tmp", 953_942_016, 19, _always(_TEMPORARY)),  # noqa: S108 - as above
        disk("/uboot", 1, (33_486_848, None, None), _always(421_888)),
        memory("/var/volatile", VOLATILE_SIZE, 262 + volatile(moment) // 830_000, volatile),
    )


def _always(size: int) -> Used:
    return lambda _moment: size


def _file_system(moment: float, bare: FileSystem, size: _Size, used: Used) -> FileSystem:
    """With its usage at that moment, and its growth once it can have been read twice."""
    total, inodes_total, inodes_used = size
    now = used(moment)
    return replace(
        bare,
        total=total,
        used=now,
        available=total - now,
        inodes_total=inodes_total,
        inodes_used=inodes_used,
        growth=None if moment < _SECOND_READING else _growth(used, moment),
    )


def _growth(used: Used, moment: float) -> float:
    """Bytes per second: the slope of the line that fits the last minutes best."""
    steps = range(_GROWTH_STEPS + 1)
    middle = _GROWTH_STEPS / 2
    spread = sum((step - middle) ** 2 for step in steps)
    slope = sum((step - middle) * used(moment + (step - _GROWTH_STEPS) * _GROWTH_STEP) for step in steps) / spread
    return slope / _GROWTH_STEP


def _overlays(world: World, moment: float) -> tuple[Overlay, ...]:
    drift = world.chance.derive("overlays").drift
    leases = story.count_before(What.MODEM_LOST, moment)
    hours = int((moment - world.boot_at(moment).begin) / story.HOUR)
    spooled = int(2.9 * drift(moment, 75))
    return (
        _overlay_on_data("/etc", "overlay-etc", UpperContent(14, 9, 1, 412 * 1024)),
        _overlay_on_data("/root", "overlay-root", UpperContent(3, 1, 0, 20 * 1024)),
        _overlay_in_tmpfs("cache", UpperContent(21 + hours % 9, 6, 0, (310 + 4 * (hours % 9)) * 1024)),
        _overlay_in_tmpfs("lib", UpperContent(57 + leases % 6, 22, 2, (884 + 4 * (leases % 6)) * 1024)),
        _overlay_in_tmpfs("spool", UpperContent(spooled, 2, 0, 4096 * (2 + spooled))),
    )


def _overlay_on_data(mount_point: str, name: str, content: UpperContent) -> Overlay:
    return Overlay(
        mount_point=mount_point,
        lower=(mount_point,),
        upper=f"/data/{name}/upper",
        work=f"/data/{name}/work",
        upper_home=UpperHome.DATA,
        upper_device=f"{DISK}p4",
        content=content,
    )


def _overlay_in_tmpfs(name: str, content: UpperContent) -> Overlay:
    return Overlay(
        mount_point=f"/var/{name}",
        lower=(f"/var/{name}",),
        upper=f"/var/volatile/{name}",
        work=f"/var/volatile/.{name}-work",
        upper_home=UpperHome.TMPFS,
        upper_device="tmpfs",
        content=content,
    )
