"""The console on a laptop with Debian's own terminal programs, at the other end of a serial cable of 115200 baud."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from .cable import Cable
from .laptop import Laptop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROGRAM: Final = [sys.executable, "-m", "moducop_tui", "--config=/dev/null"]
_SERIAL: Final = ["--baud", "115200"]
"""A pseudo-terminal stands for the device's UART: it has no size, and says nothing of its speed."""
_ENVIRONMENT: Final = {**os.environ, "TERM": "vt220", "COLORTERM": "truecolor", "LC_ALL": "C"}
_FEET: Final = {"1": "[1 Overview]", "2": "[2 Slots]", "3": "[3 Storage]", "4": "[4 Apps]", "5": "[5 Logs]", "6": "[6 "}


def _minicom(port: str) -> list[str]:
    return ["minicom", "-o", "-b", "115200", "-D", port]


def _picocom(port: str) -> list[str]:
    return ["picocom", "-q", "-b", "115200", port]


_PROGRAMS: Final = {"minicom": _minicom, "picocom": _picocom}
_LOCALES: Final = {"C.UTF-8": "UTF-8", "C": "ASCII"}


@dataclass(frozen=True)
class Desk:
    """A device's cable, and a laptop at its other end. ``rows`` is what its program leaves of a window of 30."""

    cable: Cable
    laptop: Laptop
    charset: str
    rows: int


@pytest.fixture(params=[(program, locale) for program in _PROGRAMS for locale in _LOCALES], ids="-".join)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A laptop with a terminal program in a locale."""
    program, locale = request.param
    for tool in (program, "tmux"):
        assert shutil.which(tool), f"{tool} is not installed (see tests/bench/apt-packages.txt)"
    with Cable() as cable, Laptop(_PROGRAMS[program](cable.laptop_name), locale=locale) as laptop:
        laptop.settle(0.5)
        if program == "minicom":  # its own terminal, with a status row as soon as there is room for one
            yield Desk(cable, laptop, _LOCALES[locale], 29)
        else:  # everything goes to the terminal around it, which is one of UTF-8 here
            yield Desk(cable, laptop, "UTF-8", 30)


def _start(cable: Cable, words: Sequence[str], **streams: int) -> subprocess.Popen[bytes]:
    ends = {"stdin": cable.device, "stdout": cable.device, "stderr": cable.device, **streams}
    return subprocess.Popen(["setsid", "--ctty", "--", *_PROGRAM, *words, *_SERIAL], env=_ENVIRONMENT, **ends)  # type: ignore[call-overload,no-any-return]


def _compare(cable: Cable, laptop: Laptop, size: tuple[int, int] = (80, 24)) -> None:
    """What the laptop shows is what a terminal of our own would show that heard the same bytes."""
    seen, expected = laptop.settle().split("\n"), cable.shown(*size).split("\n")
    assert seen[: size[1]] == expected


def test_start_walk_resize_and_leave(desk: Desk) -> None:
    cable, laptop = desk.cable, desk.laptop
    before = cable.modes()
    console = _start(cable, ["--demo"])
    try:
        laptop.wait_for(_FEET["1"])
        for key, foot in (*_FEET.items(), ("1", _FEET["1"])):
            laptop.press(key)
            laptop.wait_for(foot)
            if key != "5":  # the log goes on while one looks
                _compare(cable, laptop)
        del cable.to_laptop[:]
        laptop.resize(100, 30)
        laptop.press("C-l")
        laptop.wait_for(lambda text: _FEET["1"] in (*text.split("\n"), *[""] * 30)[desk.rows - 1])
        _compare(cable, laptop, (100, desk.rows))
        laptop.press("q")
        assert console.wait(10) == 0
        assert "^[" not in laptop.settle(), "no late answer is typed into the shell"
        assert cable.modes() == before
    finally:
        console.kill()
        console.wait()


def _measured(desk: Desk) -> float:
    """What `line` says of the cable, in bytes a second."""
    done = _start(desk.cable, ["line", "--json"], stdout=subprocess.PIPE)
    out, _ = done.communicate(timeout=30)
    value = json.loads(out)
    assert done.returncode == 0
    assert (value["size"], value["charset"], value["colours"]) == ([80, 24], desk.charset, 8)
    assert value["choices"]["size"]["why"] == "asked of the terminal"
    assert value["measured"]["round_trip_seconds"] < 0.1
    return float(value["measured"]["bytes_per_second"])


def test_the_line_is_measured_as_fast_as_the_cable_is(desk: Desk) -> None:
    """A busy machine makes the cable slower, which is played here, but never faster: the best of some counts."""
    rates: list[float] = []
    while len(rates) < 5 and max(rates, default=0.0) < 0.85 * 11520:
        rates.append(_measured(desk))
    assert max(rates) == pytest.approx(11520, rel=0.15), rates
