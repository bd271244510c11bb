"""Every screen in every state is kept as a picture that a reviewer can read; this is what is drawn today."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from moducop_tui.pages.frame import too_small
from moducop_tui.text import Line, line_cells, plain
from tests.screens.gallery import PAGES, SIZES, as_text, look, pictures
from tests.screens.states import STATES
from tests.screens.update import PICTURES, main

HOW = "python -m tests.screens.update draws the pictures afresh; read what changed before you commit it."


@pytest.fixture(autouse=True)
def _in_universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("name", "draw"), [pytest.param(*one, id=one[0]) for one in pictures()])
def test_the_picture_is_what_is_drawn(name: str, draw: Callable[[], list[Line]]) -> None:
    assert as_text(draw()) == (PICTURES / f"{name}.txt").read_text(encoding="utf-8"), HOW


def test_there_is_no_picture_that_nobody_draws() -> None:
    assert {path.stem for path in PICTURES.glob("*.txt")} == {name for name, _ in pictures()}, HOW
    assert main.__module__ == "tests.screens.update"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "height"), [*SIZES, (79, 23), (81, 25), (100, 30), (132, 43), (140, 24)])
def test_a_page_has_exactly_the_size_of_the_terminal(page: str, state: str, width: int, height: int) -> None:
    rows = PAGES[page](look(state, width, height))
    assert len(rows) == height
    assert {line_cells(row) for row in rows} == {width}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "height"), [*SIZES, (79, 23), (81, 25), (132, 43)])
def test_the_very_last_cell_says_nothing_for_minicom_does_not_show_it(page: str, width: int, height: int) -> None:
    assert plain(PAGES[page](look("trial", width, height))[-1]).endswith(" ")


@pytest.mark.parametrize("state", STATES)
def test_we_draw_in_ascii_only(state: str) -> None:
    if state == "hostile":
        return  # what is not ASCII there is the device's own text, already cleaned
    for draw in PAGES.values():
        assert all(plain(row).isascii() for row in draw(look(state)))


@pytest.mark.parametrize("page", PAGES)
def test_no_control_character_of_a_hostile_name_is_drawn(page: str) -> None:
    text = "".join(plain(row) for row in PAGES[page](look("hostile", 200, 60)))
    assert text.isprintable()


def test_everything_that_overview_promises_is_on_it_at_80x24() -> None:
    text = as_text(PAGES["overview"](look("trial")))
    for wanted in (
        "MEC01-4711", "up 3 d 04:12", "B booted", "end0 10.0.4.17", "enp5s0 192.168.25.99", "VIEW",
        "Any reboot returns to A", "v2.6.0.f457f6d.20260210", "v2.7.0.40ee657.20260218", "root=/dev/mmcblk0p3",
        "mender_boot_part=3",
        "upgrade_available=1", "bootcount=1", "/data", "46 %", "/var/volatile", "81 %", "full in", "/etc 412 kB",
        "/root", "/var/cache", "/var/lib", "/var/spool", "/run", "/dev/shm", "logger restarting, 37 times, exit 1",
        "nginx-demo", "trackdiag", "ENOENT", "x12", "12 errors, 2 warnings", "1 app fails", "trial not committed",
        "[p]roblems (3)", "1 Overview", "6 System", "? help",
    ):  # fmt: skip
        assert wanted in text, wanted
    for container in ("cache", "exporter", "sync", "db", "web", "broker", "ingest", "rules", "ui", "uplink"):
        assert container in text, container


def test_the_demo_is_marked_on_every_screen_however_small() -> None:
    for draw in PAGES.values():
        for width, height in SIZES:
            rows = draw(look("trial", width, height, simulated=True))
            assert "DEMO" in plain(rows[0])


def test_a_terminal_too_small_for_any_page_gets_a_sentence() -> None:
    assert "needs 60 and 20" in as_text(PAGES["overview"](look("idle", 59, 24))).replace("\n", " ")
    assert [line_cells(row) for row in too_small(look("idle", 1, 1))] == [1]
