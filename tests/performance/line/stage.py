"""The console over a told device, for one who sits at the terminal and one who tells: `python -m ...stage SOCKET`.

What is told comes as words on a Unix socket, one command a line, each answered by `ok` when the device has changed:

    fill /run 3        a file system is that full, in percent
    log 1              so many entries come at once
    flow 10 30         so many entries a second for so many seconds, in even steps
    stop               no flow any more
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.performance.line.device import ToldDevice
from tests.performance.line.orders import Willing, WrittenDown
from tests.screens.states import STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS, STOCK, RECORDING = "ours", "stock", "recording"
DRIVERS = {
    STOCK: "textual.drivers.linux_driver:LinuxDriver",
    RECORDING: "tests.performance.line.recorder:Recorder",
}
"""What draws our screens in the place of our own driver."""
FRAMES = "LINE_FRAMES"
"""The variable of the environment that names the file in which frames are kept."""
_STEPS_A_SECOND = 20
_SET_PARENTS_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of <linux/prctl.h>."""


class Teller:
    """Hears commands on a socket and tells the device."""

    def __init__(self, told: ToldDevice, path: str) -> None:
        self._told = told
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(path)
        self._server.listen(1)
        self._flow = threading.Event()
        threading.Thread(target=self._hear, name="teller", daemon=True).start()

    def _hear(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection, connection.makefile("rw") as words:
                for line in words:
                    self._do(line.split())
                    words.write("ok\n")
                    words.flush()

    def _do(self, words: Sequence[str]) -> None:
        match words:
            case ["fill", mount_point, percent]:
                self._told.fill(mount_point, int(percent))
            case ["log", count]:
                self._told.log.write(int(count))
            case ["flow", rate, seconds]:
                self._flow = threading.Event()
                flow = (float(rate), float(seconds), self._flow)
                threading.Thread(target=self._run_flow, args=flow, name="flow", daemon=True).start()
            case ["stop"]:
                self._flow.set()

    def _run_flow(self, rate: float, seconds: float, stopped: threading.Event) -> None:
        began = time.monotonic()
        written = 0
        pause = max(1 / rate, 1 / _STEPS_A_SECOND)
        while not stopped.is_set() and written < round(rate * seconds):
            due = min(int((time.monotonic() - began) * rate) + 1, round(rate * seconds))
            if due > written:
                self._told.log.write(due - written)
                written = due
            stopped.wait(pause)


def main() -> int:
    """Run the console until it ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.line.stage", description=__doc__)
    parser.add_argument("socket", help="where to hear commands")
    parser.add_argument("--driver", choices=[OURS, *DRIVERS], default=OURS)
    parser.add_argument("--orders", type=Path, help="a device on trial that takes orders: where they are written down")
    parser.add_argument("--hostile", action="store_true", help="the journal's lines are made to be dear")
    parser.add_argument("words", nargs="*", help="arguments for the console itself")
    wanted = parser.parse_args()
    # Stock Textual uses a whole core for ever once its line has gone, also when it is a killed test that has left it.
    ctypes.CDLL(None).prctl(_SET_PARENTS_DEATH_SIGNAL, signal.SIGKILL)
    if wanted.driver != OURS:
        os.environ["TEXTUAL_DRIVER"] = DRIVERS[wanted.driver]
    told = ToldDevice(STATES["trial"]() if wanted.orders else None, hostile=wanted.hostile)
    Teller(told, wanted.socket)
    device = told.device(Willing(), WrittenDown(wanted.orders) if wanted.orders else None)
    from moducop_tui.__main__ import main as console

    return console(wanted.words, device)


if __name__ == "__main__":
    raise SystemExit(main())
