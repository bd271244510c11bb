"""Updates of an application in the whole virtual ModuCop: real Docker and compose, both generations of the module.

`app-1` commits itself and can't be rolled back by the client; `app-2` waits for a commit (device facts 0 and 4). With
power cuts: test_power_cuts.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from .conftest import require_bench
from .lab_artifacts import write_app_artifact
from .machine import Machine
from .places import BENCH
from .technician import REFUSED, Technician
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .stand_in.fit import Client

APP: Final = "nginx-demo"
OLD, NEW, NEWER, BROKEN = "8f249b9", "a895c3c", "b00b1e5", "bad0bad"
PROVIDED: Final = f"data-partition.{APP}.version"


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
