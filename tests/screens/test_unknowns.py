"""What could not be had is said on the page, and never taken for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.storage import UpperHome
from moducop_tui.pages.headline import headline
from moducop_tui.pages.logs import LogView, logs
from moducop_tui.pages.look import Look, look_at
from moducop_tui.pages.report import report
from moducop_tui.pages.storage import storage_body
from moducop_tui.pages.system import system_body
from moducop_tui.sources.journalctl import WITHOUT_BINDING, JournalctlBackend
from moducop_tui.text import plain
from tests.screens import builders as build
from tests.screens.gallery import KEYMAP, as_text, book


def seen(readings: Readings, width: int = 80, height: int = 24) -> Look:
    return look_at(readings, width, height, build.NOW, build.WALL)


@pytest.fixture
def by_journalctl() -> Readings:
    log = replace(build.log(), backend=JournalctlBackend.name, note=WITHOUT_BINDING)
    return build.readings(log=Reading(log, taken_at=build.NOW))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20), (200, 60)])
def test_logs_say_that_the_journal_is_read_through_journalctl(by_journalctl: Readings, width: int, height: int) -> None:
    title = as_text(logs(seen(by_journalctl, width, height), book(), LogView(), KEYMAP)).split("\n")[1]
    assert "live, by journalctl" in title
    usual = as_text(logs(seen(build.readings(), width, height), book(), LogView(), KEYMAP))
    assert "journalctl" not in usual


def test_status_says_why_the_journal_is_read_through_journalctl(by_journalctl: Readings) -> None:
    text = " ".join(as_text(report(by_journalctl, build.NOW, build.WALL, 80)).split())
    assert "(systemd-python) is not installed; the journal is read through journalctl." in text


def test_addresses_that_could_not_be_asked_for_are_unknown_and_not_none() -> None:
    system = build.system()
    blind = tuple(replace(one, addresses=(), addresses_known=False) for one in system.interfaces)
    text = as_text(system_body(seen(build.readings(system=replace(system, interfaces=blind)))))
    assert "address ?" in text
    assert "no address" not in text
    head = as_text([headline(seen(build.readings(system=replace(system, interfaces=blind))))])
    assert "address ?" in head


def test_a_place_that_may_not_be_looked_at_is_neither_as_promised_nor_missing() -> None:
    storage = build.storage()
    overlays = tuple(
        replace(one, is_closed=True, upper_home=UpperHome.UNKNOWN, content=None) if one.mount_point == "/etc" else one
        for one in storage.overlays
    )
    readings = build.readings(storage=replace(storage, overlays=overlays))
    text = "\n".join(plain(row) for row in storage_body(look_at(readings, 80, 24, build.NOW, build.WALL)))
    assert "? Not judged, for this user may not look where they keep what is written: /etc." in text
    assert "As the ModuCop's concept promises" not in text
    assert "can't be found" not in text
