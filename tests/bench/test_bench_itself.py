"""The bench tells the truth: what the concept says a ModuCop is, the virtual one is, and it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE

from . import artifacts, envblock, faults, inside, journals, keyboard, leftovers
from .conftest import require_bench
from .console import Console
from .lab import Lab
from .places import REPOSITORY, scratch
from .stick import Stick
from .tree import HOST_NAME, SLOT_A, SLOT_B

if TYPE_CHECKING:
    from .lab_stock import Stock
    from .machine import Machine
    from .namespace import Namespace
    from .witness import Witness

HOSTS_BITS = (16, 17, 20, 25, 30, 32, 33, 35, 36)
"""Numbers of ``inside.HOSTS_OWN`` in <linux/capability.h>."""
STARTED = "eed00a68ffd84e31882105fd973abdd1"
"""The journal's id of "Startup finished" as a systemd in a container says it (``sd-messages.h``)."""


class TestMachine:
    """One machine for all: each test leaves it as it was."""

    def test_boots_slot_a_read_only(self, machine: Machine, witness: Witness) -> None:
        root = witness.mounts()["/"]
        assert (machine.slot, root.source, root.fstype) == (2, "/dev/mmcblk0p2", "ext4")
        assert "ro" in root.options
        assert machine.read_text("/proc/cmdline").startswith("root=/dev/mmcblk0p2 ro ")
        assert machine.run(["hostname"]).out == HOST_NAME
        assert machine.run(["touch", "/usr/x"]).rc != 0

    def test_boots_without_a_complaint(self, machine: Machine, witness: Witness) -> None:
        assert machine.run(["systemctl", "is-system-running", "--wait"]).out == "running"
        # What other tests make of the same machine later, such as a unit that they kill, is no matter of its start.
        started = int(witness.journal(f"MESSAGE_ID={STARTED}")[0]["__MONOTONIC_TIMESTAMP"])
        messages = [
            entry["MESSAGE"]
            for entry in witness.journal("--priority=warning")
            if "CONTAINER_NAME" not in entry and int(entry["__MONOTONIC_TIMESTAMP"]) <= started
        ]
        # On a host that grants few open files D-Bus says so, and nothing inside can raise that limit.
        assert [message for message in messages if "Failed to set fd limit" not in message] == []
        assert witness.failed_units() == []

    def test_names_its_image_and_device(self, machine: Machine, witness: Witness) -> None:
        assert machine.read_text("/etc/issue").split("\n")[1] == SLOT_A.image == witness.image_name()
        assert witness.artifact() == SLOT_A.artifact
        assert machine.read_text("/var/lib/mender/device_type") == "device_type=moducop-cpu01\n"

    def test_overlays_are_where_the_concept_says(self, witness: Witness) -> None:
        mounts = witness.mounts()
        assert mounts["/data"].source == "/dev/mmcblk0p4"
        for name in ("etc", "root"):
            wanted = {f"lowerdir=/{name}", f"upperdir=/data/overlay-{name}/upper", f"workdir=/data/overlay-{name}/work"}
            assert mounts[f"/{name}"].fstype == "overlay"
            assert wanted <= mounts[f"/{name}"].options
        for name in ("cache", "lib", "spool"):
            assert mounts[f"/var/{name}"].fstype == "overlay"
            assert f"upperdir=/var/volatile/{name}" in mounts[f"/var/{name}"].options
        assert mounts["/var/volatile"].fstype == "tmpfs"

    def test_logs_and_runtime_are_volatile(self, machine: Machine) -> None:
        assert machine.run(["readlink", "-f", "/var/log", "/var/run"]).out == "/var/volatile/log\n/run"
        assert machine.sh("ls /run/log/journal/*/system.journal").rc == 0
        assert machine.sh("ls /var/log/journal/*/*.journal").rc != 0

    def test_partitions_have_the_names_of_the_device(self, witness: Witness) -> None:
        found = [witness.superblock(f"/dev/mmcblk0p{number}") for number in range(1, 5)]
        assert [block["LABEL"] for block in found] == ["boot", "rootfsA", "rootfsB", "data"]
        assert {block["TYPE"] for block in found} == {"ext4"}
        assert {block["PART_ENTRY_SCHEME"] for block in found} == {"dos"}

    def test_environment_is_read_and_written_inside(self, machine: Machine, witness: Witness) -> None:
        assert witness.environment() == envblock.INITIAL
        machine.run(["fw_setenv", "bench_word", "written inside"]).check()
        assert machine.loader.environment() == {**envblock.INITIAL, "bench_word": "written inside"}
        machine.run(["fw_setenv", "bench_word"]).check()
        assert witness.environment() == envblock.INITIAL

    def test_one_bad_copy_of_the_environment_is_survived_two_are_not(self, machine: Machine) -> None:
        faults.corrupt_environment(machine, [0])
        assert machine.run(["fw_printenv", "-n", "mender_boot_part"]).out == "2"
        faults.corrupt_environment(machine, [1])
        assert machine.run(["fw_printenv"]).rc != 0
        faults.corrupt_environment(machine, [0, 1])  # flips the bits back
        assert machine.run(["fw_printenv", "-n", "mender_boot_part"]).out == "2"

    def test_applications_run(self, machine: Machine, witness: Witness) -> None:
        machine.wait_until("test $(docker inspect -f '{{.State.Health.Status}}' nginx-demo-web-1) = healthy")
        found = {name: (c.project, c.service, c.status) for name, c in witness.containers().items()}
        assert found == {
            "nginx-demo-web-1": ("nginx-demo", "web", "running"),
            "nginx-demo-db-1": ("nginx-demo", "db", "running"),
            "gpx-logger-logger-1": ("gpx-logger", "logger", "running"),
        }
        assert witness.containers()["nginx-demo-web-1"].labels["software-version"] == "8f249b9"

    def test_their_lines_are_in_the_journal(self, machine: Machine, witness: Witness) -> None:
        machine.wait_until("journalctl CONTAINER_NAME=nginx-demo-web-1 --grep 'request 2 served' --quiet")
        last = witness.journal("CONTAINER_NAME=nginx-demo-web-1", lines=1)[0]
        assert last["_SYSTEMD_UNIT"] == "docker.service"
        assert last["IMAGE_NAME"] == "nginx-demo/web:1.27.4"
        assert last["_BOOT_ID"] == witness.boot_id()

    def test_no_disk_of_the_host_can_be_reached(self, machine: Machine) -> None:
        disk = next(name for name in _blocks() if not name.startswith(("loop", "zram", "ram")))
        number = Path(f"/sys/block/{disk}/dev").read_text().strip().replace(":", " ")
        script = f"mknod /run/host-disk b {number} && head -c 512 /run/host-disk >/run/stolen"
        for prefix in ([], ["systemd-run", "--quiet", "--wait", "--collect"]):
            assert machine.run([*prefix, "sh", "-c", script]).rc != 0
            machine.sh("test ! -s /run/stolen && rm -f /run/host-disk /run/stolen").check()

    def test_a_full_file_system(self, machine: Machine) -> None:
        with faults.filled(machine, "/var/volatile"):
            assert machine.sh("head -c 8192 /dev/zero >/var/volatile/one-more").rc != 0
        machine.sh("echo again >/var/volatile/one-more && rm /var/volatile/one-more").check()

    def test_docker_stops_hangs_and_comes_back(self, machine: Machine) -> None:
        with faults.docker_hanging(machine), pytest.raises(subprocess.TimeoutExpired):
            machine.run(["docker", "ps"], timeout=1)
        with faults.docker_stopped(machine):
            assert machine.run(["docker", "ps"]).rc != 0
        machine.wait_until("test $(docker ps -q | wc -l) = 3")

    def test_a_container_that_crashes_and_one_that_is_hostile(self, machine: Machine, witness: Witness) -> None:
        with faults.crash_loop(machine) as crasher, faults.hostile_container(machine) as hostile:
            machine.wait_until(f"test $(docker inspect -f '{{{{.RestartCount}}}}' {crasher}) -gt 0")
            machine.wait_until(f"journalctl -q CONTAINER_NAME={hostile} | grep -q markup")
            container = witness.containers()[hostile]
            assert dict(container.labels) == faults.HOSTILE_LABELS
            raw = machine.run(["docker", "logs", hostile]).stdout
            assert "\x1b[2J" in raw
            assert "x" * 10_000 in raw

    def test_journal_of_another_time(self, machine: Machine, witness: Witness) -> None:
        year = 365 * 86400 * journals.SECOND
        start = 1_700_000_000 * journals.SECOND
        made = journals.add_to_machine(machine, journals.clock_jump(start=start, jump=year))
        found = witness.journal("_SYSTEMD_UNIT=clock.service")
        machine.run(["rm", made]).check()
        assert len(found) == 10
        times = sorted(int(entry["__REALTIME_TIMESTAMP"]) for entry in found)
        assert times[-1] - times[0] == year + 9 * journals.SECOND

    def test_hardware_that_no_board_has(self, machine: Machine) -> None:
        with faults.faked_directory(machine, "/sys/class/thermal", {"thermal_zone0/temp": "48000\n"}):
            assert machine.run(["cat", "/sys/class/thermal/thermal_zone0/temp"]).out == "48000"
        assert machine.run(["mountpoint", "-q", "/sys/class/thermal"]).rc != 0

    def test_a_pulled_cable(self, machine: Machine) -> None:
        with faults.cable_pulled(machine):
            machine.wait_until("test $(cat /sys/class/net/end0/carrier) = 0")
        machine.wait_until("test $(cat /sys/class/net/end0/carrier) = 1")

    def test_a_stick_comes_and_goes(self, machine: Machine) -> None:
        listen = (
            "import pyudev\n"
            "monitor = pyudev.Monitor.from_netlink(pyudev.Context(), 'udev')\n"
            "monitor.filter_by('block', 'partition')\n"
            "monitor.start()\n"
            "print('listening', flush=True)\n"
            "for device in iter(monitor.poll, None):\n"
            "    told = device.get('ID_BUS'), device.get('ID_FS_LABEL')\n"
            "    print(device.action, device.device_node, *told, flush=True)\n"
        )
        with Console(["python3", "-c", listen], within=machine) as console:
            console.wait_for("listening")
            with Stick(machine, {"update/cpu01.mender": b"an artifact"}, label="UPDATES") as stick:
                console.wait_for(f"add {stick.device} usb UPDATES")
                machine.run(["mkdir", "-p", "/run/stick"]).check()
                machine.run(["mount", "-o", "ro", stick.device, "/run/stick"]).check()
                assert machine.read_text("/run/stick/update/cpu01.mender") == "an artifact"
            console.wait_for(f"remove {stick.device}")

    def test_console_is_a_terminal_of_the_machine(self, machine: Machine) -> None:
        with Console(["sh", "-c", "tty; stty size; echo $TERM; read x; echo got $x"], within=machine) as console:
            console.wait_for("vt220")
            assert console.row(0).startswith("/dev/pts/")
            assert console.row(1) == "24 80"
            console.press("a", "b", "enter")
            console.wait_for("got ab")
            assert console.wait_end() == 0
            assert b"24 80\r\n" in console.raw

    def test_a_dropped_line_ends_the_program(self, machine: Machine) -> None:
        with Console(["sleep", "1234"], within=machine) as console:
            machine.wait_until("pidof sleep >/dev/null && ps ax | grep -q '[s]leep 1234'")
            console.hang_up()
            machine.wait_until("! ps ax | grep -q '[s]leep 1234'")


def _reached_of_the_host(world: inside.Inhabited) -> list[str]:
    """What its first process, or who enters it, could change here; the time that is set is the one that it is."""
    reached = ["the clock"] if world.sh('date --set="$(date --rfc-3339=ns)"').rc == 0 else []
    for status in (Path(f"/proc/{world.leader}/status").read_text(), world.sh("cat /proc/self/status").check().stdout):
        bound = int(re.findall(r"^CapBnd:\s*(\S+)$", status, re.MULTILINE)[0], 16)
        reached += [f"capability {bit}" for bit in HOSTS_BITS if bound >> bit & 1]
    return reached


def test_a_machine_reaches_neither_the_clock_nor_the_kernel_of_the_host(machine: Machine) -> None:
    assert _reached_of_the_host(machine) == []
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    assert machine.run(["timedatectl", "set-time", now]).rc != 0


def test_a_lab_reaches_neither_the_clock_nor_the_kernel_of_the_host(stock: Stock) -> None:
    with Lab(stock, "5.1") as lab:
        assert _reached_of_the_host(lab) == []


def test_a_namespace_reaches_neither_the_clock_nor_the_kernel_of_the_host(namespace_factory: type[Namespace]) -> None:
    with namespace_factory() as world:
        assert _reached_of_the_host(world) == []


def test_trial_boot_falls_back_and_a_commit_stays(fresh_machine: Machine, fresh_witness: Witness) -> None:
    machine, witness = fresh_machine, fresh_witness
    machine.sh(
        "echo kept >/etc/kept; echo kept >/data/kept; echo lost >/var/lib/lost; echo lost >/var/log/lost"
    ).check()
    first = witness.boot_id()

    faults.arm(machine, 3)
    choice = machine.reboot()
    assert (choice.slot, choice.on_trial) == (3, True)
    assert witness.root_device() == "/dev/mmcblk0p3"
    assert witness.image_name() == SLOT_B.image
    assert witness.environment("bootcount", "upgrade_available") == {"bootcount": "1", "upgrade_available": "1"}
    assert machine.sh("cat /etc/kept /data/kept; ls /var/lib/lost /var/log/lost").out == "kept\nkept"
    assert witness.boot_id() != first
    assert len(witness.containers()) == 3

    choice = machine.reboot()  # not committed
    assert (choice.slot, choice.fell_back) == (2, True)
    told = witness.environment("mender_boot_part", "mender_boot_part_hex", "upgrade_available")
    assert told == {"mender_boot_part": "2", "mender_boot_part_hex": "2", "upgrade_available": "0"}

    faults.arm(machine, 3)
    machine.reboot()
    machine.run(["fw_setenv", "upgrade_available", "0"]).check()
    choice = machine.reboot()
    assert (choice.slot, choice.on_trial, choice.fell_back) == (3, False, False)


def test_power_cut_loses_what_was_not_written_and_ends_a_trial(fresh_machine: Machine) -> None:
    machine = fresh_machine
    faults.arm(machine, 3)
    machine.reboot()
    machine.sh("echo one >/data/synced; sync -f /data/synced; echo two >/data/cached").check()
    machine.power_cut()
    machine.power_on()
    assert (machine.slot, machine.choices[-1].fell_back) == (2, True)
    assert machine.run(["cat", "/data/synced"]).out == "one"
    assert machine.run(["cat", "/data/cached"]).out == ""


def test_real_mender_installs_arms_and_sees_that_it_fell_back(fresh_machine: Machine, fresh_witness: Witness) -> None:
    artifact = artifacts.rootfs_artifact(
        fresh_machine.run_dir, name="cpu01-standard-v2.8.0", files={"etc/issue": "x\n"}
    )
    fresh_machine.write("/data/update.mender", artifact.read_bytes())
    fresh_machine.run(["mender", "install", "/data/update.mender"], timeout=60).check()
    told = fresh_witness.environment("mender_boot_part", "mender_boot_part_hex", "upgrade_available", "bootcount")
    assert list(told.values()) == ["3", "3", "1", "0"]
    assert fresh_witness.superblock("/dev/mmcblk0p3")["LABEL"] == "payload"
    assert fresh_machine.reboot().fell_back  # the payload holds no kernel
    committed = fresh_machine.run(["mender", "commit"])
    assert committed.rc == 1
    assert "the bootloader rolled back" in committed.stderr
    assert fresh_machine.run(["mender", "commit"]).rc == 2


def test_a_console_that_was_left_open_does_not_keep_the_machine_from_a_reboot(fresh_machine: Machine) -> None:
    """Twice: whoever takes the console's end for it is stopped by the machine's last signals only now and then."""
    for _ in range(2):
        with Console(["moducop-tui"], within=fresh_machine) as console:
            console.wait_for("Slots", timeout=60.0)
            os.kill(console.process(), signal.SIGSTOP)  # as systemd stops everything before it ends it
            assert fresh_machine.reboot(timeout=80.0).slot == 2  # systemd alone would wait for 90 s
            assert console.wait_end() != 0


def test_slot_without_a_system_falls_back(fresh_machine: Machine) -> None:
    faults.blank_slot(fresh_machine, 3)
    faults.arm(fresh_machine, 3)
    choice = fresh_machine.reboot()
    assert (choice.slot, choice.fell_back) == (2, True)


def test_data_can_turn_read_only(fresh_machine: Machine, fresh_witness: Witness) -> None:
    faults.data_turns_read_only(fresh_machine)
    assert fresh_machine.run(["touch", "/data/x"]).rc != 0
    assert fresh_witness.mounts()["/data"].options & {"ro", "emergency_ro"}


OWNERS = {
    "machine": "from tests.bench.machine import Machine\nowned = Machine().power_on()\n",
    "namespace": "from tests.bench.namespace import Namespace\nowned = Namespace(docker=True)\n",
}


@pytest.mark.parametrize("kind", OWNERS)
def test_a_killed_owner_leaves_nothing(kind: str) -> None:
    require_bench()
    name, leader = _killed_owner(kind)
    deadline = time.monotonic() + 15
    while left := _left(name, leader):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_the_next_run_clears_when_the_watcher_was_killed_too() -> None:
    require_bench()
    name, leader = _killed_owner("machine", with_watcher=True)
    assert str(scratch() / name) in _left(name, leader)
    leftovers.sweep(scratch())
    deadline = time.monotonic() + 5  # the kernel detaches the disk a moment after the last mount is gone
    while left := _left(name, leader):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _killed_owner(kind: str, *, with_watcher: bool = False) -> tuple[str, str]:
    """Start a process that owns a machine or namespace, and kill it: the run's name and its first process."""
    code = OWNERS[kind] + "print(owned.run_dir.name, owned.leader, flush=True)\nimport time\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        name, leader = owner.stdout.readline().split()
        if with_watcher:
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                words = process.read_bytes().decode(errors="replace").split("\0")
                if words[-2:-1] == [str(scratch() / name)] and words[-3].endswith("leftovers.py"):
                    os.kill(int(process.parent.name), signal.SIGKILL)
        owner.kill()
    return name, leader


def _blocks() -> list[str]:
    """The host's disks."""
    return sorted(entry.name for entry in Path("/sys/block").iterdir())


def _left(name: str, leader: str) -> list[str]:
    """What there still is of a run."""
    left = [str(mount / name) for mount in leftovers.control_group_mounts() if (mount / name).exists()]
    left += [str(path) for path in (Path("/proc") / leader, scratch() / name) if path.exists()]
    left += [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if name in line]
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with suppress(OSError):
            left += [str(backing)] * (name in backing.read_text())
    return left


def test_console_reads_at_the_speed_of_a_line() -> None:
    began = time.monotonic()
    with Console(["sh", "-c", "yes 0123456 | head -c 4000; echo; echo end"], rate=11520) as console:
        console.wait_for("end")
    assert 4000 / 11520 < time.monotonic() - began < PATIENCE


def test_console_shows_what_a_terminal_would() -> None:
    script = r"printf '\033[?2026$p\033[>1u\033P1$r0m\033\\\033[2;3Hhere\033[6n'; read -r answer; echo done"
    with Console(["sh", "-c", script], columns=40, rows=5) as console:
        console.wait_for(lambda text: text.split("\n")[1].startswith("  here"))
        console.press("enter")
        console.wait_for("done")


class TestNamespace:
    """The small worlds."""

    def test_journal_over_several_boots(self, namespace_factory: type[Namespace]) -> None:
        with namespace_factory(storage="persistent") as world:
            world.run(["logger", "in the first boot"]).check()
            second = world.new_boot()
            world.run(["logger", "in the second boot"]).check()
            assert world.run(["journalctl", "-b", second, "-o", "cat", "-t", "root"]).out == "in the second boot"
            assert len(world.run(["journalctl", "--list-boots", "-q"]).out.splitlines()) >= 2

    def test_docker_logs_to_its_own_journal(self, namespace_factory: type[Namespace]) -> None:
        with namespace_factory(docker=True) as world:
            world.import_app("bench/app:1")
            world.run(["docker", "run", "-d", "--name", "one", "bench/app:1", "service", "one"]).check()
            world.wait_until("journalctl -q CONTAINER_NAME=one | grep -q ready")

    def test_podman_speaks_dockers_language(self, namespace_factory: type[Namespace]) -> None:
        with namespace_factory(podman=True) as world:
            world.import_app("bench/app:1")
            world.run([*world.podman(), "run", "-d", "--name", "one", "bench/app:1", "service", "one"]).check()
            code = "import docker; engine = docker.DockerClient('unix:///run/podman/podman.sock')\n"
            code += "print(*(container.name for container in engine.containers.list()))"
            assert world.run([sys.executable, "-c", code]).out == "one"


class Unmoved:
    """A console that never takes the Enter, as one on a machine that is too busy."""

    def press(self, key: str) -> None:
        assert key == "enter"

    def text(self) -> str:
        return "Enter came together with what was typed before it: press it once more."

    def wait_for(self, what: re.Pattern[str], timeout: float) -> str:
        assert what.search(self.text())
        assert timeout > 0
        return self.text()


def test_a_console_that_asks_for_ever_to_press_it_once_more_is_a_failure_with_its_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyboard, "_PATIENCE_S", 0.5)
    keys = keyboard.Keyboard.__new__(keyboard.Keyboard)
    keys.console = Unmoved()  # type: ignore[assignment]
    with pytest.raises(AssertionError, match="still asks to press it once more:\nEnter came together"):
        keys.run("Reboot")
