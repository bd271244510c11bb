"""One action of the console on the emulated device, the power cut somewhere in it, and a look at what is there then."""

from __future__ import annotations

import json
import random
import subprocess
from typing import TYPE_CHECKING, Any, Final

from ..places import BenchError
from ..power_cut import expected_outcome, expected_phase
from ..technician import Technician
from ..witness import Witness
from .cut_table import Row
from .stages import TRAIL
from .torn import TornDisk

if TYPE_CHECKING:
    from .app_witness import AppWitness
    from .slot_witness import SlotWitness
    from .stages import Stages

_WAYS_OUT: Final = {
    "fell back": ("rollback",),
    "rollback cut": ("rollback", "resume"),
    "commit cut": ("resume", "keep"),
    "install cut": ("rollback", "resume"),
    "staged": ("resume", "rollback"),
    "trial": ("commit",),
    "manual trial": ("confirm",),
    "manual switch armed": ("disarm",),
    "app update pending": ("commit", "rollback"),
}
_TOLD: Final = 500
_BY_REBOOT: Final = frozenset({"installed", "rolled back, waiting for reboot"})


class PowerCuts:
    """Cuts the power of one device again and again, each time in another action."""

    def __init__(self, stages: Stages, slots: SlotWitness, apps: AppWitness | None = None) -> None:
        assert isinstance(stages.device.disk, TornDisk)
        self._disk: TornDisk = stages.device.disk
        self._device = stages.device
        self._stages = stages
        self._slots = slots
        self._apps = apps
        self._technician = Technician(stages.device)

    def cut(self, number: int, action: str, seed: int) -> Row:
        """Begin the action, cut the power, start again, judge, and take the way out. The number decides on chances."""
        chance = random.Random(f"{seed} {number}")
        row = Row(number, action, 0.0)
        try:
            row.seconds = round(chance.uniform(0.0, self._stages.seconds(action)), 2)
            self._stages.begin(action)
            self._stages.wait(action, row.seconds)
            self._disk.chance = chance
            self._device.power_cut()
            self._note_loss(row)
            self._device.power_on()
            self._judge(row)
            row.way_out = self._take_way_out(row.phase) or "none needed"
        except (AssertionError, BenchError, subprocess.TimeoutExpired) as error:
            told = " ".join(str(error).split())
            row.faults.append(told if len(told) < _TOLD else f"{told[:100]} ... {told[100 - _TOLD :]}")
        if self._device.is_on:
            self._device.power_cut()
        return row

    def _note_loss(self, row: Row) -> None:
        loss = self._disk.losses[-1]
        if loss.flushes == 0 and not self._device.is_starting:  # U-Boot knows no flush, and the kernel may be to come
            raise BenchError("no flush of the device has reached its disk: it has no cache")
        row.cached, row.lost = loss.cached, loss.lost
        if row.action == "install":
            self._slots.look()

    # -- what is there -----------------------------------------------------------------------------------------

    def _judge(self, row: Row) -> None:
        """Hold what the console says against what other tools say."""
        slot = self._device.await_start().slot
        row.slot = "AB"[slot - 2]
        if self._apps is not None:
            self._device.await_services()
        status = self._technician.status()
        verdict, last = status["verdict"], status["work"]["value"]["last"]
        row.phase = verdict["phase"]
        wanted = self._expected_phase(slot)
        if verdict["phase"] != wanted:
            row.faults.append(f"says {verdict['phase']!r} where witnesses say {wanted!r}")
        if verdict["booted"] != "AB"[slot - 2]:
            row.faults.append(f"says {verdict['booted']} is booted where the kernel has p{slot} as its root")
        row.outcome = last["outcome"] if last else "nothing"
        self._judge_data(row)
        self._judge_trail(row)
        if row.action == "install" and slot == 2:
            known = {note["slot"]: note["known"] for note in status["work"]["value"]["ledger"]["notes"]}
            row.faults += self._slots.faults(known.get("B"))

    def _expected_phase(self, slot: int) -> str:
        pending = self._technician.pending()
        if self._apps is not None:
            return "idle" if pending is None else "app update pending"
        image = self._device.run(["sed", "-n", "2p", "/etc/issue"]).out
        return expected_phase(slot, self._technician.environment(), pending, image)

    def _judge_data(self, row: Row) -> None:
        mounted = self._device.run(["findmnt", "-no", "SOURCE,OPTIONS", "/data"]).out
        if not mounted.startswith("/dev/mmcblk0p4") or " rw" not in mounted:
            row.faults.append(f"/data is not mounted as it must be: {mounted!r}")
        complaints = self._device.sh("dmesg | grep -E 'EXT4-fs (error|warning)|I/O error'").out
        if complaints:
            row.faults.append(f"the kernel complains: {complaints[:200]}")

    def _judge_trail(self, row: Row) -> None:
        """The newest action's end by its lines on the disk, of which only the last may be torn."""
        lines = self._device.sh(f"cat {TRAIL} 2>/dev/null").stdout.split("\n")
        events: list[dict[str, Any]] = []
        for number, line in enumerate(lines, 1):
            try:
                if line:
                    events.append(json.loads(line))
            except ValueError:
                if number < len(lines):  # a whole line has a newline behind it
                    row.faults.append(f"line {number} of {len(lines)} of the trail is torn")
        wanted = expected_outcome([event for event in events if event["id"] == events[-1]["id"]])
        if events and row.outcome != wanted:
            row.faults.append(f"calls the action {row.outcome!r} where its trail says {wanted!r}")

    # -- and how to get away from it ---------------------------------------------------------------------------

    def _take_way_out(self, phase: str) -> str:
        taken: list[str] = []
        while phase != "idle":
            assert len(taken) < 5, f"no end: {taken}, and still {phase}"
            taken.append(self._take_step(phase))
            phase = self._technician.phase()
        slot = Witness(self._device).root_device()[-1]
        assert self._technician.pending() is None, "idle, and Mender has an update pending"
        assert self._technician.chosen() == (slot, slot, "0"), f"idle, and {self._technician.chosen()}"
        if self._apps is not None:
            taken += self._apps.heal()
        return ", ".join(taken)

    def _take_step(self, phase: str) -> str:
        if phase in _BY_REBOOT:
            self._device.sh("systemctl reboot --no-block")
            self._device.await_reboot()
            return "reboot"
        for words in _WAYS_OUT.get(phase, ()):
            if self._technician.act_unless_refused(words):
                return words
        raise AssertionError(f"no way out of {phase}")
