"""The console in a whole virtual ModuCop says what findmnt, lsblk, docker, journalctl and all other witnesses say."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Final

import pytest

from .desk import QUIET, SEEN, Desk, is_about, open_console, show, tight, whole_page
from .tree import HOST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .machine import Machine
    from .witness import Witness

_SIZE: Final = r"\d+(?:\.\d)? [kMGT]?B"
_BAR: Final = r"\[[#.]+\]"


@pytest.fixture(scope="module")
def desk(machine: Machine) -> Iterator[Desk]:
    """One console for all tests here, as one technician would have it open."""
    machine.wait_until("test $(docker inspect -f '{{.State.Health.Status}}' nginx-demo-web-1) = healthy")
    with open_console(machine) as console:
        yield console


@pytest.fixture
def console(desk: Desk) -> Desk:
    """That console, on Overview."""
    show(desk, "Overview")
    desk.settle(QUIET)
    return desk


def image_of_slot_b(machine: Machine) -> str:
    """What the inactive slot's own /etc/issue says, read by mounting it, which the console never does."""
    script = "mkdir -p /run/b && mount -o ro,noload /dev/mmcblk0p3 /run/b && sed -n 2p /run/b/etc/issue; umount /run/b"
    return machine.sh(script).check().out


def addresses(machine: Machine) -> dict[str, list[str]]:
    """Each interface's IPv4 addresses, as `ip` says."""
    told = json.loads(machine.run(["ip", "-json", "-4", "addr"]).check().stdout)
    return {link["ifname"]: [one["local"] for one in link["addr_info"]] for link in told}


def mounted(witness: Witness, fs_type: str) -> set[str]:
    """Mount points of a type that are the device's own: not a container's, not the kernel's, no bind mount."""
    return {
        point
        for point, mount in witness.mounts().items()
        if mount.fstype == fs_type and "[" not in mount.source and not point.startswith(("/sys", "/data/docker"))
    } - {"/dev"}


class TestOverview:
    def test_names_the_device_its_slot_and_its_address(self, console: Desk, machine: Machine) -> None:
        headline = console.row(0)
        assert headline.startswith(HOST_NAME)
        assert "A booted" in headline
        # A long time of running leaves no room for the port's name.
        assert f" {addresses(machine)['end0'][0]} " in headline

    def test_names_both_versions_and_what_each_slot_is(self, console: Desk, machine: Machine, witness: Witness) -> None:
        rows = {row[2]: row for row in console.text().split("\n") if re.match(r"..[AB]  mmcblk0p", row)}
        version_a, version_b = (name.split("_")[-1] for name in (witness.image_name(), image_of_slot_b(machine)))
        assert version_a in rows["A"]
        assert "BOOTED, committed" in rows["A"]
        assert version_b in rows["B"]
        assert "not in use" in rows["B"]

    def test_shows_the_witnesses_of_its_verdict(self, console: Desk, witness: Witness) -> None:
        text = console.text()
        for name, value in witness.environment("mender_boot_part", "upgrade_available", "bootcount").items():
            assert f"{name}={value}" in text
        assert f"mounted {witness.root_device()}" in text
        assert "root=/dev/mmcblk0p2" in text

    def test_names_every_overlay_and_every_tmpfs(self, console: Desk, witness: Witness) -> None:
        storage = console.text().split("--Storage")[1].split("--Apps")[0]
        words = set(re.findall(r"(?<=\s)/[\w/]*", storage))
        assert words == {"/data"} | mounted(witness, "overlay") | mounted(witness, "tmpfs")

    def test_names_every_container_below_its_app(self, console: Desk, witness: Witness) -> None:
        apps = console.text().split("--Apps")[1].split("--Warnings")[0]
        by_app: dict[str, list[str]] = {}
        for container in witness.containers().values():
            by_app.setdefault(container.project or container.name, []).append(container.service or container.name)
        count = len(witness.containers())
        assert f"{count} of {count} containers up" in apps
        for app, services in by_app.items():
            row = next(row for row in apps.split("\n") if row[2:].startswith(app))
            assert set(row.split(": ")[1].split()) == set(services)

    def test_shows_an_error_written_just_now(self, console: Desk, machine: Machine) -> None:
        for priority, letter in (("err", "E"), ("warning", "W")):
            word = f"written as {priority} at {time.monotonic_ns()}"
            machine.run(["logger", "-p", f"user.{priority}", "-t", "bench", word]).check()
            screen = console.picture(word, timeout=SEEN)
            assert re.search(rf"^\d\d:\d\d:\d\d {letter} bench +{word}$", screen, re.MULTILINE)

    def test_shows_a_container_that_comes_and_goes(self, console: Desk, machine: Machine) -> None:
        options = ["--detach", "--name", "visitor", "--network", "none", "--stop-timeout", "1"]
        machine.run(["docker", "run", *options, "nginx-demo/web:1.27.4"]).check()
        console.wait_for(re.compile(r"^. visitor +.*up \d+ s", re.MULTILINE), timeout=SEEN)
        machine.run(["docker", "kill", "visitor"]).check()
        console.wait_for(re.compile(r"^x visitor +.*code 137", re.MULTILINE), timeout=SEEN)
        machine.run(["docker", "rm", "--force", "visitor"]).check()
        console.wait_gone("visitor", timeout=SEEN)


class TestSlots:
    @pytest.fixture
    def page(self, console: Desk) -> list[str]:
        show(console, "Slots")
        return whole_page(console)

    def test_has_every_partition_with_its_size(self, page: list[str], machine: Machine, witness: Witness) -> None:
        mounts = {mount.source: point for point, mount in reversed(witness.mounts().items())}
        for number in range(1, 5):
            device = f"/dev/mmcblk0p{number}"
            size = int(machine.run(["lsblk", "--bytes", "--noheadings", "--output=SIZE", device]).check().out)
            block = witness.superblock(device)
            pattern = rf"  mmcblk0p{number} +\w.* +({_SIZE})  {block['TYPE']} +{block['LABEL']} +(.+)"
            found = next(match for row in page if (match := re.fullmatch(pattern, row)))
            assert is_about(found[1], size)
            assert found[2] == mounts.get(device, "not mounted")

    def test_has_every_variable_of_the_boot_environment(self, page: list[str], witness: Witness) -> None:
        variables = witness.environment()
        assert len(variables) > 15
        text = tight(page)
        for name, value in variables.items():
            assert tight([name, value]) in text

    def test_says_that_both_copies_are_good(self, page: list[str]) -> None:
        copies = [row for row in page if "copy at 0x" in row]
        assert [row.split()[2] for row in copies] == ["0x800000", "0x1000000"]
        assert all("checksum good" in row for row in copies)
        assert sum("in use" in row for row in copies) == 1

    def test_has_what_mender_knows(self, page: list[str], witness: Witness) -> None:
        text = tight(page)
        for name, value in witness.provides().items():
            assert tight([name, value]) in text
        assert tight(["artifact", witness.artifact()]) in text


class TestStorage:
    @pytest.fixture
    def page(self, console: Desk) -> list[str]:
        show(console, "Storage")
        return whole_page(console)

    def test_fills_file_systems_as_df_does(self, page: list[str], machine: Machine, witness: Witness) -> None:
        told = machine.run(["df", "-B1", "--output=target,used,size,pcent"]).check().stdout
        by_point = {row[0]: row[1:] for row in (line.split() for line in told.splitlines()[1:])}
        table = page[: next(number for number, row in enumerate(page) if row.startswith("--Layout"))]
        for point in {"/", "/data"} | mounted(witness, "tmpfs"):
            row = next(row for row in table if row[2:].startswith(f"{point} "))
            used, size, share = by_point[point]
            found = re.search(rf"{_BAR} +<?(\d+) % (?:({_SIZE})|([\d.]+)) of ({_SIZE})", row)
            assert found, row
            slack = int(size) * 0.002
            assert is_about(found[4], int(size))
            assert is_about(found[2] or f"{found[3]} {found[4].split()[1]}", int(used), slack)
            assert abs(int(found[1]) - int(share.rstrip("%"))) <= 1

    def test_counts_what_uppers_hold_as_find_does(self, page: list[str], machine: Machine, witness: Witness) -> None:
        for point in mounted(witness, "overlay"):
            row = next(row for row in page if re.match(rf"..{point} ", row))
            options = witness.mounts()[point].options
            upper = next(option.partition("=")[2] for option in options if option.startswith("upperdir="))
            count = int(machine.sh(f"find {upper} -mindepth 1 ! -type d | wc -l").check().out)
            if count:
                assert f", {count} file" in row
            else:
                assert "unchanged" in row
            assert ("kept" in row) == upper.startswith("/data/")


class TestSystem:
    def test_has_the_machine_as_the_kernel_has_it(self, console: Desk, machine: Machine, witness: Witness) -> None:
        show(console, "System")
        page = whole_page(console)
        text = "\n".join(page)
        memory = dict(re.findall(r"(\w+): +(\d+) kB", machine.read_text("/proc/meminfo")))
        total, available = int(memory["MemTotal"]) * 1024, int(memory["MemAvailable"]) * 1024
        assert f"kernel {machine.run(['uname', '-r']).check().out}" in text
        assert f"boot id            {witness.boot_id()}" in text
        assert f"{machine.run(['nproc']).check().out} cores" in text
        found = re.search(rf"memory +{_BAR} +(\d+) %  .* of ({_SIZE}) used", text)
        assert found, text
        assert is_about(found[2], total)
        assert abs(int(found[1]) - 100 * (1 - available / total)) < 15
        for name, told in addresses(machine).items():
            assert all(re.search(rf"{name} +.*{re.escape(address)}/", text) for address in told), (name, text)

    def test_names_a_unit_that_fails(self, machine: Machine, witness: Witness) -> None:
        machine.sh("systemd-run --quiet --wait --unit=bench-breaks false; true").check()
        try:
            assert witness.failed_units() == ["bench-breaks.service"]
            with open_console(machine) as console:
                console.wait_for("1 unit failed")
                show(console, "System")
                console.press(">")
                console.wait_for("x bench-breaks.service")
        finally:
            machine.run(["systemctl", "reset-failed", "bench-breaks.service"]).check()
