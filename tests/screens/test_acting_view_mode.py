"""In view mode nothing is started, whatever is pressed; unlocking asks for what is configured, and ends by itself."""

from __future__ import annotations

import asyncio

import pytest

from moducop_tui.actions.authority import Demand
from moducop_tui.keymap import SCREENS, Place, make_keymap
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.screens import acting as leading
from tests.screens.acting_console import BREATH, PIN, Acted, Clock, acting_console
from tests.screens.states import STATES

_LEAVES = frozenset({"quit"})
SUBJECTS = {
    ActionKind.INSTALL: "stick:/dev/sda1:updates/cpu01-standard-v2.8.0.mender",
    ActionKind.SWITCH: "A",
    ActionKind.RESTART: "container nginx-demo-web-1",
    ActionKind.STOP: "app nginx-demo",
    ActionKind.START: "container nginx-demo-web-1",
    ActionKind.PREVIOUS: "app nginx-demo",
}


async def _confirm_with_all_that_could_be_asked_for(acted: Acted) -> None:
    keys: list[str] = []
    for words in ("", "boot A", "commit B", "roll back to A", "because", "yes"):
        keys += [*("space" if one == " " else one for one in words), "enter"]
    await acted.press(*keys)


@pytest.mark.parametrize("place", sorted(SCREENS))
def test_no_key_of_any_screen_starts_anything(place: Place) -> None:
    async def scenario() -> None:
        async with acting_console(STATES["trial"](), unlocked=False) as acted:
            await acted.until("booted, waiting for your word")
            for binding in make_keymap().of(place):
                if binding.action in _LEAVES:
                    continue
                await acted.driven.app.show(place)
                await acted.press(binding.keys[0], "enter", "enter")
                if binding.action.startswith(("ask_", "choose_", "toggle_")):
                    await asyncio.sleep(BREATH)
                    await acted.press("enter", "escape", "escape")
            assert not acted.actions.orders
            assert not acted.actions.cancelled
            assert not acted.authority.unlocked

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", list(ActionKind))
@pytest.mark.parametrize("state", ["idle", "trial"])
def test_no_action_is_started_however_it_is_confirmed(kind: ActionKind, state: str) -> None:
    async def scenario() -> None:
        async with acting_console(STATES[state](), unlocked=False) as acted:
            await acted.until("waiting for your word" if state == "trial" else "MEC01-4711")
            leading.ask(acted.driven.screen, Action(kind, SUBJECTS.get(kind)))
            await acted.driven.until_true(lambda: acted.driven.screen.place is Place.PLAN, "a plan")
            await acted.driven.until_true(lambda: "View mode" in acted.text or "can't be run" in acted.text, "why not")
            await _confirm_with_all_that_could_be_asked_for(acted)
            await asyncio.sleep(BREATH)
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_a_plan_is_shown_in_view_mode_and_says_how_to_unlock() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            await acted.press("4", "r")
            await acted.until("[u] unlocks acting")
            await acted.press("u")
            await acted.until("Type yes:")
            await acted.type("yes")
            await acted.enter()
            await acted.until("UNLOCKED 10 min")
            await acted.until("[Enter] runs it")
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.actions.orders), "an order")

    asyncio.run(scenario())


PLACES = ["https://10.0.4.2/x.mender", "http://127.0.0.1/x.mender", "/dev/watchdog", "/etc/shadow", "/data/x"]


@pytest.mark.parametrize(("place", "read_only"), [*((place, False) for place in PLACES), (PLACES[0], True)])
def test_a_typed_path_or_url_needs_unlocking_and_nothing_of_it_is_touched(place: str, *, read_only: bool) -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False, read_only=read_only) as acted:
            await acted.press("i", *place)
            await acted.until("Only what is listed here" if read_only else "Unlocking comes first")
            assert ("Enter unlocks, Esc closes" in acted.text) is not read_only
            assert "opens its plan" not in acted.text
            await acted.press("enter", "enter")
            assert acted.looks.asked == []
            assert acted.driven.screen.place is Place.BOX

    asyncio.run(scenario())


def test_enter_on_a_typed_place_unlocks_and_what_was_typed_is_still_there() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            await acted.press("i", *PLACES[0])
            await acted.until("Unlocking comes first")
            await acted.enter()
            await acted.until("Type yes:")
            await acted.type("yes")
            await acted.enter()
            await acted.until(f"Shows what {PLACES[0]}")
            assert acted.looks.asked == []
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.looks.asked), "a look")
            assert acted.looks.asked == [(PLACES[0], False)]

    asyncio.run(scenario())


@pytest.mark.parametrize("typed", ["/data/", "/data/gpx-logger-1.5.0.mender"])
def test_in_view_mode_the_path_of_what_is_listed_is_no_other_path(typed: str) -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            await acted.press("i")
            await acted.until("1/2")
            await acted.press(*typed)
            await acted.until("1/1, Enter opens its plan")
            assert "Unlocking comes first" not in acted.text
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.looks.asked), "a look")
            assert acted.looks.asked == [("/data/gpx-logger-1.5.0.mender", True)]

    asyncio.run(scenario())


@pytest.mark.parametrize("place", PLACES[:3:2])
def test_no_other_way_to_its_plan_leads_outward_either(place: str) -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            leading.ask(acted.driven.screen, Action(ActionKind.INSTALL, place))
            await acted.driven.until_true(lambda: bool(acted.looks.asked), "a look")
            assert acted.looks.asked == [(place, True)]

    asyncio.run(scenario())


@pytest.mark.parametrize("place", PLACES[:3:2])
def test_once_it_is_unlocked_a_typed_place_is_looked_at(place: str) -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("i", *place)
            await acted.until("would install")
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.looks.asked), "a look")
            assert acted.looks.asked == [(place, False)]

    asyncio.run(scenario())


def test_what_is_typed_while_it_locks_itself_is_not_looked_at() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("i", *PLACES[0])
            await acted.until("would install")
            # What is found on sticks and /data makes the list anew, and then it says that it is locked.
            await acted.driven.until_true(lambda: "Looking at sticks" not in acted.driven.text, "all that is listed")
            acted.authority.lock()
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.looks.asked), "a look")
            assert acted.looks.asked == [(PLACES[0], True)]

    asyncio.run(scenario())


def test_u_locks_what_is_unlocked_at_once() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            assert "UNLOCKED" in acted.text
            await acted.press("u")
            await acted.until("VIEW")
            assert not acted.authority.unlocked

    asyncio.run(scenario())


def test_it_locks_by_itself_when_no_key_comes_and_the_open_plan_does_not_run() -> None:
    async def scenario() -> None:
        clock = Clock()
        async with acting_console(seconds=600.0, clock=clock) as acted:
            await acted.press("4", "r")
            await acted.until("[Enter] runs it")
            clock.now += 600.5
            await acted.press("enter")
            await asyncio.sleep(0.3)
            assert not acted.actions.orders
            await acted.until("View mode")

    asyncio.run(scenario())


def test_keys_keep_it_unlocked() -> None:
    async def scenario() -> None:
        clock = Clock()
        async with acting_console(seconds=600.0, clock=clock) as acted:
            for _ in range(6):
                clock.now += 500.0
                await acted.press("2", "j")
            assert acted.authority.unlocked
            clock.now += 600.5
            assert not acted.authority.unlocked

    asyncio.run(scenario())


def test_a_wrong_pin_is_refused_in_a_sentence_and_never_shown() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False, demand=Demand.PIN) as acted:
            await acted.press("u")
            await acted.until("PIN:")
            await acted.type("0000")
            assert "****" in acted.text and "0000" not in acted.text
            await acted.enter()
            await acted.until("The PIN is wrong")
            assert not acted.authority.unlocked
            await asyncio.sleep(1.1)  # the first wrong one makes the next wait a second
            await acted.type(PIN)
            await acted.enter()
            await acted.until("UNLOCKED")
            assert PIN not in acted.text

    asyncio.run(scenario())


def test_opening_the_box_for_a_pin_counts_as_no_try() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False, demand=Demand.PIN) as acted:
            for _ in range(3):
                await acted.press("u", "escape")
            await acted.press("u")
            await acted.type(PIN)
            await acted.enter()
            await acted.until("UNLOCKED")

    asyncio.run(scenario())


def test_where_nothing_is_demanded_one_key_unlocks() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False, demand=Demand.NOTHING) as acted:
            await acted.press("u")
            await acted.until("UNLOCKED")

    asyncio.run(scenario())


def test_a_read_only_console_says_so_and_can_not_be_unlocked() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False, read_only=True) as acted:
            await acted.until("READ-ONLY")
            await acted.press("u")
            await acted.until("--read-only: it shows, and can't be")
            await acted.type("yes")
            await acted.enter()
            assert not acted.authority.unlocked
            await acted.press("escape", "4", "r")
            await acted.until("started read-only")
            await acted.enter()
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_noise_unlocks_nothing() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            for _ in range(3):
                await acted.at_once("u", *"yes", "enter", "enter", *"yes", "enter")
            assert not acted.authority.unlocked

    asyncio.run(scenario())


def test_the_verdict_leads_to_plans_only() -> None:
    async def scenario() -> None:
        async with acting_console(STATES["trial"](), unlocked=False) as acted:
            await acted.press("v", "c")
            await acted.until("View mode")
            await _confirm_with_all_that_could_be_asked_for(acted)
            assert not acted.actions.orders

    asyncio.run(scenario())
