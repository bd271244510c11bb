"""What is being done to the device is seen on every screen, live, and found again by whoever comes later."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from moducop_tui.keymap import SCREENS, Place
from moducop_tui.model.media import Media
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Progress, Running, Work
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.acting_console import acting_console
from tests.screens.states import STATES


def test_a_console_that_opens_while_something_runs_shows_it_at_once() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running()), unlocked=False) as acted:
            await acted.until("asked by root on ttymxc0")
            assert acted.driven.screen.place is Place.WORK
            assert "43 %" in acted.text and "write it into A" in acted.text

    asyncio.run(scenario())


def test_a_console_that_opens_on_a_trial_opens_with_its_verdict_and_escape_leads_to_overview() -> None:
    async def scenario() -> None:
        async with acting_console(STATES["trial"](), unlocked=False) as acted:
            await acted.until("booted, waiting for your word")
            await acted.press("escape")
            assert acted.driven.screen.place is Place.OVERVIEW

    asyncio.run(scenario())


def test_a_console_on_which_nothing_waits_opens_with_overview() -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            await acted.until("MEC01-4711")
            await asyncio.sleep(0.3)
            assert acted.driven.screen.place is Place.OVERVIEW

    asyncio.run(scenario())


def test_every_screen_says_what_runs_and_a_leads_back_to_it() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running())) as acted:
            await acted.until("asked by root on ttymxc0")
            for place in sorted(SCREENS - {Place.WORK}):
                await acted.driven.app.show(place)
                await acted.until("step 4 of 8, 43 %, DO NOT CUT THE POWER")
            await acted.press("a")
            assert acted.driven.screen.place is Place.WORK

    asyncio.run(scenario())


def test_progress_moves_while_somebody_looks() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running())) as acted:
            await acted.until("asked by root on ttymxc0")
            running = acting.running().running
            assert running is not None
            further = Work(running=replace(running, progress=Progress(0.77, 252_000_000, 327_155_712, 9e6)))
            acted.driven.app.store.publish(Topic.WORK, further)
            await acted.until("77 %")

    asyncio.run(scenario())


def test_the_end_is_said_where_one_looks_until_somebody_has_seen_it() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running())) as acted:
            await acted.until("asked by root on ttymxc0")
            await acted.press("1")
            failed = replace(acting.failed_record(), id="a1")
            acted.driven.app.store.publish(Topic.WORK, Work(last=failed, history=(failed,)))
            await acted.until("x Restart container nginx-demo-web-1: failed")
            await acted.press("a")
            await acted.until("exited 3 s later with code 1")
            await acted.until("host not found in upstream")
            await acted.press("1")
            assert "[a] shows it" not in acted.text

    asyncio.run(scenario())


def test_what_ended_before_the_line_dropped_is_news_and_what_is_long_past_is_not() -> None:
    async def scenario(age: float) -> str:
        ended = replace(acting.failed_record(), at=build.WALL - age, ended_at=build.WALL - age)
        async with acting_console(build.readings(work=Work(last=ended))) as acted:
            await acted.until("MEC01-4711")
            return acted.text

    assert "[a] shows it" in asyncio.run(scenario(60))
    assert "[a] shows it" not in asyncio.run(scenario(7200))


def test_an_action_that_the_power_was_cut_in_is_news_after_the_next_boot() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=Work(last=acting.cut_record()))) as acted:
            await acted.until(": cut off  [a] shows it")

    asyncio.run(scenario())


def test_cancelling_needs_its_word_and_a_step_that_can_be_stopped() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running())) as acted:
            await acted.until("asked by root on ttymxc0")
            await acted.press("c", "enter")
            assert not acted.actions.cancelled
            await acted.press("c")
            await acted.type("cancel")
            await acted.enter()
            await acted.driven.until_true(lambda: acted.actions.cancelled == ["a1"], "a wish to stop")

    asyncio.run(scenario())


def test_what_can_not_be_stopped_says_so() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running(can_cancel=False))) as acted:
            await acted.until("asked by root on ttymxc0")
            assert "[c]ancel" not in acted.text
            await acted.press("c")
            await acted.until("This step can't be cancelled")

    asyncio.run(scenario())


def test_view_mode_cancels_nothing() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.running()), unlocked=False) as acted:
            await acted.until("asked by root on ttymxc0")
            await acted.press("c")
            await acted.until("View mode: unlock with u first")
            await acted.type("cancel")
            await acted.enter()
            assert not acted.actions.cancelled

    asyncio.run(scenario())


def test_who_holds_the_device_is_said_even_when_no_more_is_known_of_it() -> None:
    async def scenario() -> None:
        held = Work(held_by="switch A by root on pts/1 from 10.0.4.2")
        async with acting_console(build.readings(work=held)) as acted:
            await acted.until("The device is being changed: switch A by root on pts/1 from 10.0.4.2.")

    asyncio.run(scenario())


def test_the_history_opens_an_action_with_all_of_its_steps() -> None:
    async def scenario() -> None:
        async with acting_console(build.readings(work=acting.history())) as acted:
            await acted.press("h", "enter")
            await acted.until("docker --host unix:///run/docker.sock restart")
            await acted.press("j", "j", "j")
            await acted.until("host not found in upstream")
            await acted.press("escape", "j", "j", "enter")
            await acted.until("The device has changed since the plan was confirmed")
            await acted.press("escape", ">", "enter")
            await acted.press("escape", "escape")
            assert acted.driven.screen.place is Place.OVERVIEW

    asyncio.run(scenario())


def test_a_stick_is_offered_until_somebody_has_looked_at_it() -> None:
    async def scenario() -> None:
        async with acting_console() as acted:
            assert "stick sda1" not in acted.text
            acted.driven.app.store.publish(Topic.MEDIA, Media((build.STICK,)))
            await acted.until("stick sda1: [i]nstall")
            await acted.press("5")
            await acted.until("stick sda1: [i]nstall")
            await acted.press("i")
            await acted.until("image v2.8.0.9c31d7e")
            await acted.press("escape")
            await acted.driven.pilot.pause()
            assert "stick sda1" not in acted.text
            acted.driven.app.store.publish(Topic.MEDIA, Media(()))
            await acted.driven.pilot.pause(0.4)
            acted.driven.app.store.publish(Topic.MEDIA, Media((build.STICK,)))
            await acted.until("stick sda1: [i]nstall")

    asyncio.run(scenario())


def test_an_elapsed_time_is_one_row_of_change() -> None:
    async def scenario() -> None:
        running = acting.running().running
        assert running is not None
        async with acting_console(build.readings(work=Work(running=running))) as acted:
            await acted.until("asked by root on ttymxc0")
            assert acted.driven.screen.redraw() == 0
            older = replace(running.record.steps[3], began=build.WALL - 25)
            steps = (*running.record.steps[:3], older, *running.record.steps[4:])
            acted.driven.app.store.publish(
                Topic.WORK, Work(running=Running(replace(running.record, steps=steps), 3, running.progress,
                                                 running.lines, True)))  # fmt: skip
            assert acted.driven.screen.redraw() == 1

    asyncio.run(scenario())
