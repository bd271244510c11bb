"""What single rows say in states that the pictures do not show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Health
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.mender import UpdateProcess
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName
from moducop_tui.model.system import Interface
from moducop_tui.model.work import Work
from moducop_tui.pages import app_words
from moducop_tui.pages.apps import AppsView, chosen_of
from moducop_tui.pages.container_table import columns_for, short_ports
from moducop_tui.pages.foot import problem_line
from moducop_tui.pages.frame import head
from moducop_tui.pages.headline import addresses
from moducop_tui.pages.look import Look, look_at
from moducop_tui.pages.overview import overview
from moducop_tui.pages.overview_panels import apps_panel, logs_panel, slots_panel
from moducop_tui.pages.report import report
from moducop_tui.pages.slots import slots_body
from moducop_tui.pages.storage_words import bar_row
from moducop_tui.pages.system import network_rows
from moducop_tui.text import Line, line_cells, plain
from tests.screens import builders as build
from tests.screens.gallery import look
from tests.screens.states import STATES


def at(readings: Readings, width: int = 80, height: int = 24) -> Look:
    return look_at(readings, width, height, build.NOW, build.WALL)


def text(rows: list[Line]) -> str:
    return "\n".join(plain(row) for row in rows)


def slot_rows(**topics: object) -> list[str]:
    """Slots A and B on Overview."""
    return [plain(row) for row in slots_panel(at(build.readings(**topics)), 2)[1:3]]


# -- slots


def test_while_somebody_commits_the_slots_say_what_a_reboot_would_do() -> None:
    working = replace(build.mender(build.ARTIFACT_A), processes=(UpdateProcess(9127, "mender-update commit"),))
    other, booted = slot_rows(boot=build.environment(upgrade=1), mender=working)
    assert other.endswith("any reboot returns here")
    assert booted.endswith("BOOTED, on trial, not committed")


@pytest.mark.parametrize(
    ("limit", "count", "words"),
    [
        (1, 1, "any reboot returns here"),
        (3, 1, "returns after 2 more boots"),
        (2, 1, "returns after 1 more boot"),
        (0, 1, "never returned to by itself"),
    ],
)
def test_a_trial_returns_when_its_tries_are_used_up_not_before(limit: int, count: int, words: str) -> None:
    boot = replace(build.environment(upgrade=1, bootcount=count), bootlimit=limit)
    assert slot_rows(boot=boot)[0].endswith(words)


def test_an_armed_slot_says_how_often_it_is_tried() -> None:
    boot = build.environment(part=2, upgrade=1, bootcount=0)
    other, booted = slot_rows(boot=boot)
    assert other.endswith("boots next on trial, 1 try left")
    assert booted.endswith("BOOTED, A boots next")


def test_a_slot_that_is_being_written_says_so_beside_what_it_held_before() -> None:
    slots = build.slots()
    sentence = "dd is writing to /dev/mmcblk0p2: this is what it held before."
    written = replace(slots, slots=(replace(slots.slots[0], image_error=sentence), slots.slots[1]))
    row = slot_rows(slots=written)[0]
    assert row.startswith("! A") and row.endswith("being written now")
    shown = text(slots_body(at(build.readings(slots=written))))
    assert sentence in shown and "v2.6.0.f457f6d" in shown


def test_a_slot_that_was_not_written_to_its_end_says_so_wherever_it_is_shown() -> None:
    note = SlotNote(SlotName.A, Known.WRITING, "cpu01-standard-v2.9.0")
    readings = build.readings(work=Work(ledger=Ledger((note,))))
    row = slot_rows(work=Work(ledger=Ledger((note,))))[0]
    assert row.startswith("! A") and row.endswith("not written to its end")
    shown = text(slots_body(at(readings)))
    assert "content  cpu01-standard-v2.9.0 was being written, and the end was not seen" in shown


def test_how_the_content_of_the_other_slot_is_known_stands_under_it() -> None:
    image = build.slots().slots[0].image
    assert image is not None
    note = SlotNote(SlotName.A, Known.BOOTED, image.artifact_name, image.version)
    shown = text(slots_body(at(build.readings(work=Work(ledger=Ledger((note,)))))))
    assert shown.count("content  has run and was kept") == 1
    assert "content " not in text(slots_body(at(build.readings(work=Work()))))


def test_an_unreadable_environment_is_explained_once() -> None:
    sentence = "The boot environment can't be read: both copies have a wrong checksum."
    boot = BootEnvironment(EnvironmentState.UNREADABLE, sentence)
    shown = text(slots_body(at(build.readings(boot=boot), width=200)))
    assert shown.count("both copies have a wrong checksum") == 1


def test_what_the_banner_says_is_not_said_again_below_it_but_stands_on_paper() -> None:
    contradicted = replace(build.slots(), command_line_slot=SlotName.A)
    looked = at(build.readings(slots=contradicted))
    banner = plain(head(looked)[1]).removeprefix("x ")
    assert banner not in text(slots_body(looked))
    assert banner in text(slots_body(looked, with_banner=False))


def test_a_banner_that_is_too_long_for_the_terminal_goes_on_in_a_second_row() -> None:
    rows = [plain(row).rstrip() for row in head(look("trial", 60, 20))]
    assert rows[1:] == ["! B is booted on trial: not committed.", "  Any reboot returns to A."]


# -- storage


@pytest.mark.parametrize("width", [60, 66, 70, 79, 80, 100, 200])
@pytest.mark.parametrize("growth", [1.2e3, 5e3, 70e3, 6e6])
def test_when_a_file_system_will_be_full_is_never_cut(width: int, growth: float) -> None:
    row = bar_row(build.file_system("/var/volatile", "tmpfs", 268e6, 0.81, growth=growth), width)
    assert line_cells(row) <= width
    assert "full in" in plain(row)


# -- apps


def test_the_cursor_begins_on_the_container_that_fails() -> None:
    pair = chosen_of(build.apps(failing=True), AppsView())
    assert pair is not None and pair[1].name == "gpx-logger-logger-1"


def test_the_cursor_stays_where_it_was_put_whatever_fails() -> None:
    apps = build.apps(failing=True)
    there = apps.apps[2].containers[1]
    assert chosen_of(apps, AppsView(chosen=there.id)) == (apps.apps[2], there)


def _up(name: str, **more: object) -> Container:
    return build.container("app", name, **more)


def test_names_of_well_containers_give_way_in_whole_words_and_are_counted() -> None:
    app = App("app", AppKind.COMPOSE, tuple(_up(name) for name in ("alpha", "beta", "gamma", "delta")))
    (item,) = app_words.summary(app, build.WALL, 26)
    assert plain(item) == "4 up 3 d: alpha beta +2"


def test_a_container_that_just_started_is_named_but_not_marked() -> None:
    starting = _up("web", health=Health.STARTING, fresh=True, restart_count=0, started_at=build.WALL - 5)
    app = App("app", AppKind.COMPOSE, (starting, _up("db")))
    assert [plain(item) for item in app_words.summary(app, build.WALL)] == ["web up 5 s starting", "1 up 3 d: db"]
    assert plain(app_words.counts(Apps(build.apps().engine, (app,)))) == "1 app well, 2 of 2 containers up"


def test_a_crash_loop_stays_marked_bad_while_it_runs_for_a_moment() -> None:
    looping = _up("web", settling=True, restart_count=37, started_at=build.WALL - 3)
    app = App("app", AppKind.COMPOSE, (looping,))
    rows = apps_panel(at(build.readings(apps=Apps(build.apps().engine, (app,)))), 5)
    assert plain(rows[1]) == "x app       web restarting, 37 times, up 3 s"


def test_with_little_room_what_fails_is_whole_and_the_rest_is_named_together() -> None:
    rows = [plain(row) for row in apps_panel(look("many_apps"), 4)[1:]]
    assert rows[0].endswith("logger restarting, 37 times, exit 1")
    assert rows[1].endswith("3 up 3 d: cache exporter sync")
    assert rows[3].startswith("  and 10 more: trackdiag probe-00") and rows[3].endswith("+4")


def test_a_long_name_does_not_hide_what_is_wrong_with_its_container() -> None:
    assert "exited 9 s ago with code 139" in " ".join(text(apps_panel(look("hostile"), 10)).split())


def test_what_does_not_run_has_no_load_rather_than_an_unknown_one() -> None:
    stopped = _up("web", state=ContainerState.EXITED, cpu_share=None, memory=None)
    assert (app_words.share_words(stopped).strip(), app_words.memory_words(stopped)) == ("-", "-")
    unread = _up("web", cpu_share=None, memory=None)
    assert "?" in app_words.share_words(unread) and app_words.memory_words(unread) == "?"


def test_ports_are_said_once_and_without_what_goes_without_saying() -> None:
    ports = ("0.0.0.0:80->80/tcp", "[::]:80->80/tcp", "127.0.0.1:53->53/udp")
    assert short_ports(_up("web", ports=ports)) == "80->80 127.0.0.1:53->53/udp"


def test_a_table_cuts_no_image_while_a_column_of_less_weight_can_go() -> None:
    apps = build.apps()
    longest = max(len(one.image) for one in apps.containers)
    for width in (85, 100, 160):
        columns = columns_for(apps, at(build.readings(), width))
        assert columns.image == longest and columns.width <= width


# -- the rest of Overview


def test_the_newest_error_stays_on_overview_however_many_warnings_follow() -> None:
    error = build.RECENT[2]
    later = [replace(build.RECENT[0], entry=build.entry(119 + n, f"warning {n}", 4)) for n in range(5)]
    rows = logs_panel(at(build.readings(log=build.log((error, *later)))), 3)
    assert "ENOENT" in plain(rows[1]) and "warning 4" in plain(rows[3])


def test_problems_that_do_not_fit_are_counted() -> None:
    assert plain(problem_line(look("trial", 60, 20))).startswith("x 1 app fails  ! trial not committed  +1 ")


def test_a_half_of_a_wide_terminal_is_not_taken_for_a_small_terminal() -> None:
    assert "shows more" not in text(overview(look("trial", 160, 50)))
    assert "v2.7.0.40ee657.20260218.1208" in text(overview(look("trial", 160, 50)))


def test_on_a_machine_that_is_no_moducop_nothing_is_marked_as_failed() -> None:
    for row in [*overview(look("no_moducop")), *slots_body(look("no_moducop"))]:
        assert plain(row)[:2] not in ("x ", "~ ")
    assert "restore" not in text(slots_body(look("no_moducop")))


# -- network and paper

_BRIDGES = tuple(
    Interface(name, up=True, carrier=True, speed=None, addresses=("172.18.0.1/16", "fe80::42:acff:fe12:1/64"))
    for name in ("docker0", *(f"br-{n:012x}" for n in range(9)), "veth12ab34")
)


def test_the_headline_leaves_out_what_an_engine_made_for_its_containers() -> None:
    assert addresses((*_BRIDGES, *build.system().interfaces)) == ["end0 10.0.4.17", "enp5s0 192.168.25.99"]


def test_bridges_of_containers_stand_together_below_the_devices_own_interfaces() -> None:
    system = replace(build.system(), interfaces=(*_BRIDGES, *build.system().interfaces))
    rows = [plain(row) for row in network_rows(system, at(build.readings(system=system)))]
    assert rows[0].startswith("  end0") and rows[3].startswith("  containers  docker0 172.18.0.1/16")
    assert all(len(row) <= 80 for row in rows)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [60, 80, 132])
def test_no_row_of_the_report_is_wider_than_the_paper(state: str, width: int) -> None:
    many = replace(build.system(), interfaces=(*_BRIDGES, *build.system().interfaces))
    readings = STATES[state]()
    if readings.system.value is not None and state != "hostile":
        readings = replace(readings, system=build.fresh(many))  # type: ignore[arg-type]  # a reading of a system
    error = "Docker is not answering on /run/docker.sock: " + "timed out " * 30
    readings = replace(readings, log=Reading(error=error, failed_at=build.NOW))
    rows = report(readings, build.NOW, build.WALL, width)
    assert max(line_cells(row) for row in rows) <= width
    assert text(rows).replace("\n", " ").count("timed out") >= 30
