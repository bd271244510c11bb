from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.model.apps import App, AppKind, ContainerState, Health
from moducop_tui.model.boot import EnvironmentState
from moducop_tui.model.mender import ClientKind
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind, Power
from moducop_tui.model.problem import SENTENCE_LIMIT, Problem, Severity
from moducop_tui.model.problems import find_problems, summary, worst
from moducop_tui.model.problems_boot import _phase_words
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName
from moducop_tui.model.storage import FileSystem
from moducop_tui.model.system import FlashWear, Temperature
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.work import Outcome, Record, StepRecord, StepState, Who, Work
from tests.unit.core.well_device import (
    APPS,
    BOOT,
    DATA,
    LOG,
    MENDER,
    NGINX,
    NOW,
    PENDING,
    PROCESS,
    SLOTS,
    STORAGE,
    SYSTEM,
    VOLATILE,
    WALL,
    WEB,
    well,
    with_container,
    with_file_system,
)

CRITICAL, WARNING, UNKNOWN = Severity.CRITICAL, Severity.WARNING, Severity.UNKNOWN
GIGABYTE = 1_000_000_000


def filled(file_system: FileSystem, share: float, **changed: Any) -> FileSystem:
    used = int(GIGABYTE * share)
    return replace(file_system, total=GIGABYTE, used=used, available=GIGABYTE - used, **changed)


def test_on_a_well_device_nothing_is_wrong() -> None:
    assert find_problems(well(), NOW) == ()
    assert summary(()) == "all is well"
    assert worst(()) is Severity.WELL


def test_before_anything_was_read_nothing_is_claimed() -> None:
    assert find_problems(Readings(), NOW) == ()


@pytest.mark.parametrize(
    ("changed", "severity", "sentence", "brief"),
    [
        # slots and updates
        (
            {"boot": replace(BOOT, upgrade_available=1, bootcount=1), "mender": replace(MENDER, pending=PENDING)},
            WARNING,
            "Trial boot of B is not committed",
            "trial not committed",
        ),
        (
            {"boot": replace(BOOT, upgrade_available=1)},
            WARNING,
            "Trial boot of B is not confirmed",
            "trial not confirmed",
        ),
        (
            {
                "boot": replace(BOOT, boot_part=2, boot_part_hex=2, upgrade_available=1, bootcount=0),
                "mender": replace(
                    MENDER, pending=replace(PENDING, artifact_name="cpu01-v2.6.0", rootfs_version="cpu01-v2.6.0")
                ),
            },
            WARNING,
            "An update waits for a reboot into A",
            "update pending",
        ),
        (
            {"mender": replace(MENDER, pending=replace(PENDING, artifact_name="v2.9.9", rootfs_version="v2.9.9"))},
            WARNING,
            "The update was not kept: B runs again",
            "update not kept",
        ),
        (  # a client that writes no step: it may as well have been cut while it streamed
            {
                "mender": replace(
                    MENDER, pending=replace(PENDING, artifact_name="v2.9.9", rootfs_version="v2.9.9", in_state=None)
                )
            },
            WARNING,
            "B runs, not the pending update: cut short or fell back",
            "update not kept",
        ),
        (
            {"mender": replace(MENDER, pending=PENDING)},
            CRITICAL,
            "A commit was cut short",
            "commit cut short",
        ),
        (
            {"mender": replace(MENDER, processes=(PROCESS,))},
            WARNING,
            "An update is at work: keep the power on",
            "update at work",
        ),
        (
            {"slots": replace(SLOTS, command_line_slot=SlotName.A, command_line_root="/dev/mmcblk0p2")},
            CRITICAL,
            "The witnesses of the booted slot contradict each other",
            "slot witnesses disagree",
        ),
        (
            {"boot": replace(BOOT, boot_part=7)},
            CRITICAL,
            "mender_boot_part=7 is neither slot A nor slot B",
            "boot choice broken",
        ),
        (
            {"boot": replace(BOOT, state=EnvironmentState.UNREADABLE, sentence="No copy is good.")},
            CRITICAL,
            "The boot environment is unreadable",
            "boot environment unreadable",
        ),
        (
            {"boot": replace(BOOT, state=EnvironmentState.NO_TOOL, sentence="fw_printenv is not installed.")},
            CRITICAL,
            "No tool to read the boot environment",
            "boot environment unreadable",
        ),
        (
            {"boot": replace(BOOT, canary_present=False)},
            CRITICAL,
            "U-Boot could not save its environment: installs fail",
            "canary missing",
        ),
        (
            {"boot": replace(BOOT, copies=(BOOT.copies[0], replace(BOOT.copies[1], good=False)))},
            WARNING,
            "One copy of the boot environment is damaged",
            "environment copy damaged",
        ),
        (
            {"mender": replace(MENDER, client=ClientKind.NONE)},
            WARNING,
            "No Mender client is installed",
            "no Mender client",
        ),
        (
            {"mender": replace(MENDER, error="mender-update did not answer within 5 s.")},
            WARNING,
            "The Mender client does not answer",
            "Mender does not answer",
        ),
        # storage
        (
            {"storage": with_file_system(filled(DATA, 0.92))},
            WARNING,
            "/data is 92 % full",
            "/data 92 % full",
        ),
        (
            {"storage": with_file_system(filled(DATA, 0.999))},
            CRITICAL,
            "/data is 99 % full",
            "/data 99 % full",
        ),
        (
            {"storage": with_file_system(filled(VOLATILE, 0.81, growth=GIGABYTE * 0.19 / (3 * 3600)))},
            WARNING,
            "/var/volatile fills, full in about 3 h",
            "/var/volatile fills",
        ),
        (
            {"storage": with_file_system(filled(VOLATILE, 0.98, growth=GIGABYTE * 0.02 / 600))},
            CRITICAL,
            "/var/volatile is 98 % full, full in about 10 min",
            "/var/volatile 98 % full",
        ),
        (
            {"storage": with_file_system(replace(VOLATILE, inodes_used=97_000))},
            CRITICAL,
            "/var/volatile has 97 % of its inodes used",
            "/var/volatile inodes",
        ),
        (
            {"storage": with_file_system(replace(DATA, read_only=True))},
            CRITICAL,
            "/data is read-only",
            "/data read-only",
        ),
        (
            {"storage": replace(STORAGE, file_systems=(VOLATILE,), deviations=("/data is not mounted: lost.",))},
            CRITICAL,
            "/data is not mounted",
            "/data missing",
        ),
        (
            {"storage": with_file_system(replace(DATA, fs_type="tmpfs", source="tmpfs"))},
            CRITICAL,
            "/data is in memory, gone at the next reboot",
            "/data in memory",
        ),
        (
            {"storage": replace(STORAGE, overlays=(replace(STORAGE.overlays[0], is_closed=True),))},
            UNKNOWN,
            "What of the overlays survives a reboot may not be looked at",
            "overlays unknown",
        ),
        (
            {"storage": replace(STORAGE, deviations=("/etc is not an overlay.", "/run is not a tmpfs."))},
            WARNING,
            "Storage differs from the ModuCop's layout in 2 places",
            "storage layout",
        ),
        (
            {"storage": with_file_system(replace(DATA, used=None, available=None, error="statvfs hangs."))},
            UNKNOWN,
            "How full /data is can't be read",
            "/data unknown",
        ),
        # apps
        (
            {"apps": with_container(state=ContainerState.RESTARTING, restart_count=37, exit_code=1)},
            CRITICAL,
            "App nginx-demo: web restarting, 37 times, exit 1",
            "app fails",
        ),
        ({"apps": with_container(health=Health.UNHEALTHY)}, CRITICAL, "App nginx-demo: web up unhealthy", "app fails"),
        ({"apps": with_container(health=Health.STARTING)}, WARNING, "App nginx-demo: web up starting", "app not well"),
        (
            {"apps": with_container(health=Health.NONE, settling=True, restart_count=2)},
            WARNING,
            "App nginx-demo: web up, restarted 2 times",
            "app not well",
        ),
        (  # in a loop, between two ends
            {"apps": with_container(health=Health.NONE, settling=True, restart_count=37)},
            CRITICAL,
            "App nginx-demo: web restarting, 37 times",
            "app fails",
        ),
        (
            {"apps": with_container(health=Health.STARTING, settling=True, restart_count=3)},
            CRITICAL,
            "App nginx-demo: web restarting, 3 times",
            "app fails",
        ),
        (
            {"apps": with_container(state=ContainerState.EXITED, exit_code=137, health=Health.NONE)},
            CRITICAL,
            "App nginx-demo: web exited with code 137",
            "app fails",
        ),
        (
            {"apps": with_container(state=ContainerState.PAUSED, health=Health.NONE)},
            WARNING,
            "App nginx-demo: web paused",
            "app not well",
        ),
        (
            {"apps": replace(APPS, apps=(replace(NGINX, containers=()),))},
            CRITICAL,
            "App nginx-demo: nothing of it runs",
            "app fails",
        ),
        (
            {"apps": replace(APPS, apps=(replace(NGINX, manifest_error="The manifests are missing."),))},
            WARNING,
            "App nginx-demo: its manifests are damaged",
            "app not well",
        ),
        (
            {"mender": replace(MENDER, device_type=None, device_type_error="/boot/type is empty.")},
            WARNING,
            "Mender's client does not know this device's type",
            "device type unknown",
        ),
        # the machine
        (
            {"system": replace(SYSTEM, failed_units=("gpsd.service", "wifi.service"))},
            WARNING,
            "2 units failed: gpsd.service, wifi.service",
            "2 units failed",
        ),
        (
            {"system": replace(SYSTEM, clock_synchronised=False)},
            WARNING,
            "The clock is not synchronised",
            "clock not synchronised",
        ),
        (
            {"system": replace(SYSTEM, temperatures=(Temperature("cpu-thermal", 95.2, 95.0),))},
            CRITICAL,
            "cpu-thermal is too hot: 95 C",
            "95 C",
        ),
        (
            {"system": replace(SYSTEM, temperatures=(Temperature("cpu-thermal", 85.0, None),))},
            WARNING,
            "cpu-thermal is hot: 85 C",
            "85 C",
        ),
        (
            {"system": replace(SYSTEM, memory_available=40_000_000)},
            WARNING,
            "Memory is nearly used up: 40 MB left",
            "memory low",
        ),
        (
            {"system": replace(SYSTEM, flash=FlashWear("/dev/mmcblk0", 80, None, None))},
            WARNING,
            "The flash memory is worn",
            "flash worn",
        ),
        (
            {"system": replace(SYSTEM, flash=FlashWear("/dev/mmcblk0", None, 10, "urgent"))},
            CRITICAL,
            "The flash memory is worn out",
            "flash worn out",
        ),
        (
            {"log": replace(LOG, errors_last_hour=4000)},
            WARNING,
            "4000 errors in the journal within an hour",
            "log flood",
        ),
        (
            {"slots": replace(SLOTS, disk=None, disk_error="No disk could be taken for the system disk.")},
            Severity.UNKNOWN,
            "The system disk is not known",
            "system disk unknown",
        ),
    ],
)
def test_each_thing_that_is_wrong_is_one_problem(
    changed: dict[str, Any], severity: Severity, sentence: str, brief: str
) -> None:
    problems = find_problems(well(**changed), NOW)
    assert [(problem.severity, problem.sentence, problem.brief) for problem in problems] == [
        (severity, sentence, brief)
    ]
    assert problems[0].evidence


@pytest.mark.parametrize(
    "changed",
    [
        {"storage": with_file_system(filled(VOLATILE, 0.2, growth=1e6))},  # one big file, not the end
        {"storage": with_file_system(filled(VOLATILE, 0.8, growth=-1e6))},
        {"storage": with_file_system(filled(VOLATILE, 0.8, growth=1.0))},  # full in years
        {"storage": with_file_system(filled(FileSystem("/", "/dev/root", "ext4", read_only=True), 1.0))},
        {"system": replace(SYSTEM, failed_units=None, clock_synchronised=None, memory_total=None, flash=None)},
        {"system": replace(SYSTEM, flash=FlashWear("/dev/mmcblk0", None, None, None))},
        {"log": replace(LOG, errors_last_hour=999)},
        {"boot": replace(BOOT, canary_checked=False, canary_present=None)},
        {"apps": replace(APPS, apps=())},
        {"apps": with_container(state=ContainerState.EXITED, exit_code=0, one_shot=True, restart_policy="no")},
        {"apps": with_container(health=Health.STARTING, fresh=True, restart_count=0)},
        {"apps": with_container(health=Health.HEALTHY, settling=True, restart_count=37)},
    ],
)
def test_what_is_as_it_should_be_or_not_known_is_no_problem(changed: dict[str, Any]) -> None:
    assert find_problems(well(**changed), NOW) == ()


def test_a_device_that_is_mounted_in_many_places_is_full_once() -> None:
    full = filled(DATA, 0.95)
    storage = replace(STORAGE, file_systems=(full, replace(full, mount_point="/var/lib/docker"), VOLATILE))
    assert [problem.sentence for problem in find_problems(well(storage=storage), NOW)] == ["/data is 95 % full"]


def test_a_container_tried_by_hand_that_ended_badly_is_only_a_warning() -> None:
    tried = replace(
        WEB, state=ContainerState.EXITED, exit_code=1, restart_policy="no", health=Health.NONE, project=None
    )
    apps = replace(APPS, apps=(App("trial", AppKind.SINGLE, (tried,)),))
    (problem,) = find_problems(well(apps=apps), NOW)
    assert (problem.severity, problem.sentence) == (WARNING, "Container nginx-demo-web-1 exited with code 1")


def test_a_failed_container_stands_before_one_that_is_on_its_way() -> None:
    starting = replace(WEB, service="first", health=Health.STARTING)
    failed = replace(WEB, service="second", state=ContainerState.DEAD, health=Health.NONE)
    apps = replace(APPS, apps=(replace(NGINX, containers=(starting, failed)),))
    (problem,) = find_problems(well(apps=apps), NOW)
    assert (problem.severity, problem.sentence) == (CRITICAL, "App nginx-demo: second dead, 1 more")


def test_the_worst_stands_first_and_the_order_is_stable() -> None:
    readings = well(
        system=replace(SYSTEM, clock_synchronised=False, failed_units=("a.service",)),
        apps=with_container(health=Health.UNHEALTHY),
        log=replace(LOG, errors_last_hour=4000),
    )
    readings = replace(readings, mender=Reading(error="Mender's store is damaged."))
    found = find_problems(readings, NOW)
    assert [problem.severity for problem in found] == [CRITICAL, WARNING, WARNING, WARNING, UNKNOWN]
    assert found == find_problems(readings, NOW)
    assert worst(found) is CRITICAL
    assert summary(found) == ("x 1 app fails  ! 1 unit failed  ! clock not synchronised  ! log flood  ? mender unknown")


def test_an_engine_that_can_start_nothing_is_a_problem_though_all_apps_are_well() -> None:
    dead = "containerd, which starts and stops Docker's containers, does not run. Start it."
    apps = replace(APPS, engine=replace(APPS.engine, trouble=dead))
    (problem,) = (one for one in find_problems(well(apps=apps), NOW) if one.topic is Topic.APPS)
    assert (problem.severity, problem.evidence) == (Severity.CRITICAL, dead)
    assert problem.sentence == "Docker can neither start nor stop a container"


def test_apps_that_fail_are_counted_in_the_summary() -> None:
    ill = replace(NGINX, containers=(replace(WEB, health=Health.UNHEALTHY),))
    apps = replace(APPS, apps=(ill, replace(ill, name="second")))
    assert summary(find_problems(well(apps=apps), NOW)) == "x 2 apps fail"


def test_a_reading_that_failed_is_unknown_and_a_stale_one_says_so() -> None:
    readings = replace(
        well(),
        storage=Reading(error="The file systems have not answered for 6 s."),
        log=Reading(value=LOG, taken_at=900.0, error="The journal can't be opened."),
    )
    found = find_problems(readings, NOW)
    assert [(problem.topic, problem.severity, problem.sentence) for problem in found] == [
        (Topic.STORAGE, UNKNOWN, "The file systems: not readable"),
        (Topic.LOG, UNKNOWN, "The journal: not readable, shown as last seen"),
    ]
    assert found[0].evidence == "The file systems have not answered for 6 s."


def test_a_failed_reading_of_one_witness_is_not_said_again_as_an_unknown_update() -> None:
    found = find_problems(replace(well(), mender=Reading(error="The Mender client has not answered for 6 s.")), NOW)
    assert [problem.sentence for problem in found] == ["The Mender client: not readable"]


@pytest.mark.parametrize(("taken_at", "severity"), [(None, CRITICAL), (NOW - 10, WARNING), (NOW - 90, CRITICAL)])
def test_an_engine_that_does_not_answer_is_slow_at_first_and_then_gone(
    taken_at: float | None, severity: Severity
) -> None:
    apps = Reading(value=None if taken_at is None else APPS, taken_at=taken_at, error="Docker does not answer.")
    (problem,) = find_problems(replace(well(), apps=apps), NOW)
    assert (problem.severity, problem.topic, problem.evidence) == (severity, Topic.APPS, "Docker does not answer.")


def test_a_machine_that_is_no_moducop_is_said_in_one_line_and_misses_nothing() -> None:
    lacking = "This machine is no ModuCop: no /data partition, no slots in mender.conf."
    laptop = replace(SYSTEM, is_moducop=False, not_moducop=lacking)
    readings = replace(
        well(system=laptop, storage=replace(STORAGE, file_systems=(), deviations=("No layout.",))),
        slots=Reading(error="No disk."),
        boot=Reading(value=replace(BOOT, state=EnvironmentState.NO_TOOL), taken_at=1.0),
        mender=Reading(error="No Mender."),
        apps=Reading(error="No Docker."),
    )
    (problem,) = find_problems(readings, NOW)
    assert (problem.severity, problem.sentence) == (WARNING, "This machine is no ModuCop")
    assert problem.evidence == "no /data partition, no slots in mender.conf."


def test_before_the_machine_is_known_nothing_of_a_moducop_is_missed() -> None:
    readings = replace(well(), system=Reading(), slots=Reading(error="No disk."), apps=Reading(error="No Docker."))
    assert find_problems(readings, NOW) == ()


def test_a_machine_that_cannot_say_what_it_is_is_judged_as_a_moducop() -> None:
    readings = replace(well(), system=Reading(error="/proc is gone."), slots=Reading(error="No disk."))
    assert {problem.topic for problem in find_problems(readings, NOW)} == {Topic.SYSTEM, Topic.SLOTS}


def test_no_sentence_is_longer_than_its_place() -> None:
    long = "x" * 300
    readings = well(
        system=replace(SYSTEM, failed_units=(long, long), temperatures=(Temperature(long, 200.0, 100.0),)),
        apps=replace(
            APPS, apps=(replace(NGINX, name=long, containers=(replace(WEB, service=long, health=Health.UNHEALTHY),)),)
        ),
        storage=replace(
            STORAGE, file_systems=(DATA, filled(replace(VOLATILE, mount_point="/" + long, growth=1e5), 0.95))
        ),
    )
    found = find_problems(readings, NOW)
    assert len(found) == 4
    assert all(len(problem.sentence) <= SENTENCE_LIMIT for problem in found)


def test_every_phase_but_idle_has_words() -> None:
    verdict = judge_boot(SLOTS, BOOT, MENDER)
    for phase in Phase:
        severity, sentence, brief = _phase_words(replace(verdict, phase=phase))
        assert (severity is UNKNOWN) == (phase in (Phase.UNKNOWN, Phase.IDLE))
        assert 0 < len(sentence) <= SENTENCE_LIMIT
        assert 0 < len(brief) <= 30


def test_a_problem_without_a_plural_is_not_counted() -> None:
    twice = [Problem(WARNING, Topic.SYSTEM, "Hot", "", brief="hot")] * 2
    assert summary(twice) == "! hot"


def test_judging_takes_next_to_no_time() -> None:
    readings = well()
    started = time.perf_counter()
    for _ in range(20):
        find_problems(readings, NOW)
    assert (time.perf_counter() - started) / 20 < 0.005


def test_an_action_that_was_cut_off_is_a_problem_until_another_is_done() -> None:
    cut = Record(
        "20261123T101500Z-4711aa",
        Action(ActionKind.INSTALL, "/data/update.mender"),
        "Install v2.9.0 into slot B",
        Who("root"),
        WALL,
        "b" * 32,
        Outcome.CUT,
        steps=(StepRecord("write it into B", "mender-update install", Power.MAY, StepState.CUT),),
    )
    (problem,) = find_problems(well(work=Work(last=cut)), NOW)
    assert (problem.severity, problem.sentence) == (
        Severity.WARNING,
        "Cut off in the middle: Install v2.9.0 into slot B",
    )
    assert problem.evidence == "step 1 of 1: write it into B"
    assert find_problems(well(work=Work(last=replace(cut, outcome=Outcome.DONE))), NOW) == ()
