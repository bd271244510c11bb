"""The first row of every screen: which device this is, and that the console lives; and the banner below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
_FACT_WIDTH = 20
_CALM = frozenset({Phase.IDLE, Phase.UNKNOWN})
_WITHOUT_WAY_OUT = frozenset({Phase.IDLE, Phase.UNKNOWN, Phase.AT_WORK, Phase.BROKEN})
"""Phases in which there is nothing to be asked on the page of the verdict."""


def headline(look: Look) -> Line:
    """Host name, type, uptime, booted slot, addresses; at the right whether keys may act, and the alive mark.

    Where room is short all addresses but two go first, then the type, then the names of the interfaces: somebody wants
    to get in. Then the second address, then the uptime: the slot stays.
    """
    mode = look.mode
    right = line(Span(mode.words, Role.TITLE if mode.is_unlocked else Role.DIM), f" {alive_mark(look)} ")
    room = look.width - line_cells(right)
    shown: Line = ()
    for shown in _from_rich_to_poor(look):
        if line_cells(shown) < room:
            break
    return spread(shown, right, look.width)


def _from_rich_to_poor(look: Look) -> Iterator[Line]:
    named = _addresses(look)
    bare = [one if one.role is Role.WARN else Span(one.text.rpartition(" ")[2]) for one in named[:2]]
    kind = machine_type(look)
    up = f"up {uptime(running_for(look))}"
    yield _joined(look, [kind, up], named)
    yield _joined(look, [kind, up], named[:2])
    yield _joined(look, [up], named[:2])
    if len(named) > 1:
        yield _joined(look, [up], bare, gap=1)
    yield _joined(look, [up], named[:1])
    yield _joined(look, [], named[:1])
    yield _joined(look, [], bare[:1])
    yield _joined(look, [], [])


def headline_facts(look: Look) -> Line:
    """The same facts for paper: nothing turns, and nothing is left out."""
    return next(_from_rich_to_poor(look))


def _joined(look: Look, facts: Sequence[str | None], where: Sequence[Span], gap: int = 2) -> Line:
    """What never goes, and these facts around it; `gap` blanks between addresses."""
    system = look.readings.system.value
    name = (system.host_name if system else None) or f"host {UNKNOWN}"
    demo = [Span(" DEMO ", Role.DEMO)] if look.simulated else []
    told = [line(cut(fact, _FACT_WIDTH)) for fact in facts if fact]
    parts = [*map(line, demo), line(Span(cut(name, _NAME_WIDTH), Role.TITLE)), *told, booted(look)]
    shown = _between(parts, 2)
    return (*shown, Span("  "), *_between([line(one) for one in where], gap)) if where else shown


def _between(parts: Sequence[Line], gap: int) -> Line:
    spans: list[Span] = []
    for part in parts:
        spans += [Span(" " * gap), *part] if spans else part
    return tuple(spans)


def _addresses(look: Look) -> list[Span]:
    system = look.readings.system.value
    if system is None:
        return []
    shown = addresses(system.interfaces)
    if shown:
        return [Span(one) for one in shown]
    known = all(one.addresses_known for one in system.interfaces)
    return [Span("no address" if known else f"address {UNKNOWN}", Role.WARN)]


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
