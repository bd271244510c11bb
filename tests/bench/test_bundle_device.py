"""The bundle on a device: installed as a customer installs it, on a machine whose own Python is taken away."""

from __future__ import annotations

import json
import random
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import inside
from .bundled import COMMAND, HOME, SETUP, UNPACKED, another_build, hide_python, in_use, installed, sign, unpack
from .console import Console
from .machine import Machine
from .tree import HOST_NAME

WEB = "nginx-demo-web-1"


@pytest.fixture(scope="module")
def device(desk_bundle: Path) -> Iterator[Machine]:
    """A machine of this file's own, with the bundle unpacked and installed."""
    with Machine() as machine:
        hide_python(machine)
        unpack(machine, desk_bundle)
        machine.run([f"{UNPACKED}/install"], timeout=60).check()
        yield machine


@pytest.fixture
def full(device: Machine) -> Iterator[str]:
    """A bundle that is not installed, on a data partition that has 60 MB left for it; its place."""
    place = another_build(device, "full")
    free = "$(df -Pk /data | sed -n 2p | tr -s ' ' | cut -d ' ' -f 4)"
    device.sh(f"fallocate -l $(({free} - 60000))K /data/filler").check()
    yield place
    device.sh("rm /data/filler").check()


class TestInstalled:
    def test_the_device_is_read_with_no_python_of_its_own(self, device: Machine) -> None:
        told = json.loads(device.run([COMMAND, "status", "--json"]).check().stdout)
        assert told["verdict"]["booted"] == "A"
        unread = {
            name: one["unavailable"] for name, one in told.items() if isinstance(one, dict) and "unavailable" in one
        }
        assert {name: why for name, why in unread.items() if why} == {}

    def test_a_login_finds_the_command_behind_the_devices_own(self, device: Machine) -> None:
        assert device.run(["bash", "-lc", "command -v moducop-tui"]).check().out == COMMAND
        assert device.run(["bash", "-lc", "echo $PATH"]).check().out.endswith(f":{HOME}/bin")

    def test_the_console_opens_on_a_terminal_and_maps_nothing_of_the_device_but_libc_and_systemd(
        self, device: Machine
    ) -> None:
        with Console([COMMAND], within=device) as console:
            console.wait_for(HOST_NAME)
            console.wait_for("nginx-demo")
            maps = device.sh("cat /proc/$(pgrep -f -o '^/data.*moducop_tui$')/maps").check().stdout
            console.press("q")
            console.wait_end()
        files = set(re.findall(r"(/\S+)$", maps, re.MULTILINE))
        foreign = {Path(name).name for name in files if not name.startswith(f"{HOME}/program/")}
        libraries = {name.split(".so")[0] for name in foreign if ".so" in name}
        assert {"libsystemd", "libudev", "libc"} <= libraries
        # The second line is what libsystemd and libudev load themselves.
        assert libraries <= {
            *("ld-linux-x86-64", "libc", "libm", "libpthread", "librt", "libdl", "libsystemd", "libudev"),
            *("libcap", "libgcrypt", "libgpg-error", "liblz4", "libzstd", "liblzma"),
        }
        assert f"{HOME}/program/{in_use(device)}/lib/libexpat.so.1" in files

    def test_the_journal_is_read_through_the_devices_own_library(self, device: Machine) -> None:
        device.run(["logger", "-t", "bench", "read by the bundle"]).check()
        device.run(["journalctl", "--sync"]).check()
        assert "read by the bundle" in device.run([COMMAND, "logs"]).check().stdout

    def test_an_action_runs_outside_of_the_session_with_the_bundles_python(self, device: Machine) -> None:
        before = device.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", WEB]).check().out
        device.run([COMMAND, "restart", "container", WEB, "--yes"], timeout=90).check()
        assert device.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", WEB]).check().out != before
        record = json.loads(device.run([COMMAND, "history", "--json"]).check().stdout)["actions"][0]
        assert (record["title"], record["outcome"]) == (f"Restart container {WEB}", "done")

    def test_a_package_of_the_callers_has_no_say(self, device: Machine) -> None:
        device.write("/root/.local/lib/python3.11/site-packages/textual.py", "raise SystemExit('the wrong textual')\n")
        device.write("/tmp/there/moducop_tui.py", "raise SystemExit('the wrong console')\n")
        script = f"cd /tmp/there && PYTHONPATH=/tmp/there PYTHONHOME=/tmp/there {COMMAND} --demo status"
        assert device.sh(script).check().stdout.startswith(" DEMO ")
        started = f"PYTHONPATH=/tmp/there {COMMAND} restart container {WEB} --yes"
        assert device.sh(started, timeout=90).check().rc == 0

    def test_using_it_changes_no_file_and_adds_none(self, device: Machine) -> None:
        assert "as they were built" in device.run([SETUP, "status"]).check().stdout
        counts = device.sh(f"cd {HOME}/program/current/ && find . -type f | wc -l && wc -l <SHA256SUMS").out.split()
        assert int(counts[0]) == int(counts[1]) + 1


class TestUpgrade:
    def test_the_version_before_stays_as_the_way_back(self, device: Machine) -> None:
        before = in_use(device)
        device.run([f"{another_build(device)}/install"], timeout=60).check()
        newer = in_use(device)
        assert installed(device) == sorted([before, newer])
        device.run([SETUP, "back"]).check()
        assert in_use(device) == before
        device.run([SETUP, "back"]).check()
        assert in_use(device) == newer
        device.run([SETUP, "back"]).check()

    def test_installing_the_same_once_more_changes_nothing(self, device: Machine) -> None:
        before = (in_use(device), installed(device))
        device.run([f"{UNPACKED}/install"], timeout=60).check()
        assert (in_use(device), installed(device)) == before

    def test_a_damaged_bundle_is_refused_by_the_name_of_the_file(self, device: Machine) -> None:
        place, before = another_build(device), (in_use(device), installed(device))
        device.sh(f"printf x >>{place}/lib/libssl.so.3").check()
        refused = device.run([f"{place}/install"], timeout=60)
        assert refused.rc == 1
        assert "is damaged (lib/libssl.so.3). Nothing was changed." in refused.stderr
        assert (in_use(device), installed(device)) == before

    def test_a_full_data_partition_is_refused_before_anything_is_written(self, device: Machine, full: str) -> None:
        before = (in_use(device), installed(device))
        refused = device.run([f"{full}/install"], timeout=60)
        assert refused.rc == 1
        assert re.search(r"/data has \d+ MiB free; the console takes \d+ MiB and leaves 16\.", refused.stderr)
        assert (in_use(device), installed(device)) == before

    def test_a_partition_that_becomes_full_in_the_middle_leaves_what_was_there(
        self, device: Machine, full: str
    ) -> None:
        before = in_use(device)
        device.sh(f"sed -i s/^SIZE=.*/SIZE=1/ {full}/bundle.txt").check()
        sign(device, full, "bundle.txt")
        failed = device.run([f"{full}/install"], timeout=60)
        assert failed.rc == 1
        assert "The version that was installed still works." in failed.stderr
        assert in_use(device) == before
        assert device.run([COMMAND, "--version"]).check().out.startswith("moducop-tui ")
        there = device.sh(f"ls -A {HOME}/program").out.split()
        assert sorted(there) == sorted([".lock", "current", "previous", *installed(device)])

    def test_versions_older_than_the_one_before_go_unless_they_are_open(self, device: Machine) -> None:
        oldest = in_use(device)
        with Console([COMMAND], within=device) as console:
            console.wait_for(HOST_NAME)
            for word in ("second", "third"):
                place = another_build(device, word)
                device.run([f"{place}/install"], timeout=60).check()
            assert oldest in installed(device)
            assert len(installed(device)) == 3
            console.press("q")
            console.wait_end()
        device.run([SETUP, "install"], timeout=60).check()
        assert oldest not in installed(device)
        assert len(installed(device)) == 2


class TestPowerCut:
    def test_a_cut_in_an_install_leaves_the_old_one_or_the_new_one(self, device: Machine) -> None:
        place, before = another_build(device, "cut"), in_use(device)
        installing = subprocess.Popen(inside.enter(device.leader, [f"{place}/install"]), stdin=subprocess.DEVNULL)
        instant = random.uniform(0.1, 2.0)
        print(f"cut after {instant:.2f} s")
        time.sleep(instant)
        device.power_cut()
        installing.wait()
        device.power_on()
        hide_python(device)
        assert device.run([COMMAND, "--version"]).check().out.startswith("moducop-tui ")
        assert "as they were built" in device.run([SETUP, "status"], timeout=60).check().stdout
        device.run([f"{place}/install"], timeout=60).check()
        assert in_use(device) != before
        assert device.sh(f"ls -A {HOME}/program | grep -c unfinished").out == "0"


class TestRemoved:
    def test_an_open_console_is_not_taken_away(self, device: Machine) -> None:
        with Console([COMMAND], within=device) as console:
            console.wait_for(HOST_NAME)
            refused = device.run([SETUP, "remove"])
            console.press("q")
            console.wait_end()
        assert refused.rc == 1
        assert re.search(r"is still open \(process \d+\)\. Leave it first\.", refused.stderr)

    def test_only_what_was_recorded_stays(self, device: Machine) -> None:
        device.sh(f"touch {HOME}/audit.jsonl {HOME}/slots.json && mkdir -p {HOME}/downloads/half").check()
        removed = device.run([SETUP, "remove"]).check()
        assert f"Kept, until remove --purge: {HOME}/audit.jsonl {HOME}/slots.json" in removed.stdout
        assert device.sh(f"cd {HOME} && ls -A").out.split() == ["audit.jsonl", "slots.json"]

    def test_nothing_is_left_outside_of_data_and_in_the_overlay_one_empty_directory(self, device: Machine) -> None:
        upper = device.sh("find /data/overlay-etc/upper -newer /data/bench/apps-out -name '*moducop*'").out
        assert upper == ""
        assert device.sh("ls -A /data/overlay-etc/upper/profile.d").check().out == ""
        assert device.sh("ls /run | grep moducop").out == ""
        assert device.run(["bash", "-lc", "command -v moducop-tui"]).rc != 0

    def test_with_purge_all_of_it_goes(self, device: Machine) -> None:
        device.run([f"{UNPACKED}/install"], timeout=60).check()
        device.run([SETUP, "remove", "--purge"]).check()
        assert device.sh(f"ls -d {HOME}").rc != 0
