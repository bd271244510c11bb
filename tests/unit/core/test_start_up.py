"""Start-up: what is not shown is not loaded, and garbage is looked for as usual afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys

from moducop_tui import start_up

APP = """
import sys, time
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device
app = ConsoleApp(Device((), None, False, time.time), Config())
app.get_default_screen()
"""
FIRST_SCREEN = """
print(" ".join(name for name in sys.modules if name.startswith(("moducop_tui.screens.", "moducop_tui.pages."))))
"""
OTHER_SCREENS = """
from moducop_tui.screens import places
places.load_all()
before = set(sys.modules)
for place in places._CLASSES:
    app._screen_of(place)
print(*sorted(set(sys.modules) - before))
"""


REAL_DEVICE = """
import sys
import moducop_tui.cli.console
from moducop_tui.__main__ import main
from moducop_tui.actions.session import authority_of
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import real_device
device = real_device(Config())
app = ConsoleApp(device, Config(), None, authority_of(Config(), device.actions, read_only=False))
app.get_default_screen()
print(*sys.modules)
"""
NOT_BEFORE_THE_FIRST_PICTURE = (
    "moducop_tui.actions.hands", "moducop_tui.actions.menu", "moducop_tui.actions.plans", "moducop_tui.actions.scene",
    "moducop_tui.actions.apps", "moducop_tui.actions.slots", "moducop_tui.actions.updates",
    "moducop_tui.actions.running.launch", "moducop_tui.actions.running.executor", "moducop_tui.actions.running.orders",
    "moducop_tui.cli.act", "moducop_tui.cli.status", "moducop_tui.demo", "moducop_tui.model.acts",
    "moducop_tui.model.artifact", "moducop_tui.model.audit_events", "moducop_tui.model.checks",
    "moducop_tui.pages.plan", "moducop_tui.pages.picker", "moducop_tui.planning",
    "moducop_tui.screens.acting", "moducop_tui.screens.plan",
    "moducop_tui.sources", "ctypes", "docker", "http", "json", "lzma", "psutil", "pyudev", "requests", "sqlite3",
    "subprocess", "systemd", "tarfile", "tomllib", "urllib.request", "zipfile",
)  # fmt: skip
"""What acting, a source or another screen needs is loaded by whoever first needs it."""


def printed_by(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_a_screen_that_is_asked_for_later_is_loaded_by_then() -> None:
    assert printed_by(APP + OTHER_SCREENS).split() == []


def test_the_console_starts_with_the_first_screen_alone() -> None:
    printed = printed_by(APP + FIRST_SCREEN)
    loaded = {name.rsplit(".", 1)[1] for name in printed.split() if name.startswith("moducop_tui.screens.")}
    assert "overview" in loaded
    assert loaded.isdisjoint({"slots", "storage", "apps", "logs", "system", "problems", "help", "picker", "go_to"})


def test_what_the_first_picture_does_not_need_is_not_loaded_before_it() -> None:
    loaded = printed_by(REAL_DEVICE).split()
    textual_s_own = set(printed_by("import sys, textual.app; print(*sys.modules)").split())
    ours = [name for name in loaded if name not in textual_s_own]
    early = {name for name in NOT_BEFORE_THE_FIRST_PICTURE for one in ours if one == name or one.startswith(f"{name}.")}
    assert early == set()
    assert {"moducop_tui.screens.overview", "moducop_tui.terminal.detect"} <= set(ours)


def test_after_the_start_garbage_is_looked_for_as_usual() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    usual = (700, 10, 10)
    gc.set_threshold(*usual)  # other tests may have started the program before
    try:
        start_up.begin()
        assert gc.isenabled()
        assert gc.get_threshold()[0] > usual[0]
        start_up.end()
        assert gc.get_threshold() == usual
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
