"""``python -m tests.bench.qemu.figures``: the console's costs on the emulated device, beside others' in one start.

All times are by the device's own clock, which counts its instructions, a thousand million a second: other work of the
host does not change them. Ratios are what counts: a second here is no second of a ModuCop's.
"""

from __future__ import annotations

import statistics
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..desk import has_read
from ..packages import RELEASE, digest
from ..places import REPOSITORY, BenchError, cache, exclusively, scratch
from . import program, readiness
from .debian import ARCHITECTURE, private_apt, unpack
from .device import Device
from .equipped import EquippedDisk

if TYPE_CHECKING:
    from collections.abc import Callable

_STARTS: Final = 3
_SETTLE_S: Final = 10.0
_REST_S: Final = 30.0
_PATIENCE_S: Final = 300.0

_HELLO: Final = REPOSITORY / "tests/performance/hello.py"
_SITE: Final = f"/data/{program.HOME}/site"
_HTOP: Final = "/run/htop"
_PACKAGES: Final = ("htop", "libnl-3-200", "libnl-genl-3-200")

_CLOCKS: Final = """
pid=$(pgrep -n -f '%s') || exit 1
ticks=$(sed 's/.*) //' /proc/$pid/stat | awk '{ print $12 + $13 + $14 + $15 }')
memory=$(awk '/^(Rss|Pss):/ { printf "%%d ", $2 }' /proc/$pid/smaps_rollup)
echo "$ticks $(cut -d ' ' -f 1 /proc/uptime) $memory"
"""
"""CPU ticks of a process and of those it waited for, the device's own clock, and its memory in KiB."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A program on the serial line, and how its process and its first whole screen are known."""

    name: str
    line: str
    process: str
    is_whole: Callable[[str], bool]


def _says(words: str) -> Callable[[str], bool]:
    return lambda text: words in text


_RIVALS: Final = (
    Rival(
        "bare Textual app", f"PYTHONPATH={_SITE} python3 /data/hello.py", "^python3 /data/hello", _says("hello, world")
    ),
    Rival("moducop-tui", "moducop-tui", "^python3 -m moducop_tui$", has_read),
    Rival("htop", f"LD_LIBRARY_PATH={_HTOP}/lib {_HTOP}/htop", f"^{_HTOP}/htop", _says("F10Quit")),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds to the first whole screen, on the wall and of a processor; MiB; share of a core when left alone."""

    wall: float
    cpu: float
    resident: float
    proportional: float
    idle: float


def _clocks(device: Device, rival: Rival) -> list[float]:
    return [float(word) for word in device.sh(_CLOCKS % rival.process).check().stdout.split()]


def _start(device: Device, rival: Rival) -> tuple[float, float]:
    began = device.uptime()
    device.console.write(f"{rival.line}\r")
    device.console.wait_for(rival.is_whole, _PATIENCE_S)
    return device.uptime() - began, _clocks(device, rival)[0] / 100


def _let_pass(device: Device, seconds: float) -> None:
    device.sh(f"sleep {seconds}", timeout=_PATIENCE_S).check()


def _end(device: Device) -> None:
    mark = len(device.console.raw)
    device.console.write("q\x11")  # the bare app knows no q, and ends with Ctrl-Q
    device.console.await_said("# ", mark, _PATIENCE_S)


def measure(device: Device, rival: Rival) -> Cost:
    """The median of some starts, of which the first does not count, and half a minute at rest behind the last."""
    starts = []
    for number in range(_STARTS + 1):
        if number:
            _end(device)
        starts.append(_start(device, rival))
    _let_pass(device, _SETTLE_S)
    before = _clocks(device, rival)
    _let_pass(device, _REST_S)
    after = _clocks(device, rival)
    _end(device)
    wall, cpu = (statistics.median(column) for column in zip(*starts[1:], strict=True))
    idle = (after[0] - before[0]) / 100 / (after[1] - before[1])
    return Cost(wall, cpu, after[2] / 1024, after[3] / 1024, idle)


def _interpreter(device: Device) -> tuple[float, float]:
    """Wall and CPU seconds of the interpreter alone, the mean of ten."""
    loop = "time for i in 1 2 3 4 5 6 7 8 9 10; do python3 -c pass; done"
    told = device.run(["bash", "-c", f"python3 -c pass; TIMEFORMAT='%R %U %S'; {loop}"]).check().stderr.split()
    real, user, system = (float(word) / 10 for word in told)
    return real, user + system


def _htop() -> Path:
    """Debian's htop for the device, with the libraries that its root does not have, as a tar file."""
    packages = cache() / f"debs-htop-{digest(RELEASE, ARCHITECTURE, *_PACKAGES)}"
    with exclusively(packages.name):
        if not packages.is_dir():
            with private_apt() as apt:
                apt.download(packages, *_PACKAGES)
    target = cache() / f"{packages.name}.tar"
    with tempfile.TemporaryDirectory(prefix="moducop-htop-", dir=scratch()) as work:
        place = Path(work)
        for name in _PACKAGES:
            unpack(packages, f"{name}_", place)
        with tarfile.open(target, "w") as tar:
            tar.add(place / "usr/bin/htop", "htop/htop")
            for library in place.rglob("*.so.*"):
                tar.add(library, f"htop/lib/{library.name}")
    return target


def _table(interpreter: tuple[float, float], costs: dict[Rival, Cost]) -> str:
    bare = costs[_RIVALS[0]]
    rows = [
        f"{'':20}{'start s':>9}{'ratio':>7}{'CPU s':>8}{'ratio':>7}{'RSS MiB':>9}{'PSS MiB':>9}{'idle CPU %':>12}",
        f"{'python3 -c pass':20}{interpreter[0]:9.2f}{interpreter[0] / bare.wall:7.2f}"
        f"{interpreter[1]:8.2f}{interpreter[1] / bare.cpu:7.2f}",
    ]
    rows += [
        f"{rival.name:20}{cost.wall:9.2f}{cost.wall / bare.wall:7.2f}{cost.cpu:8.2f}{cost.cpu / bare.cpu:7.2f}"
        f"{cost.resident:9.1f}{cost.proportional:9.1f}{cost.idle * 100:12.2f}"
        for rival, cost in costs.items()
    ]
    return "\n".join(rows)


def main() -> int:
    """Measure and print."""
    reason = readiness.missing()
    if reason is not None:
        print(f"figures: the emulated device cannot run here: {reason}", file=sys.stderr)
        return 1
    try:
        equipped = EquippedDisk({"hello.py": _HELLO, "htop.tar": _htop()})
        try:
            with Device(equipped.layer, rate=None, steady=True) as device:
                device.start()
                device.await_services()
                device.sh("tar -C /run -xf /data/htop.tar").check()
                interpreter = _interpreter(device)
                costs = {rival: measure(device, rival) for rival in _RIVALS}
        finally:
            equipped.close()
    except BenchError as error:
        print(f"figures: {error}", file=sys.stderr)
        return 1
    print("Emulated ModuCop, on its serial line, 80x24; ratios to the bare Textual app\n")
    print(_table(interpreter, costs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
