"""An app's update that lost its power, with the first generation's module on 4.0 and 5.1, and how it is put right.

The lab has no container engine: what Mender and the module leave behind is real, starting the app is not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from .lab import Lab
from .lab_artifacts import Shelf
from .stand_in.player import lay_docker, played_fitting
from .technician import REFUSED, Technician

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lab_stock import Stock
    from .stand_in.fit import Personality

HOME: Final = "/data/mender-app"
VERSION: Final = "data-partition.nginx-demo.version"
OLD, NEW = "8f249b9", "a895c3c"


@pytest.fixture(params=["4.0", "5.1"])
def lab(request: pytest.FixtureRequest, stock: Stock) -> Iterator[Lab]:
    """A device on which version 8f249b9 of the app is installed."""
    client: Personality = request.param
    shelf = Shelf(stock)
    for name in (OLD, NEW):
        shelf.get(f"app-{name}.mender")
    with Lab(stock, client, fitting=played_fitting(stock, client)) as booted:
        lay_docker(booted)
        booted.sh(f"PATH=/run:$PATH mender-update install /uboot/app-{OLD}.mender").check()
        yield booted


def cut(lab: Lab, point: str) -> None:
    """Lose the power at that moment of the update."""
    lab.sh(f"echo {point} >/data/lab-kill; sync; PATH=/run:$PATH mender-update install /uboot/app-{NEW}.mender")
    lab.sh("rm -f /data/lab-kill; sync").check()
    lab.reboot()


def there(lab: Lab) -> str:
    """The version in the app's directory."""
    return lab.sh(f"cat {HOME}/nginx-demo/manifests/.env").check().out.partition("=")[2]


def believed(technician: Technician) -> str | None:
    provides: dict[str, str] = json.loads(technician.memory().get("artifact-provides", "{}"))
    return provides.get(VERSION)


@pytest.mark.parametrize("point", ["docker:load", "docker:down"])
def test_an_app_without_its_manifests_gets_the_version_before_and_mender_knows_it(lab: Lab, point: str) -> None:
    technician = Technician(lab)
    cut(lab, point)
    assert technician.phase() == "app update pending"
    assert technician.act("commit")["code"] == REFUSED
    record = technician.act("repair", "nginx-demo")["record"]
    states = [(step["state"], step["words"]) for step in record["steps"]]
    assert ("done", "put nginx-demo-previous in its place") in states, json.dumps(record, indent=1)
    assert there(lab) == OLD
    assert technician.pending() is None
    assert believed(technician) == OLD
    assert lab.sh(f"ls -A {HOME}").out.split() == [".nginx-demo.aside", "nginx-demo", "nginx-demo-last"]


@pytest.mark.parametrize("point", ["docker:up", "docker:upped"])
def test_an_app_whose_new_version_is_in_place_keeps_it_and_mender_knows_it(lab: Lab, point: str) -> None:
    technician = Technician(lab)
    cut(lab, point)
    assert technician.phase() == "app update pending"
    assert technician.act("commit")["code"] == REFUSED
    technician.act("repair", "nginx-demo")
    assert there(lab) == NEW
    assert technician.pending() is None


def test_after_the_repair_the_next_update_goes_through(lab: Lab) -> None:
    """Transcript apprec51; without the repair it ends with `cannot create ...: Directory nonexistent`."""
    technician = Technician(lab)
    cut(lab, "docker:down")
    technician.act("repair", "nginx-demo")
    lay_docker(lab)
    lab.sh(f"PATH=/run:$PATH mender-update install /uboot/app-{NEW}.mender").check()
    assert (there(lab), believed(technician)) == (NEW, NEW)
