"""Slots, boot environment and verdict on a real disk: equal to other witnesses, and not one byte changed by looking."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from moducop_tui.host import Host
from moducop_tui.sources.device_users import writers_of
from moducop_tui.sources.inactive_images import InactiveImages

from . import artifacts, faults, slots_asked
from .conftest import require_bench
from .loop import Disk
from .tree import SLOT_A, SLOT_B

if TYPE_CHECKING:
    from .machine import Machine
    from .witness import Witness


def test_partitions_are_those_that_lsblk_and_blkid_name(machine: Machine, witness: Witness) -> None:
    told = slots_asked.slots(machine)
    by_number = {child["maj:min"]: child for disk in witness.block_devices() for child in disk.get("children", ())}
    assert (told["disk"], told["table"], told["disk_error"]) == ("/dev/mmcblk0", "dos", None)
    for number, partition in enumerate(told["partitions"], 1):
        assert partition["device"] == f"/dev/mmcblk0p{number}"
        assert partition["size"] == by_number[machine.disk.number(number)]["size"]
        tags = witness.superblock(partition["device"])
        assert partition["fs_type"] == tags["TYPE"]
        assert partition["label"] == tags["LABEL"]
        assert partition["uuid"] == tags["UUID"]
        assert partition["part_uuid"] == tags["PART_ENTRY_UUID"]
    mounted = {place: part["device"] for part in told["partitions"] for place in part["mount_points"]}
    assert mounted == {place: witness.mounts()[place].source for place in ("/", "/data")}


def test_both_images_are_named_and_the_running_one_below_what_the_overlay_hides(
    machine: Machine, witness: Witness
) -> None:
    machine.sh("cp /etc/issue /run/issue && printf 'x\\nMade-Up_v9.9.9\\n' >/etc/issue").check()
    try:
        told = slots_asked.slots(machine)
    finally:
        machine.sh("cp /run/issue /etc/issue && rm /data/overlay-etc/upper/issue && mount -o remount /etc").check()
    a, b = (slot["image"] for slot in told["slots"])
    assert a["name"] == SLOT_A.image == witness.image_name()
    assert b["name"] == SLOT_B.image
    assert (a["artifact_name"], b["artifact_name"]) == (SLOT_A.artifact, SLOT_B.artifact)


def test_looking_changes_no_byte_and_shows_in_no_mount_table(machine: Machine) -> None:
    whole = ["sha256sum", "/dev/mmcblk0p3"]
    before = machine.run(whole).check().out
    told = slots_asked.ask(
        machine,
        """
table = pathlib.Path("/proc/self/mountinfo")
first, seen, done = table.read_text(), set(), threading.Event()
def watch():
    while not done.is_set():
        seen.add(table.read_text())
watcher = threading.Thread(target=watch)
watcher.start()
for _ in range(200):
    answer = slots.read()
done.set()
watcher.join()
import os
slots_devices = {os.stat(f"/dev/mmcblk0p{number}").st_rdev for number in (2, 3)}
numbers = {f"{os.major(device)}:{os.minor(device)}" for device in slots_devices}
# Only mounts of the slots are looked for, but for those by which runc binds its own program while a container starts.
fresh = {line for text in seen for line in text.splitlines()} - set(first.splitlines())
shown = sorted(line for line in fresh if line.split()[2] in numbers and "/run/docker/" not in line)
tell({"shown": shown, "looked": bool(seen), "version": answer.slots[1].image.version})
""",
    )
    assert told == {"shown": [], "looked": True, "version": SLOT_B.image.split("_")[-1]}
    assert machine.run(whole).check().out == before


def test_a_root_prefix_shows_the_same_device(machine: Machine) -> None:
    within = ("unshare", "--mount", "--", "sh", "-c", 'mkdir -p /run/h && mount --rbind / /run/h && exec "$@"', "sh")
    below = slots_asked.ask(machine, "tell(slots.read())", root="/run/h", within=within)
    direct = slots_asked.slots(machine)
    for told in (below, direct):
        told["partitions"] = [part | {"mount_points": []} for part in told["partitions"]]
        told["slots"] = [slot["image"] for slot in told["slots"]]
    assert below == direct
    environment = slots_asked.ask(machine, "tell(boot.read())", root="/run/h", within=within)
    assert environment == slots_asked.environment(machine)


def test_a_mount_wakes_the_reader_once_and_nothing_else_does(machine: Machine) -> None:
    seconds = slots_asked.ask(
        machine,
        """
def timed(limit):
    started = time.monotonic()
    slots.wait(limit, wake)
    return time.monotonic() - started
wake = Wake()
timed(0.01)
quiet = timed(0.3)
threading.Timer(0.1, subprocess.run, (["mount", "-t", "tmpfs", "none", "/mnt"],)).start()
woken = timed(20)
subprocess.run(["umount", "/mnt"])
timed(0.3)
tell([quiet, woken, timed(0.3)])
""",
        within=("unshare", "--mount", "--propagation", "private", "--"),  # where nobody else mounts
    )
    assert seconds[0] >= 0.29
    assert 0.09 <= seconds[1] < 5
    assert seconds[2] >= 0.29


def test_the_environment_is_what_fw_printenv_says(machine: Machine, witness: Witness) -> None:
    told = slots_asked.environment(machine)
    assert dict(told["variables"]) == witness.environment()
    assert [(copy["good"], copy["in_use"]) for copy in told["copies"]] == [(True, False), (True, True)]


def test_every_way_an_environment_can_fail_has_its_own_sentence(fresh_machine: Machine) -> None:
    machine = fresh_machine
    faults.corrupt_environment(machine, (1,))
    one = slots_asked.environment(machine)
    assert (one["state"], one["boot_part"]) == ("readable", 2)
    assert [(copy["good"], copy["in_use"]) for copy in one["copies"]] == [(True, True), (False, False)]

    faults.corrupt_environment(machine, (0,))
    unreadable = slots_asked.environment(machine)
    machine.write("/etc/u-boot-initial-env", "mender_boot_part=3\n")
    assert slots_asked.environment(machine) == unreadable  # defaults are never taken for it

    faults.remove_environment_config(machine)
    dangling = slots_asked.environment(machine)
    machine.sh("rm /etc/fw_env.config").check()
    missing = slots_asked.environment(machine)
    tool_less = slots_asked.ask(
        machine,
        "import os\nos.environ['PATH'] = '/nowhere'\n"
        "from moducop_tui.sources import bootenv\nbootenv._TOOL_PLACES = '/nowhere'\ntell(boot.read())",
    )
    states = [told["state"] for told in (unreadable, dangling, missing, tool_less)]
    assert states == ["unreadable", "no configuration", "no configuration", "no tool"]
    assert len({told["sentence"] for told in (unreadable, dangling, missing, tool_less)}) == 4


def test_a_trial_by_hand_is_followed_from_arming_to_its_fall(fresh_machine: Machine) -> None:
    machine = fresh_machine
    assert _judged(machine) == ("idle", "A", "A", True)
    faults.arm(machine, 3)
    assert _judged(machine) == ("manual switch armed", "A", "B", True)
    machine.reboot()
    told = slots_asked.verdict(machine)
    assert told["sentence"] == "B is booted on trial by hand. Any reboot returns to A."
    assert _judged(machine) == ("manual trial", "B", "A", False)
    machine.reboot()
    assert _judged(machine) == ("idle", "A", "A", True)
    machine.run(["fw_setenv", "mender_boot_part_hex", "3"]).check()
    assert slots_asked.verdict(machine)["phase"] == "broken"


def test_a_real_update_is_followed_from_install_to_its_fall(fresh_machine: Machine) -> None:
    machine = fresh_machine
    name = "cpu01-standard-v2.8.0.aaaaaaa.20260301.0900"
    issue = "Ci4Rail ModuCop\nModucop-CPU01_Standard-Image_v2.8.0.aaaaaaa.20260301.0900\n\n"
    artifact = artifacts.rootfs_artifact(machine.run_dir, name=name, files={"etc/issue": issue})
    machine.write("/data/update.mender", artifact.read_bytes())
    machine.run(["mender", "install", "/data/update.mender"], timeout=60).check()
    assert _judged(machine) == ("installed", "A", "B", True)
    assert slots_asked.slots(machine)["slots"][1]["image"]["version"] == "v2.8.0.aaaaaaa.20260301.0900"
    machine.reboot()  # the payload holds no kernel, so it comes back
    assert _judged(machine) == ("fell back", "A", "A", True)
    machine.run(["mender", "rollback"])
    assert _judged(machine)[0] == "idle"


def _judged(machine: Machine) -> tuple[Any, ...]:
    told = slots_asked.verdict(machine)
    assert len(told["sentence"]) <= 78
    return told["phase"], told["booted"], told["next_boot"], told["committed"]


@pytest.fixture
def damaged_slot(tmp_path: Path) -> Path:
    """An image whose directory /etc/mender is damaged: what an install that was cut short may leave."""
    require_bench()
    (tmp_path / "tree/etc/mender").mkdir(parents=True)
    (tmp_path / "tree/etc/issue").write_text("x\nImage_v1.0.0\n")
    (tmp_path / "tree/etc/mender/artifact_info").write_text("artifact_name=a\n")
    image = tmp_path / "slot.ext4"
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", tmp_path / "tree", image, "8M"], check=True)
    told = subprocess.run(["debugfs", "-R", "blocks /etc/mender", image], capture_output=True, text=True, check=True)
    with image.open("r+b") as file:
        file.seek(int(told.stdout.split()[0]) * 1024)
        file.write(os.urandom(1024))
    return image


def test_a_damaged_slot_is_said_and_stays_as_it_is_to_the_byte(damaged_slot: Path) -> None:
    """A mount, read-only and without journal, would have the kernel write an error record into it."""
    before = hashlib.sha256(damaged_slot.read_bytes()).digest()
    attached = subprocess.run(
        ["losetup", "--find", "--show", damaged_slot], capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        found = InactiveImages(Host()).read(attached, _number(attached), None)
        assert (found.image, found.error) == (None, f"{attached} can't be read: a directory is damaged.")
    finally:
        subprocess.run(["losetup", "--detach", attached], check=True)
    assert hashlib.sha256(damaged_slot.read_bytes()).digest() == before


def test_whoever_writes_to_a_slot_is_found_and_who_only_reads_is_not(damaged_slot: Path) -> None:
    with Disk(damaged_slot, partitions=0) as disk:  # which holds it open for writing
        device, number = str(disk.device), disk.number()
        writer = f"(process {os.getpid()})"
        assert [name for name in writers_of(Host(), frozenset({number})) if writer in name]
        assert f"{writer} is writing to {device}" in (InactiveImages(Host()).read(device, number, None).error or "")
        with disk.device.open("rb"):
            disk.close()
            assert writers_of(Host(), frozenset({number})) == ()


def _number(device: str) -> str:
    return (Path("/sys/class/block") / Path(device).name / "dev").read_text().strip()
