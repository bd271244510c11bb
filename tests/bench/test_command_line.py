"""The command line where it is used: in pipes, in monitoring, from outside the device, and on what is no ModuCop."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.patience import PATIENCE

from . import faults, inside
from .desk import Desk, has_read, show
from .places import REPOSITORY
from .tree import HOST_NAME, SLOT_A, SLOT_B

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .console import Place
    from .machine import Machine
    from .namespace import Namespace
    from .witness import Witness

HERE: Final = (sys.executable, "-m", "moducop_tui")
FOLLOWER: Final = "^python3 -m moducop_tui logs"
ENVIRONMENT: Final = {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}


def from_outside(machine: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on the host, looking at the machine as a container looks at the device it runs on."""
    argv = [*HERE, *arguments, "--root", f"/proc/{machine.leader}/root"]
    return subprocess.run(
        argv, env={**os.environ, **ENVIRONMENT}, cwd="/", capture_output=True, text=True, timeout=60, check=False
    )


class TestStatus:
    @pytest.fixture
    def said(self, machine: Machine) -> dict[str, Any]:
        """What `status --json` says now, without a terminal and without anything that names one."""
        told: dict[str, Any] = json.loads(
            machine.run(["env", "-i", "/usr/local/bin/moducop-tui", "status", "--json"]).check().stdout
        )
        return told

    def test_partitions_are_as_large_as_lsblk_says(self, said: dict[str, Any], machine: Machine) -> None:
        sizes = {one["device"]: one["size"] for one in said["slots"]["value"]["partitions"]}
        told = machine.sh("lsblk --bytes --noheadings --nodeps --paths --output=SIZE /dev/mmcblk0p[1-4]").check().out
        assert list(sizes.values()) == [int(line) for line in told.split()]
        assert list(sizes) == [f"/dev/mmcblk0p{number}" for number in range(1, 5)]

    def test_file_systems_are_as_full_as_df_says(self, machine: Machine) -> None:
        """Before and after: one is the disk of the host, on which other tests write meanwhile."""
        df = ["df", "-B1", "--output=target,size,used,itotal"]
        before = machine.run(df).check().out
        said = json.loads(machine.run(["moducop-tui", "status", "--json"]).check().stdout)
        after = machine.run(df).check().out
        first, last = ({row.split()[0]: row.split()[1:] for row in told.splitlines()[1:]} for told in (before, after))
        file_systems = said["storage"]["value"]["file_systems"]
        assert "/data" in {one["mount_point"] for one in file_systems}
        for one in file_systems:
            size, used, inodes = map(int, last[one["mount_point"]])
            assert (one["total"], one["inodes_total"]) == (size, inodes)
            low, high = sorted((used, int(first[one["mount_point"]][1])))
            assert low - (1 << 20) <= one["used"] <= high + (1 << 20)

    def test_uppers_hold_what_find_and_du_count(self, said: dict[str, Any], machine: Machine) -> None:
        overlays = said["storage"]["value"]["overlays"]
        assert len(overlays) == 5
        for one in overlays:
            count = machine.sh(f"find {one['upper']} -mindepth 1 ! -type d | wc -l").check().out
            assert one["content"]["files"] + one["content"]["whiteouts"] == int(count)

    def test_containers_are_as_docker_inspect_says(self, said: dict[str, Any], witness: Witness) -> None:
        containers = {one["name"]: one for app in said["apps"]["value"]["apps"] for one in app["containers"]}
        for name, told in witness.containers().items():
            one = containers[name]
            seen = (one["id"], one["image"], one["state"], one["restart_count"], one["project"], one["service"])
            assert seen == (told.id, told.image, told.status, told.restarts, told.project, told.service)

    def test_environment_and_mender_are_as_their_tools_say(self, said: dict[str, Any], witness: Witness) -> None:
        assert said["boot"]["value"]["variables"] == witness.environment()
        assert [copy["good"] for copy in said["boot"]["value"]["copies"]] == [True, True]
        assert said["mender"]["value"]["artifact_name"] == witness.artifact()
        assert said["mender"]["value"]["provides"].items() <= witness.provides().items()


def _is_set_by_somebody(machine: Machine) -> bool:
    """Whether timedated takes the clock for synchronised."""
    return machine.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"]).check().out == "yes"


class TestCheck:
    """Exit codes as monitoring has them, each in a real situation."""

    @pytest.fixture(autouse=True)
    def _no_unit_has_failed(self, machine: Machine) -> None:
        """Other tests of this machine may have killed a service; what became of it is not this test's matter."""
        machine.run(["systemctl", "reset-failed"]).check()

    def test_0_when_all_is_well(self, machine: Machine) -> None:
        """The clock is the host's, and so is who sets it: where nobody does, that alone is to be looked at."""
        machine.wait_until("test $(docker inspect -f '{{.State.Health.Status}}' nginx-demo-web-1) = healthy")
        done = machine.run(["moducop-tui", "check"])
        if _is_set_by_somebody(machine):
            assert (done.rc, done.out) == (0, "OK - all is well")
        else:
            assert done.rc == 1
            assert [line for line in done.out.splitlines() if "clock" not in line] == []

    def test_1_when_something_is_to_be_looked_at(self, machine: Machine) -> None:
        machine.sh("systemd-run --quiet --unit=breaks false; sleep 0.5").check()
        done = machine.run(["moducop-tui", "check"])
        assert done.rc == 1
        assert done.out.startswith("WARNING - ! ")
        assert "breaks.service" in done.out

    def test_2_when_something_is_broken(self, machine: Machine) -> None:
        with faults.filled(machine, "/var/volatile"):
            done = machine.run(["moducop-tui", "check"])
        assert done.rc == 2
        assert done.out.startswith("CRITICAL - x /var/volatile")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--root", "/nowhere"], "/nowhere is no directory"),
            (["--config", "/run/bench.toml"], "/run/bench.toml"),
            (["--nonsense"], ""),
        ],
    )
    def test_3_when_it_can_not_be_told(self, machine: Machine, arguments: list[str], words: str) -> None:
        machine.write("/run/bench.toml", "no = [ toml\n")
        done = machine.run(["moducop-tui", "check", *arguments])
        assert done.rc == 3
        assert words in done.out


@contextmanager
def following(machine: Machine, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`logs --follow` in a pipe inside a machine."""
    argv = inside.enter(machine.leader, ["moducop-tui", "logs", "--follow", *arguments])
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        try:
            yield process
        finally:
            machine.run(["pkill", "-INT", "-f", FOLLOWER])
            process.wait(5)


def next_line(process: subprocess.Popen[str], word: str) -> str:
    """The next line that has a word in it; those before are none of anybody's."""
    assert process.stdout is not None
    return next(line for line in process.stdout if word in line)


class TestLogs:
    def test_follow_brings_what_the_filters_let_through(self, machine: Machine) -> None:
        with following(machine, "--priority", "warning", "--lines", "0") as process:
            word = f"followed {time.monotonic_ns()}"
            # Until the follower listens, nothing of it is his: so it is said again until he has heard it.
            saying = f"while :; do logger -p user.info -t bench 'not {word}'; logger -p user.err -t bench '{word}'"
            saying += "; sleep 0.1; done"
            machine.run(["systemd-run", "--quiet", "--unit=bench-says", "sh", "-c", saying]).check()
            line = next_line(process, word)
            machine.run(["systemctl", "stop", "bench-says"]).check()
            assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d E bench(\[\d+\])?: {word}\n", line)
        assert process.returncode == 0

    def test_follow_of_one_container_brings_its_words_alone(self, machine: Machine) -> None:
        with following(machine, "--container", "nginx-demo-db-1", "--lines", "0", "--json") as process:
            assert process.stdout is not None
            entries = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert {entry["container"] for entry in entries} == {"nginx-demo-db-1"}
        assert all("db: " in entry["message"] for entry in entries)

    def test_follow_ends_when_its_reader_goes(self, machine: Machine) -> None:
        done = machine.run(["sh", "-c", "moducop-tui logs --follow --lines 3 | head -n 3"], timeout=PATIENCE)
        assert len(done.check().stdout.splitlines()) == 3
        machine.wait_until(f"! pgrep -f '{FOLLOWER}'", timeout=PATIENCE)


class TestWithoutATerminal:
    def test_the_console_says_what_to_use_instead(self, machine: Machine) -> None:
        done = machine.run(["moducop-tui"])
        assert (done.rc, done.stdout) == (2, "")
        assert "moducop-tui status" in done.stderr
        assert "ssh -t" in done.stderr
        assert len(done.stderr.splitlines()) == 1


class TestFromOutside:
    """`--root`: a container, or whoever has the device's files before him."""

    def test_status_shows_the_machines_facts(self, machine: Machine, witness: Witness) -> None:
        done = from_outside(machine, "status", "--json")
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["system"]["value"]["host_name"] == HOST_NAME
        assert said["system"]["value"]["boot_id"] == witness.boot_id()
        images = {slot["name"]: slot["image"]["name"] for slot in said["slots"]["value"]["slots"]}
        assert images == {"A": SLOT_A.image, "B": SLOT_B.image}
        assert said["slots"]["value"]["mounted_root"] == witness.root_device()
        assert said["verdict"]["booted"] == "A"
        assert said["boot"]["value"]["variables"] == witness.environment()
        names = {one["name"] for app in said["apps"]["value"]["apps"] for one in app["containers"]}
        assert names == set(witness.containers())
        overlays = {one["mount_point"] for one in said["storage"]["value"]["overlays"]}
        assert {"/etc", "/root", "/var/lib"} <= overlays
        assert said["storage"]["value"]["deviations"] == []

    def test_it_is_judged_as_from_inside(self, machine: Machine) -> None:
        """What can't be seen from outside, such as sticks, is no fault of the device."""
        inside, outside = machine.run(["/usr/local/bin/moducop-tui", "check"]), from_outside(machine, "check")
        assert (outside.returncode, outside.stdout.splitlines()[0]) == (inside.rc, inside.stdout.splitlines()[0])

    def test_logs_are_the_machines(self, machine: Machine) -> None:
        word = f"read from outside {time.monotonic_ns()}"
        machine.run(["logger", "-p", "user.err", "-t", "bench", word]).check()
        machine.wait_until(f"journalctl -q -t bench --grep '{word}'")
        done = from_outside(machine, "logs", "--priority", "err", "--lines", "100")
        assert word in done.stdout

    def test_the_console_shows_the_machine(self, machine: Machine) -> None:
        argv = [*HERE, "--root", f"/proc/{machine.leader}/root"]
        with Desk(argv, env=ENVIRONMENT) as console:
            screen = console.picture("BOOTED, committed", timeout=30)
            assert screen.startswith(HOST_NAME)
            screen = console.picture("3 of 3 containers up")
            assert SLOT_B.image.split("_")[-1] in screen
            word = f"seen from outside {time.monotonic_ns()}"
            machine.run(["logger", "-p", "user.err", "-t", "bench", word]).check()
            console.wait_for(word)
            console.press("q")
            assert console.wait_end() == 0


class TestNoModuCop:
    @pytest.fixture
    def laptop(self, namespace_factory: type[Namespace]) -> Iterator[Namespace]:
        with namespace_factory() as world:
            yield world

    def test_the_console_starts_and_says_in_one_line_what_is_missing(self, laptop: Namespace) -> None:
        place: Place = laptop
        with Desk(HERE, within=place, env=ENVIRONMENT) as console:
            console.wait_for(has_read, timeout=30)
            console.wait_for("! no ModuCop  ")
            for name in ("Slots", "Storage", "Apps", "Logs", "System"):
                show(console, name)
            console.wait_for("This machine is no ModuCop: ")
            console.press("q")
            assert console.wait_end() == 0

    def test_check_warns_of_that_and_of_nothing_that_only_a_moducop_has(self, laptop: Namespace) -> None:
        done = laptop.run([*HERE, "check"], env=ENVIRONMENT)
        assert "! no ModuCop" in done.out.splitlines()[0]
        assert "This machine is no ModuCop" in done.out
        for word in ("boot environment", "mender", "slot", "engine"):
            assert word not in done.out.splitlines()[0].lower()
