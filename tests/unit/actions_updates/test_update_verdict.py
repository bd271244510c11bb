"""The verdict after an update: expected against booted, better or worse than before, and why the device came back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.model.apps import ContainerState
from moducop_tui.model.fares import Comparison
from moducop_tui.model.log import Boot
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.update_verdict import Standing, UpdateVerdict, judge_update
from moducop_tui.model.way_out import ways_out
from moducop_tui.model.work import DeadMan, Fired, Outcome, Record, Snapshot, Who, Work
from tests.unit.actions_updates.update_scenes import (
    APP_ARTIFACT,
    NEW_ARTIFACT,
    OLD_ARTIFACT,
    WAITS,
    app_update,
    boot,
    client_of,
    readings_of,
    slots,
    update,
)
from tests.unit.core.well_device import LOG, SYSTEM, WALL, with_container
from tests.unit.slots.verdict_cases import NEW, A, B

IN_A, IN_B = slots(mounted=A), slots(mounted=B)
EARLIER = "11111111-2222-3333-4444-555555555555"
"""The boot in which the update was installed."""
BEFORE = Snapshot(
    at=WALL - 1200,
    boot_id=EARLIER,
    slot=A,
    expected_slot=B,
    expected_artifact=NEW_ARTIFACT,
    expected_version=NEW_ARTIFACT,
    failed_units=(),
    apps=1,
    apps_well=1,
    interfaces_up=("end0",),
    errors=12,
    clock_synchronised=True,
)
YOUNG = replace(SYSTEM, uptime=120.0)


def on_trial(before: Snapshot | None = BEFORE, **topics: Any) -> Readings:
    work = topics.pop("work", Work())
    environment = topics.pop("boot", boot(3, 1, 1))
    client = topics.pop("mender", client_of("5.x", update(WAITS)))
    seen = topics.pop("slots", IN_B)
    return readings_of(client, seen, environment, work=replace(work, before=before), **topics)


def judged(readings: Readings) -> UpdateVerdict:
    work = readings.work.value
    verdict = judge_update(readings, work.before if work else None, WALL)
    assert verdict is not None
    return verdict


def compared(verdict: UpdateVerdict, what: str) -> Comparison:
    return next(one for one in verdict.comparisons if one.what == what)


# -- on trial ----------------------------------------------------------------------------------------------------------


def test_a_trial_on_which_nothing_is_worse_keeps_well() -> None:
    verdict = judged(on_trial(work=Work(dead_man=DeadMan(B, 600, 552.0))))
    assert verdict.standing is Standing.ON_TRIAL
    assert verdict.sentence == "B keeps well: nothing is worse than before."
    assert (verdict.expected_slot, verdict.expected, verdict.booted_slot, verdict.booted, verdict.same) == (
        B, NEW_ARTIFACT, B, NEW_ARTIFACT, True,
    )  # fmt: skip
    assert (verdict.boots_left, verdict.seconds_left, verdict.kept_ago) == (0, 552.0, 1200.0)
    assert not verdict.is_worse
    assert [one.what for one in verdict.comparisons] == ["units", "apps", "network", "clock", "journal"]
    assert all(one.worse is False for one in verdict.comparisons), verdict.comparisons


WORSE = [
    ("units", {"system": replace(SYSTEM, failed_units=("gpsd.service",))}, "gpsd.service fails",
     "1 failed: gpsd.service"),
    ("units", {"system": replace(SYSTEM, failed_units=("a.service", "b.service"))}, "2 more units fail",
     "2 failed: a.service, b.service"),
    ("apps", {"apps": with_container(state=ContainerState.EXITED, exit_code=1)}, "nginx-demo is not well",
     "0 of 1 well, not nginx-demo"),
    ("network", {"system": replace(SYSTEM, interfaces=())}, "end0 has no link", "no link"),
    ("clock", {"system": replace(SYSTEM, clock_synchronised=False)}, "the clock is not synchronised",
     "not synchronised"),
    ("journal", {"log": replace(LOG, errors_last_hour=60)}, "60 errors an hour, 12 before",
     "60 errors in the last hour"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "topics", "words", "now"), WORSE)
def test_what_is_worse_is_named_and_rolling_back_is_offered_first(what: str, topics: Any, words: str, now: str) -> None:
    readings = on_trial(**topics)
    verdict = judged(readings)
    assert verdict.worse == (words,)
    assert verdict.sentence == f"B fares worse than before: {words}."
    assert compared(verdict, what).now == now
    assert [action.kind for action in ways_out(readings, WALL)] == [ActionKind.ROLLBACK, ActionKind.COMMIT]


def test_what_was_so_before_is_not_worse_now() -> None:
    failed = ("gpsd.service",)
    before = replace(BEFORE, failed_units=failed, apps_well=0, apps_not_well=("nginx-demo",), clock_synchronised=False)
    readings = on_trial(
        before,
        system=replace(SYSTEM, failed_units=failed, clock_synchronised=False),
        apps=with_container(state=ContainerState.EXITED, exit_code=1),
    )
    assert not judged(readings).is_worse
    assert [action.kind for action in ways_out(readings, WALL)] == [ActionKind.COMMIT, ActionKind.ROLLBACK]


def test_a_clock_has_some_minutes_to_be_synchronised() -> None:
    verdict = judged(on_trial(system=replace(YOUNG, clock_synchronised=False)))
    assert compared(verdict, "clock").worse is None
    assert compared(verdict, "clock").now == "not synchronised yet"


def test_the_errors_that_each_boot_brings_are_no_reason_to_give_an_update_up() -> None:
    assert compared(judged(on_trial(log=replace(LOG, errors_last_hour=36))), "journal").worse is False


def test_a_link_has_some_minutes_to_come_up() -> None:
    verdict = judged(on_trial(system=replace(YOUNG, interfaces=())))
    assert (compared(verdict, "network").worse, compared(verdict, "network").now) == (None, "no link, end0 not yet")


def test_what_can_t_be_read_is_not_called_well_nor_worse() -> None:
    unknown = replace(on_trial(), system=Reading(), log=Reading())
    verdict = judged(unknown)
    assert {one.what: one.worse for one in verdict.comparisons} == {
        "units": None, "apps": False, "network": None, "clock": None, "journal": None,
    }  # fmt: skip


def test_an_engine_that_does_not_answer_any_more_is_worse() -> None:
    verdict = judged(replace(on_trial(), apps=Reading(error="Docker is not answering.")))
    assert verdict.worse == ("the apps can't be read",)


def test_without_what_was_kept_the_eye_must_judge() -> None:
    for before in (None, replace(BEFORE, expected_artifact="another")):
        verdict = judged(on_trial(before))
        assert verdict.sentence == "B runs. How the device fared before was not kept: judge by what you see."
        assert all(one.before is None for one in verdict.comparisons)


def test_another_image_than_expected_is_said_before_all_else() -> None:
    readings = on_trial(slots=slots(mounted=B, b="v9.9.9"))
    verdict = judged(readings)
    assert verdict.same is False
    assert verdict.sentence == f"B does not run {NEW_ARTIFACT}: look before you keep it."
    assert next(action.kind for action in ways_out(readings, WALL)) is ActionKind.ROLLBACK


def test_a_switch_by_hand_has_its_verdict_too() -> None:
    before = replace(BEFORE, expected_artifact=None, expected_version=NEW)
    verdict = judged(on_trial(before, mender=client_of("5.x")))
    assert (verdict.standing, verdict.same) == (Standing.ON_TRIAL, True)
    assert verdict.expected == NEW


def test_an_app_that_waits_is_compared_as_well() -> None:
    before = replace(BEFORE, expected_slot=None, expected_artifact=APP_ARTIFACT, expected_version="a895c3c")
    client = client_of("5.x", app_update(WAITS), app_rollback=True)
    readings = on_trial(before, mender=client, slots=IN_A, boot=boot(2))
    verdict = judged(readings)
    assert verdict.standing is Standing.APP_WAITS
    assert verdict.sentence == "nginx-demo is installed and waits to be committed."
    broken = on_trial(before, mender=client, slots=IN_A, boot=boot(2), apps=with_container(state=ContainerState.DEAD))
    assert "fares worse than before: nginx-demo is not well" in judged(broken).sentence


def test_a_calm_device_has_no_verdict() -> None:
    for readings in (
        readings_of(client_of("5.x")),
        readings_of(client_of("5.x"), IN_B, boot(3, count=1), work=Work(before=BEFORE)),
        readings_of(client_of("5.x", update(WAITS)), IN_A, boot(3, 1), work=Work(before=BEFORE)),
        Readings(),
    ):
        work = readings.work.value
        assert judge_update(readings, work.before if work else None, WALL) is None


# -- came back ---------------------------------------------------------------------------------------------------------


def record(kind: ActionKind, outcome: Outcome = Outcome.DONE, **more: Any) -> Record:
    facts: dict[str, Any] = {
        "id": "1", "action": Action(kind), "title": kind.value, "who": Who("root", "ttymxc0"), "at": WALL - 1000,
        "boot_id": EARLIER, "outcome": outcome,
    }  # fmt: skip
    return Record(**(facts | more))


def came_back(work: Work | None = None, before: Snapshot | None = BEFORE, **topics: Any) -> UpdateVerdict:
    facts: dict[str, Any] = {"boot": boot(2, count=1), "slots": IN_A, "system": YOUNG, "log": replace(LOG, boots=())}
    verdict = judged(on_trial(before, work=work or Work(), **(facts | topics)))
    assert verdict.standing is Standing.CAME_BACK
    assert (verdict.expected_slot, verdict.expected, verdict.booted_slot, verdict.booted) == (
        B, NEW_ARTIFACT, A, OLD_ARTIFACT,
    )  # fmt: skip
    assert verdict.sentence == f"The device is in A: {NEW_ARTIFACT} was not kept."
    return verdict


def test_the_dead_man_timer_is_named_when_it_was_it() -> None:
    assert came_back(Work(fired=Fired(B))).why[0] == "The dead-man timer rebooted B: nobody had kept it in time."
    assert "dead-man" not in " ".join(came_back(Work(fired=Fired(A))).why)


def test_whoever_rebooted_it_too_early_is_named() -> None:
    reboot = record(ActionKind.REBOOT, at=WALL - 300, boot_id="99999999-2222-3333-4444-555555555555")
    assert came_back(Work(history=(reboot,))).why[0] == ("root on ttymxc0 ordered it: reboot, before it was committed.")
    into_it = record(ActionKind.REBOOT, at=WALL - 900)
    assert "ordered it" not in " ".join(came_back(Work(history=(into_it,))).why)


@pytest.mark.parametrize("outcome", [Outcome.CUT, Outcome.FAILED, Outcome.CANCELLED])
def test_an_install_that_did_not_end_never_armed_it(outcome: Outcome) -> None:
    why = came_back(Work(history=(record(ActionKind.INSTALL, outcome),))).why
    assert why[0].startswith(f"The install did not come to its end ({outcome.value})")


def test_a_device_that_has_not_rebooted_since_has_not_come_back_from_anywhere() -> None:
    why = came_back(before=replace(BEFORE, boot_id=YOUNG.boot_id)).why
    assert why[0] == "The device has not rebooted since: the other slot was never tried."


def test_u_boot_s_own_count_and_the_journal_tell_that_it_was_tried() -> None:
    tried = came_back(boot=boot(2, count=2))
    assert tried.why == (
        "U-Boot counted 2 boots, its limit is 1: it tried B and fell back.",
        "So B was rebooted or lost power before it was committed.",
    )
    boots = (Boot("c" * 32, -1, WALL - 900, WALL - 600), Boot(YOUNG.boot_id or "", 0, WALL - 120, WALL))
    seen = came_back(log=replace(LOG, boots=boots))
    assert seen.why[0] == "In between it ran for 5 min: the journal has that boot."


def test_where_nothing_is_on_record_that_is_said() -> None:
    assert came_back().why == (
        "B did not boot, or was rebooted or lost power before it was committed: nothing tells which.",
    )
    assert came_back(before=None).why == came_back().why


def test_an_update_that_somebody_rolled_back_since_is_said_for_a_day() -> None:
    cleared: dict[str, Any] = {"mender": client_of("5.x"), "boot": boot(2, count=1), "slots": IN_A}
    verdict = judged(on_trial(system=YOUNG, **cleared))
    assert verdict.standing is Standing.CAME_BACK
    assert verdict.why[0] == "Nothing is pending in Mender: somebody has rolled it back since."
    old = on_trial(system=replace(SYSTEM, uptime=90_000.0), **cleared)
    assert judge_update(old, BEFORE, WALL) is None
    same_boot = on_trial(replace(BEFORE, boot_id=YOUNG.boot_id), system=YOUNG, **cleared)
    assert judge_update(same_boot, replace(BEFORE, boot_id=YOUNG.boot_id), WALL) is None
