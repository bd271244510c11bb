"""The engine in a whole virtual ModuCop: real systemd, journald, Docker, ext4; lines that drop, power that goes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from . import faults
from .console import Console
from .machine import Machine
from .witness import Witness

WEB = "nginx-demo-web-1"
STUBBORN = "stubborn"
STOP = ["moducop-tui", "stop", "container", STUBBORN, "--yes", "--reason", "bench"]
RESTART = ["moducop-tui", "restart", "container", WEB, "--yes"]


@pytest.fixture
def stubborn(machine: Machine) -> Iterator[Machine]:
    """A container that does not end when it is asked to, so that stopping it takes Docker's ten seconds."""
    with a_stubborn_container(machine):
        yield machine


@contextmanager
def a_stubborn_container(machine: Machine) -> Iterator[None]:
    words = ["docker", "run", "-d", "--name", STUBBORN, "--log-driver", "journald", "gpx-logger/logger:1.4.0"]
    machine.run([*words, "sh", "-c", "trap : TERM; while :; do sleep 1; done"]).check()
    try:
        yield
    finally:
        machine.run(["docker", "rm", "-f", STUBBORN])


def history(machine: Machine) -> list[dict[str, Any]]:
    told: dict[str, list[dict[str, Any]]] = json.loads(machine.run(["moducop-tui", "history", "--json"]).check().stdout)
    return told["actions"]


def unit_of(machine: Machine) -> str:
    """The service in which an action runs, once it does."""
    machine.wait_until("systemctl list-units --plain --no-legend 'moducop-tui-2*' | grep -q running")
    return machine.sh("systemctl list-units --plain --no-legend 'moducop-tui-2*'").out.split()[0]


def in_its_step(machine: Machine) -> None:
    """Wait until the container is being stopped."""
    machine.wait_until('grep -q \'"state":"running"\' /run/moducop_tui/running.json')


def test_an_action_runs_as_a_service_and_is_in_trail_and_journal(machine: Machine, witness: Witness) -> None:
    machine.run(RESTART, timeout=90).check()
    newest = history(machine)[0]
    assert (newest["outcome"], newest["boot_id"]) == ("done", witness.boot_id().replace("-", ""))
    assert newest["who"]["user"] == "root"
    entries = witness.journal("SYSLOG_IDENTIFIER=moducop-tui", f"MODUCOP_ACTION_ID={newest['id']}")
    assert [entry["MODUCOP_OUTCOME"] for entry in entries][-1] == "done"
    assert {entry["MODUCOP_ACTION"] for entry in entries} == {"restart"}
    steps = [step["words"] for step in newest["steps"]]
    assert set(steps) <= {entry.get("MODUCOP_STEP") for entry in entries}
    assert all(entry["PRIORITY"] == "5" for entry in entries)
    assert machine.sh("systemctl list-units --all --plain --no-legend 'moducop-tui-2*'").out == ""
    modes = machine.run(["stat", "-c", "%a", "/data/moducop_tui", "/data/moducop_tui/audit.jsonl"]).check().out
    assert modes.split() == ["700", "600"]


def test_a_line_that_drops_ends_the_watching_and_not_the_action(stubborn: Machine) -> None:
    with Console(STOP, within=stubborn) as person:
        unit = unit_of(stubborn)
        in_its_step(stubborn)
        person.hang_up()
    assert stubborn.run(["systemctl", "is-active", unit]).out == "active"
    page = stubborn.run(["moducop-tui", "status"]).check().stdout
    assert re.search(r"^\* Stop container stubborn by root on pts/\d+: step 1 of", page, re.MULTILINE)
    stubborn.wait_until(f"! systemctl is-active --quiet {unit}", timeout=60)
    newest = history(stubborn)[0]
    assert newest["outcome"] == "done"
    assert newest["who"]["terminal"].startswith("pts/")
    assert stubborn.run(["docker", "inspect", "--format", "{{.State.Running}}", STUBBORN]).out == "false"


def test_a_second_one_is_told_who_is_at_work_and_does_nothing(stubborn: Machine) -> None:
    stubborn.run([*STOP, "--detach"]).check()
    in_its_step(stubborn)
    before = stubborn.run(["docker", "inspect", "--format", "{{.State.StartedAt}}", WEB]).out
    refused = stubborn.run(RESTART)
    assert refused.rc == 3
    assert f"stop container {STUBBORN} by root" in refused.stdout + refused.stderr
    assert stubborn.run(["docker", "inspect", "--format", "{{.State.StartedAt}}", WEB]).out == before
    stubborn.wait_until("! test -e /run/moducop_tui/running.json", timeout=60)


def test_an_executor_that_is_killed_takes_its_commands_along_and_is_told_as_cut_off(stubborn: Machine) -> None:
    stubborn.run([*STOP, "--detach"]).check()
    unit = unit_of(stubborn)
    in_its_step(stubborn)
    group = f"/sys/fs/cgroup{stubborn.run(['systemctl', 'show', '-P', 'ControlGroup', unit]).out}"
    stubborn.run(["systemctl", "kill", "--kill-who=main", "--signal=KILL", unit]).check()
    stubborn.wait_until(f"! systemctl is-active --quiet {unit}")
    assert stubborn.sh(f"cat {group}/cgroup.procs 2>/dev/null").out == ""
    newest = history(stubborn)[0]
    assert newest["outcome"] == "cut off"
    assert newest["sentence"].startswith("Cut off in step 1 of ")
    assert newest["sentence"].endswith("its process was ended from outside.")
    assert "x Stop container stubborn: Cut off" in stubborn.run(["moducop-tui", "status"]).stdout
    stubborn.run(RESTART, timeout=90).check()


def test_what_an_action_started_does_not_outlive_its_executor(machine: Machine) -> None:
    """The properties of the service, tried with a command that would go on for ever."""
    program = (
        "from moducop_tui.actions.running.detached import Service, start_detached\n"
        "from moducop_tui.host import Host\n"
        "words = ('sh', '-c', 'setsid sleep 47110 & sleep 2')\n"
        "start_detached(Host(), Service('moducop-tui-trial', 'a trial', words, ('true',), '/run/nothing-left'))"
    )
    environment = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site", "PYTHONDONTWRITEBYTECODE": "1"}
    machine.run(["python3", "-c", program], env=environment).check()
    machine.wait_until("pgrep -f '[s]leep 47110'")
    machine.wait_until("! pgrep -f '[s]leep 47110'")


def test_after_a_power_cut_the_trail_says_in_which_step_it_came(fresh_machine: Machine) -> None:
    fresh_machine.run(RESTART, timeout=90).check()
    with a_stubborn_container(fresh_machine):
        fresh_machine.run([*STOP, "--detach"]).check()
        in_its_step(fresh_machine)
        fresh_machine.power_cut()
        fresh_machine.power_on()
        cut, whole = history(fresh_machine)[:2]
        assert (cut["outcome"], whole["outcome"]) == ("cut off", "done")
        assert cut["sentence"].startswith("Cut off in step 1 of ")
        assert cut["sentence"].endswith("the device went down meanwhile and has booted since.")
        assert cut["steps"][0]["state"] == "cut off"
        fresh_machine.run(RESTART, timeout=90).check()
        assert [one["outcome"] for one in history(fresh_machine)] == ["done", "cut off", "done"]


def test_a_reboot_is_on_record_as_done_before_the_device_goes_down(
    fresh_machine: Machine, fresh_witness: Witness
) -> None:
    before = fresh_witness.boot_id().replace("-", "")
    fresh_machine.run(["moducop-tui", "reboot", "--yes", "--reason", "bench", "--detach"]).check()
    fresh_machine.await_reboot()
    newest = history(fresh_machine)[0]
    assert (newest["outcome"], newest["boot_id"], newest["reason"]) == ("done", before, "bench")
    assert "told to reboot" in newest["sentence"]
    assert fresh_witness.boot_id().replace("-", "") != before


def test_where_nothing_can_be_recorded_nothing_is_done(fresh_machine: Machine) -> None:
    machine = fresh_machine
    before = machine.run(["docker", "inspect", "--format", "{{.State.StartedAt}}", WEB]).out
    with faults.filled(machine, "/data"):
        refused = machine.run(RESTART, timeout=60)
        assert refused.rc == 3
        assert "--override 'no room'" in refused.stderr
        refused = machine.run([*RESTART, "--override", "no room"], timeout=60)
        assert refused.rc == 3
        assert "Free space on the data partition." in refused.stdout + refused.stderr
        assert machine.run(["docker", "inspect", "--format", "{{.State.StartedAt}}", WEB]).out == before
    machine.run(RESTART, timeout=90).check()
    with faults.filled(machine, "/data"):
        # The last action has kept room for this one.
        machine.run([*RESTART, "--override", "no room"], timeout=90)
        newest = history(machine)[0]
        assert newest["outcome"] in ("done", "failed")
        assert "Not all of it could be recorded" not in newest["sentence"]
    faults.data_turns_read_only(machine)
    refused = machine.run(RESTART, timeout=60)
    assert refused.rc == 3
    assert "read-only" in refused.stdout + refused.stderr


def test_a_data_partition_that_turned_read_only_keeps_nobody_from_the_reboot_that_heals_it(
    fresh_machine: Machine,
) -> None:
    machine = fresh_machine
    reboot = ["moducop-tui", "reboot", "--yes", "--reason", "bench", "--detach"]
    faults.data_turns_read_only(machine)
    refused = machine.run(reboot)
    assert refused.rc == 3
    assert "--override 'unrecorded'" in refused.stderr
    machine.run([*reboot, "--override", "unrecorded"]).check()
    machine.await_reboot()
    machine.run(RESTART, timeout=90).check()
    assert [one["outcome"] for one in history(machine)] == ["done"]
