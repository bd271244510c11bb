"""What is wrong with the machine itself and its journal."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.log import Log
from moducop_tui.model.problem import Problem, Severity, shortened
from moducop_tui.model.reading import Topic
from moducop_tui.model.system import FlashWear, System, Temperature

HOT = 85.0
"""°C: the i.MX8M's first trip point, where its kernel begins to slow the CPUs down."""
LITTLE_MEMORY = 0.05
WORN = 80
WORN_OUT = 90
"""Per cent of the eMMC's estimated life (JEDEC 5.0)."""
FLOOD = 1000
"""Errors in the journal within an hour that are a problem by their number alone."""


def system_problems(system: System | None) -> Iterator[Problem]:
    """Problems of units, clock, temperatures, memory and flash."""
    if system is None:
        return
    if system.failed_units:
        yield _failed_units(system.failed_units)
    for temperature in system.temperatures:
        yield from _heat(temperature)
    yield from _memory(system)
    if system.flash is not None:
        yield from _flash(system.flash)
    if system.clock_synchronised is False:
        yield Problem(
            Severity.WARNING,
            Topic.SYSTEM,
            "The clock is not synchronised",
            evidence="the kernel's clock has no time source",
            advice="Check the network and the time server: times in logs may be wrong.",
            brief="clock not synchronised",
        )


def log_problems(log: Log | None) -> Iterator[Problem]:
    """Errors in the journal are no problem by themselves; a flood of them is."""
    if log is not None and log.errors_last_hour >= FLOOD:
        yield Problem(
            Severity.WARNING,
            Topic.LOG,
            f"{log.errors_last_hour} errors in the journal within an hour",
            evidence=_loudest(log),
            advice="Look in Logs who writes them: a flood pushes older entries out.",
            brief="log flood",
        )


def _loudest(log: Log) -> str:
    loudest = max(log.recent, key=lambda repeated: repeated.count, default=None)
    if loudest is None:
        return "none of them is recent"
    return f"{loudest.entry.origin}: {shortened(loudest.entry.message, 100)}"


def _failed_units(units: tuple[str, ...]) -> Problem:
    many = f"{len(units)} units failed" if len(units) > 1 else "Unit failed"
    return Problem(
        Severity.WARNING,
        Topic.SYSTEM,
        shortened(f"{many}: {', '.join(units)}"),
        evidence=f"systemctl --failed: {', '.join(units)}",
        advice=f"systemctl status {_as_argument(units[0])} says why.",
        brief="1 unit failed" if len(units) == 1 else f"{len(units)} units failed",
    )


def _as_argument(unit: str) -> str:
    """A unit's name as a shell takes it: an escaped one holds backslashes, that of the root's mount begins with `-`."""
    quoted = f"'{unit}'" if "\\" in unit else unit
    return f"-- {quoted}" if unit.startswith("-") else quoted


def _heat(temperature: Temperature) -> Iterator[Problem]:
    celsius, limit = temperature.celsius, temperature.critical
    if celsius is None:
        return
    too_hot = limit is not None and celsius >= limit
    if not too_hot and celsius < HOT:
        return
    trip = "" if limit is None else f", critical at {limit:.0f} C"
    yield Problem(
        Severity.CRITICAL if too_hot else Severity.WARNING,
        Topic.SYSTEM,
        shortened(f"{shortened(temperature.name, 24)} is {'too ' if too_hot else ''}hot: {celsius:.0f} C"),
        evidence=f"{temperature.name} {celsius:.1f} C{trip}",
        advice="Check the airflow and what keeps the CPUs busy.",
        brief=f"{celsius:.0f} C",
    )


def _memory(system: System) -> Iterator[Problem]:
    total, available = system.memory_total, system.memory_available
    if not total or available is None or available / total >= LITTLE_MEMORY:
        return
    yield Problem(
        Severity.WARNING,
        Topic.SYSTEM,
        f"Memory is nearly used up: {available / 1_000_000:.0f} MB left",
        evidence=f"{available / 1_000_000:.0f} of {total / 1_000_000:.0f} MB available",
        advice="Apps shows what each container takes; what lies in a tmpfs takes memory too.",
        brief="memory low",
    )


def _flash(flash: FlashWear) -> Iterator[Problem]:
    used = max((share for share in (flash.slc_percent, flash.mlc_percent) if share is not None), default=0)
    share = "more than 100" if used > 100 else f"up to {used}"
    worn_out = used >= WORN_OUT or flash.pre_eol == "urgent"
    if not worn_out and used < WORN and flash.pre_eol != "warning":
        return
    yield Problem(
        Severity.CRITICAL if worn_out else Severity.WARNING,
        Topic.SYSTEM,
        "The flash memory is worn out" if worn_out else "The flash memory is worn",
        evidence=f"{flash.device}: {share} % of its life used, reserve blocks {flash.pre_eol or 'unknown'}",
        advice="Plan to replace the device, and keep a copy of /data.",
        brief="flash worn out" if worn_out else "flash worn",
    )
