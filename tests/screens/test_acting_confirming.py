"""A plan runs only when it was seen and confirmed by its weight; no stray key, no noise and no pasted text does it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual import events

from moducop_tui import planning
from moducop_tui.keymap import Place
from moducop_tui.model.plan import ActionKind
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.acting_console import Acted, acting_console
from tests.screens.states import STATES

NOISE = ("j", "enter", "x", "enter", "enter", "r", "enter")


def test_one_key_and_enter_restart_a_container() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("4", "r")
            await acted.until("[Enter] runs it")
            assert not acted.actions.orders
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.actions.orders), "an order")
            (order,) = acted.actions.orders
            assert order.action.words == "restart container gpx-logger-cache-1"
            assert order.who == acting.WHO
            chosen = next(one for one in build.apps().containers if one.name == "gpx-logger-cache-1")
            assert order.commands[0] == f"docker --host unix:///run/docker.sock restart {chosen.id}"
            await acted.driven.until_true(lambda: acted.driven.screen.place is Place.WORK, "what is at work")

    asyncio.run(scenario())


def test_what_changes_what_boots_needs_its_words_typed_out() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("2", "s")
            await acted.until("Type  boot A  and Enter")
            await acted.enter()
            await acted.type("boot B")
            await acted.enter()
            await acted.until('That was not "boot A": nothing is done.')
            assert not acted.actions.orders
            await acted.type("boot A")
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.actions.orders), "an order")
            assert acted.actions.orders[0].typed == "boot A"

    asyncio.run(scenario())


def test_what_interrupts_service_needs_a_reason() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("4", "s")
            await acted.until("Why? Enter runs it")
            await acted.type("x")
            await acted.enter()
            await acted.until("Say why")
            await acted.press("backspace")
            await acted.type("no GNSS today")
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.actions.orders), "an order")
            assert acted.actions.orders[0].reason == "no GNSS today"

    asyncio.run(scenario())


def test_an_override_is_typed_before_the_plans_own_words() -> None:
    async def scenario() -> None:
        boot = build.environment()
        damaged = replace(boot, copies=(boot.copies[0], replace(boot.copies[1], good=False)))
        async with acting_console(build.readings(boot=damaged)) as acted:
            await acted.press("2", "s")
            await acted.until("Type  one copy  and Enter to go on")
            await acted.type("one copy")
            await acted.enter()
            await acted.until("Type  boot A  and Enter to run it")
            assert not acted.actions.orders
            await acted.type("boot A")
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.actions.orders), "an order")
            assert acted.actions.orders[0].overrides == ("one copy",)

    asyncio.run(scenario())


def test_nothing_overrides_what_has_no_word_for_it() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("2", "c")
            await acted.until("It can't be run")
            await acted.type("commit B")
            await acted.enter()
            assert not acted.actions.orders

    asyncio.run(scenario())


async def _burst(acted: Acted) -> None:
    for _ in range(3):
        await acted.at_once(*NOISE)


@pytest.mark.parametrize("keys", [("4", "r"), ("4", "s"), ("2", "s"), ("m",)])
def test_noise_and_pasted_lines_confirm_nothing(keys: tuple[str, ...]) -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press(*keys)
            await acted.driven.pilot.pause(0.3)
            await acted.seen()
            await _burst(acted)
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_an_enter_in_one_burst_with_the_words_is_asked_for_again() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("2", "s")
            await acted.seen()
            await acted.at_once(*"boot", "space", "A", "enter")
            assert not acted.actions.orders
            await acted.until("press it once more")
            await acted.enter()
            await acted.driven.until_true(lambda: bool(acted.actions.orders), "an order")

    asyncio.run(scenario())


def test_an_enter_that_something_follows_at_once_is_no_decision() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("4", "r")
            await acted.seen()
            await acted.at_once("enter", "escape")
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_keys_typed_before_the_plan_was_on_the_terminal_do_not_count() -> None:
    async def scenario() -> None:
        async with acting_console(looks=0.6) as acted:
            await acted.driven.press("2", "s")
            await acted.driven.press(*"boot", "space", "A", "enter")
            await acted.seen()
            assert "run it: boot" not in acted.text
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_an_enter_before_anybody_can_have_read_the_plan_does_not_count() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.driven.press("4", "r")
            await acted.until("[Enter] runs it")
            await acted.driven.press("enter")
            await asyncio.sleep(0.4)
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_escape_leaves_a_plan_while_it_is_still_being_made() -> None:
    async def scenario() -> None:
        async with acting_console(looks=0.8) as acted:
            await acted.press("2", "s")
            await acted.until("Looking at the other slot")
            await acted.press("escape")
            assert acted.driven.screen.place is Place.SLOTS
            await asyncio.sleep(1.0)
            assert acted.driven.screen.place is Place.SLOTS

    asyncio.run(scenario())


def test_why_it_was_not_started_is_said_on_the_plan() -> None:
    async def scenario() -> None:
        refusal = "Somebody else is at work: install by root on pts/1."
        async with acting_console(refusal=refusal) as acted:
            await acted.press("4", "r")
            await acted.until("[Enter] runs it")
            await acted.enter()
            await acted.until(refusal)
            assert acted.driven.screen.place is Place.PLAN

    asyncio.run(scenario())


def test_a_mistake_in_making_the_plan_is_a_sentence_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(planning, "prepare", fail)

    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("2", "s")
            await acted.until("internal error, id")
            await acted.press("enter")
            await asyncio.sleep(0.3)
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_pasted_words_are_typed_and_their_line_break_is_no_enter() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("2", "s")
            await acted.seen()
            acted.driven.app.post_message(events.Paste("boot A\n"))
            await acted.until("run it: boot A")
            await asyncio.sleep(0.3)
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_the_trial_asks_with_the_keys_of_its_verdict() -> None:
    async def scenario() -> None:
        async with acting_console(STATES["trial"]()) as acted:
            await acted.until("booted, waiting for your word")
            await acted.press("c")
            await acted.until("Type  commit B")
            await acted.press("escape", "r")
            await acted.until("Type  roll back to A")

    asyncio.run(scenario())


def test_a_path_that_is_typed_is_looked_at() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("i")
            await acted.until("app gpx-logger 1.5.0")
            await acted.type("/data/nothing.mender")
            await acted.until("> /data/nothing.mender")
            await acted.press("enter")
            await acted.until("/data/nothing.mender can't be read: no such file.")
            assert not acted.actions.orders

    asyncio.run(scenario())


def test_the_menu_opens_a_plan_and_starts_nothing() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            await acted.press("m")
            await acted.until("Actions")
            await acted.type("power")
            await acted.press("enter")
            await acted.until("switches the device off")
            assert not acted.actions.orders
            assert ActionKind.POWER_OFF.value in acted.text.lower()

    asyncio.run(scenario())
