"""The three witnesses of what is booted: what each says in its own words, and where they contradict each other."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.slots import SlotName, Slots

COMMAND_LINE = "kernel command line"
MOUNT_TABLE = "mount table"
BOOT_ENVIRONMENT = "boot environment"


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness of what is booted, its own words, and the slot it names (None: none, or it could not be asked)."""

    name: str
    says: str
    slot: SlotName | None


def ask_witnesses(slots: Slots | None, boot: BootEnvironment | None) -> tuple[Witness, ...]:
    """Kernel command line, mount table and boot environment, in this order. The last tells what boots next."""
    return (
        Witness(COMMAND_LINE, _command_line_words(slots), None if slots is None else slots.command_line_slot),
        Witness(MOUNT_TABLE, _mount_table_words(slots), None if slots is None else slots.mounted_slot),
        Witness(BOOT_ENVIRONMENT, _environment_words(boot), chosen_slot(slots, boot)),
    )


def running_slot(slots: Slots) -> SlotName | None:
    """The booted slot: what is mounted at `/` decides, the kernel command line only where that names no slot."""
    return slots.mounted_slot or (slots.command_line_slot if slots.mounted_error is not None else None)


def chosen_slot(slots: Slots | None, boot: BootEnvironment | None) -> SlotName | None:
    """The slot whose partition number `mender_boot_part` names."""
    if slots is None or boot is None or boot.boot_part is None or boot.state is not EnvironmentState.READABLE:
        return None
    return next((slot.name for slot in slots.slots if slot.partition.number == boot.boot_part), None)


def contradictions(slots: Slots) -> tuple[str, ...]:
    """Where the two witnesses of the running slot contradict each other, a sentence each.

    A command line that names neither slot (an initial RAM disk that finds the root by itself) contradicts nobody.
    """
    line, mounted = slots.command_line_slot, slots.mounted_slot
    if line is not None and mounted is not None and line is not mounted:
        return (f"The kernel command line names {line}, but {mounted} is mounted at /.",)
    if line is not None and mounted is None and slots.mounted_error is None and slots.mounted_root is not None:
        return (f"The kernel command line names {line}, but {slots.mounted_root} is mounted at /.",)
    return ()


def _command_line_words(slots: Slots | None) -> str:
    if slots is None:
        return "not read"
    if slots.command_line_root is not None:
        words = f"root={slots.command_line_root}"
        return words if slots.command_line_error is None else f"{words} ({slots.command_line_error})"
    return slots.command_line_error or "no root="


def _mount_table_words(slots: Slots | None) -> str:
    if slots is None:
        return "not read"
    if slots.mounted_root is not None:
        words = f"{slots.mounted_root} at /"
        return words if slots.mounted_error is None else f"{words} ({slots.mounted_error})"
    return slots.mounted_error or "nothing at /"


def _environment_words(boot: BootEnvironment | None) -> str:
    if boot is None:
        return "not read"
    if boot.state is not EnvironmentState.READABLE:
        return boot.sentence or boot.state.value
    values = (
        ("mender_boot_part", boot.boot_part),
        ("upgrade_available", boot.upgrade_available),
        ("bootcount", boot.bootcount),
    )
    return "  ".join(f"{name}={_value(boot, name, number)}" for name, number in values)


def _value(boot: BootEnvironment, name: str, number: int | None) -> str:
    """The number, or the text that is none; a missing variable shows as nothing, as `fw_printenv` prints it."""
    return str(number) if number is not None else variable(boot, name)


def variable(boot: BootEnvironment, name: str) -> str:
    """A variable's text; missing is empty (device facts 3)."""
    return dict(boot.variables).get(name, "")
