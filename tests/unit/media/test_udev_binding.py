from __future__ import annotations

import subprocess
import sys

import pytest

_NO_TOOLS = """
import ctypes.util
asked = []
ctypes.util.find_library = lambda name: asked.append(name)
"""
"""An image without ldconfig and without a compiler: ctypes finds no library's name."""


def said_by(program: str) -> str:
    words = [sys.executable, "-c", _NO_TOOLS + program]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_udev_is_found_where_nothing_tells_the_names_of_libraries() -> None:
    program = """
from moducop_tui.sources.udev_binding import load_pyudev
print(load_pyudev().Context().sys_path, asked)
"""
    assert said_by(program) == "/sys []"


def test_names_of_other_libraries_are_asked_for_as_ever_afterwards() -> None:
    program = """
before = ctypes.util.find_library
from moducop_tui.sources.udev_binding import load_pyudev
load_pyudev()
print(ctypes.util.find_library is before)
"""
    assert said_by(program) == "True"


def test_a_binding_that_is_not_installed_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from moducop_tui.sources.udev_binding import load_pyudev

    monkeypatch.setitem(sys.modules, "pyudev", None)
    with pytest.raises(ImportError):
        load_pyudev()


def test_a_missing_library_is_a_sentence_of_the_source() -> None:
    program = """
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.sources import udev_binding
from moducop_tui.sources.media import MediaSource
udev_binding._LIBRARY = "libudev.so.none"
print(MediaSource(Config(), Host()).read().reason)
"""
    told = said_by(program)
    assert told.startswith("Sticks can't be seen: udev's list of devices can't be read (libudev.so.none: cannot open")
