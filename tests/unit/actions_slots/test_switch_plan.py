"""The plan to boot the other slot once, row by row of the device facts 2.4 and 2.5."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.slots.plan import make_plan
from moducop_tui.model.acts import ArmDeadMan, DisarmDeadMan, Leave, RememberBefore, SetEnvironment
from moducop_tui.model.checks import SlotCheck
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.mender import Unit, UpdateProcess
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Power, Precondition, Weight
from moducop_tui.model.slots import SlotName
from moducop_tui.model.storage import Storage, UpperHome
from moducop_tui.model.work import Work
from tests.unit.actions_slots.slot_scenes import IN_A, IN_B, SUPERBLOCK, boot, check, mender, scene, unread
from tests.unit.core.well_device import STORAGE
from tests.unit.slots import verdict_cases as cases
from tests.unit.slots.test_verdict_table import BROKEN, ROWS
from tests.unit.slots.verdict_cases import NEW, OLD, A, B

TO_B = Action(ActionKind.SWITCH, "B")


def switch(made: Scene, action: Action = TO_B) -> Plan:
    return make_plan(action, made)


def condition(plan: Plan, part: str) -> Precondition:
    found = [one for one in plan.preconditions if part in one.words]
    assert len(found) == 1, [one.words for one in plan.preconditions]
    return found[0]


def test_a_well_device_boots_the_other_slot_once_and_comes_back_by_itself() -> None:
    plan = switch(scene())
    assert plan.runs
    assert plan.overrides == ()
    assert (plan.weight, plan.phrase, plan.title) == (Weight.BOOTS, "boot B", "Boot slot B once")
    assert [type(step.act) for step in plan.steps] == [
        RememberBefore, ArmDeadMan, SetEnvironment, DisarmDeadMan, Leave
    ]  # fmt: skip
    assert plan.steps[1].act == ArmDeadMan(B, 600)
    assert plan.steps[3].act == DisarmDeadMan(unless_on_trial=True)
    assert plan.steps[3].always
    assert all(step.power is Power.MAY for step in plan.steps)
    assert "any reboot or power cut returns to A" in plan.summary[1]
    assert "600 s after its start" in plan.summary[1]


def test_the_four_variables_are_written_in_one_batch_against_what_was_read() -> None:
    write = switch(scene()).steps[2]
    assert write.act == SetEnvironment(
        (("mender_boot_part", "3"), ("mender_boot_part_hex", "3"), ("upgrade_available", "1"), ("bootcount", "0")),
        (("mender_boot_part", "2"), ("mender_boot_part_hex", "2"), ("upgrade_available", "0")),
    )
    assert write.command == (
        "fw_setenv -s -: mender_boot_part=3 mender_boot_part_hex=3 upgrade_available=1 bootcount=0"
    )


def test_a_partition_above_nine_is_written_hexadecimal_beside_decimal() -> None:
    far = replace(IN_A.slots[1], partition=replace(IN_A.slots[1].partition, number=12))
    write = switch(scene(replace(IN_A, slots=(IN_A.slots[0], far)))).steps[2].act
    assert isinstance(write, SetEnvironment)
    assert write.variables[:2] == (("mender_boot_part", "12"), ("mender_boot_part_hex", "c"))


def test_a_plan_is_the_same_when_it_is_made_again() -> None:
    assert switch(scene()) == switch(scene())


@pytest.mark.parametrize(("row", "seen", "environment", "pending", "phase"), ROWS, ids=[row[0] for row in ROWS])
def test_nothing_but_idle_is_switched_and_each_phase_says_its_way_out(
    row: str, seen: Any, environment: Any, pending: Any, phase: Any
) -> None:
    target = "B" if seen.mounted_slot is A else "A"
    variables = boot(environment.boot_part, environment.upgrade_available).variables
    environment = replace(environment, variables=variables)
    made = scene(seen, environment, cases.mender(pending), check(SlotName(target)))
    plan = switch(made, Action(ActionKind.SWITCH, target))
    if row.startswith("idle"):
        assert plan.runs, plan.refusal
        return
    assert not plan.runs
    stopped = condition(plan, "nothing pending or armed")
    assert (stopped.met, stopped.reading, stopped.override) == (Met.NO, phase.value, None)
    assert stopped.remedy is not None
    assert len(stopped.remedy) <= 330


@pytest.mark.parametrize(
    ("environment", "seen", "words"),
    [
        (boot(3, 1), IN_A, "Reboot to try B, or disarm it to stay on A."),
        (boot(3, 1, count=1), IN_B, "Confirm it to keep B, or reboot to return to A."),
        (boot(2, 0), IN_B, "Reboot to be on A, or disarm it to stay on B."),
    ],
)
def test_what_was_armed_by_hand_is_answered_with_the_consoles_own_actions(
    environment: Any, seen: Any, words: str
) -> None:
    target = "B" if seen is IN_A else "A"
    plan = switch(scene(seen, environment, looked=check(SlotName(target))), Action(ActionKind.SWITCH, target))
    assert plan.refusal is not None
    assert words in plan.refusal


@pytest.mark.parametrize(("name", "seen", "environment", "words"), BROKEN, ids=[row[0] for row in BROKEN])
def test_nothing_broken_is_switched(name: str, seen: Any, environment: Any, words: str) -> None:
    plan = switch(scene(seen, environment))
    assert not plan.runs
    assert plan.refusal is not None


@pytest.mark.parametrize("topic", ["slots", "boot", "mender"])
def test_nothing_is_planned_from_what_could_not_be_read(topic: str) -> None:
    plan = switch(unread(scene(), topic))
    assert not plan.runs
    assert "can't be read, so nothing is changed" in (plan.refusal or "")
    assert "It did not answer." in (plan.refusal or "")
    sentences = (plan.refusal or "").split(". ")
    assert len(sentences) == len(set(sentences))


def test_whoever_is_at_work_is_waited_for() -> None:
    installing = mender(processes=(UpdateProcess(812, "mender-update install"),))
    assert "mender-update install (process 812)" in (switch(scene(client=installing)).refusal or "")
    deploying = mender(daemon=Unit("mender-updated", True, "active"), deployment=True)
    assert "Mender's daemon is in a deployment" in (switch(scene(client=deploying)).refusal or "")
    stopped = switch(scene(client=mender(deployment=True)))
    assert (stopped.refusal, stopped.overrides) == (None, ("not at work",))
    held = switch(scene(work=Work(held_by="root on ttymxc0 switches slots")))
    assert "Wait until it has ended: root on ttymxc0 switches slots." in (held.refusal or "")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("A", "Slot A runs already"),
        (None, "Say which slot to boot: A or B."),
        ("C", "Say which slot to boot: A or B."),
    ],
)
def test_only_the_other_slot_can_be_named(subject: str | None, words: str) -> None:
    plan = switch(scene(), Action(ActionKind.SWITCH, subject))
    assert not plan.runs
    assert words in (plan.refusal or "")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("in use", {"mounted": True}, "is mounted: unmount it first"),
    ("blank", {"fs_type": None, "fs_size": None}, "holds no root file system"),
    ("another file system", {"fs_type": "vfat"}, "holds no root file system"),
    ("cut off", {"fs_size": (1 << 30) + 4096}, "larger than its partition"),
    ("no kernel", {"kernel": None}, "find no kernel there: slot B can't boot"),
    ("no init", {"init": None}, "find no init to start: slot B can't boot"),
    (
        "of another device",
        {"device_type": "moducop-cpu01plus"},
        "an image for moducop-cpu01plus, this is a moducop-cpu01",
    ),
    (
        "no device tree",
        {"problems": ("The device tree x.dtb is missing.",)},
        "Slot B: The device tree x.dtb is missing.",
    ),
]


@pytest.mark.parametrize(("name", "facts", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_slot_that_can_not_boot_is_refused_whatever_is_typed(name: str, facts: dict[str, Any], words: str) -> None:
    plan = switch(scene(looked=check(**facts)))
    assert not plan.runs
    assert [one.override for one in plan.obstacles] == [None]
    assert words in (plan.refusal or "")


OVERRIDDEN: list[tuple[str, dict[str, Any], str]] = [
    ("damaged", {"clean": False, "clean_words": "e2fsck -n finds damage"}, "damaged"),
    ("unnamed", {"image": None}, "unnamed"),
]


@pytest.mark.parametrize(("name", "facts", "word"), OVERRIDDEN, ids=[row[0] for row in OVERRIDDEN])
def test_a_slot_that_may_boot_badly_needs_a_typed_word(name: str, facts: dict[str, Any], word: str) -> None:
    plan = switch(scene(looked=check(**facts)))
    assert plan.runs
    assert plan.overrides == (word,)


def test_what_can_not_be_told_of_a_slot_is_a_doubt_and_stops_nothing() -> None:
    facts = check(clean=None, clean_words="e2fsck is not installed", device_type=None, partition_size=None)
    plan = switch(scene(looked=facts))
    assert plan.runs
    assert plan.overrides == ()
    doubts = [one.words for one in plan.preconditions if one.met is Met.DOUBT]
    assert doubts == [
        "slot B holds a whole ext4",
        "file system of slot B in order",
        "its image is for this device",
        "how the content of slot B is known",
    ]


@pytest.mark.parametrize("kind", ["ext2", "ext3"])
def test_an_older_file_system_is_a_doubt_and_all_else_is_looked_at_as_well(kind: str) -> None:
    plan = switch(scene(looked=check(fs_type=kind, kernel=None)))
    found = {one.words: one for one in plan.preconditions}
    assert found["slot B holds a whole ext4"].met is Met.DOUBT
    assert found["slot B holds a whole ext4"].reading == f"{kind}, 1024 of 1024 MiB"
    assert found["slot B has a kernel"].met is Met.NO


def test_files_that_can_not_be_read_here_are_a_doubt_and_no_missing_kernel() -> None:
    why = "Its files can't be read here: it has features that the console does not know."
    plan = switch(scene(looked=check(unread=why, kernel=None, init=None, image=None, device_type=None)))
    assert plan.runs
    (doubt,) = (one for one in plan.preconditions if one.words == "slot B can be looked into")
    assert (doubt.met, doubt.override) == (Met.DOUBT, None)
    assert (doubt.remedy or "").startswith(f"Slot B: {why} Whether it has a kernel")


def test_a_slot_that_could_not_be_looked_at_is_refused_with_the_reason() -> None:
    plan = switch(scene(slot_error="Slot B can't be looked at: /dev/mmcblk0p3 does not exist."))
    assert not plan.runs
    assert plan.refusal == "Slot B can't be looked at: /dev/mmcblk0p3 does not exist."
    looked_elsewhere: SlotCheck = check(A)
    assert "Slot B was not looked at" in (switch(scene(looked=looked_elsewhere)).refusal or "")


def noted(known: Known, **facts: Any) -> Work:
    return Work(ledger=Ledger((SlotNote(B, known, f"cpu01-standard-{NEW}", f"cpu01-standard-{NEW}", **facts),)))


@pytest.mark.parametrize(
    ("work", "met", "override"),
    [
        (Work(), Met.DOUBT, None),
        (noted(Known.WRITTEN), Met.DOUBT, None),
        (noted(Known.WRITING), Met.NO, "unfinished"),
        (noted(Known.VERIFIED, superblock=SUPERBLOCK), Met.YES, None),
        (noted(Known.VERIFIED, superblock="6" * 64), Met.DOUBT, None),
        (noted(Known.BOOTED), Met.YES, None),
        (Work(ledger=Ledger(error="The ledger of slots can't be used.")), Met.DOUBT, None),
    ],
)
def test_the_ledger_says_how_the_content_is_known(work: Work, met: Met, override: str | None) -> None:
    plan = switch(scene(work=work))
    known = condition(plan, "how the content of slot B is known")
    assert (known.met, known.override) == (met, override)
    assert plan.runs


def test_a_damaged_copy_of_the_environment_needs_a_typed_word_and_a_single_one_the_power() -> None:
    copies = boot().copies
    damaged = switch(scene(environment=boot(copies=(copies[0], replace(copies[1], good=False)))))
    assert damaged.overrides == ("one copy",)
    single = switch(scene(environment=boot(copies=copies[:1])))
    assert single.runs
    assert single.steps[2].power is Power.KEEP


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bootlimit": None}, "bootlimit=none"),
        ({"bootlimit": 0}, "bootlimit=0"),
        ({"variables": (("bootlimit", "1"), ("mender_boot_part", "2"))}, "no altbootcmd"),
    ],
)
def test_without_a_way_back_there_is_no_switch(changes: dict[str, Any], words: str) -> None:
    plan = switch(scene(environment=boot(**changes)))
    assert not plan.runs
    assert words in (plan.refusal or "")
    assert "would be for good, and none is made" in (plan.refusal or "")


def test_more_boots_than_one_are_said() -> None:
    plan = switch(scene(environment=boot(bootlimit=3)))
    assert "after 3 boots it returns to A" in plan.summary[1]


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        (replace(STORAGE, overlays=()), "/etc is no overlay"),
        (replace(STORAGE, overlays=(replace(STORAGE.overlays[0], upper_home=UpperHome.TMPFS),)), "in memory"),
        (replace(STORAGE, file_systems=()), "/data is not mounted"),
    ],
)
def test_where_no_timer_can_be_set_none_is_and_that_is_said(storage: Storage, words: str) -> None:
    plan = switch(scene(storage=storage))
    timer = condition(plan, "a timer brings it back")
    assert timer.met is Met.DOUBT
    assert words in timer.reading
    assert [type(step.act) for step in plan.steps] == [RememberBefore, SetEnvironment, Leave]
    assert "by itself" not in plan.summary[1]


def test_a_timer_that_is_switched_off_is_not_set() -> None:
    plan = switch(scene(dead_man=0))
    assert condition(plan, "a timer brings it back").reading == "none configured"
    assert not any(isinstance(step.act, ArmDeadMan) for step in plan.steps)


def test_what_mender_will_believe_is_said_in_words() -> None:
    told = f"Mender will still take cpu01-standard-{OLD} for installed, repair puts that right once B is kept."
    assert told in switch(scene()).afterwards
    assert not any("Mender" in one for one in switch(scene(client=mender(NEW))).afterwards)
    assert any("only a signed artifact" in one for one in switch(scene(client=mender(protected=True))).afterwards)
    assert any("does not say which" in one for one in switch(scene(client=cases.mender())).afterwards)


def test_every_sentence_fits_a_technicians_screen() -> None:
    worst = scene(
        environment=boot(bootlimit=None, copies=boot().copies[:1]),
        looked=check(clean=False, kernel=None, init=None, image=None, device_type="moducop-cpu02", mounted=True),
        work=noted(Known.WRITING),
        storage=replace(STORAGE, overlays=()),
    )
    plan = switch(worst)
    for one in plan.preconditions:
        assert len(one.words) <= 60
        assert one.remedy is None or len(one.remedy) <= 240, one.remedy
    assert all(len(sentence) <= 200 for sentence in (*plan.summary, *plan.afterwards))
