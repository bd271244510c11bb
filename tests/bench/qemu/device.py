"""The emulated ModuCop with all that a bench has around it: power, a serial line, sticks, and witnesses."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from ..inside import Result
from ..places import BenchError, new_run
from ..uboot import Choice
from ..watcher import start_watcher
from . import firmware
from .board import Board
from .line import RATE, Line
from .port import as_script
from .serial import SerialConsole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

BOOT_S: Final = 600.0
"""Seconds in which a boot must have come to a login, on a machine that has other work."""

ANSWER_S: Final = 180.0
"""Seconds that a witness may take, on such a machine."""

GONE_DOWN: Final = 137
"""The exit code of a command in the middle of which the device lost its power or reset itself."""

_CHOSEN: Final = re.compile(r"root on /dev/mmcblk0p(\d), trial: (\d)")
_FELL_BACK: Final = "Using altbootcmd"
_LOGIN: Final = "login: "
_PROMPT: Final = "# "
_TIMED_OUT: Final = 124


class Pluggable(Protocol):
    """A stick that is plugged in."""

    def attach(self, board: Board) -> None:
        """Be there for a board that has just got power."""


class Disk(Protocol):
    """What the board has as its disk, through power cuts."""

    @property
    def node(self) -> str:
        """QEMU's name for the layer that can hold saved states."""

    def plug(self) -> Sequence[str]:
        """Make it ready for a board that is about to get power; QEMU's words for it."""

    def cut(self) -> None:
        """Keep only what a disk would still have, now that the board has lost its power."""

    def keep(self, name: str) -> None:
        """Remember whatever QEMU did not put into a state that it has just saved; the device stands still."""

    def bring_back(self, name: str) -> None:
        """Be as it was then, for a board that is about to be put into that state."""

    def close(self) -> None:
        """Take everything away."""


class Device:
    """One emulated ModuCop. Use as a context manager, or call ``close`` at the end.

    However the owner ends, even by SIGKILL, a watcher outside takes everything away. ``steady``: see ``Board``.
    """

    def __init__(
        self,
        make_disk: Callable[[Path], Disk],
        *,
        rate: int | None = RATE,
        steady: bool = False,
        hear: Callable[[bytes], None] | None = None,
    ) -> None:
        self._steady = steady
        self.run_dir = new_run()
        self._watcher = start_watcher(self.run_dir)
        self._board: Board | None = None
        self._change = threading.RLock()
        self.starts: list[str] = []
        """Why it started, each time: ``power``, ``reset`` or ``saved state``."""
        self._told_of = 0
        self._start_mark = 0
        self._readers: dict[str, dict[int, int]] = {}
        self.plugged: list[Pluggable] = []
        """The sticks in its ports, which stay there while it is off."""
        try:
            self._firmware = firmware.uboot()
            self.disk = make_disk(self.run_dir)
            self.console = SerialConsole()
            self.line = Line(self.run_dir, hear or self.console.hear, rate)
            self.console.connect(self.line)
        except BaseException:
            self._watcher.end()
            raise

    # -- power -------------------------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether it has power and has not switched itself off."""
        with self._change:
            return self._board is not None

    @property
    def is_starting(self) -> bool:
        """Whether it has not come to its login prompt since it got power or reset itself; also asked after a cut."""
        with self._change:
            return self.starts[-1] != "saved state" and _LOGIN not in self.console.said_since(self._start_mark)

    @property
    def board(self) -> Board:
        """The board that has power."""
        with self._change:
            if self._board is None:
                raise BenchError("the device has no power")
            return self._board

    def power_on(self) -> None:
        """Switch it on; returns at once."""
        with self._change:
            if self._board is not None:
                raise BenchError("the device has power already")
            self._start("power")

    def _start(self, why: str, *, runs: bool = True) -> None:
        place, disk = self.run_dir, self.disk.plug()
        self._board = Board(place, self._firmware, disk, self.line.path, runs=runs, steady=self._steady)
        self.starts.append(why)
        self._start_mark = len(self.console.raw)
        for stick in self.plugged:
            stick.attach(self._board)
        threading.Thread(target=self._watch, args=(self._board,), name="power", daemon=True).start()

    def _watch(self, board: Board) -> None:
        """A reset of the board is its next start; switching itself off is not."""
        wants_reset = board.wait_off()
        with self._change:
            if self._board is not board:
                return  # cut by us
            self._board = None
            self.line.forget()
            if wants_reset:
                self._start("reset")

    def power_cut(self) -> None:
        """Take the power away at once, in the middle of whatever it does."""
        with self._change:
            board, self._board = self.board, None
        board.cut()
        self.disk.cut()
        self.line.forget()

    def await_off(self, timeout: float = 60.0) -> None:
        """Wait until it has switched itself off."""
        deadline = time.monotonic() + timeout
        while self.is_on:
            if time.monotonic() > deadline:
                raise BenchError(f"the device is still on after {timeout} s")
            time.sleep(0.05)

    def close(self) -> None:
        """Take everything away."""
        with self._change:
            board, self._board = self._board, None
        if board is not None:
            board.cut()
        self.line.close()
        self.disk.close()
        self._watcher.end()

    def __enter__(self) -> Device:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- saved states ------------------------------------------------------------------------------------------

    def save(self, name: str) -> None:
        """Keep the whole running device, its memory and its disk, as it is now."""
        self.board.monitor.ask("stop")
        self._readers[name] = self.board.bus.read_reader()
        self.board.monitor.work("snapshot-save", tag=name, vmstate=self.disk.node, devices=[self.disk.node])
        self.disk.keep(name)
        self.board.monitor.ask("cont")

    def restore(self, name: str) -> None:
        """Be as it was when it was saved, but for the time of day, in about a second."""
        with self._change:
            if self._board is not None:
                self.power_cut()
            self.console.clear()
            self.disk.bring_back(name)
            self._start("saved state", runs=False)
            self.board.monitor.work("snapshot-load", tag=name, vmstate=self.disk.node, devices=[self.disk.node])
            self.board.bus.write_reader(self._readers[name])
            self.board.monitor.ask("cont")
        self.sh(f"date -s @{time.time():.0f}").check()

    # -- at the serial line ------------------------------------------------------------------------------------

    def await_login(self, mark: int = 0, timeout: float = BOOT_S) -> str:
        """Wait for the login prompt that came after ``mark`` bytes of the line; what came since then."""
        return self.console.await_said(_LOGIN, mark, timeout)

    def log_in(self, timeout: float = 60.0) -> None:
        """Log in as root, at a login prompt that stands there."""
        mark = len(self.console.raw)
        self.console.write("root\r")
        self.console.await_said(_PROMPT, mark, timeout)

    def start(self, timeout: float = BOOT_S) -> Choice:
        """Switch it on, wait for the prompt, log in; what the boot loader chose."""
        self.power_on()
        chosen = self.await_start(timeout)
        self.log_in()
        return chosen

    # -- the second channel ------------------------------------------------------------------------------------

    @property
    def mender(self) -> str:
        """The name of its Mender client's program: Debian's, since it has none of the client in C++."""
        return "mender"

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float = ANSWER_S,
        stdin: str | bytes | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run a command inside as root, beside the serial line; one that took the device down has said nothing."""
        return self._ask(as_script(argv, stdin, env), timeout, argv)

    def sh(self, script: str, timeout: float = ANSWER_S) -> Result:
        """Run a shell script inside as root."""
        return self._ask(script, timeout, ("sh", "-c", script))

    def _ask(self, script: str, timeout: float, named: Sequence[str]) -> Result:
        try:
            return self.board.port.run(script, timeout=timeout, named=named)
        except OSError:
            return Result(tuple(named), GONE_DOWN, "", "the device went down\n")

    def uptime(self) -> float:
        """Seconds since its kernel started, by its own clock."""
        return float(self.sh("cut -d ' ' -f 1 /proc/uptime").out)

    def await_reboot(self, timeout: float = BOOT_S) -> Choice:
        """Come up again after something inside asked for a reboot; what the boot loader chose."""
        deadline = time.monotonic() + timeout
        while self._told_of >= len(self.starts):
            if time.monotonic() > deadline:
                raise BenchError(f"no reboot in {timeout:.0f} s")
            time.sleep(0.1)
        return self.await_start(timeout)

    def await_start(self, timeout: float = BOOT_S) -> Choice:
        """Wait until a start has come to the login prompt; what the boot loader chose."""
        self._told_of = len(self.starts)
        said = self.await_login(self._start_mark, timeout)
        chosen = _CHOSEN.findall(said)
        if not chosen:
            raise BenchError(f"U-Boot did not say what it chose:\n{said[:2000]}")
        slot, trial = chosen[-1]
        return Choice(int(slot), fell_back=_FELL_BACK in said, on_trial=trial == "1", environment={})

    def wait_until(self, script: str, timeout: float = ANSWER_S) -> None:
        """Wait until a shell script inside succeeds; seconds."""
        loop = f"until {{ {script}\n}} >/dev/null 2>&1; do sleep 0.2; done"
        done = self.sh(loop, timeout=timeout)
        assert done.rc == 0, f"not true after {timeout} s: {script}"

    def await_services(self, timeout: float = BOOT_S) -> None:
        """Wait until everything that starts has started, the applications too, or has failed."""
        if self.sh("systemctl is-system-running --wait", timeout=timeout).rc == _TIMED_OUT:
            raise BenchError(f"after {timeout:.0f} s still starting: {self.sh('systemctl list-jobs').out}")
