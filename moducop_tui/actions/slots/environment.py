"""Boot variables as plans write them: both slot variables always together, and what they are written against."""

from __future__ import annotations

from moducop_tui.model.acts import SetEnvironment
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.plan import Power, Step
from moducop_tui.model.witnesses import variable

_PART, _HEX, _TRIAL, _COUNT = "mender_boot_part", "mender_boot_part_hex", "upgrade_available", "bootcount"
_WATCHED = (_PART, _HEX, _TRIAL)
"""What must not have changed since the plan was made."""


def trial_of(number: int) -> tuple[tuple[str, str], ...]:
    """Boot that partition on trial: the write that an update makes (device facts 2.2)."""
    return (*_slot(number), (_TRIAL, "1"), (_COUNT, "0"))


def permanent(number: int) -> tuple[tuple[str, str], ...]:
    """Boot that partition, and nothing is on trial."""
    return (*_slot(number), (_TRIAL, "0"))


def kept() -> tuple[tuple[str, str], ...]:
    """What is on trial becomes permanent."""
    return ((_TRIAL, "0"),)


def environment_step(
    words: str, variables: tuple[tuple[str, str], ...], boot: BootEnvironment, undo: str | None
) -> Step:
    """One write, read back. A redundant environment is never torn: the copy in use stays until the new one is whole."""
    before = tuple((name, variable(boot, name)) for name in _WATCHED)
    command = "fw_setenv -s -: " + " ".join(f"{name}={value}" for name, value in variables)
    power = Power.MAY if len(boot.copies) > 1 else Power.KEEP
    return Step(words, command, SetEnvironment(variables, before), power, undo)


def _slot(number: int) -> tuple[tuple[str, str], ...]:
    return ((_PART, str(number)), (_HEX, f"{number:x}"))
