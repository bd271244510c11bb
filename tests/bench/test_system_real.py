"""The machine, its journal and its media as the console reads them in the virtual ModuCop, against other witnesses."""

from __future__ import annotations

import json
import time

from moducop_tui.model.log import Log
from moducop_tui.model.media import Media
from moducop_tui.model.system import System

from .machine import Machine
from .source_value import value_inside
from .witness import Witness

SYSTEM = "moducop_tui.sources.system.SystemSource"
LOG = "moducop_tui.sources.journal.JournalSource"
MEDIA = "moducop_tui.sources.media.MediaSource"

FOLLOW = """
import json, subprocess, sys, time
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.log import LogFilter
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal import Journal
stream = Journal(Config(), Host()).open(LogFilter(**json.loads(sys.argv[1])), 0)
if len(sys.argv) > 2:
    subprocess.run(sys.argv[2:], check=True, capture_output=True)
entries = []
until = time.monotonic() + 4
while time.monotonic() < until:
    entries += stream.read(0.5, Wake()).entries
print(json.dumps([[entry.origin, entry.unit, entry.message] for entry in entries]))
"""


def system_of(machine: Machine) -> System:
    value = value_inside(machine, SYSTEM)
    assert isinstance(value, System), value
    return value


def followed(machine: Machine, wanted: dict[str, object], *command: str) -> list[list[str]]:
    """What a stream inside the machine shows while a command runs: origin, unit and message of each entry."""
    argv = ["/usr/bin/python3", "-c", FOLLOW, json.dumps(wanted), *command]
    environment = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site"}
    entries: list[list[str]] = json.loads(machine.run(argv, env=environment).check().stdout)
    return entries


def test_the_machine_is_what_its_own_tools_say(machine: Machine, witness: Witness) -> None:
    system = system_of(machine)
    assert (system.is_moducop, system.not_moducop) == (True, None)
    assert system.boot_id == witness.boot_id()
    assert system.host_name == machine.run(["hostname"]).check().out
    assert system.image_name == witness.image_name()
    assert system.kernel == machine.run(["uname", "-r"]).check().out
    assert system.cpu_count == int(machine.run(["nproc"]).check().out)
    assert system.uptime is not None
    addresses = {
        link["ifname"]: tuple(f"{each['local']}/{each['prefixlen']}" for each in link["addr_info"])
        for link in json.loads(machine.run(["ip", "-j", "addr"]).check().stdout)
    }
    assert addresses["lo"]
    assert {each.name: each.addresses for each in system.interfaces if each.addresses} == {
        name: found for name, found in addresses.items() if found and not name.startswith("veth")
    }


def test_an_address_is_its_interfaces_whatever_its_label_and_whoever_its_peer(machine: Machine) -> None:
    added = (
        "169.254.7.9/16 dev lo label lo:avahi",
        "192.168.8.1/24 dev lo label lo:1",
        "10.64.64.64 peer 10.64.64.1 dev lo",
    )
    try:
        for address in added:
            machine.sh(f"ip addr add {address}").check()
        (loopback,) = (each for each in system_of(machine).interfaces if each.name == "lo")
        assert {"127.0.0.1/8", "169.254.7.9/16", "192.168.8.1/24", "10.64.64.64/32"} <= set(loopback.addresses)
    finally:
        for address in added:
            machine.sh(f"ip addr del {address.partition(' label')[0]}")


def test_a_unit_that_fails_is_named(machine: Machine, witness: Witness) -> None:
    machine.sh("systemd-run --quiet --unit=breaks false; sleep 0.3").check()
    try:
        system = system_of(machine)
        assert system.failed_units is not None
        assert "breaks.service" in system.failed_units
        assert sorted(system.failed_units) == sorted(witness.failed_units())
    finally:
        machine.run(["systemctl", "reset-failed", "breaks.service"]).check()


def _complaints(witness: Witness) -> tuple[int, int]:
    """How many errors and how many warnings the journal holds."""
    return len(witness.journal("-p3")), len(witness.journal("-p4..4"))


def test_the_journal_in_short_is_what_journalctl_says(machine: Machine, witness: Witness) -> None:
    machine.run(["logger", "-p", "user.err", "-t", "bench", "an error of the bench"]).check()
    time.sleep(0.1)
    for _ in range(5):  # until nobody else, such as an application, has complained between two looks
        before = _complaints(witness)
        log = value_inside(machine, LOG)
        if _complaints(witness) == before:
            break
    assert isinstance(log, Log), log
    assert log.backend == "systemd.journal"
    assert log.persistent is False
    assert [(boot.boot_id, boot.offset) for boot in log.boots] == [(witness.boot_id(), 0)]
    assert (log.errors_last_hour, log.warnings_last_hour) == before
    errors = [kept.entry for kept in log.recent if kept.entry.message == "an error of the bench"]
    assert [entry.origin for entry in errors] == ["bench"]


def test_a_unit_is_followed_with_what_systemd_says_about_it(machine: Machine) -> None:
    script = "systemd-run --unit=speaks --wait --collect sh -c 'echo own words; exit 3' || true"
    entries = followed(machine, {"unit": "speaks"}, "sh", "-c", script)
    assert {unit for _, unit, _ in entries} == {"speaks.service"}
    assert ["sh", "speaks.service", "own words"] in entries
    assert any(origin == "systemd" and "Failed with result" in message for origin, _, message in entries)


def test_a_container_is_followed_by_its_name(machine: Machine, witness: Witness) -> None:
    speaking = {entry["CONTAINER_NAME"] for entry in witness.journal() if isinstance(entry.get("CONTAINER_NAME"), str)}
    speaking &= set(witness.containers())  # others may have spoken and been removed since
    assert speaking, "the bench's applications write to the journal"
    name = min(speaking)
    machine.run(["docker", "restart", "--time=1", name], timeout=60).check()
    entries = followed(machine, {"container": name}, "docker", "restart", "--time=1", name)
    assert {origin for origin, _, _ in entries} == {name}
    told = [entry["MESSAGE"] for entry in witness.journal(f"CONTAINER_NAME={name}")]
    assert [message for _, _, message in entries] == told[-len(entries) :]


def test_media_are_read_even_without_udevd(machine: Machine) -> None:
    value = value_inside(machine, MEDIA)
    assert isinstance(value, Media), value
