"""The details of a container are read to their end at 80x24, however many mounts it has."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from moducop_tui.model.apps import Apps
from moducop_tui.pages.container_facts import facts
from moducop_tui.pages.look import look_at
from moducop_tui.text import plain
from tests.screens import builders as build
from tests.screens.console import console

MOUNTS = tuple(f"/data/gpx/part-{number} -> /var/lib/gpx/part-{number} (rw)" for number in range(20))


def with_many_mounts() -> Apps:
    apps = build.apps()
    first = apps.apps[0]
    container = replace(first.containers[0], mounts=MOUNTS)
    return replace(apps, apps=(replace(first, containers=(container, *first.containers[1:])), *apps.apps[1:]))


def test_details_scroll_to_the_last_mount_and_back() -> None:
    async def scenario() -> None:
        async with console(build.readings(apps=with_many_mounts())) as driven:
            await driven.press("4", "less_than_sign", "d")
            await driven.until("out of memory")
            assert "part-19" not in driven.text
            assert "rows 1-20 of" in driven.rows[-2]
            for _ in range(5):
                await driven.press("space")
            assert "part-19" in driven.text
            for _ in range(5):
                await driven.press("b")
            assert "rows 1-20 of" in driven.rows[-2]
            assert "part-19" not in driven.text

    asyncio.run(scenario())


def test_another_container_begins_with_its_name_and_closed_details_let_pages_turn_in_the_list() -> None:
    async def scenario() -> None:
        async with console(build.readings(apps=with_many_mounts())) as driven:
            await driven.press("4", "less_than_sign", "d", "space", "j")
            await driven.until("gpx-logger-exporter-1")
            await driven.press("d", "space")
            marked = next(row for row in driven.rows if row.startswith(">"))
            assert "exporter" not in marked

    asyncio.run(scenario())


def test_all_facts_are_the_same_ones_and_more() -> None:
    app = with_many_mounts().apps[0]
    look = look_at(build.readings(), 47, 24, build.NOW, build.WALL)
    some, everything = ([plain(row) for row in facts(look, (app, app.containers[0]), all_of_it=all_of_it)]
                        for all_of_it in (False, True))  # fmt: skip
    assert everything[: len(some)] == some
    assert sum("part-" in row for row in everything) >= len(MOUNTS)
