"""System: the machine itself, its load, its network, its units, and the sticks that are plugged in."""

from __future__ import annotations

from moducop_tui.bars import bar, fill_role
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.system import FlashWear, Interface, System
from moducop_tui.pages.headline import running_for
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import fact, marked, panel, sentence, wrapped_fact
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, beside, cells, fit, flow, indent, line, line_cells
from moducop_tui.units import count, date_and_clock, percent, size, size_of, text_of, uptime

_NEAR_CRITICAL = 10.0
"""Degrees below a sensor's own critical point from which it warns."""


def system_body(look: Look, terminal: str | None = None) -> list[Line]:
    """All rows of the page; on a wide terminal in two columns. `terminal` says what it is seen on."""
    if look.is_wide:
        left, right = look.halves()
        return beside(
            [*_identity(left), *_terminal(left, terminal)],
            [*network_panel(right), *failed_units_panel(right), *media_panel(right)],
            left.width,
        )
    return [
        *_identity(look), *_terminal(look, terminal), *network_panel(look), *failed_units_panel(look),
        *media_panel(look),
    ]  # fmt: skip


def _terminal(look: Look, terminal: str | None) -> list[Line]:
    """What the console is seen on: the technician's own terminal, not the device's."""
    return [] if terminal is None else wrapped_fact("this terminal", terminal, look.width)


def _identity(look: Look) -> list[Line]:
    def draw(system: System) -> list[Line]:
        values = (
            ("host name", _name(system)),
            ("model", system.model),
            ("serial number", system.serial),
            ("image (/etc/issue)", system.image_name),
            ("system", f"{text_of(system.os_name)}, kernel {text_of(system.kernel)}"),
            ("boot id", system.boot_id),
        )
        rows = [row for name, value in values for row in wrapped_fact(name, text_of(value), look.width)]
        if not system.is_moducop:
            rows += sentence(system.not_moducop or "This machine is no ModuCop.", look.width)
        return [*rows, *machine_rows(system, look)]

    return panel("Machine", look.readings.system, look.now, look.width, draw)


def _name(system: System) -> str:
    """The name that it has, with the one that it will have where somebody has changed only one of the two."""
    if system.host_name_next is None:
        return text_of(system.host_name)
    return f"{text_of(system.host_name)}, from the next boot on {system.host_name_next} (/etc/hostname)"


def machine_panel(look: Look) -> list[Line]:
    """How the machine fares, without who it is."""
    return panel("Machine", look.readings.system, look.now, look.width, lambda system: machine_rows(system, look))


def machine_rows(system: System, look: Look) -> list[Line]:
    """How the machine fares: uptime, clock, CPU, load, memory, temperatures, flash."""
    rows = [
        fact("up", uptime(running_for(look))),
        _clock(system, look),
        _cpu(system, look.width),
        _memory(system, look.width),
    ]
    if system.swap_total:
        rows.append(fact("swap", size_of(system.swap_used, system.swap_total)))
    rows += _temperatures(system, look.width)
    if system.flash:
        rows += _flash(system.flash, look.width)
    return rows


def _clock(system: System, look: Look) -> Line:
    now = system.clock + (look.readings.system.age(look.now) or 0.0)
    words = {True: "synchronised", False: "not synchronised", None: f"synchronised: {UNKNOWN}"}
    state = words[system.clock_synchronised]
    role = Role.WARN if system.clock_synchronised is False else Role.TEXT
    return fact("clock", f"{date_and_clock(now)[:-3]}, {state}", role)


def _bar_width(width: int) -> int:
    """What the words behind the bar leave: `  4 cores, load 0.61 0.59 0.49`."""
    return min(22, max(8, width - 57))


def _cpu(system: System, width: int) -> Line:
    load = " ".join(f"{one:.2f}" for one in system.load) if system.load else UNKNOWN
    cores = count(system.cpu_count, "core") if system.cpu_count else f"{UNKNOWN} cores"
    return marked(
        Role.TEXT, Span(fit("CPU", 18), Role.DIM), " ", *bar(system.cpu_share, _bar_width(width)), " ",
        percent(system.cpu_share), f"  {cores}, load {load}",
    )  # fmt: skip


def _memory(system: System, width: int) -> Line:
    total, available = system.memory_total, system.memory_available
    used = total - available if total is not None and available is not None else None
    share = used / total if total and used is not None else None
    role = fill_role(share) if share is not None and share >= 0.9 else Role.TEXT
    return marked(
        role, Span(fit("memory", 18), Role.DIM), " ", *bar(share, _bar_width(width)), " ", Span(percent(share), role),
        f"  {size_of(used, total)} used",
    )  # fmt: skip


def _temperatures(system: System, width: int) -> list[Line]:
    if not system.temperatures:
        return [fact("temperature", "no sensor")]
    longest = max(cells(sensor.name) for sensor in system.temperatures)
    columns = max(18, min(longest, width // 2))
    rows = []
    for sensor in system.temperatures:
        if sensor.celsius is None:
            rows.append(fact(sensor.name, f"{UNKNOWN}, marked faulty by its driver", Role.DIM, columns))
            continue
        role = Role.TEXT
        limit = ""
        if sensor.critical is not None:
            limit = f", critical from {sensor.critical:.0f} C"
            if sensor.celsius >= sensor.critical:
                role = Role.BAD
            elif sensor.celsius >= sensor.critical - _NEAR_CRITICAL:
                role = Role.WARN
        rows.append(fact(sensor.name, f"{sensor.celsius:.0f} C{limit}", role, columns))
    return rows


def _flash(flash: FlashWear, width: int) -> list[Line]:
    def used(share: int | None) -> str:
        return UNKNOWN if share is None else "over 100 %" if share > 100 else f"{share} %"

    urgent = flash.pre_eol == "urgent"
    role = Role.BAD if urgent else (Role.WARN if flash.pre_eol == "warning" else Role.TEXT)
    text = f"life used: SLC {used(flash.slc_percent)}, MLC {used(flash.mlc_percent)}; reserve {text_of(flash.pre_eol)}"
    return wrapped_fact(f"flash {flash.device}", text, width, role)


def network_panel(look: Look) -> list[Line]:
    """Every network interface with its link and addresses."""
    return panel("Network", look.readings.system, look.now, look.width, lambda system: network_rows(system, look))


def network_rows(system: System, look: Look) -> list[Line]:
    """One row an interface: link, addresses, MAC address; what an engine made for containers together below."""
    own = [one for one in system.interfaces if not one.serves_containers]
    plumbing = [one for one in system.interfaces if one.serves_containers]
    if not own and not plumbing:
        return [line("  ", Span("No network interface.", Role.DIM))]
    names = min(15, max([11, *(cells(one.name) for one in own)]))
    rows = [row for one in own for row in _interface(one, names, look.width)]
    items = [line(" ".join((one.name, *one.addresses))) for one in plumbing]
    for index, row in enumerate(flow(items, look.width - names - 3)):
        rows.append(line("  ", Span(fit("" if index else "containers", names), Role.DIM), " ", *row))
    return rows


def _interface(interface: Interface, names: int, width: int) -> list[Line]:
    if not interface.up:
        link, role = "switched off", Role.DIM
    elif interface.carrier is None:
        link, role = f"link {UNKNOWN}", Role.DIM
    elif interface.carrier:
        link, role = f"up {_speed(interface.speed)}" if interface.speed else "up", Role.TEXT
    else:
        link, role = "no link", Role.DIM
    head = line("  ", fit(interface.name, names), " ", Span(fit(link, 14), role), " ")
    none = "no address" if interface.addresses_known else f"address {UNKNOWN}"
    items = [line(address) for address in interface.addresses] or [line(Span(none, Role.DIM))]
    items += [line(Span(interface.mac, Role.DIM))] if interface.mac else []
    rows = flow(items, width - line_cells(head))
    return [line(*head, *rows[0]), *(indent(row, line_cells(head)) for row in rows[1:])]


def _speed(megabits: int) -> str:
    return f"{megabits // 1000} Gbit/s" if megabits >= 10_000 and megabits % 1000 == 0 else f"{megabits} Mbit/s"


def failed_units_panel(look: Look) -> list[Line]:
    """The units that systemd reports as failed."""

    def draw(system: System) -> list[Line]:
        if system.failed_units is None:
            return [marked(Role.WARN, Span("systemd could not be asked for failed units.", Role.WARN))]
        if not system.failed_units:
            return [line("  ", Span("None.", Role.OK))]
        return [marked(Role.BAD, Span(unit, Role.BAD)) for unit in system.failed_units]

    return panel("Failed units", look.readings.system, look.now, look.width, draw)


def media_panel(look: Look) -> list[Line]:
    """The sticks that are plugged in."""

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
