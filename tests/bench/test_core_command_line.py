"""The command line inside a whole virtual ModuCop, held against what other tools there say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cli.test_status_json import strict

from . import faults
from .tree import HOST_NAME, SLOT_A, SLOT_B

if TYPE_CHECKING:
    from .machine import Machine
    from .witness import Witness


@pytest.fixture
def document(machine: Machine) -> dict[str, Any]:
    """What `status --json` says now, checked against its published schema."""
    said: dict[str, Any] = json.loads(machine.run(["moducop-tui", "status", "--json"]).check().stdout)
    strict().validate(said)
    return said


def test_every_topic_of_a_real_device_can_be_read(document: dict[str, Any]) -> None:
    topics = ("slots", "boot", "mender", "storage", "apps", "log", "system", "media")
    assert [document[topic]["error"] for topic in topics] == [None] * len(topics)
    assert not document["simulated"]
    assert document["system"]["value"]["is_moducop"]


def test_slots_and_environment_are_what_other_tools_say(document: dict[str, Any], witness: Witness) -> None:
    verdict = document["verdict"]
    assert (verdict["booted"], verdict["next_boot"], verdict["agree"]) == ("A", "A", True)
    assert document["slots"]["value"]["mounted_root"] == witness.root_device()
    images = {slot["name"]: slot["image"]["name"] for slot in document["slots"]["value"]["slots"]}
    assert images == {"A": SLOT_A.image, "B": SLOT_B.image}
    names = ("mender_boot_part", "upgrade_available", "bootlimit")
    variables = document["boot"]["value"]["variables"]
    assert {name: variables[name] for name in names} == witness.environment(*names)


def test_overlays_and_containers_are_what_other_tools_say(document: dict[str, Any], witness: Witness) -> None:
    overlays = {one["mount_point"] for one in document["storage"]["value"]["overlays"]}
    mounts = witness.mounts()
    assert overlays == {
        point for point, mount in mounts.items() if mount.fstype == "overlay" and "/docker/" not in point
    }
    told = {one["name"] for app in document["apps"]["value"]["apps"] for one in app["containers"]}
    assert told == set(witness.containers())


def test_one_page_of_text_comes_without_a_terminal(machine: Machine) -> None:
    page = machine.run(["moducop-tui", "status"]).check().stdout
    assert page.isascii()
    assert "\x1b" not in page
    for word in (HOST_NAME, SLOT_A.image, SLOT_B.image, "/var/volatile", "nginx-demo", "gpx-logger"):
        assert word in page


def test_logs_show_an_entry_that_was_written_just_now(machine: Machine) -> None:
    machine.run(["logger", "-p", "user.err", "-t", "bench", "written just now"]).check()
    said = machine.run(["moducop-tui", "logs", "--priority", "err", "--lines", "5"]).check().out
    assert "written just now" in said.splitlines()[-1]


def test_check_finds_the_engine_hanging_and_says_so_in_time(machine: Machine) -> None:
    with faults.docker_hanging(machine):
        done = machine.run(["moducop-tui", "check"])
    assert done.rc == 2
    assert done.out.startswith("CRITICAL - x engine can't be asked")
