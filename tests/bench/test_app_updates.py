"""Updates of an application in the whole virtual ModuCop: real Docker and compose, both generations of the module.

`app-1` commits itself and can't be rolled back by the client; `app-2` waits for a commit (device facts 0 and 4).
"""

from __future__ import annotations

import json
import os
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from .conftest import require_bench
from .lab_artifacts import write_app_artifact
from .machine import Machine
from .places import BENCH
from .technician import DONE, REFUSED, Technician
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .stand_in.fit import Client

APP: Final = "nginx-demo"
OLD, NEW, NEWER, BROKEN = "8f249b9", "a895c3c", "b00b1e5", "bad0bad"
PROVIDED: Final = f"data-partition.{APP}.version"
SEED: Final = int(os.environ.get("MODUCOP_POWER_CUTS_SEED", "20261123"))
CUTS: Final = 5
"""Power cuts for each module: every one costs a boot with Docker and all applications."""


@dataclass
class Desk:
    """A machine with one client and one module, its artifacts on the data partition."""

    machine: Machine
    technician: Technician
    witness: Witness

    def path(self, version: str) -> str:
        return f"/data/{version}.mender"

    def running(self) -> dict[str, str]:
        """Of each container of the application that runs, its version."""
        found = self.witness.containers().values()
        own = [one for one in found if one.project == APP and one.status == "running"]
        return {str(one.service): one.labels["software-version"] for one in own}

    def believed(self) -> str | None:
        """Which version Mender believes to be installed."""
        provides: dict[str, str] = json.loads(self.technician.memory().get("artifact-provides", "{}"))
        return provides.get(PROVIDED)

    def runs(self, version: str) -> None:
        """The application is up in this version, all of it, and nothing is pending."""
        assert self.running() == {"web": version, "db": version}
        assert (self.technician.phase(), self.technician.pending()) == ("idle", None)


def _desk(client: Client, app_module: str) -> Iterator[Desk]:
    require_bench()
    compose = (BENCH / f"device/apps/{APP}/docker-compose.yml").read_text()
    with Machine(client=client, app_module=app_module) as machine:
        place = machine.run_dir
        for version in (OLD, NEW, NEWER, BROKEN):
            text = compose.replace("web:1.27.4", "web:9.9.9") if version == BROKEN else compose
            write_app_artifact(place / "app.mender", APP, version, text, image=False)
            machine.write(f"/data/{version}.mender", (place / "app.mender").read_bytes())
        yield Desk(machine, Technician(machine), Witness(machine))


@pytest.fixture
def first() -> Iterator[Desk]:
    """A device of the first generation."""
    yield from _desk("4.0", "app-1")


@pytest.fixture
def second() -> Iterator[Desk]:
    """One of the later generations."""
    yield from _desk("5.1", "app-2")


def test_an_app_of_the_first_generation_is_installed_at_once(first: Desk) -> None:
    desk = first
    record = desk.technician.do("install", desk.path(NEW))
    assert NEW in str(record["sentence"])
    desk.runs(NEW)
    assert desk.believed() == NEW
    assert desk.technician.act("commit")["code"] == REFUSED
    assert desk.machine.sh(f"cat /data/mender-app/{APP}/manifests/.env").out == f"SOFTWARE_VERSION={NEW}"
    # A version that does not start: the module's own help rolls it out a second time and gives up (facts 4.1).
    failed = desk.technician.act("install", desk.path(BROKEN))
    assert failed["code"] == 1
    assert failed["record"]["outcome"] == "failed"
    desk.technician.do("install", desk.path(NEWER))
    desk.runs(NEWER)
    assert desk.believed() == NEWER


def test_an_app_of_the_later_generations_is_tried_and_then_committed_or_rolled_back(second: Desk) -> None:
    desk = second
    desk.technician.do("install", desk.path(NEW))
    assert desk.technician.phase() == "app update pending"
    assert desk.running() == {"web": NEW, "db": NEW}
    assert desk.technician.refusal("install", desk.path(NEWER)) is not None
    desk.technician.do("commit")
    desk.runs(NEW)
    assert desk.believed() == NEW
    desk.technician.do("install", desk.path(NEWER))
    assert desk.running() == {"web": NEWER, "db": NEWER}
    desk.technician.do("rollback")
    desk.runs(NEW)
    assert desk.believed() == NEW
    failed = desk.technician.act("install", desk.path(BROKEN))
    assert failed["code"] == 1
    desk.runs(NEW)
    assert desk.believed() == NEW
    assert desk.machine.sh("ls /data/mender-app/.transactions").out == ""


def _cut_somewhere(desk: Desk, version: str, draw: random.Random, seconds: float) -> tuple[float, dict[str, Any]]:
    """Start the update, cut the power after a random time, boot; that time, and what the console says then."""
    size = "stat -c %s /data/moducop_tui/audit.jsonl 2>/dev/null || echo 0"
    before = desk.machine.sh(size).out
    desk.machine.run(["moducop-tui", "install", desk.path(version), "--yes", "--detach"], timeout=60).check()
    desk.machine.wait_until(f'[ "$({size})" != {before} ]')
    after = draw.uniform(0, seconds)
    time.sleep(after)
    desk.machine.power_cut()
    desk.machine.power_on()
    return after, desk.technician.status()


def _way_out(desk: Desk) -> list[str]:
    """What the console offers, until nothing is pending any more and the application is whole.

    After a cut Docker itself may not know its own network any more: then a repair ends with an app that does not run,
    says so, and starting it is the next thing that is offered.
    """
    taken: list[str] = []
    for words in (("commit",), ("rollback",), ("resume",), ("repair", APP)):
        if desk.technician.refusal(*words) is None:
            taken.append(" ".join(words))
            told = desk.technician.act(*words)
            if told["code"] != DONE:
                assert desk.technician.pending() is None, told["record"]
                taken.append("start")
                desk.technician.do("start", APP)
    return taken


@pytest.mark.parametrize(("client", "app_module"), [("4.0", "app-1"), ("5.1", "app-2")])
def test_power_cuts_in_an_update_leave_one_version_that_mender_knows(
    client: Client, app_module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(SEED)
    rows = []
    for desk in _desk(client, app_module):
        began = time.monotonic()
        desk.technician.do("install", desk.path(OLD))
        seconds = time.monotonic() - began
        if app_module == "app-2":
            desk.technician.do("commit")
        versions = [NEW, NEWER]
        for number in range(CUTS):
            after, status = _cut_somewhere(desk, versions[number % 2], draw, seconds)
            assert status["verdict"]["phase"] in {"idle", "app update pending"}
            assert status["work"]["value"]["last"]["outcome"] in {"cut off", "done"}
            taken = _way_out(desk)
            assert (desk.technician.phase(), desk.technician.pending()) == ("idle", None)
            running = desk.running()
            assert set(running) == {"web", "db"}, running
            assert set(running.values()) == {desk.believed()}, (running, desk.believed())
            phase, outcome = status["verdict"]["phase"], status["work"]["value"]["last"]["outcome"]
            rows.append(
                f"  app {client} {app_module} after {after:6.3f} s  {phase:18} history: {outcome:8}"
                f" then: {', '.join(taken) or 'nothing to do':20} runs {desk.believed()}"
            )
    with capsys.disabled():
        print(f"\nPower cut at {CUTS} random instants of an app update (seed {SEED}):", *rows, sep="\n")
