"""System: the machine itself, its load, its network, its units, and the sticks that are plugged in."""

from __future__ import annotations

from moducop_tui.bars import bar, fill_role
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.system import FlashWear, Interface, System
from moducop_tui.pages.headline import running_for
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import fact, marked, panel, sentence
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, beside, fit, line
from moducop_tui.units import count, date_and_clock, percent, size, size_of, text_of, uptime

_NEAR_CRITICAL = 10.0
"""Degrees below a sensor's own critical point from which it warns."""


def system_body(look: Look) -> list[Line]:
    """All rows of the page; on a wide terminal in two columns."""
    if look.is_wide:
        left_width = (look.width - 2) // 2
        left, right = look.within(left_width), look.within(look.width - 2 - left_width)
        return beside(_identity(left), [*_network(right), *_units(right), *_media(right)], left_width)
    return [*_identity(look), *_network(look), *_units(look), *_media(look)]


def _identity(look: Look) -> list[Line]:
    def draw(system: System) -> list[Line]:
        rows = [
            fact("host name", system.host_name),
            fact("model", system.model),
            fact("serial number", system.serial),
            fact("image (/etc/issue)", system.image_name),
            fact("system", f"{text_of(system.os_name)}, kernel {text_of(system.kernel)}"),
            fact("boot id", system.boot_id),
        ]
        if not system.is_moducop:
            rows += sentence(system.not_moducop or "This machine is no ModuCop.", look.width, Role.WARN)
        return [*rows, *machine_rows(system, look)]

    return panel("Machine", look.readings.system, look.now, look.width, draw)


def machine_rows(system: System, look: Look) -> list[Line]:
    """How the machine fares: uptime, clock, CPU, load, memory, temperatures, flash."""
    rows = [fact("up", uptime(running_for(look))), _clock(system, look), _cpu(system), _memory(system)]
    if system.swap_total:
        rows.append(fact("swap", size_of(system.swap_used, system.swap_total)))
    rows += _temperatures(system)
    if system.flash:
        rows.append(_flash(system.flash))
    return rows


def _clock(system: System, look: Look) -> Line:
    now = system.clock + (look.readings.system.age(look.now) or 0.0)
    words = {True: "synchronised", False: "not synchronised", None: f"synchronised: {UNKNOWN}"}
    state = words[system.clock_synchronised]
    role = Role.WARN if system.clock_synchronised is False else Role.TEXT
    return fact("clock", f"{date_and_clock(now)[:-3]}, {state}", role)


def _cpu(system: System) -> Line:
    load = " ".join(f"{one:.2f}" for one in system.load) if system.load else UNKNOWN
    cores = count(system.cpu_count, "core") if system.cpu_count else f"{UNKNOWN} cores"
    return marked(
        Role.TEXT, Span(fit("CPU", 18), Role.DIM), " ", *bar(system.cpu_share, 22), " ", percent(system.cpu_share),
        f"  {cores}, load {load}",
    )  # fmt: skip


def _memory(system: System) -> Line:
    total, available = system.memory_total, system.memory_available
    used = total - available if total is not None and available is not None else None
    share = used / total if total and used is not None else None
    role = fill_role(share) if share is not None and share >= 0.9 else Role.TEXT
    return marked(
        role, Span(fit("memory", 18), Role.DIM), " ", *bar(share, 22), " ", Span(percent(share), role),
        f"  {size_of(used, total)} used",
    )  # fmt: skip


def _temperatures(system: System) -> list[Line]:
    if not system.temperatures:
        return [fact("temperature", "no sensor")]
    rows = []
    for sensor in system.temperatures:
        role = Role.TEXT
        limit = ""
        if sensor.critical is not None:
            limit = f", critical from {sensor.critical:.0f} C"
            if sensor.celsius >= sensor.critical:
                role = Role.BAD
            elif sensor.celsius >= sensor.critical - _NEAR_CRITICAL:
                role = Role.WARN
        rows.append(fact(sensor.name, f"{sensor.celsius:.0f} C{limit}", role))
    return rows


def _flash(flash: FlashWear) -> Line:
    def used(share: int | None) -> str:
        return UNKNOWN if share is None else f"{share} %"

    urgent = flash.pre_eol == "urgent"
    role = Role.BAD if urgent else (Role.WARN if flash.pre_eol == "warning" else Role.TEXT)
    text = f"life used: SLC {used(flash.slc_percent)}, MLC {used(flash.mlc_percent)}; reserve {text_of(flash.pre_eol)}"
    return fact(f"flash {flash.device}", text, role)


def _network(look: Look) -> list[Line]:
    return panel("Network", look.readings.system, look.now, look.width, lambda system: network_rows(system, look))


def network_rows(system: System, look: Look) -> list[Line]:
    """One row an interface: link, addresses, MAC address."""
    if not system.interfaces:
        return [line("  ", Span("No network interface.", Role.DIM))]
    return [_interface(one, look.width) for one in system.interfaces]


def _interface(interface: Interface, width: int) -> Line:
    if not interface.up:
        link, role = "switched off", Role.DIM
    elif interface.carrier is None:
        link, role = f"link {UNKNOWN}", Role.DIM
    elif interface.carrier:
        link, role = f"up {interface.speed} Mbit/s" if interface.speed else "up", Role.TEXT
    else:
        link, role = "no link", Role.DIM
    addresses = "  ".join(interface.addresses) or "no address"
    mac = f"  {interface.mac}" if interface.mac and width >= 80 else ""
    return line(
        "  ", fit(interface.name, 12), " ", Span(fit(link, 15), role), " ",
        Span(addresses, Role.TEXT if interface.addresses else Role.DIM), Span(mac, Role.DIM),
    )  # fmt: skip


def _units(look: Look) -> list[Line]:
    def draw(system: System) -> list[Line]:
        if system.failed_units is None:
            return [marked(Role.WARN, Span("systemd could not be asked for failed units.", Role.WARN))]
        if not system.failed_units:
            return [line("  ", Span("None.", Role.OK))]
        return [marked(Role.BAD, Span(unit, Role.BAD)) for unit in system.failed_units]

    return panel("Failed units", look.readings.system, look.now, look.width, draw)


def _media(look: Look) -> list[Line]:
    def draw(media: Media) -> list[Line]:
        if not media.sticks:
            return [line("  ", Span("No stick is plugged in.", Role.DIM))]
        return [_stick(one) for one in media.sticks]

    return panel("Sticks", look.readings.media, look.now, look.width, draw)


def _stick(stick: Stick) -> Line:
    maker = " ".join(part for part in (stick.vendor, stick.model) if part) or "maker unknown"
    where = f"mounted at {' '.join(stick.mount_points)}" if stick.mount_points else "not mounted"
    what = f"{text_of(stick.fs_type)}  {text_of(stick.label)}"
    return line("  ", fit(stick.device.removeprefix("/dev/"), 8), f" {size(stick.size):>6}  {what}  {maker}  ",
                Span(where, Role.DIM))  # fmt: skip
