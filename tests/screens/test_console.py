"""The console under its keys: screens, lists, search, pause, and what a redraw costs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from moducop_tui.keymap import MAIN_PLACES, Place, make_keymap
from moducop_tui.model.reading import Topic
from moducop_tui.pages.apps import in_order
from moducop_tui.screens.acting import ACTIONS
from moducop_tui.screens.go_to import action_of, container_of, go_to_view
from moducop_tui.screens.widgets.lines_view import LinesView
from tests.patience import PATIENCE
from tests.screens import builders as build
from tests.screens.console import console
from tests.screens.states import STATES


def id_of(name: str) -> str:
    """The id of a container of the built device."""
    return next(one.id for one in build.apps().containers if one.name == name)


def test_digits_reach_the_six_screens_and_escape_leads_back_to_overview() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            for digit, place in enumerate(MAIN_PLACES, start=1):
                await driven.press(str(digit))
                assert driven.screen.place is place
                assert f"[{digit} {place.value}]" in driven.rows[-1]
            await driven.press("escape")
            assert driven.screen.place is Place.OVERVIEW

    asyncio.run(scenario())


def test_equal_readings_draw_no_row_and_one_changed_value_draws_one() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.until("MEC01-4711")
            assert driven.screen.redraw() == 0
            fuller = build.storage(volatile=0.62)
            driven.app.store.publish(Topic.STORAGE, fuller)
            assert driven.screen.redraw() == 1
            assert driven.screen.redraw() == 0

    asyncio.run(scenario())


def test_a_tick_that_comes_when_the_last_screen_has_gone_is_no_error() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.until("MEC01-4711")
            app = driven.app
        assert app.screen_stack == []
        app._draw()  # what the timer calls

    asyncio.run(scenario())


def test_a_changed_row_is_the_only_one_that_the_terminal_library_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[int] = []
    original = LinesView.render_line

    def counted(self: LinesView, y: int) -> object:
        rendered.append(y)
        return original(self, y)

    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.until("MEC01-4711")
            await driven.pilot.pause(0.3)
            monkeypatch.setattr(LinesView, "render_line", counted)
            driven.app.store.publish(Topic.STORAGE, build.storage(volatile=0.62))
            await driven.until("62 %")
            await driven.pilot.pause(0.3)
            row = next(index for index, text in enumerate(driven.rows) if "62 %" in text)
            assert set(rendered) <= {row, 0}, "only the changed row, and the alive mark's"

    asyncio.run(scenario())


def test_a_reading_in_another_thread_reaches_the_screen() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await asyncio.to_thread(driven.app.store.publish, Topic.APPS, build.apps(failing=True))
            await driven.until("logger restarting, 37 times, exit 1")

    asyncio.run(scenario())


def test_the_cursor_on_apps_shows_facts_and_log_of_its_container() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            driven.log.entries.append(build.entry(101, "no port", 3, container="gpx-logger-logger-1"))
            await driven.press("4", "j", "down")
            chosen = next(row for row in driven.rows if row.startswith(">"))
            assert "logger" in chosen
            await driven.until("no port")
            assert "gpx-logger/logger:1.4.0" in driven.text
            assert driven.log.opened[-1].container_id == id_of("gpx-logger-logger-1")
            await driven.press("d")
            assert "log driver    journald" in driven.text

    asyncio.run(scenario())


def test_the_cursor_stays_on_its_container_when_another_one_goes() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("4", "j", "j")
            whole = build.apps()
            first = whole.apps[0]
            fewer = replace(whole, apps=(replace(first, containers=first.containers[1:]), *whole.apps[1:]))
            driven.app.store.publish(Topic.APPS, fewer)
            driven.screen.redraw()
            assert "logger" in next(row for row in driven.rows if row.startswith(">"))

    asyncio.run(scenario())


def test_the_cursor_begins_on_what_fails_and_no_later_failure_takes_it_away() -> None:
    async def scenario() -> None:
        async with console(build.readings(apps=build.apps(failing=True))) as driven:
            await driven.press("4")
            assert "x logger" in next(row for row in driven.rows if row.startswith(">"))
            driven.app.store.publish(Topic.APPS, build.apps())
            driven.screen.redraw()
            assert "logger" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("1", "4")  # nobody has moved it: it begins anew
            assert "cache" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("j", "1")
            driven.app.store.publish(Topic.APPS, build.apps(failing=True))
            await driven.press("4")
            assert "exporter" in next(row for row in driven.rows if row.startswith(">"))

    asyncio.run(scenario())


def test_enter_opens_the_whole_log_of_the_chosen_container() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("4", "enter")
            await driven.until("Log of gpx-logger-cache-1")
            assert driven.screen.place is Place.LOGS

    asyncio.run(scenario())


def test_slash_on_apps_finds_a_container() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("4", "/", *"uplink", "enter")
            assert "uplink" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("/", *"nothing", "enter")
            assert 'No container has "nothing"' in driven.text

    asyncio.run(scenario())


def test_a_paused_log_loses_nothing_and_counts_what_came() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("f")
            before = driven.rows[2:20]
            driven.log.write(*(build.entry(200 + number, f"new message {number}") for number in range(5)))
            await driven.until("PAUSED, 5 new")
            assert driven.rows[2:20] == before
            await driven.press("f")
            await driven.until("new message 4")
            assert "live" in driven.rows[1]

    asyncio.run(scenario())


def test_scrolling_up_pauses_and_fetches_older_entries() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            driven.log.older = [build.entry(-10 + number, f"older message {number}") for number in range(10)]
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("<")
            await driven.until("PAUSED")
            for _ in range(3):
                await driven.press("b")
                await asyncio.sleep(0.1)
            await driven.press("<")
            await driven.until("older message 0")

    asyncio.run(scenario())


def test_search_marks_the_newest_hit_and_goes_on_both_ways() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("/", *"message 1", "enter")
            assert "usual message 19" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("n")
            assert "usual message 18" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("N")
            assert "usual message 19" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("escape")
            assert not any(row.startswith(">") for row in driven.rows)

    asyncio.run(scenario())


def test_keys_typed_into_a_search_do_nothing_else() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5", "/", "q", "2", "?", "backspace")
            assert driven.screen.place is Place.LOGS
            assert "/ q2" in driven.text
            await driven.press("escape")
            assert "/ q2" not in driven.text

    asyncio.run(scenario())


def test_e_goes_to_the_error_before_and_says_when_there_is_none() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            driven.log.entries.insert(40, build.entry(40, "it is broken", 3))
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("e")
            assert "it is broken" in next(row for row in driven.rows if row.startswith(">"))
            await driven.press("e")
            assert "No error before this" in driven.text
            await driven.press("enter")
            assert "+-Entry---" in driven.text and "Esc closes" in driven.text
            await driven.press("escape")
            assert "+-Entry---" not in driven.text

    asyncio.run(scenario())


def test_level_and_source_open_the_journal_anew() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("l", "l")
            await driven.until_true(lambda: driven.log.opened[-1].max_priority == 5, "level 5")
            await driven.press("s", *"nginx web", "enter")
            await driven.until("Log of nginx-demo-web-1")
            await driven.until_true(
                lambda: driven.log.opened[-1].container_id == id_of("nginx-demo-web-1"), "the container"
            )
            assert driven.log.opened[-1].max_priority == 5
            await driven.press("o", *"boot -1", "enter")
            await driven.until_true(lambda: driven.log.opened[-1].boot_id == "e" * 32, "the boot before")

    asyncio.run(scenario())


def test_a_journal_that_is_not_there_is_a_sentence() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            driven.log.unavailable = "There is no journal on this machine: journalctl is not installed."
            await driven.press("5")
            await driven.until("There is no journal on this machine")

    asyncio.run(scenario())


def test_go_to_reaches_a_screen_by_a_part_of_its_name() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("g", *"stor", "enter")
            await driven.until_true(lambda: driven.screen.place is Place.STORAGE, "Storage")
            await driven.press("g", *"whole log", "enter")
            await driven.until("Log of gpx-logger-cache-1")
            await driven.press("g", *"no such thing")
            assert "Nothing has a name like that." in driven.text
            await driven.press("enter", "escape")
            assert driven.screen.place is Place.LOGS

    asyncio.run(scenario())


def test_every_action_of_every_screen_is_in_go_to_and_can_be_done() -> None:
    keymap = make_keymap()
    choices = go_to_view(keymap, build.readings()).choices
    listed = {action_of(one.value) for one in choices if container_of(one.value) is None}
    actions = {action for _, action in listed}

    async def scenario() -> None:
        async with console(build.readings()) as driven:
            for place in (*MAIN_PLACES, Place.PROBLEMS):
                await driven.app.show(place)
                for binding in keymap.of(place):
                    assert binding.action == "go_to" or binding.action in actions
                    name = f"action_{binding.action}"
                    done = hasattr(driven.screen, name) or hasattr(driven.app, name) or binding.action in ACTIONS
                    assert done or Place[binding.action.removeprefix("show_").upper()], binding

    asyncio.run(scenario())
    assert {one.name for one in choices} >= {place.value for place in MAIN_PLACES}


def test_help_shows_the_keys_of_the_screen_it_was_opened_on_and_leads_back() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5", "?")
            assert "--Keys on Logs--" in driven.text
            await driven.press(">")
            assert "typed into its search there, j and k too" in driven.text
            await driven.press("escape")
            assert driven.screen.place is Place.LOGS

    asyncio.run(scenario())


def test_slash_finds_on_a_page_and_says_when_it_does_not() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("2", "/", *"altbootcmd", "enter")
            assert any("run mender_altbootcmd" in row for row in driven.rows)
            await driven.press("/", *"zebra", "enter")
            assert '"zebra" below' in driven.text

    asyncio.run(scenario())


def test_pages_scroll_to_their_end_and_not_beyond() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("2", ">")
            assert "rootfs-image.version" in driven.text
            end = driven.rows
            await driven.press("j", "space")
            assert driven.rows == end
            await driven.press("<")
            assert "--Verdict--" in driven.rows[1]

    asyncio.run(scenario())


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_quit_asks_nothing_and_is_quick(key: str) -> None:
    async def scenario() -> float:
        async with console(build.readings()) as driven:
            await driven.press("5")
            started = time.monotonic()
            await driven.press(key)
            assert driven.app.return_code == 0
        return time.monotonic() - started

    assert asyncio.run(scenario()) < PATIENCE


@pytest.mark.parametrize(("state", "size"), [("hostile", (80, 24)), ("nothing_yet", (200, 60)), ("trial", (40, 10))])
def test_every_screen_stands_whatever_the_device_and_the_terminal(state: str, size: tuple[int, int]) -> None:
    async def scenario() -> None:
        async with console(STATES[state](), *size, simulated=True) as driven:
            for key in ("1", "2", "3", "4", "5", "6", "p", "?"):
                await driven.press(key)
                assert len(driven.rows) == size[1]
            await driven.press("g", "escape")

    asyncio.run(scenario())


def test_another_terminal_size_is_another_page() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.pilot.resize_terminal(60, 20)
            await driven.until("60x20: 80x24 shows more")
            assert len(driven.rows) == 20
            await driven.pilot.resize_terminal(50, 10)
            await driven.until("This terminal has 50 columns")

    asyncio.run(scenario())


def test_a_thousand_publications_do_not_pile_up() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.until("MEC01-4711")
            drawn: list[int] = []
            screen = driven.screen
            original = screen.redraw

            def counted() -> int:
                drawn.append(1)
                return original()

            screen.redraw = counted  # type: ignore[method-assign]  # counts the drawings
            system = build.system()
            for _ in range(1_000):
                driven.app.store.publish(Topic.SYSTEM, system)
            await asyncio.sleep(0.6)
            assert 1 <= len(drawn) <= 4

    asyncio.run(scenario())


def test_the_apps_of_a_hostile_device_are_listed_as_they_are_named() -> None:
    async def scenario() -> None:
        async with console(STATES["hostile"](), 200, 60) as driven:
            await driven.press("4")
            assert "[bold]x[/bold]" in driven.text

    asyncio.run(scenario())
    apps = build.apps()
    assert len(in_order(apps)) == 12
