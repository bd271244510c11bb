"""Fixed plans, actions at work and records, for pictures and for the console under test."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.artifact import Artifact, Offer, PayloadFile, Signature
from moducop_tui.model.checks import AppCheck, Checks, SlotCheck
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.media import Media
from moducop_tui.model.plan import Action, ActionKind, Plan, Power
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName
from moducop_tui.model.work import (
    DeadMan,
    Outcome,
    Progress,
    Record,
    Running,
    Snapshot,
    StepRecord,
    StepState,
    Who,
    Work,
)
from tests.screens import builders as build

WHO = Who("root", "ttymxc0")
REMOTE = Who("root", "pts/0", "10.0.4.2")
WEB = "container nginx-demo-web-1"
WEB_ID = "3f9a0c77d1e2" + "5b" * 26
SUM = "8f1b" * 16
NEW = "cpu01-standard-v2.8.0.9c31d7e.20261104.0917"
STICK_PLACE = "stick:/dev/sda1:updates/cpu01-standard-v2.8.0.mender"

ARTIFACT = Artifact(
    place=STICK_PLACE,
    name=NEW,
    device_types=("moducop-cpu01",),
    payload_type="rootfs-image",
    compression="gzip",
    signature=Signature.NONE,
    provides=(("rootfs-image.checksum", SUM), ("rootfs-image.version", NEW)),
    depends=(),
    clears=("rootfs-image.*",),
    scripts=(),
    files=(PayloadFile("core-image.ext4", SUM, 1_015_021_568),),
    size=327_155_712,
    manifest="5e0c" * 16,
    payload_size=1_015_021_568,
)
OFFERS = (
    Offer("updates/cpu01-standard-v2.8.0.mender", 327_155_712, "/dev/sda1", ARTIFACT),
    Offer("updates/old.mender", 12_000, "/dev/sda1", error="old.mender can't be used: it is cut off."),
    Offer("/data/gpx-logger-1.5.0.mender", 43_100_000, artifact=replace(
        ARTIFACT, place="/data/gpx-logger-1.5.0.mender", name="gpx-logger-1.5.0", payload_type="app",
        app="gpx-logger", provides=(("data-partition.gpx-logger.version", "1.5.0"),),
    )),
)  # fmt: skip


def slot_check(name: SlotName = SlotName.A) -> SlotCheck:
    return SlotCheck(
        slot=name,
        device="/dev/mmcblk0p2",
        fs_type="ext4",
        fs_size=1_610_612_736,
        partition_size=1_610_612_736,
        clean=True,
        clean_words="clean, e2fsck -n finds nothing",
        kernel="/boot/Image",
        init="/sbin/init",
        image=build.image("v2.6.0.f457f6d.20260210.1540"),
        device_type="moducop-cpu01",
        mounted=False,
    )


def plan(
    kind: ActionKind, subject: str | None = None, readings: Readings | None = None, checks: Checks | None = None
) -> Plan:
    """The plan that the console itself would make."""
    scene = Scene(readings or build.readings(), checks or Checks(), build.WALL)
    return make_plan(Action(kind, subject), scene)


def restart_plan() -> Plan:
    return plan(ActionKind.RESTART, WEB)


def reboot_plan() -> Plan:
    return plan(ActionKind.REBOOT)


def switch_plan(readings: Readings | None = None) -> Plan:
    return plan(ActionKind.SWITCH, "A", readings, Checks(slot=slot_check()))


def install_plan() -> Plan:
    readings = build.readings(media=Media((build.STICK,)))
    return plan(ActionKind.INSTALL, STICK_PLACE, readings, Checks(artifact=ARTIFACT, free=3_000_000_000))


def refused_plan() -> Plan:
    """A commit where there is nothing to commit."""
    return plan(ActionKind.COMMIT)


def override_plan() -> Plan:
    """A switch with a damaged copy of the boot environment, which only a typed word gets past."""
    boot = build.environment()
    damaged = replace(boot, copies=(boot.copies[0], replace(boot.copies[1], good=False)))
    return switch_plan(build.readings(boot=damaged))


STEPS = (
    StepRecord("mount the stick /dev/sda1, read-only",
               "mount -o ro,noexec,nosuid,nodev /dev/sda1 /run/moducop_tui/stick",
               Power.MAY, StepState.DONE, build.WALL - 60, 0.7, 0, "/dev/sda1 is mounted."),
    StepRecord("check every part against its manifest", "sha256 of /run/moducop_tui/stick/updates/v2.8.0.mender",
               Power.MAY, StepState.DONE, build.WALL - 59, 11.2, None, "Every part agrees with its manifest."),
    StepRecord("stop Mender's daemon", "systemctl stop mender-updated.service",
               Power.MAY, StepState.DONE, build.WALL - 47, 0.8, 0, "mender-updated.service is stopped."),
    StepRecord("write it into A", "mender-update install --stop-before ArtifactInstall_Enter /run/moducop_tui/stick/v",
               Power.KEEP, StepState.RUNNING, build.WALL - 24),
    StepRecord("read A back and compare", "sha256 of the first 1015021568 bytes of /dev/mmcblk0p2",
               Power.MAY, StepState.WAITING),
    StepRecord("arm A: the next boot tries it", "mender-update resume", Power.KEEP, StepState.WAITING),
    StepRecord("start Mender's daemon again", "systemctl start mender-updated.service", Power.MAY, StepState.WAITING),
    StepRecord("release the stick", "umount /run/moducop_tui/stick", Power.MAY, StepState.WAITING),
)  # fmt: skip
"""An install while it writes."""


def record(**more: object) -> Record:
    """An install from a stick that runs."""
    facts = Record(
        id="a1",
        action=Action(ActionKind.INSTALL, STICK_PLACE),
        title=f"Install {NEW} into slot A",
        who=WHO,
        at=build.WALL - 61,
        boot_id=build.BOOT_ID,
        outcome=Outcome.RUNNING,
        reason=None,
        steps=STEPS,
        expected=Expected.INSTALLED,
    )
    return replace(facts, **more)  # type: ignore[arg-type]  # the caller names fields of a record


def running(step: int = 3, *, can_cancel: bool = True) -> Work:
    """It at work."""
    progress = Progress(0.43, 140_676_956, 327_155_712, 8_200_000)
    lines = ("Installing artifact...", "Update Module output (stdout): writing to /dev/mmcblk0p2")
    return Work(running=Running(record(), step, progress, lines, can_cancel), held_by="install by root on ttymxc0")


def done_record() -> Record:
    steps = tuple(replace(one, state=StepState.DONE, began=build.WALL - 60, seconds=3.0) for one in STEPS)
    sentence = f"{NEW} is installed in A and armed: reboot to try it."
    return record(outcome=Outcome.DONE, steps=steps, ended_at=build.WALL - 3, sentence=sentence)


def failed_record() -> Record:
    """A restart in vain."""
    found = "nginx-demo-web-1 exited 3 s later with code 1."
    output = 'nginx: [emerg] host not found in upstream "db" in /etc/nginx/conf.d/default.conf:12\nnginx: exiting'
    steps = (
        StepRecord("restart nginx-demo-web-1", f"docker --host unix:///run/docker.sock restart {WEB_ID}", Power.MAY,
                   StepState.DONE, build.WALL - 20, 1.3, 0, "nginx-demo-web-1 was restarted."),
        StepRecord("wait until nginx-demo-web-1 is well", "read the engine, at most 120 s", Power.MAY, StepState.FAILED,
                   build.WALL - 18, 3.2, None, found, output),
    )  # fmt: skip
    return record(
        id="a2", action=Action(ActionKind.RESTART, WEB), title="Restart container nginx-demo-web-1", who=REMOTE,
        outcome=Outcome.FAILED, sentence=found, steps=steps, at=build.WALL - 20, ended_at=build.WALL - 15,
    )  # fmt: skip


def cut_record() -> Record:
    """An install during which the power was cut."""
    steps = tuple(
        replace(one, state=StepState.CUT if one.state is StepState.RUNNING else one.state) for one in STEPS[:4]
    )
    steps += tuple(replace(one, state=StepState.SKIPPED) for one in STEPS[4:])
    return record(id="a0", outcome=Outcome.CUT, steps=steps, at=build.WALL - 7200, boot_id="e" * 32)


def history() -> Work:
    """Six actions of every outcome, the newest last but one an update."""
    switched = record(
        id="a3", action=Action(ActionKind.SWITCH, "A"), title="Boot slot A once", outcome=Outcome.REFUSED, steps=(),
        at=build.WALL - 3600, ended_at=build.WALL - 3599, overrides=("one copy",),
        sentence="The device has changed since the plan was confirmed, so nothing was done: step 3 would now be "
        "'fw_setenv -s -: mender_boot_part=2'. Look at the plan again.",
    )  # fmt: skip
    rebooted = record(
        id="a4", action=Action(ActionKind.REBOOT), title="Reboot", outcome=Outcome.DONE, reason="new IO module",
        steps=(), at=build.WALL - 90_000, ended_at=build.WALL - 89_999, sentence="The device is told to reboot.",
    )  # fmt: skip
    stopped = record(
        id="a5", outcome=Outcome.CANCELLED, at=build.WALL - 100_000, ended_at=build.WALL - 99_990, who=REMOTE,
        steps=(), sentence="Stopped as asked after step 1 of 8; what came after it was not done.",
    )  # fmt: skip
    records = (failed_record(), done_record(), switched, cut_record(), rebooted, stopped)
    updates = tuple(replace(one, steps=()) for one in records if one.action.kind is ActionKind.INSTALL)
    return Work(last=records[0], history=records, updates=updates)


def trial_work(seconds_left: float | None = 552.0) -> Work:
    """What is kept while B is on trial after an update of ours."""
    before = Snapshot(
        at=build.WALL - 900, boot_id="e" * 32, slot=SlotName.A, expected_slot=SlotName.B,
        expected_artifact=build.ARTIFACT_B, expected_version=build.ARTIFACT_B, failed_units=(), apps=3, apps_well=3,
        interfaces_up=("end0", "wwu1u1i5"), errors=1, clock_synchronised=True,
    )  # fmt: skip
    notes = (SlotNote(SlotName.B, Known.VERIFIED, build.ARTIFACT_B, build.ARTIFACT_B),)
    return Work(dead_man=DeadMan(SlotName.B, 600, seconds_left), before=before, ledger=Ledger(notes))


APP_CHECK = AppCheck("nginx-demo", None, ("docker", "compose"), None, None, None)
