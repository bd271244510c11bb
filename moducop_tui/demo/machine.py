"""The simulated machine itself: who it is, how it fares, where it is on the network."""

from __future__ import annotations

from moducop_tui.demo import story
from moducop_tui.demo.apps import container_at
from moducop_tui.demo.cast import ROLES
from moducop_tui.demo.storage import tmpfs_used
from moducop_tui.demo.story import What
from moducop_tui.demo.world import World
from moducop_tui.model.apps import Container
from moducop_tui.model.system import FlashWear, Interface, System, Temperature

CPU_COUNT = 4
MEMORY_TOTAL = 1_907_884_032
_MEMORY_OF_SYSTEM = 318_000_000
"""Bytes that kernel, systemd, Docker and the rest need."""


def system_at(world: World, moment: float) -> System:
    """One look at the machine."""
    containers = [found for role in ROLES if (found := container_at(world, role, moment)) is not None]
    cpu_share = _cpu_share(world, containers, moment)
    boot = world.boot_at(moment)
    return System(
        host_name="MEC01-4711",
        model="Moducop-CPU01",
        serial="4711",
        image_name=boot.release.image,
        os_name="Ci4Rail ModuCop (scarthgap)",
        kernel="6.6.54-7.1.0",
        is_moducop=True,
        not_moducop=None,
        boot_id=boot.id,
        uptime=max(0.0, moment - boot.begin),
        clock=world.wall(moment),
        clock_synchronised=True,
        cpu_count=CPU_COUNT,
        cpu_share=cpu_share,
        load=_load(world, moment),
        memory_total=MEMORY_TOTAL,
        memory_available=_memory_available(world, containers, moment),
        swap_total=0,
        swap_used=0,
        temperatures=_temperatures(world, cpu_share, moment),
        interfaces=_interfaces(moment),
        failed_units=("ttynvt-runner.service",) if story.current(What.SERIAL_LOST, moment) else (),
        flash=FlashWear("mmcblk0", slc_percent=10, mlc_percent=20, pre_eol="normal"),
    )


def _cpu_share(world: World, containers: list[Container], moment: float) -> float:
    """The containers' share, the system's own, and an update's while one runs."""
    own = 0.09 + 0.16 * world.chance.derive("cpu").drift(moment, 5)
    update = 1.1 if world.current(What.APP_UPDATE, moment) else 0.0
    return min(1.0, (sum(container.cpu_share or 0.0 for container in containers) + own + update) / CPU_COUNT)


def _load(world: World, moment: float) -> tuple[float, float, float]:
    drift = world.chance.derive("load").drift
    one, five, fifteen = (round(0.35 + height * drift(moment, pace), 2) for height, pace in _LOAD_PACES)
    return one, five, fifteen


_LOAD_PACES = ((0.6, 40), (0.35, 200), (0.2, 600))
"""How far each of the three averages wanders, and in how many seconds."""


def _memory_available(world: World, containers: list[Container], moment: float) -> int:
    used = _MEMORY_OF_SYSTEM + sum(container.memory or 0 for container in containers) + tmpfs_used(world, moment)
    wander = int(24e6 * world.chance.derive("memory").drift(moment, 30))
    return (MEMORY_TOTAL - used - wander) // 4096 * 4096


def _temperatures(world: World, cpu_share: float, moment: float) -> tuple[Temperature, ...]:
    drift = world.chance.derive("temperature").drift
    cpu = 49.0 + 7 * drift(moment, 300) + 18 * cpu_share
    board = 41.0 + 4 * drift(moment + 150, 600)
    return (Temperature("cpu-thermal", round(cpu, 1), critical=95.0), Temperature("lm75", round(board, 1)))


def _interfaces(moment: float) -> tuple[Interface, ...]:
    link = story.current(What.LINK_DOWN, moment) is None
    modem = story.current(What.MODEM_LOST, moment) is None
    return (
        Interface("end0", True, link, 1000 if link else None, ("10.0.4.17/24",), "00:14:2d:6b:47:11"),
        Interface("enp5s0", True, False, None, ("192.168.25.99/24",), "00:14:2d:6b:47:12"),
        Interface("mlan0", True, False, None, (), "50:26:ef:19:47:11"),
        Interface("uap0", False, None, None, (), "52:26:ef:19:47:11"),
        Interface("wwu1u1i5", True, modem, None, ("10.152.33.18/30",) if modem else (), "8e:10:aa:3d:47:11"),
    )
