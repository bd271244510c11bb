"""The first row of every screen: which device this is, and that the console lives; and the banner below it."""

from __future__ import annotations

from moducop_tui.model.reading import Topic
from moducop_tui.model.system import Interface
from moducop_tui.model.verdict import Phase
from moducop_tui.pages.look import Look
from moducop_tui.pages.work_words import left_words, running_of, seconds_to_confirm
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, cut, line, line_cells, spread
from moducop_tui.units import uptime

ALIVE = "|/-\\"
ALIVE_STEP = 10.0
"""Seconds of readings for a quarter turn of the alive mark: its bytes are paid for on every idle minute."""
_NAME_WIDTH = 24
_HEAVIEST = 4
_CALM = frozenset({Phase.IDLE, Phase.UNKNOWN})
_WITHOUT_WAY_OUT = frozenset({Phase.IDLE, Phase.UNKNOWN, Phase.AT_WORK, Phase.BROKEN})
"""Phases in which there is nothing to be asked on the page of the verdict."""


def headline(look: Look) -> Line:
    """Host name, type, uptime, booted slot, addresses; at the right whether keys may act, and the alive mark.

    Where room is short all addresses but one go first, then the type, then the uptime: the slot stays.
    """
    mode = look.mode
    right = line(Span(mode.words, Role.TITLE if mode.is_unlocked else Role.DIM), f" {alive_mark(look)} ")
    room = look.width - line_cells(right)
    parts = _parts(look)
    for least in range(_HEAVIEST + 1):
        left = _joined([part for weight, part in parts if weight >= least])
        if line_cells(left) < room:
            break
    return spread(left, right, look.width)


def headline_facts(look: Look) -> Line:
    """The same facts for paper: nothing turns, and nothing is left out."""
    return _joined([part for _, part in _parts(look)])


def _joined(parts: list[Line]) -> Line:
    joined: list[Span] = []
    for part in parts:
        if joined:
            joined.append(Span("  "))
        joined.extend(part)
    return tuple(joined)


def _parts(look: Look) -> list[tuple[int, Line]]:
    """The parts of the headline from left to right, each with its weight: the least goes first."""
    system = look.readings.system.value
    parts: list[tuple[int, Line]] = []
    if look.simulated:
        parts.append((4, line(Span(" DEMO ", Role.DEMO))))
    name = (system.host_name if system else None) or f"host {UNKNOWN}"
    parts.append((4, line(Span(cut(name, _NAME_WIDTH), Role.TITLE))))
    kind = machine_type(look)
    if kind:
        parts.append((1, line(cut(kind, 20))))
    parts.append((2, line(f"up {uptime(running_for(look))}")))
    parts.append((4, booted(look)))
    shown = addresses(system.interfaces if system else ())
    if shown:
        parts.append((3, line(shown[0])))
        parts.extend((0, line(text)) for text in shown[1:])
    elif system:
        known = all(one.addresses_known for one in system.interfaces)
        parts.append((3, line(Span("no address" if known else f"address {UNKNOWN}", Role.WARN))))
    return parts


def booted(look: Look) -> Line:
    """`B booted`, or what is known instead."""
    verdict = look.verdict
    if verdict.booted is None:
        return line("no slots" if look.is_elsewhere else f"slot {UNKNOWN}")
    if not verdict.agree:
        return line(Span(f"{mark(Role.BAD)} {verdict.booted.value} booted{UNKNOWN}", Role.BAD))
    return line(f"{verdict.booted.value} booted")


def machine_type(look: Look) -> str | None:
    """The CPU type, as the booted slot's image is named after it (`Moducop-CPU01`), else the machine's model."""
    slots = look.readings.slots.value
    booted_slot = slots.slot(look.verdict.booted) if slots and look.verdict.booted else None
    if booted_slot and booted_slot.image and booted_slot.image.name and "_" in booted_slot.image.name:
        return booted_slot.image.name.split("_", 1)[0]
    system = look.readings.system.value
    return system.model if system else None


def running_for(look: Look) -> float | None:
    """The uptime now, counted on from when it was read."""
    reading = look.readings.system
    if reading.value is None or reading.value.uptime is None:
        return None
    return reading.value.uptime + (reading.age(look.now) or 0.0)


def addresses(interfaces: tuple[Interface, ...]) -> list[str]:
    """`end0 10.0.4.17`, interfaces with a link first: those under which the device is reached.

    No loopback, no bridge of containers, no prefix; IPv6 only where there is nothing else.
    """
    shown: list[str] = []
    for interface in sorted(interfaces, key=lambda one: one.carrier is False):
        if interface.name == "lo" or interface.serves_containers or not interface.addresses:
            continue
        bare = [address.split("/", 1)[0] for address in interface.addresses]
        best = next((address for address in bare if ":" not in address), bare[0])
        shown.append(f"{interface.name} {best}")
    return shown


def alive_mark(look: Look) -> str:
    """A mark that turns while readings come, and stands still when none comes any more."""
    taken = [look.readings.of(topic).taken_at for topic in Topic]
    newest = max((moment for moment in taken if moment is not None), default=0.0)
    return ALIVE[int(newest // ALIVE_STEP) % len(ALIVE)]


def banner(look: Look) -> Line | None:
    """A row below, only when the boot needs attention: a trial, a contradiction, a cut update."""
    verdict = look.verdict
    if verdict.phase in _CALM and verdict.agree:
        return None
    if verdict.phase is Phase.AT_WORK and running_of(look) is not None:
        return None  # it is ours, and the row above says more
    role = Role.BAD if verdict.phase is Phase.BROKEN or not verdict.agree else Role.WARN
    said = line(Span(f"{mark(role)} ", role), Span(verdict.sentence, role))
    left = seconds_to_confirm(look)
    if left is not None:
        said = (*said, Span(f"  {left_words(left)}", role))
    key = line("  ", Span("[v]", Role.KEY))
    has_way_out = verdict.phase not in _WITHOUT_WAY_OUT
    return (*said, *key) if has_way_out and line_cells(said) + line_cells(key) <= look.terminal_width else said
