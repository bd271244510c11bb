"""What is broken or missing so that no phase can be told: each case with its own sentence (device facts 2.1, 2.4)."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.phases import Phase
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.witnesses import chosen_slot, contradictions, running_slot, variable


@dataclass(frozen=True, slots=True)
class Breakage:
    """BROKEN or UNKNOWN, and why in words."""

    phase: Phase
    sentence: str
    advice: str | None = None


_HANDS_OFF = "Do not install, commit, roll back or switch slots before this is put right."
_ENVIRONMENT_SENTENCES = {
    EnvironmentState.UNREADABLE: "The boot environment is unreadable: what boots next can't be known.",
    EnvironmentState.NO_TOOL: "fw_printenv is not installed: what boots next can't be known.",
    EnvironmentState.NO_CONFIGURATION: "fw_env.config is unusable: what boots next can't be known.",
}


def find_breakage(slots: Slots | None, boot: BootEnvironment | None) -> Breakage | None:
    """The first thing that keeps a phase from being told; None when slots and environment can be judged."""
    if slots is None:
        return Breakage(Phase.UNKNOWN, "The slots have not been read: what is booted is not known.")
    return _broken_slots(slots) or _broken_environment(slots, boot)


def missing_canary(boot: BootEnvironment) -> Breakage | None:
    """U-Boot has never shown that it can save its environment: harmless until the next install."""
    if boot.canary_checked and boot.canary_present is False:
        return Breakage(
            Phase.BROKEN,
            "U-Boot never proved that it can save its environment: installs fail.",
            "mender_saveenv_canary is missing: without it every install is refused, and no trial would fall back.",
        )
    return None


def _broken_slots(slots: Slots) -> Breakage | None:
    if any(slots.slot(name) is None for name in SlotName):
        return Breakage(Phase.UNKNOWN, "This machine has no two rootfs slots: there is nothing to judge.")
    contradiction = next(iter(contradictions(slots)), None)
    if contradiction is not None and slots.mounted_slot is not None:
        return Breakage(Phase.BROKEN, contradiction, _HANDS_OFF)
    if running_slot(slots) is not None:
        return None
    if slots.mounted_error is not None:
        return Breakage(Phase.UNKNOWN, "Which slot is booted can't be known.", slots.mounted_error)
    return Breakage(
        Phase.BROKEN,
        "Neither slot is booted: / is on another device.",
        f"/ is {slots.mounted_root or 'on an unknown device'}, neither slot A nor slot B. {_HANDS_OFF}",
    )


def _broken_environment(slots: Slots, boot: BootEnvironment | None) -> Breakage | None:
    running = running_slot(slots)
    if boot is None:
        return Breakage(Phase.UNKNOWN, f"{running} is booted. The boot environment has not been read.")
    if boot.state is not EnvironmentState.READABLE:
        return Breakage(Phase.BROKEN, _ENVIRONMENT_SENTENCES[boot.state], _join(boot.sentence, _HANDS_OFF))
    return _broken_choice(slots, boot) or _broken_trial_flag(boot)


def _broken_choice(slots: Slots, boot: BootEnvironment) -> Breakage | None:
    """`mender_boot_part` and its hexadecimal twin: kernel and root file system are chosen by one each."""
    if boot.boot_part is None:
        text = variable(boot, "mender_boot_part")
        what = f"mender_boot_part={text[:20]} is no number" if text else "mender_boot_part is missing"
        return Breakage(Phase.BROKEN, f"{what}: what boots next can't be known.", _HANDS_OFF)
    if any(slot.partition.number is None for slot in slots.slots):
        return Breakage(Phase.UNKNOWN, "A slot's partition number is unknown: what boots next can't be known.")
    if chosen_slot(slots, boot) is None:
        return Breakage(
            Phase.BROKEN,
            f"mender_boot_part={_short(boot.boot_part)} is neither slot A nor slot B.",
            _HANDS_OFF,
        )
    if boot.boot_part_hex is None:
        return Breakage(
            Phase.BROKEN,
            f"mender_boot_part_hex is missing beside mender_boot_part={boot.boot_part}.",
            f"U-Boot needs both: the next boot may fail. {_HANDS_OFF}",
        )
    if boot.boot_part_hex != boot.boot_part:
        return Breakage(
            Phase.BROKEN,
            f"mender_boot_part={boot.boot_part} but its _hex={_short(boot.boot_part_hex)}: kernel and rootfs differ.",
            f"Kernel and root file system of the next boot would come from different slots. {_HANDS_OFF}",
        )
    return None


def _broken_trial_flag(boot: BootEnvironment) -> Breakage | None:
    """Only 0 and 1 mean something to everybody; missing counts as 0, as U-Boot reads it."""
    text = variable(boot, "upgrade_available")
    if boot.upgrade_available in {0, 1} or (boot.upgrade_available is None and not text):
        return None
    value = _short(boot.upgrade_available) if boot.upgrade_available is not None else text[:20]
    return Breakage(Phase.BROKEN, f"upgrade_available={value} is neither 0 nor 1.", _HANDS_OFF)


def _short(number: int) -> str:
    text = str(number) if abs(number) < 10**9 else "..."
    return text[:20]


def _join(*sentences: str | None) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
