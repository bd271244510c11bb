"""Slots: partitions, both slots, the verdict over them, and all that it is drawn from."""

from __future__ import annotations

from moducop_tui.bars import rule
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.ledger import Known
from moducop_tui.model.mender import ClientKind, Mender, Unit
from moducop_tui.model.slots import Partition, Slot, Slots
from moducop_tui.model.verdict import BootVerdict, Phase, Witness
from moducop_tui.pages.headline import banner
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import fact, marked, panel, sentence, wrapped_fact
from moducop_tui.pages.slot_words import content, slot_rows
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, beside, fit, fit_right, folded, indent, line, wrap
from moducop_tui.units import size, text_of

_DECIDING = (
    "mender_boot_part", "mender_boot_part_hex", "upgrade_available", "bootcount", "bootlimit",
    "mender_check_saveenv_canary", "mender_saveenv_canary",
)  # fmt: skip
"""The variables by which U-Boot decides; they come before all others."""


def slots_body(look: Look, *, with_banner: bool = True) -> list[Line]:
    """All rows of the page; on a wide terminal in two columns.

    Where a banner stands above the page it says the verdict already; on paper there is none.
    """
    if look.is_wide:
        left, right = look.halves()
        return beside(
            [*_verdict(left, with_banner), *_slots(left), *_partitions(left), *_mender(left)],
            _environment(right),
            left.width,
        )
    return [*_verdict(look, with_banner), *_slots(look), *_partitions(look), *_environment(look), *_mender(look)]


def verdict_role(verdict: BootVerdict) -> Role:
    """The role of the verdict's sentence."""
    if verdict.phase is Phase.BROKEN or not verdict.agree:
        return Role.BAD
    if verdict.phase is Phase.UNKNOWN:
        return Role.DIM
    return Role.OK if verdict.phase is Phase.IDLE else Role.WARN


def _verdict(look: Look, with_banner: bool) -> list[Line]:
    """The verdict in words, what contradicts it, what to do, and the three witnesses under it."""
    verdict = look.verdict
    rows = [rule("Verdict", look.width, line(Span(verdict.phase.value, verdict_role(verdict))))]
    if not (with_banner and banner(look)):
        rows += sentence(verdict.sentence, look.width, verdict_role(verdict))
    for text in verdict.contradictions:
        rows += sentence(text, look.width, Role.BAD) if text != verdict.sentence else []
    if verdict.advice:
        rows += sentence(verdict.advice, look.width, Role.TEXT)
    for witness in verdict.witnesses:
        names = f"slot {witness.slot.value}" if witness.slot else f"slot {UNKNOWN}"
        disputed = verdict.booted is not None and witness.slot not in (None, verdict.booted)
        role = Role.BAD if disputed and not verdict.agree else Role.TEXT
        rows += _witness(witness, names, role, look)
    return rows


def _said_above(text: str, look: Look) -> bool:
    """Whether the advice of the verdict has a sentence already."""
    return look.verdict.advice is not None and text in look.verdict.advice


def _witness(witness: Witness, names: str, role: Role, look: Look) -> list[Line]:
    boot = look.readings.boot.value
    words = witness.says
    if boot is not None and boot.sentence == words and (_said_above(words, look) or look.is_elsewhere):
        words = boot.state.value if not look.is_elsewhere else "none on this machine"
    says = wrap(words, look.width - 32)
    head = marked(role, Span(fit(witness.name, 19), Role.DIM), " ", Span(fit(names, 7), role), " ", says[0])
    return [head, *(line(" " * 30, row) for row in says[1:])]


def _slots(look: Look) -> list[Line]:
    def draw(slots: Slots) -> list[Line]:
        rows: list[Line] = []
        if slots.disk_error:
            rows += sentence(slots.disk_error, look.width, Role.TEXT if look.is_elsewhere else Role.WARN)
        for slot, head in zip(slots.slots, slot_rows(look, slots), strict=True):
            rows += [head, *_image(slot, look.width), *_content(slot, look)]
        if slots.slots:
            rows.append(line("  ", Span(f"Slots named by {slots.named_by}.", Role.DIM)))
        return rows

    return panel("Slots", look.readings.slots, look.now, look.width, draw, calm=look.is_elsewhere)


def _image(slot: Slot, width: int) -> list[Line]:
    """What is installed in the slot and how that is known; why it is not, or that somebody writes to it just now."""
    rows = [indent(row, 3) for row in sentence(slot.image_error, width - 3, Role.WARN)] if slot.image_error else []
    if slot.image is None:
        return rows or [line("     ", Span("Not read.", Role.DIM))]
    return [
        *rows,
        *folded(line(Span("     image    ", Role.DIM), text_of(slot.image.name)), width, 14),
        *folded(line(Span("     artifact ", Role.DIM), text_of(slot.image.artifact_name)), width, 14),
        *folded(line(Span(f"     {slot.image.how}", Role.DIM)), width, 5),
    ]


def _content(slot: Slot, look: Look) -> list[Line]:
    """How it is known what the slot that does not run holds."""
    today = content(look, slot)
    if today is None:
        return []
    role = Role.WARN if today.known is Known.WRITING else Role.TEXT
    return folded(line(Span("     content  ", Role.DIM), Span(today.words, role)), look.width, 14)


def _partitions(look: Look) -> list[Line]:
    def draw(slots: Slots) -> list[Line]:
        if not slots.partitions:
            return [line("  ", Span("No partition of a system disk was found.", Role.DIM))]
        heading = f"  {fit('partition', 11)} {fit('role', 9)}   size  {fit('type', 6)} {fit('label', 10)} mounted at"
        return [line(Span(heading, Role.DIM)), *(_partition(one) for one in slots.partitions)]

    def note(slots: Slots) -> Line:
        return line(Span(f"{text_of(slots.disk)}, {text_of(slots.table)} table", Role.DIM))

    return panel("Partitions", look.readings.slots, look.now, look.width, draw, note=note)


def _partition(one: Partition) -> Line:
    mounted = " ".join(one.mount_points)
    return line(
        f"  {fit(one.short, 11)} {fit(one.role.value, 9)} {fit_right(size(one.size), 6)}  "
        f"{fit(text_of(one.fs_type), 6)} {fit(one.label or '-', 10)} ",
        Span(mounted or "not mounted", Role.TEXT if mounted else Role.DIM),
    )


def _environment(look: Look) -> list[Line]:
    def draw(boot: BootEnvironment) -> list[Line]:
        rows = _trouble(boot, look) + [row for one in boot.copies for row in folded(_copy(one), look.width, 31)]
        known = dict(boot.variables)
        first = [(name, known[name]) for name in _DECIDING if name in known]
        others = [(name, value) for name, value in boot.variables if name not in _DECIDING]
        for name, value in (*first, *others):
            role = Role.TEXT if name in _DECIDING else Role.DIM
            rows += wrapped_fact(name, value or "(empty)", look.width, role, columns=28)
        return rows

    def note(boot: BootEnvironment) -> Line:
        if look.is_elsewhere and boot.state is not EnvironmentState.READABLE:
            return ()
        canary = {True: "canary present", False: "canary MISSING", None: ""}[boot.canary_present]
        role = Role.BAD if boot.canary_checked and boot.canary_present is False else Role.DIM
        return line(Span(", ".join(part for part in (boot.state.value, canary) if part), role))

    return panel("Boot environment", look.readings.boot, look.now, look.width, draw, note=note, error_rows=3,
                 calm=look.is_elsewhere)  # fmt: skip


def _trouble(boot: BootEnvironment, look: Look) -> list[Line]:
    """Why the environment could not be read; elsewhere than on a ModuCop nobody has to restore one."""
    if boot.sentence is None:
        return []
    if look.is_elsewhere:
        return [line("  ", Span("There is no boot environment of U-Boot on this machine.", Role.DIM))]
    if _said_above(boot.sentence, look):
        return [] if boot.copies else [line("  ", Span("The verdict says what is wrong with it.", Role.DIM))]
    return sentence(boot.sentence, look.width, Role.BAD)


def _copy(copy: EnvironmentCopy) -> Line:
    words = {True: "checksum good", False: "checksum BAD", None: "not readable"}[copy.good]
    role = Role.TEXT if copy.good else Role.WARN
    use = "in use" if copy.in_use else "spare"
    counter = "" if copy.counter is None else f", counter {copy.counter}"
    return marked(role, Span(fit(f"copy at 0x{copy.offset:x}", 28), Role.DIM), " ",
                  Span(f"{words}, {use}{counter}", role), Span(f"  {copy.device}", Role.DIM))  # fmt: skip


def _mender(look: Look) -> list[Line]:
    def draw(mender: Mender) -> list[Line]:
        if mender.client is ClientKind.NONE:
            if look.is_elsewhere:
                return [line("  ", Span("There is no Mender client on this machine.", Role.DIM))]
            return [
                *sentence(mender.error or "No Mender client is installed.", look.width, Role.WARN),
                *_rivals(mender, look.width),
            ]
        rows = sentence(mender.error, look.width, Role.BAD) if mender.error else []
        rows += sentence(mender.note, look.width, Role.WARN) if mender.note else []
        rows += [
            *_pending(mender, look.width),
            *_named("artifact", text_of(mender.artifact_name), look.width),
            *_named("device type", text_of(mender.device_type), look.width),
            *(sentence(mender.device_type_error, look.width, Role.WARN) if mender.device_type_error else ()),
            *_named("update modules", " ".join(mender.modules) or UNKNOWN, look.width),
            *_named("signed artifacts only", text_of(mender.protected), look.width),
            *_rivals(mender, look.width),
        ]
        for name, value in mender.provides:
            rows += wrapped_fact(name, value, look.width, Role.DIM, columns=28)
        return rows

    def note(mender: Mender) -> Line:
        if mender.client is ClientKind.NONE:
            return ()
        return line(Span(f"{mender.client.value} {mender.version or ''}".strip(), Role.DIM))

    return panel("Mender", look.readings.mender, look.now, look.width, draw, note=note, calm=look.is_elsewhere)


def _pending(mender: Mender, width: int) -> list[Line]:
    if mender.pending_error:
        return sentence(mender.pending_error, width, Role.WARN)
    pending = mender.pending
    if pending is None:
        return [fact("pending update", "none", columns=28)]
    state = f", at {pending.in_state}" if pending.in_state else ""
    marks = "".join(
        f", {word}" for word, there in (("failed", pending.failed), ("rolled back", pending.rolled_back)) if there
    )
    kinds = " ".join(pending.payload_types) or UNKNOWN
    return wrapped_fact(
        "pending update", f"{text_of(pending.artifact_name)} ({kinds}){state}{marks}", width, Role.WARN, columns=28
    )


def _rivals(mender: Mender, width: int) -> list[Line]:
    """Who else may be updating: the daemon, running clients, the vendor's core API."""
    rows = _named("daemon", _unit_words(mender.daemon), width)
    if mender.deployment:
        rows += _named("deployment", "the daemon is in a deployment", width, Role.WARN)
    for one in mender.processes:
        rows += _named("at work", f"pid {one.pid}: {one.command}", width, Role.WARN)
    api = mender.core_api
    if api is None:
        return [*rows, *_named("core API server", "not installed", width)]
    state = f"{_unit_words(api.unit)}, state {text_of(api.state)}"
    return [*rows, *_named("core API server", state, width, Role.WARN if api.busy else Role.TEXT)]


def _named(name: str, value: str, width: int, role: Role = Role.TEXT) -> list[Line]:
    return wrapped_fact(name, value, width, role, columns=28)


def _unit_words(unit: Unit) -> str:
    if not unit.present:
        return "not installed"
    return f"{unit.name} {text_of(unit.active)}"
