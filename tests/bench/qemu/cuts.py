"""One action of the console on the emulated device, the power cut somewhere in it, and a look at what is there then."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..power_cut import expected_outcome, expected_phase
from ..technician import Technician

if TYPE_CHECKING:
    from pathlib import Path

    from .device import Device
    from .torn import TornDisk

UPDATE: Final = "/data/update.mender"
TRAIL: Final = "/data/moducop_tui/audit.jsonl"

ACTIONS: Final = ("install", "trial boot", "commit", "rollback", "switch", "confirm")

_GUESSES: Final = {"install": 60.0, "trial boot": 40.0}
_GUESS_S: Final = 10.0
"""Seconds that an action is believed to take until one was seen to come to its end."""

_WAYS_OUT: Final = {
    "fell back": ("rollback",),
    "rollback cut": ("rollback", "resume"),
    "commit cut": ("resume", "keep"),
    "install cut": ("rollback", "resume"),
    "staged": ("resume", "rollback"),
    "trial": ("commit",),
    "manual trial": ("confirm",),
    "manual switch armed": ("disarm",),
}
_BY_REBOOT: Final = frozenset({"installed", "rolled back, waiting for reboot"})


@dataclass
class Row:
    """What one cut did: a line of the table."""

    number: int
    action: str
    seconds: float
    cached: int = 0
    lost: int = 0
    slot: str = "-"
    phase: str = "-"
    outcome: str = "-"
    way_out: str = "-"
    faults: list[str] = field(default_factory=list)
    """Whatever is not as it must be; empty: all is."""

    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        verdict = "; ".join(self.faults) or "true"
        found = (str(self.cached), str(self.lost), self.slot, self.phase, self.outcome, self.way_out, verdict)
        return (str(self.number), self.action, f"{self.seconds:.2f} s", *found)


HEAD: Final = ("#", "action", "cut after", "cached", "lost", "slot", "phase", "action was", "way out", "the console")


class PowerCuts:
    """Cuts the power of one device again and again; each time its way out leads back to where the next one begins."""

    def __init__(self, device: Device, disk: TornDisk, chance: random.Random) -> None:
        self._device = device
        self._disk = disk
        self._chance = chance
        self._technician = Technician(device)
        self._longest: dict[str, float] = {}

    def cut(self, number: int, action: str) -> Row:
        """Bring the device to where the action can begin, begin it, cut the power, and judge."""
        self._prepare(action)
        seconds = self._chance.uniform(0.0, self._longest.get(action, _GUESSES.get(action, _GUESS_S)))
        row = Row(number, action, round(seconds, 2))
        self._begin(action)
        self._wait(action, seconds)
        self._device.power_cut()
        loss = self._disk.losses[-1]
        row.cached, row.lost = loss.cached, loss.lost
        self._device.power_on()
        try:
            chosen = self._device.await_start()
            row.slot = "AB"[chosen.slot - 2]
            self._judge(row, chosen.slot)
            row.way_out = self._take_way_out() or "none needed"
        except AssertionError as error:
            row.faults.append(" ".join(str(error).split())[:300])
        return row

    # -- before ------------------------------------------------------------------------------------------------

    def _prepare(self, action: str) -> None:
        if action in {"trial boot", "commit", "rollback"}:
            self._technician.do("install", UPDATE)
            if action != "trial boot":
                self._reboot()
        elif action == "confirm":
            self._technician.act_to_the_end("switch", self._other())

    def _other(self) -> str:
        return "B" if self._technician.verdict()["booted"] == "A" else "A"

    def _reboot(self) -> None:
        self._device.sh("systemctl reboot --no-block")
        self._device.await_reboot()

    def _begin(self, action: str) -> None:
        if action == "trial boot":
            self._reboot_only()
            return
        words = {"install": f"install {UPDATE}", "switch": f"switch {self._other()}"}.get(action, action)
        script = f"setsid moducop-tui {words} --yes --reason cut --json </dev/null >/run/cut.log 2>&1 &"
        self._device.sh(f"rm -f /run/cut.done; ( {script} wait; : >/run/cut.done ) >/dev/null 2>&1 &").check()

    def _reboot_only(self) -> None:
        starts = len(self._device.starts)
        self._device.sh("systemctl reboot --no-block")
        while len(self._device.starts) == starts:
            time.sleep(0.05)

    def _wait(self, action: str, seconds: float) -> None:
        """Let the action go on for so long. Where it has ended before, that is how long it takes next time."""
        began = time.monotonic()
        starts = len(self._device.starts)
        while (passed := time.monotonic() - began) < seconds:
            if action != "trial boot" and self._has_ended(starts):
                self._longest[action] = passed
                return
            time.sleep(0.05)

    def _has_ended(self, starts: int) -> bool:
        return len(self._device.starts) != starts or self._device.sh("[ -e /run/cut.done ]").rc != 1

    # -- after -------------------------------------------------------------------------------------------------

    def _judge(self, row: Row, slot: int) -> None:
        """Hold what the console says against what other tools say."""
        status = self._technician.status()
        verdict, work = status["verdict"], status["work"]["value"]
        environment, pending = self._technician.environment(), self._technician.pending()
        image = self._device.run(["sed", "-n", "2p", "/etc/issue"]).out
        row.phase = verdict["phase"]
        wanted = expected_phase(slot, environment, pending, image)
        if verdict["phase"] != wanted:
            row.faults.append(f"says {verdict['phase']!r} where witnesses say {wanted!r}")
        if verdict["booted"] != "AB"[slot - 2]:
            row.faults.append(f"says {verdict['booted']} is booted where the kernel has p{slot} as its root")
        self._judge_data(row)
        events = self._trail(row)
        last = work["last"]
        row.outcome = last["outcome"] if last else "nothing"
        if events and (last is None or last["outcome"] != expected_outcome(events)):
            row.faults.append(f"calls the action {row.outcome!r} where its trail says {expected_outcome(events)!r}")

    def _judge_data(self, row: Row) -> None:
        mounted = self._device.run(["findmnt", "-no", "SOURCE,OPTIONS", "/data"]).out
        if not mounted.startswith("/dev/mmcblk0p4") or " rw" not in mounted:
            row.faults.append(f"/data is not mounted as it must be: {mounted!r}")
        complaints = self._device.sh("dmesg | grep -E 'EXT4-fs (error|warning)|I/O error'").out
        if complaints:
            row.faults.append(f"the kernel complains: {complaints[:200]}")

    def _trail(self, row: Row) -> list[dict[str, Any]]:
        """The newest action's lines on the disk; only the last of all lines may be torn."""
        lines = self._device.sh(f"cat {TRAIL} 2>/dev/null").stdout.split("\n")
        events: list[dict[str, Any]] = []
        for number, line in enumerate(lines, 1):
            try:
                if line:
                    events.append(json.loads(line))
            except ValueError:
                if number < len(lines):  # a whole line has a newline behind it
                    row.faults.append(f"line {number} of {len(lines)} of the trail is torn")
        return [event for event in events if event["id"] == events[-1]["id"]]

    def _take_way_out(self) -> str:
        taken: list[str] = []
        while (phase := self._technician.phase()) != "idle":
            assert len(taken) < 5, f"no end: {taken}, and still {phase}"
            if phase in _BY_REBOOT:
                taken.append("reboot")
                self._reboot()
                continue
            offered = [words for words in _WAYS_OUT.get(phase, ()) if self._technician.refusal(words) is None]
            assert offered, f"no way out of {phase}"
            taken.append(offered[0])
            self._technician.act_to_the_end(offered[0])
        return ", ".join(taken)


def table(rows: list[Row], seed: int) -> str:
    """All cuts as a table in Markdown."""
    lines = [HEAD, tuple("-" for _ in HEAD), *(row.cells() for row in rows)]
    good = sum(not row.faults for row in rows)
    told = f"Seed {seed}: {len(rows)} cuts, after {good} of which everything that the console said was so.\n\n"
    return told + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def write_table(target: Path, rows: list[Row], seed: int) -> None:
    """Keep the table."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(table(rows, seed))
