"""Small rules of the console that acts: what it opens with, what is news, which keys mean something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.keymap import Place, make_keymap
from moducop_tui.model.media import Media
from moducop_tui.model.plan import ActionKind
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Outcome, Work
from moducop_tui.pages.confirm import Asked, Confirmation
from moducop_tui.pages.meaning import COMMIT, DISARM, ROLLBACK, means_nothing, way_of
from moducop_tui.pages.mode import Acting, Mode
from moducop_tui.pages.span_words import span_words
from moducop_tui.pages.work_words import left_words
from moducop_tui.screens.attention import Attention
from moducop_tui.screens.opening import Opening
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.acting_gallery import at
from tests.screens.states import STATES

WALL = build.WALL


def rebooted(readings: Readings) -> Readings:
    return replace(readings, system=build.fresh(replace(build.system(), boot_id="f" * 32)))  # type: ignore[arg-type]


# -- what it opens with


def test_nothing_is_decided_before_all_that_decides_was_read() -> None:
    opening = Opening(simulated=False)
    assert opening.elsewhere(Readings(), WALL, key_pressed=False) is None
    assert opening.elsewhere(STATES["trial"](), WALL, key_pressed=False) is Place.UPDATE


def test_it_is_decided_once() -> None:
    opening = Opening(simulated=False)
    assert opening.elsewhere(build.readings(), WALL, key_pressed=False) is None
    assert opening.elsewhere(STATES["trial"](), WALL, key_pressed=False) is None


def test_who_has_pressed_a_key_is_not_led_away() -> None:
    assert Opening(simulated=False).elsewhere(STATES["trial"](), WALL, key_pressed=True) is None


def test_a_visitor_sees_overview_first_and_the_verdict_after_the_simulated_reboot() -> None:
    opening = Opening(simulated=True)
    assert opening.elsewhere(STATES["trial"](), WALL, key_pressed=False) is None
    assert opening.elsewhere(rebooted(STATES["trial"]()), WALL, key_pressed=True) is Place.UPDATE
    assert opening.elsewhere(rebooted(STATES["trial"]()), WALL, key_pressed=True) is None


def test_a_stale_reading_decides_nothing() -> None:
    stale = Reading(build.slots(), taken_at=1.0, error="The simulated device reboots.", failed_at=2.0)
    opening = Opening(simulated=False)
    assert opening.elsewhere(build.readings(slots=stale, work=acting.running()), WALL, key_pressed=False) is None


# -- what is news


def test_an_end_is_news_until_it_was_seen_and_a_good_one_for_two_minutes() -> None:
    attention = Attention()
    assert attention.news_of(acting.running(), WALL) is None
    done = replace(acting.done_record(), id="a1")
    assert attention.news_of(Work(last=done), WALL) == done
    assert attention.news_of(Work(last=done), WALL + 300) is None
    failed = replace(done, outcome=Outcome.FAILED)
    assert attention.news_of(Work(last=failed), WALL + 300) == failed
    attention.saw("a1")
    assert attention.news_of(Work(last=failed), WALL) is None


def test_a_stick_is_new_again_when_it_was_pulled_and_plugged_in() -> None:
    attention, plugged = Attention(), Media((build.STICK,))
    assert attention.new_stick(None) is None
    assert attention.new_stick(plugged) == "sda1"
    attention.looked_at(plugged)
    assert attention.new_stick(plugged) is None
    assert attention.new_stick(Media(())) is None
    assert attention.new_stick(plugged) == "sda1"


# -- which keys mean something


@pytest.mark.parametrize(
    ("state", "action", "kind"),
    [
        ("trial", COMMIT, ActionKind.COMMIT),
        ("trial", ROLLBACK, ActionKind.ROLLBACK),
        ("trial", DISARM, None),
        ("fell_back", ROLLBACK, ActionKind.ROLLBACK),
        ("fell_back", COMMIT, None),
        ("broken", DISARM, ActionKind.DISARM),
        ("idle", COMMIT, None),
    ],
)
def test_a_key_leads_to_the_way_out_that_it_stands_for(state: str, action: str, kind: ActionKind | None) -> None:
    way = way_of(action, STATES[state](), WALL)
    assert (way.kind if way else None) is kind
    assert means_nothing(action, at(STATES[state]())) is (kind is None)


def test_a_trial_by_hand_is_kept_by_c_and_left_by_r_with_a_reboot() -> None:
    readings = build.readings(boot=build.environment(part=3, upgrade=1))
    keep, leave = way_of(COMMIT, readings, WALL), way_of(ROLLBACK, readings, WALL)
    assert keep is not None and keep.kind is ActionKind.CONFIRM
    assert leave is not None and leave.kind is ActionKind.REBOOT


def test_an_armed_switch_is_never_rebooted_into_by_the_key_that_gives_up() -> None:
    readings = build.readings(boot=build.environment(part=2, upgrade=1, bootcount=0))
    assert way_of(ROLLBACK, readings, WALL) is None
    disarm = way_of(DISARM, readings, WALL)
    assert disarm is not None and disarm.kind is ActionKind.DISARM


def test_no_key_that_leads_to_an_action_is_one_that_moves() -> None:
    keymap = make_keymap()
    moving = {"j", "k", "space", "b", "<", ">", "up", "down"}
    for binding in keymap.bindings:
        if binding.action.startswith(("ask_", "choose_action", "choose_install", "toggle_lock")):
            assert not moving & set(binding.keys), binding


# -- words


def test_the_mode_is_told_in_minutes_begun() -> None:
    assert Mode().words == "VIEW"
    assert Mode(Acting.READ_ONLY).words == "READ-ONLY"
    told = [Mode(Acting.UNLOCKED, seconds).words for seconds in (600.0, 541.0, 60.0, 3.0)]
    assert told == ["UNLOCKED 10 min", "UNLOCKED 10 min", "UNLOCKED 1 min", "UNLOCKED 1 min"]


def test_times_are_told_coarsely_while_much_is_left() -> None:
    assert [left_words(seconds) for seconds in (599.0, 121.0, 119.0, 7.0, -1.0)] == [
        "9 min left", "2 min left", "110 s left", "0 s left", "0 s left",
    ]  # fmt: skip
    assert [span_words(seconds) for seconds in (0.2, 8.9, 72, 7500, -3, None)] == [
        "<1 s", "8 s", "1 min 12 s", "2 h 05 min", "?", "?",
    ]  # fmt: skip


def test_what_is_asked_goes_from_overrides_to_the_plans_own_words() -> None:
    asked = Confirmation(acting.override_plan())
    assert asked.question.asked is Asked.OVERRIDE
    asked = replace(asked, typed="One  Copy").answered()
    assert asked.question.asked is Asked.PHRASE and not asked.is_complete
    assert not replace(asked, typed="boot").answered().is_complete
    assert replace(asked, typed="boot A").answered().is_complete


def test_what_is_typed_is_bounded_and_printable() -> None:
    asked = Confirmation(acting.reboot_plan())
    for character in "\x1b\x00" + "x" * 500:
        asked = asked.with_character(character)
    assert asked.typed == "x" * 120
    assert asked.with_less().typed == "x" * 119
    assert asked.with_less(all_of_it=True).typed == ""
