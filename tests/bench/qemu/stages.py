"""Saved states of a device in which actions can begin, each reached by the console's own actions and real starts."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..technician import DONE, Technician

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .device import Device

UPDATE: Final = "/data/update.mender"
APP_UPDATE: Final = "/data/app.mender"
APP_BEFORE: Final = "/data/app-before.mender"
TRAIL: Final = "/data/moducop_tui/audit.jsonl"

READY: Final = "ready"
INSTALLED: Final = "installed"
ON_TRIAL: Final = "on_trial"
SWITCHED: Final = "switched"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The state in which an action begins, and the console's command that begins it; None: only a reboot."""

    state: str
    words: str | None
    reboots: bool = False
    with_apps: bool = False


BEGINNINGS: Final[Mapping[str, Beginning]] = {
    "install": Beginning(READY, f"install {UPDATE}"),
    "trial boot": Beginning(INSTALLED, None, reboots=True),
    "commit": Beginning(ON_TRIAL, "commit"),
    "rollback": Beginning(ON_TRIAL, "rollback", reboots=True),
    "switch": Beginning(READY, "switch B", reboots=True),
    "confirm": Beginning(SWITCHED, "confirm"),
    "app update": Beginning(READY, f"install {APP_UPDATE}", with_apps=True),
}

_REACHED_BY: Final = {INSTALLED: "install", ON_TRIAL: "trial boot", SWITCHED: "switch"}

_BEHIND_S: Final = 2.0
"""Seconds behind an action's end that still count as it: what it wrote last may not be flushed, U-Boot may count."""

_PATIENCE_S: Final = 900.0
_TRIES: Final = 4

_BEGIN: Final = """
size() { stat -c %s "$1" 2>/dev/null || echo 0; }
rm -f /run/cut.done
before=$(size $2)
( setsid moducop-tui $1 --yes --reason cut --json </dev/null >/run/cut.log 2>&1; : >/run/cut.done ) &
until [ "$(size $2)" != "$before" ]; do
    [ ! -e /run/cut.done ] || { cat /run/cut.log; exit 1; }
    sleep 0.02
done
"""
"""Ends with the first line that the action has in the trail. The console's words are $1, the trail is $2."""

_AWAIT_END: Final = "until [ -e /run/cut.done ]; do sleep 0.1; done; cat /run/cut.log"


class Stages:
    """One device, which can be put where an action begins. Each state is made when it is first needed."""

    def __init__(self, device: Device, *, with_apps: bool = False) -> None:
        self.device = device
        self._with_apps = with_apps
        self._technician = Technician(device)
        self._saved: set[str] = set()
        self._seconds: dict[str, float] = {}

    def begin(self, action: str) -> None:
        """Be where the action can begin, and begin it; from its first line in the trail on it is under way."""
        self._be(BEGINNINGS[action].state)
        self._begin(action)

    def wait(self, action: str, seconds: float) -> None:
        """Let the action go on for so long by the device's own clock, or until it resets the device.

        Through a start, in which nobody can ask it, by ours.
        """
        if action == "trial boot":
            time.sleep(seconds)
        else:
            self.device.sh(f"sleep {seconds:.2f}", timeout=_PATIENCE_S)

    def seconds(self, action: str) -> float:
        """How long the action takes when nobody cuts it, measured once, by the clock of ``wait``."""
        reached = next((state for state, by in _REACHED_BY.items() if by == action), None)
        if reached is not None:
            self._have(reached)
        elif action not in self._seconds:
            self._be(BEGINNINGS[action].state)
            self._go_to_the_end(action)
        return self._seconds[action]

    def _be(self, state: str) -> None:
        self._have(state)
        self.device.restore(state)

    def _have(self, state: str) -> None:
        if state not in self._saved:
            self._make(state)
            self.device.save(state)
            self._saved.add(state)

    def _make(self, state: str) -> None:
        if state == READY:
            self.device.start()
            if self._with_apps:
                self.device.await_services()
                self._technician.do("install", APP_BEFORE)
        else:
            action = _REACHED_BY[state]
            self._be(BEGINNINGS[action].state)
            self._go_to_the_end(action)
            if action == "switch":
                self.device.await_start()
        self.device.await_services()
        assert self._technician.status()  # whoever comes next finds the program in memory, as a technician would

    def _begin(self, action: str) -> None:
        words = BEGINNINGS[action].words
        if words is None:
            self.device.sh("systemctl reboot --no-block")
            return
        for _ in range(_TRIES):  # beside other work a reading takes longer than the console waits for it
            done = self.device.run(["sh", "-c", _BEGIN, "sh", words, TRAIL])
            if done.rc == 0:
                return
        raise AssertionError(f"{action} did not begin: {done.stdout}{done.stderr}")

    def _go_to_the_end(self, action: str) -> None:
        starts = len(self.device.starts)
        self._begin(action)
        if action == "trial boot":
            pressed = time.monotonic()
            self.device.await_reboot()
            self._seconds[action] = time.monotonic() - pressed
            return
        began = self.device.uptime()
        if BEGINNINGS[action].reboots:
            self._seconds[action] = self._await_reset(starts) - began + _BEHIND_S
        else:
            told = json.loads(self.device.sh(_AWAIT_END, timeout=_PATIENCE_S).check().stdout)
            assert told["code"] == DONE, f"{action}: {told}"
            self._seconds[action] = self.device.uptime() - began + _BEHIND_S

    def _await_reset(self, starts: int) -> float:
        """Wait until the device has reset itself; when that was, by its own clock."""
        seen = 0.0
        deadline = time.monotonic() + _PATIENCE_S
        while len(self.device.starts) == starts:
            assert time.monotonic() < deadline, "the device did not reboot"
            told = self.device.sh("cut -d ' ' -f 1 /proc/uptime")
            if told.rc == 0:
                seen = max(seen, float(told.out))
            time.sleep(0.2)
        return seen
