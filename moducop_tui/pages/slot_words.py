"""What a slot is and does, in words: shared by Overview, Slots and the report."""

from __future__ import annotations

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.mender import ClientKind, Mender
from moducop_tui.model.slots import Image, Slot, SlotName, Slots
from moducop_tui.model.verdict import BootVerdict, Phase
from moducop_tui.pages.look import Look
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, line
from moducop_tui.units import count, text_of

ON_TRIAL = frozenset({Phase.TRIAL, Phase.MANUAL_TRIAL})
ARMED = frozenset({Phase.INSTALLED, Phase.MANUAL_ARMED})


def version(image: Image | None) -> str:
    """The shortest name that tells one image from another."""
    if image is None:
        return UNKNOWN
    return image.version or image.artifact_name or image.name or UNKNOWN


def slot_role(verdict: BootVerdict, name: SlotName) -> Role:
    """How a slot stands: a booted slot that is not committed warns, one that the witnesses dispute is bad."""
    if verdict.booted is name:
        if not verdict.agree or verdict.phase is Phase.BROKEN:
            return Role.BAD
        return Role.WARN if verdict.phase in ON_TRIAL or verdict.committed is False else Role.OK
    return Role.WARN if verdict.next_boot is name and verdict.phase not in ON_TRIAL else Role.TEXT


def slot_state(verdict: BootVerdict, name: SlotName) -> Line:
    """`BOOTED, committed`: what a slot is now, and what the next boot does with it."""
    role = slot_role(verdict, name)
    words = _booted_words(verdict) if verdict.booted is name else _other_words(verdict, name)
    if verdict.booted is name:
        return line(Span("BOOTED", Role.TITLE), Span("".join(f", {word}" for word in words), role))
    return line(Span(", ".join(words), role))


def _booted_words(verdict: BootVerdict) -> list[str]:
    if not verdict.agree:
        return ["witnesses disagree"]
    if verdict.phase in ON_TRIAL:
        return ["on trial, not committed"]
    if verdict.next_boot is None:
        return ["next boot unknown"]
    if verdict.next_boot is not verdict.booted:
        return [f"{verdict.next_boot.value} boots next"]
    if verdict.committed is None:
        return []
    return ["committed" if verdict.committed else "not committed"]


def _other_words(verdict: BootVerdict, name: SlotName) -> list[str]:
    if verdict.booted is None and verdict.next_boot is None:
        return [f"booted: {UNKNOWN}"]
    if verdict.phase in ON_TRIAL and verdict.falls_back_to is name:
        return ["any reboot returns here"]
    words: list[str] = []
    if verdict.next_boot is name:
        words.append("boots next")
        if verdict.phase in ARMED:
            words.append("on trial")
            if verdict.tries_left is not None:
                words.append(f"{count(verdict.tries_left, 'try', 'tries')} left")
    if verdict.falls_back_to is name:
        words.append("falls back here")
    return words or ["not in use"]


def short_device(device: str | None) -> str:
    """A device without its directory."""
    return UNKNOWN if device is None else device.removeprefix("/dev/")


def evidence(look: Look) -> list[Line]:
    """The three witnesses and what else decides the next boot, each raw, as items to flow into rows."""
    slots = look.readings.slots.value
    role = Role.BAD if not look.verdict.agree else Role.DIM
    items = [*_root_witnesses(slots, role), *_environment_items(look.readings.boot.value, role)]
    return [*items, mender_item(look.readings.mender.value)]


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


def slot_name_cell(slot: Slot) -> str:
    """The slot's letter and its partition, in columns."""
    return f"{slot.name.value}  {slot.partition.short}"
