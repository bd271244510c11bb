"""What a slot is and does, in words: shared by Overview, Slots and the report."""

from __future__ import annotations

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.ledger import Known
from moducop_tui.model.ledger_rules import Today, known_today
from moducop_tui.model.mender import ClientKind, Mender
from moducop_tui.model.slots import Image, Slot, SlotName, Slots
from moducop_tui.model.verdict import BootVerdict, Phase
from moducop_tui.pages.look import Look
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, cells, fit, line
from moducop_tui.units import count, text_of

STATE_WIDTH = 31
"""Columns of what is usually said of a slot: `BOOTED, on trial, not committed`."""
_VERSION_WIDTH = 27
_UNUSED = "not in use"
_BY_HAND_OR_MENDER = frozenset({Phase.TRIAL, Phase.MANUAL_TRIAL})


def version(image: Image | None) -> str:
    """The shortest name that tells one image from another."""
    if image is None:
        return UNKNOWN
    return image.version or image.artifact_name or image.name or UNKNOWN


def on_trial(verdict: BootVerdict) -> bool:
    """Whether the booted slot is being tried: U-Boot returns to the other one after some boots, whoever is at work."""
    if verdict.phase in _BY_HAND_OR_MENDER:
        return True
    return verdict.booted is not None and verdict.falls_back_to is verdict.booted.other


def being_written(slot: Slot) -> bool:
    """Whether somebody writes to the slot just now: its image is then the one that it held before."""
    return slot.image is not None and slot.image_error is not None


def content(look: Look, slot: Slot) -> Today | None:
    """What the ledger knows of a slot's content today; None where it says nothing, and for the slot that runs."""
    work, system = look.readings.work.value, look.readings.system.value
    if work is None or look.verdict.booted is slot.name or work.ledger.of(slot.name).known is Known.UNKNOWN:
        return None
    boot_id = None if system is None else system.boot_id
    slots, mender = look.readings.slots.value, look.readings.mender.value
    return known_today(slot.name, work.ledger, slots=slots, mender=mender, boot_id=boot_id)


def is_half_written(look: Look, slot: Slot) -> bool:
    """Whether an install into the slot did not come to its end, or was found wrong: it must not be booted."""
    today = content(look, slot)
    return today is not None and today.known is Known.WRITING


def slot_role(verdict: BootVerdict, slot: Slot, *, is_half: bool = False) -> Role:
    """How a slot stands: a booted slot that is not committed warns, one that the witnesses dispute is bad."""
    if verdict.booted is slot.name:
        if not verdict.agree or verdict.phase is Phase.BROKEN:
            return Role.BAD
        return Role.WARN if on_trial(verdict) or verdict.committed is False else Role.OK
    if being_written(slot) or is_half:
        return Role.WARN
    return Role.WARN if verdict.next_boot is slot.name and not on_trial(verdict) else Role.TEXT


def slot_state(verdict: BootVerdict, slot: Slot, *, is_half: bool = False) -> Line:
    """`BOOTED, committed`: what a slot is now, and what the next boot does with it."""
    role = slot_role(verdict, slot, is_half=is_half)
    if verdict.booted is slot.name:
        said = "".join(f", {word}" for word in _booted_words(verdict))
        return line(Span("BOOTED", Role.TITLE), Span(said, role))
    words = "being written now" if being_written(slot) else _other_words(verdict, slot.name)
    if is_half and words == _UNUSED:
        words = "not written to its end"
    return line(Span(words, role))


def _booted_words(verdict: BootVerdict) -> list[str]:
    if not verdict.agree:
        return ["witnesses disagree"]
    if on_trial(verdict):
        return ["on trial, not committed"]
    if verdict.next_boot is None:
        return ["next boot unknown"]
    if verdict.next_boot is not verdict.booted:
        return [f"{verdict.next_boot.value} boots next"]
    if verdict.committed is None:
        return []
    return ["committed" if verdict.committed else "not committed"]


def _other_words(verdict: BootVerdict, name: SlotName) -> str:
    if verdict.booted is None and verdict.next_boot is None:
        return f"booted: {UNKNOWN}"
    if on_trial(verdict):
        return _return_words(verdict)
    if verdict.next_boot is name:
        left = verdict.tries_left
        return "boots next" if left is None else f"boots next on trial, {count(left, 'try', 'tries')} left"
    if verdict.falls_back_to is name.other:
        return "its tries are used up"
    return "not booted" if verdict.next_boot is None else _UNUSED


def _return_words(verdict: BootVerdict) -> str:
    """When U-Boot goes back to the slot that is not on trial."""
    if verdict.falls_back_to is None:
        return "never returned to by itself"
    if verdict.tries_left:
        return f"returns after {count(verdict.tries_left, 'more boot')}"
    return "any reboot returns here"


def slot_rows(look: Look, slots: Slots) -> list[Line]:
    """A row a slot: letter, partition where there is room, version, state."""
    room = look.width - 7 - STATE_WIDTH
    wanted = max((cells(version(slot.image)) for slot in slots.slots), default=0)
    where = max((cells(slot.partition.short) for slot in slots.slots), default=0) + 2
    if room < min(max(wanted, 1), _VERSION_WIDTH) + where:
        where = 0
    columns = max(1, min(wanted, room - where))
    return [_slot_row(look, slot, where, columns) for slot in slots.slots]


def _slot_row(look: Look, slot: Slot, where: int, columns: int) -> Line:
    is_half = is_half_written(look, slot)
    role = slot_role(look.verdict, slot, is_half=is_half)
    return line(
        Span(f"{mark(role)} ", role),
        Span(slot.name.value, Role.TITLE if look.verdict.booted is slot.name else Role.TEXT),
        "  ",
        fit(slot.partition.short, where),
        fit(version(slot.image), columns),
        "  ",
        *slot_state(look.verdict, slot, is_half=is_half),
    )


def evidence(look: Look) -> list[Line]:
    """The three witnesses and what else decides the next boot, each raw, as items to flow into rows."""
    slots = look.readings.slots.value
    role = Role.BAD if not look.verdict.agree else Role.DIM
    items = _root_witnesses(slots, role)
    if look.is_elsewhere and not _has_environment(look.readings.boot.value):
        items.append(line(Span("no boot environment", Role.DIM)))
    else:
        items += _environment_items(look.readings.boot.value, role)
    return [*items, mender_item(look.readings.mender.value)]


def _has_environment(boot: BootEnvironment | None) -> bool:
    return boot is not None and boot.state is EnvironmentState.READABLE


def _root_witnesses(slots: Slots | None, role: Role) -> list[Line]:
    if slots is None:
        return []
    command_line = slots.command_line_root
    return [
        line(Span(f"root={command_line}" if command_line else f"root={UNKNOWN}", role)),
        line(Span(f"mounted {slots.mounted_root or UNKNOWN}", role)),
    ]


def _environment_items(boot: BootEnvironment | None, role: Role) -> list[Line]:
    if boot is None:
        return [line(Span(f"mender_boot_part={UNKNOWN}", Role.DIM))]
    if boot.state is not EnvironmentState.READABLE:
        return [line(Span(f"boot environment: {boot.state.value}", Role.BAD))]
    items = [
        f"mender_boot_part={text_of(boot.boot_part)}",
        f"upgrade_available={text_of(boot.upgrade_available)}",
        f"bootcount={text_of(boot.bootcount)}",
    ]
    return [line(Span(item, role)) for item in items]


def mender_item(mender: Mender | None) -> Line:
    """What Mender has to say in a few words."""
    if mender is None or mender.client is ClientKind.NONE:
        return line(Span(f"Mender: {UNKNOWN}" if mender is None else "no Mender client", Role.DIM))
    if mender.processes:
        return line(Span(f"! Mender at work (pid {mender.processes[0].pid})", Role.WARN))
    if mender.pending_error:
        return line(Span(f"Mender: pending {UNKNOWN}", Role.WARN))
    if mender.pending:
        return line(Span("! Mender: update pending", Role.WARN))
    if mender.core_api and mender.core_api.busy:
        return line(Span("! core API updates", Role.WARN))
    return line(Span("Mender: nothing pending", Role.DIM))
