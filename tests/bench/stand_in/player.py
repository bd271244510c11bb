"""Plays a transcript's sections on the lab's device with the stand-in in it, and says where it behaves otherwise."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Final

from ..lab import Lab, StuckError
from ..lab_artifacts import Shelf
from ..lab_stock import Stock, finish_fitting
from .fit import Personality, fit
from .transcript import Command, Environment, Reboot, Section, Store, mask, understand, usage_cut

_HERE: Final = Path(__file__).parent
_CONFIGURATION: Final = '{\n    "RootfsPartA": "/dev/mmcblk0p2",\n    "RootfsPartB": "/dev/mmcblk0p3"\n}\n'
_READ_STORE: Final = """
import json, lmdb, os, sys
path = "/data/mender/mender-store"
if not os.path.exists(path):
    sys.exit("null")
with lmdb.open(path, subdir=False, readonly=True, lock=False) as store, store.begin() as transaction:
    json.dump({bytes(k).decode(): bytes(v).decode() for k, v in transaction.cursor()}, sys.stdout)
"""

_INTO_THE_STREAMING: Final = re.compile(r"(2>(/tmp/[\w.]+)[^&]*& )(?:p=\$!; )?sleep 0\.[45];")
_WAIT_FOR_IT: Final = r"\1p=$!; until { tr '\\r' '\\n' <\2 | grep -q '^1[0-9]%'; } 2>/dev/null; do sleep 0.02; done;"

_LISTED: Final = re.compile(r"^(\d+%|--- first:)$")


def play(stock: Stock, personality: Personality, sections: list[Section], before: Before) -> list[str]:
    """Where the stand-in differs, in words; nothing when it is true to the transcript."""
    with Lab(stock, personality, fitting=played_fitting(stock, personality)) as lab:
        before.prepare(lab)
        player = Player(lab, Shelf(stock))
        for section in sections:
            player.play(section)
        return player.differences


class Before:
    """How the device stands before a section, where the transcript does not show it."""

    def __init__(
        self,
        running: str = "2.6.0",
        other: str | None = "2.7.0",
        app: bool = False,
        pace: int = 0,
        cut_at: str | None = None,
    ) -> None:
        self._running = running
        self._other = other
        self._app = app
        self._pace = pace
        self._cut_at = cut_at

    def prepare(self, lab: Lab) -> None:
        """Lay the releases into the slots, and an application where one is to be there."""
        lab.kill()
        lab.lay_into_slot(2, lab.stock.release(self._running))
        lab.lay_into_slot(3, lab.stock.release(self._other) if self._other else None)
        lab.power_on()
        lab.run(["sh", "-c", "cat >/data/mender/mender.conf"], stdin=_CONFIGURATION).check()
        if self._pace:
            lab.run(["sh", "-c", "cat >/run/mender-stand-in-pace"], stdin=f"{self._pace}\n").check()
        if self._app:
            Shelf(lab.stock).get("app-8f249b9.mender")
            lay_docker(lab)
            lab.sh("PATH=/run:$PATH mender-update install /uboot/app-8f249b9.mender").check()
        if self._cut_at:
            lab.run(["sh", "-c", "cat >/data/lab-kill"], stdin=f"{self._cut_at}\n").check()


class Player:
    """One device and what was found on it."""

    def __init__(self, lab: Lab, shelf: Shelf) -> None:
        self._lab = lab
        self._shelf = shelf
        self.differences: list[str] = []
        lay_docker(lab)

    def play(self, section: Section) -> None:
        """All events in their order; a device that stands at U-Boot's prompt ends it."""
        for event in section.events:
            where = f"{section.title}: {event.text if isinstance(event, Command) else type(event).__name__}"
            match event:
                case Command():
                    self._command(event, where)
                case Environment():
                    told = self._lab.run(["fw_printenv", *event.values]).stdout.split()
                    self._compare(where, event.values, dict(word.split("=", 1) for word in told))
                case Store():
                    found = json.loads(self._lab.run(["python3", "-c", _READ_STORE]).out or "null")
                    self._compare(where, _masked(event.values), _masked(found))
                case Reboot():
                    if not self._reboot(event, where):
                        return

    def _command(self, command: Command, where: str) -> None:
        for name in re.findall(r"/uboot/([\w.-]+)", command.text):
            if name in self._shelf.names:
                self._shelf.get(name)
        done = self._lab.sh(_timed(command.text))
        self._compare(f"{where}: exit", command.exit, done.rc)
        stdout = done.stdout.splitlines()
        if "docker:upped" in where:  # the laboratory's own stand-in for Docker lost its file in one of its two runs
            stdout = [line for line in stdout if not line.startswith("software-version=")]
            command.stdout = [line for line in command.stdout if not line.startswith("software-version=")]
        self._compare(f"{where}: stdout", _comparable(command.stdout), _comparable(stdout))
        expected = understand("\n".join(command.stderr) + "\n")
        found = understand(done.stderr.replace("\r", "\\r"))
        self._compare(f"{where}: progress", expected.progress, found.progress)
        self._compare(f"{where}: records", expected.records, found.records)
        self._compare(f"{where}: other lines", expected.rest, found.rest)
        if "/uboot/app-" not in command.text:  # what the module `app` prints is not in our copies of the transcripts
            self._compare(f"{where}: module's output", expected.module, found.module)

    def _reboot(self, event: Reboot, where: str) -> bool:
        last = event.lines[-1] if event.lines else ""
        try:
            self._lab.reboot()
        except StuckError as error:
            self._compare(where, "stuck at the U-Boot prompt" in last, True)
            return str(error) == ""
        lay_docker(self._lab)
        if last:
            issue = self._lab.run(["sed", "-n", "2p", "/etc/issue"]).out
            self._compare(where, last, f"BOOTED slot p{self._lab.slot}: {issue}")
        return True

    def _compare(self, where: str, expected: object, found: object) -> None:
        if expected != found:
            self.differences.append(f"{where}\n    transcript: {expected}\n    stand-in:   {found}")


def lay_docker(lab: Lab) -> None:
    """Where the transcripts' commands look for it first: /run is empty after each boot."""
    lab.run(
        ["sh", "-c", "cat >/run/docker; chmod +x /run/docker"], stdin=(_HERE / "played/docker").read_bytes()
    ).check()


def played_fitting(stock: Stock, personality: Personality) -> Path:
    """The stand-in with the laboratory's wrapper before its module: /data/lab-kill says where to cut."""
    target = stock.place / f"played-{personality}"
    if not target.exists():
        fit(target, personality)
        module = target / "usr/share/mender/modules/v3/rootfs-image"
        inner = target / "usr/share/mender/lab/rootfs-image"
        inner.parent.mkdir()
        module.rename(inner)
        shutil.copy(_HERE / "played/module-wrapper", module)
        finish_fitting(target)
    return target


def _timed(command: str) -> str:
    """The command as it is typed here: where the laboratory slept until the streaming had come to its middle, wait for
    that, however busy this machine is."""
    command = command.replace("busybox timeout", "timeout")
    return _INTO_THE_STREAMING.sub(_WAIT_FOR_IT, command)


def _masked(values: dict[str, str] | None) -> dict[str, str] | None:
    return None if values is None else {key: mask(value) for key, value in values.items()}


def _comparable(lines: list[str]) -> list[str]:
    """Without what differs from run to run; processes left over from sections before count once."""
    masked = [mask(line) for line in usage_cut(lines) if not _LISTED.match(line)]
    return [
        line
        for number, line in enumerate(masked)
        if not line.startswith(("/bin/sh", "cat ")) or line not in masked[:number]
    ]
