"""A user who is not root, and what that user can have prepared for the console: nothing of it is root's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from . import slot_steps

if TYPE_CHECKING:
    from .machine import Machine

HOME: Final = "/data/moducop_tui"
HERE: Final = f"{HOME}/dead-man"
UNIT: Final = "moducop-tui-dead-man.service"
RESTART: Final = "moducop-tui restart container nginx-demo-web-1 --yes"
WHOSE: Final = "belongs to nobody (uid 65534), not to root"


@pytest.fixture
def theirs(machine: Machine) -> Iterator[Machine]:
    """The console's directory, made by somebody else before the console was ever started."""
    machine.sh(f"rm -rf /data/before; [ ! -e {HOME} ] || mv {HOME} /data/before; mkdir {HOME}").check()
    machine.sh(f"echo 'unlock = \"nothing\"' >{HOME}/config.toml; echo '{{}}' >{HOME}/slots.json").check()
    machine.sh(f"chown -R 65534:65534 {HOME}").check()
    yield machine
    machine.sh(f"rm -rf {HOME}; [ ! -e /data/before ] || mv /data/before {HOME}").check()


def started(machine: Machine) -> str:
    return machine.sh("docker inspect --format '{{.State.StartedAt}}' nginx-demo-web-1").check().out


def newest(machine: Machine) -> dict[str, Any]:
    told: list[dict[str, Any]] = json.loads(machine.run(["moducop-tui", "history", "--json"]).check().stdout)["actions"]
    return told[0]


def test_their_configuration_says_nothing_to_root(theirs: Machine) -> None:
    refused = theirs.sh("moducop-tui status")
    said = " ".join(refused.stderr.split())
    assert refused.rc == 2
    assert f"The configuration is not used: {HOME} {WHOSE}: remove it, or look at it and chown -R root:root" in said


def test_without_one_the_device_is_shown_and_nothing_is_done(theirs: Machine) -> None:
    theirs.sh(f"rm {HOME}/config.toml").check()
    before = started(theirs)
    refused = theirs.sh(RESTART, timeout=90)
    assert refused.rc == 3
    assert f"{HOME} {WHOSE}" in " ".join(refused.stderr.split())
    assert started(theirs) == before
    assert theirs.sh(f"ls -A {HOME}").out == "slots.json"
    told = json.loads(theirs.run(["moducop-tui", "status", "--json"]).check().stdout)
    assert WHOSE in told["work"]["value"]["error"]
    assert WHOSE in told["work"]["value"]["ledger"]["error"]


def test_once_it_is_roots_again_it_is_used(theirs: Machine) -> None:
    theirs.sh(f"rm -r {HOME}/config.toml; chown -R root:root {HOME}").check()
    theirs.sh(RESTART, timeout=90).check()
    assert newest(theirs)["outcome"] == "done"


def test_their_programs_are_not_run_by_whoever_became_root_with_their_environment(machine: Machine) -> None:
    machine.sh("mkdir -p /data/their/bin; cd /data/their/bin").check()
    for name in ("docker", "fw_printenv", "systemd-run", "mender-update"):
        script = f'#!/bin/sh\\necho $0 >>/data/their/ran\\nPATH=/usr/sbin:/usr/bin exec {name} "$@"\\n'
        machine.sh(f"printf '{script}' >/data/their/bin/{name}; chmod 755 /data/their/bin/{name}").check()
    machine.sh("chown -R 65534 /data/their").check()
    environment = "PATH=/data/their/bin:$PATH HOME=/data/their TMPDIR=/data/their SSH_CONNECTION='203.0.113.9 1 2 3'"
    machine.sh(f"{environment} {RESTART}", timeout=90).check()
    assert machine.sh("ls -A /data/their").out == "bin"
    assert newest(machine)["who"]["origin"] == "203.0.113.9 (said by the caller)"
    machine.sh("rm -r /data/their").check()


@pytest.mark.parametrize("change", [f"chmod 777 {HERE}", f"chown 65534 {HERE}/run.sh", f"chown 65534 {HOME}"])
def test_their_script_is_not_started_at_the_next_boot(fresh_machine: Machine, change: str) -> None:
    machine = fresh_machine
    slot_steps.perform(machine, "switch", "B", last=2)
    machine.sh(f"{change}; echo 'touch /data/ran' >{HERE}/run.sh; systemctl daemon-reload; systemctl start {UNIT}")
    machine.wait_until(f"systemctl show -p Result --value {UNIT} | grep -q exec-condition")
    assert machine.sh("[ ! -e /data/ran ]").rc == 0
    assert (
        "is not for root alone to write: the dead-man timer is not started"
        in machine.sh(f"journalctl -u {UNIT} -o cat").out
    )
