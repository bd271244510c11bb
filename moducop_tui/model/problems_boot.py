"""What is wrong with slots, boot environment and updates."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.memory_match import memory_is_true
from moducop_tui.model.mender import ClientKind, Mender
from moducop_tui.model.problem import Problem, Severity, shortened
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Slots
from moducop_tui.model.verdict import BootVerdict, Phase, judge_boot

_ENVIRONMENT_WORDS = {
    EnvironmentState.UNREADABLE: "The boot environment is unreadable",
    EnvironmentState.NO_TOOL: "No tool to read the boot environment",
    EnvironmentState.NO_CONFIGURATION: "The boot environment can't be found",
}
_NO_WRITE = "Do not switch slots, install or commit before it is readable: what boots next is unknown."


def boot_problems(readings: Readings) -> Iterator[Problem]:
    """Problems of the topics slots, boot and mender, judged together."""
    boot = readings.boot.value
    verdict = judge_boot(readings.slots.value, boot, readings.mender.value)
    specific = [*_environment(boot), *_contradictions(verdict)]
    yield from specific
    read = readings.slots.value is not None and boot is not None and readings.mender.value is not None
    yield from _phase(verdict, explained=bool(specific), read=read)
    yield from _copies(boot)
    yield from _slots(readings.slots.value)
    yield from _mender(readings.mender.value)
    yield from _memory(readings, verdict)


def _environment(boot: BootEnvironment | None) -> Iterator[Problem]:
    if boot is None:
        return
    if boot.state is not EnvironmentState.READABLE:
        yield Problem(
            Severity.CRITICAL,
            Topic.BOOT,
            _ENVIRONMENT_WORDS[boot.state],
            evidence=boot.sentence or boot.state.value,
            advice=_NO_WRITE,
            brief="boot environment unreadable",
        )
    elif boot.canary_checked and boot.canary_present is False:
        yield Problem(
            Severity.CRITICAL,
            Topic.BOOT,
            "U-Boot could not save its environment: installs fail",
            evidence="mender_check_saveenv_canary=1, mender_saveenv_canary is not 1",
            advice="Reboot once, so that U-Boot writes the canary; if it stays away, the environment is misplaced.",
            brief="canary missing",
        )


def _copies(boot: BootEnvironment | None) -> Iterator[Problem]:
    """One damaged copy of two: everything works, until the other is damaged too."""
    if boot is None or boot.state is not EnvironmentState.READABLE:
        return
    damaged = [copy for copy in boot.copies if copy.good is False]
    if damaged and len(damaged) < len(boot.copies):
        places = ", ".join(f"{copy.device} at {copy.offset:#x}" for copy in damaged)
        yield Problem(
            Severity.WARNING,
            Topic.BOOT,
            "One copy of the boot environment is damaged",
            evidence=f"bad checksum: {places}",
            advice="The next write of the environment renews it; a fallback to it would be to older values.",
            brief="environment copy damaged",
        )


def _contradictions(verdict: BootVerdict) -> Iterator[Problem]:
    if verdict.agree:
        return
    yield Problem(
        Severity.CRITICAL,
        Topic.SLOTS,
        "The witnesses of the booted slot contradict each other",
        evidence=" ".join(verdict.contradictions) or _witnesses(verdict),
        advice=verdict.advice,
        brief="slot witnesses disagree",
    )


def _phase(verdict: BootVerdict, *, explained: bool, read: bool) -> Iterator[Problem]:
    """The phase between updates, unless a more exact problem explains it, or it is not known for want of a reading."""
    if verdict.phase is Phase.IDLE or (explained and verdict.phase in (Phase.BROKEN, Phase.UNKNOWN)):
        return
    if verdict.phase is Phase.UNKNOWN and (verdict.booted is None or not read):
        return
    severity, sentence, brief = _phase_words(verdict)
    yield Problem(
        severity,
        Topic.SLOTS,
        sentence,
        evidence=f"{verdict.sentence} {_witnesses(verdict)}".strip(),
        advice=verdict.advice,
        brief=brief,
    )


def _phase_words(verdict: BootVerdict) -> tuple[Severity, str, str]:
    booted, after = verdict.booted or "?", verdict.next_boot or "?"
    words = {
        Phase.STAGED: (Severity.WARNING, "An update is written, but not activated", "update pending"),
        Phase.INSTALLED: (Severity.WARNING, f"An update waits for a reboot into {after}", "update pending"),
        Phase.TRIAL: (Severity.WARNING, f"Trial boot of {booted} is not committed", "trial not committed"),
        Phase.INSTALL_CUT: (Severity.WARNING, "An install was cut short", "install cut short"),
        Phase.FELL_BACK: (Severity.WARNING, _first_sentence(verdict.sentence), "update not kept"),
        Phase.COMMIT_CUT: (Severity.CRITICAL, "A commit was cut short", "commit cut short"),
        Phase.ROLLBACK_CUT: (Severity.WARNING, "A rollback was cut short", "rollback cut short"),
        Phase.ROLLED_BACK_WAITING: (Severity.WARNING, f"{after} boots next, {booted} runs", "slot changes at reboot"),
        Phase.MANUAL_TRIAL: (Severity.WARNING, f"Trial boot of {booted} is not confirmed", "trial not confirmed"),
        Phase.MANUAL_ARMED: (Severity.WARNING, f"A trial boot of {after} is armed", "slot switch armed"),
        Phase.APP_PENDING: (Severity.WARNING, "An app's update is pending", "app update pending"),
        Phase.AT_WORK: (Severity.WARNING, "An update is at work: keep the power on", "update at work"),
        Phase.BROKEN: (Severity.CRITICAL, shortened(verdict.sentence.rstrip(".")), "boot choice broken"),
    }
    unknown = (Severity.UNKNOWN, "The state of updates can't be told", "update state unknown")
    return words.get(verdict.phase, unknown)


def _first_sentence(text: str) -> str:
    """The verdict's own words: of a client that writes no step it can't be told whether an update ever ran."""
    return shortened(text.split(". ", 1)[0].rstrip("."))


def _witnesses(verdict: BootVerdict) -> str:
    return ", ".join(witness.says for witness in verdict.witnesses)


def _slots(slots: Slots | None) -> Iterator[Problem]:
    if slots is None or slots.disk_error is None:
        return
    if slots.disk is None:
        known = Severity.UNKNOWN, "The system disk is not known", "system disk unknown"
    else:
        known = Severity.CRITICAL, "The disk is not laid out as a ModuCop's", "disk layout"
    severity, sentence, brief = known
    yield Problem(severity, Topic.SLOTS, sentence, evidence=slots.disk_error, brief=brief)


def _mender(mender: Mender | None) -> Iterator[Problem]:
    if mender is None:
        return
    if mender.client is ClientKind.NONE:
        yield Problem(
            Severity.WARNING,
            Topic.MENDER,
            "No Mender client is installed",
            evidence="neither mender-update nor mender was found",
            brief="no Mender client",
        )
    if mender.error is not None:
        yield Problem(
            Severity.WARNING,
            Topic.MENDER,
            "The Mender client does not answer",
            evidence=mender.error,
            brief="Mender does not answer",
        )
    if mender.device_type_error is not None:
        yield Problem(
            Severity.WARNING,
            Topic.MENDER,
            "Mender's client does not know this device's type",
            evidence=shortened(mender.device_type_error, 200),
            advice="Put the file right before an update: an artifact is for a type of device.",
            brief="device type unknown",
        )
    if mender.pending_error is not None:
        yield Problem(
            Severity.UNKNOWN,
            Topic.MENDER,
            "Whether an update is pending can't be told",
            evidence=shortened(mender.pending_error, 200),
            advice="Do not commit, roll back or install before Mender's store is readable.",
            brief="pending update unknown",
        )


def _memory(readings: Readings, verdict: BootVerdict) -> Iterator[Problem]:
    """Mender's memory is shared by both slots: after a switch by hand it names the other one's image (facts 2.5)."""
    mender, slots = readings.mender.value, readings.slots.value
    if verdict.phase is not Phase.IDLE or verdict.booted is None or mender is None or slots is None:
        return
    slot = slots.slot(verdict.booted)
    image = None if slot is None else slot.image
    if memory_is_true(mender, image) is False and image is not None:
        yield Problem(
            Severity.WARNING,
            Topic.MENDER,
            "Mender believes that another image is installed",
            evidence=f"provides {mender.rootfs_version}, {verdict.booted} runs {image.artifact_name or image.version}",
            advice="Artifacts that depend on the installed one may be refused. Repair what Mender believes.",
            brief="Mender's memory wrong",
        )
