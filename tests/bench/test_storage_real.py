"""Storage against real mounts: overlays, whiteouts, full and failing file systems, and the virtual ModuCop's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from moducop_tui.model.storage import Overlay, Storage, UpperHome

from .conftest import require_bench
from .machine import Machine
from .places import REPOSITORY
from .source_value import READ, unpacked, value_inside
from .witness import Witness

SOURCE: Final = "moducop_tui.sources.storage.StorageSource"

OVERLAY: Final = """
mkdir -p lower/keep lower/gone upper work merged
echo shipped >lower/keep/file; echo shipped >lower/removed; echo shipped >lower/gone/file
mount -t overlay overlay -o "lowerdir=$PWD/lower,upperdir=$PWD/upper,workdir=$PWD/work" merged
rm merged/removed            # a whiteout
rm -r merged/gone            # another
mkdir merged/gone            # and now an opaque directory in its place
echo mine >merged/keep/file  # copied up
echo new >merged/new
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    require_bench()
    return tmp_path


def run_apart(place: Path, script: str, *arguments: str) -> str:
    """Run a shell script in a mount namespace of its own: all that it mounts is gone when it ends."""
    shell = ["unshare", "--mount", "--propagation", "private", "sh", "-e", "-c", script, "sh", *arguments]
    done = subprocess.run(shell, cwd=place, capture_output=True, text=True, timeout=60, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}


def storage_after(place: Path, script: str) -> Storage:
    """What the source reads after a script's mounts."""
    told = run_apart(place, script + '\n"$1" -c "$2" "$3"', sys.executable, READ, SOURCE)
    value = unpacked(told.splitlines()[-1])
    assert isinstance(value, Storage)
    return value


def overlay_at(storage: Storage, point: Path) -> Overlay:
    (found,) = (overlay for overlay in storage.overlays if overlay.mount_point == str(point))
    return found


def test_an_overlay_on_tmpfs_is_counted_and_known_to_be_lost_at_reboot(place: Path) -> None:
    storage = storage_after(place, "mkdir m; mount -t tmpfs tmpfs m; cd m\n" + OVERLAY)
    overlay = overlay_at(storage, place / "m/merged")
    assert overlay.lower == (str(place / "m/lower"),)
    assert (overlay.upper, overlay.work) == (str(place / "m/upper"), str(place / "m/work"))
    assert (overlay.upper_home, overlay.upper_device) == (UpperHome.TMPFS, "tmpfs")
    assert overlay.survives_reboot is False
    assert overlay.content is not None
    assert (overlay.content.files, overlay.content.directories, overlay.content.whiteouts) == (2, 2, 1)
    assert overlay.content.complete
    assert overlay.content_error is None


def test_an_overlay_on_ext4_weighs_what_du_says(place: Path) -> None:
    script = (
        "truncate -s 16M image; mke2fs -q -t ext4 image; mkdir m; mount -o loop image m; cd m\n"
        + OVERLAY
        + "head -c 300000 /dev/urandom >merged/big; sync -f merged/big; du -B1 -s upper/* | cut -f1 >../weight"
    )
    overlay = overlay_at(storage_after(place, script), place / "m/merged")
    assert overlay.upper_home is UpperHome.OTHER  # not /data
    assert overlay.upper_device is not None
    assert overlay.upper_device.startswith("/dev/loop")
    assert overlay.content is not None
    assert (overlay.content.files, overlay.content.whiteouts) == (3, 1)
    assert overlay.content.size == sum(int(line) for line in (place / "weight").read_text().split())


def test_names_with_colons_commas_and_blanks_come_back(place: Path) -> None:
    script = r"""
    mkdir m; mount -t tmpfs tmpfs m; cd m; mkdir 'lo:w' 'u, p' w merged; touch 'u, p/x'
    mount -t overlay overlay -o "lowerdir=$PWD/lo\:w,upperdir=$PWD/u\, p,workdir=$PWD/w" merged
    """
    overlay = overlay_at(storage_after(place, script), place / "m/merged")
    assert overlay.lower == (str(place / "m/lo:w"),)
    assert overlay.upper == str(place / "m/u, p")
    assert overlay.content is not None
    assert overlay.content.files == 1


STACKS: Final = """
mkdir m; cd m
for point in twice bound covered; do mkdir $point; done
mount -t tmpfs one twice; mkdir twice/a; mount -t tmpfs inner twice/a; mount -t tmpfs two twice; mkdir twice/a
mount -t tmpfs files bound; mkdir bound/sub bound/upper bound/work; mount --bind bound bound
mount --bind bound/sub covered; mount -t tmpfs over covered
mkdir merged; cd bound
mount -t overlay overlay -o "lowerdir=$PWD/sub,upperdir=$PWD/upper,workdir=$PWD/work" ../merged
cd ..
mount --bind merged merged
mount --bind / /
"""
HELD: Final = """
import os, sys
from pathlib import Path
from moducop_tui.host import Host
from moducop_tui.sources.mounts import mount_at, parse_mountinfo, read_table
mounts = parse_mountinfo(read_table(Host()))
paths = ["/", "/proc", "/dev", "/dev/shm", *(str(path) for path in sorted(Path.cwd().rglob("*")))]
for path in paths:
    handle = os.open(path, os.O_PATH)
    kernel = next(line for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines() if "mnt_id" in line)
    os.close(handle)
    print(path, mount_at(mounts, path).mount_id, int(kernel.split()[1]))
"""


def test_what_holds_a_path_in_stacked_mounts_is_what_the_kernel_says(place: Path) -> None:
    told = run_apart(place, STACKS + '\n"$1" -c "$2"', sys.executable, HELD).splitlines()
    assert len(told) > 10
    assert [line for line in told if line.split()[1] != line.split()[2]] == []


def test_an_upper_on_a_bind_that_lies_on_itself_is_found(place: Path) -> None:
    script = "mkdir m; mount -t tmpfs files m; mount --bind m m; cd m\n" + OVERLAY
    overlay = overlay_at(storage_after(place, script), place / "m/merged")
    assert (overlay.upper_home, overlay.upper_device) == (UpperHome.TMPFS, "files")
    assert overlay.content is not None


def test_an_upper_that_was_covered_later_is_not_taken_for_the_real_one(place: Path) -> None:
    script = (
        "mkdir m; mount -t tmpfs tmpfs m; cd m\n"
        + OVERLAY
        + "\nmount -t tmpfs cover upper; umount upper; mv upper other"
    )
    overlay = overlay_at(storage_after(place, script), place / "m/merged")
    assert overlay.upper_home is UpperHome.UNKNOWN
    assert overlay.content is None
    assert overlay.content_error == "Its upper directory could not be read: No such file or directory."


def test_a_full_tmpfs_is_full(place: Path) -> None:
    storage = storage_after(
        place, "mkdir m; mount -t tmpfs -o size=1M full m; head -c 2M /dev/zero >m/x 2>/dev/null || :"
    )
    found = storage.at(str(place / "m"))
    assert found is not None
    assert (found.total, found.available, found.share) == (1 << 20, 0, 1.0)


def test_a_tmpfs_without_inodes_left_says_so(place: Path) -> None:
    storage = storage_after(
        place, "mkdir m; mount -t tmpfs -o nr_inodes=10 few m; touch m/1 m/2 m/3 m/4 m/5 m/6 m/7 m/8 m/9"
    )
    found = storage.at(str(place / "m"))
    assert found is not None
    assert (found.inodes_total, found.inode_share) == (10, 1.0)


def test_a_file_system_that_can_not_be_asked_has_a_reason(place: Path) -> None:
    reader = READ.replace("value = ", "import os; os.seteuid(65534)\nvalue = ")
    script = 'mkdir -m 700 locked; mkdir locked/m; mount -t tmpfs tmpfs locked/m; "$1" -c "$2" "$3"'
    value = unpacked(run_apart(place, script, sys.executable, reader, SOURCE).splitlines()[-1])
    assert isinstance(value, Storage)
    found = value.at(str(place / "locked/m"))
    assert found is not None
    assert (found.used, found.total) == (None, None)
    assert found.error == "How full it is could not be read: Permission denied."


def test_a_file_system_that_the_kernel_made_read_only_is_shown_so(place: Path) -> None:
    script = """
    truncate -s 16M image; mke2fs -q -t ext4 image; mkdir m; mount -o loop,errors=remount-ro image m
    device=$(findmnt -n -o SOURCE "$PWD/m"); echo broken >/sys/fs/ext4/${device#/dev/}/trigger_fs_error; sleep 0.2
    """
    found = storage_after(place, script).at(str(place / "m"))
    assert found is not None
    assert found.read_only
    assert found.used is not None


WAIT: Final = """
import subprocess, sys, time
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.wake import Wake
from moducop_tui.sources.storage import StorageSource
source, wake = StorageSource(Config(), Host()), Wake()
source.read()
source.wait(0.0, wake)
child = subprocess.Popen(["sh", "-c", "sleep 0.3; mount -t tmpfs stick m"])
began = time.monotonic()
source.wait(20.0, wake)
took = time.monotonic() - began
child.wait()
print(took, any(fs.source == "stick" for fs in source.read().file_systems))
began = time.monotonic()
source.wait(0.5, wake)
print(time.monotonic() - began)
"""


def test_a_mount_ends_the_wait_and_nothing_else_does(place: Path) -> None:
    first, second = run_apart(place, 'mkdir m; "$1" -c "$2"', sys.executable, WAIT).splitlines()
    took, seen = first.split()
    assert float(took) < 5.0
    assert seen == "True"
    assert float(second) >= 0.49


def test_the_virtual_moducop_is_what_its_concept_promises(machine: Machine, witness: Witness) -> None:
    storage = value_inside(machine, SOURCE)
    assert isinstance(storage, Storage)
    assert storage.deviations == ()
    homes = {overlay.mount_point: overlay.upper_home for overlay in storage.overlays}
    data, memory = UpperHome.DATA, UpperHome.TMPFS
    assert homes == {"/etc": data, "/root": data, "/var/cache": memory, "/var/lib": memory, "/var/spool": memory}
    mounts = witness.mounts()
    for point in ("/", "/data", "/var/volatile", "/run"):
        found = storage.at(point)
        assert found is not None
        assert (found.source, found.fs_type, found.total) == (
            mounts[point].source,
            mounts[point].fstype,
            mounts[point].size,
        )
        assert found.read_only == ("ro" in mounts[point].options)


def test_what_is_changed_in_etc_is_counted(machine: Machine) -> None:
    machine.sh("echo x >/etc/moducop-storage-test; rm -f /etc/debian_version").check()
    try:
        storage = value_inside(machine, SOURCE)
        told = machine.sh(
            "cd /data/overlay-etc/upper; find . -mindepth 1 ! -type d ! -type c | wc -l; find . -type c | wc -l"
        )
        assert isinstance(storage, Storage)
        content = storage.overlays[0].content
        assert content is not None
        assert [content.files, content.whiteouts] == [int(word) for word in told.check().stdout.split()]
        assert content.whiteouts >= 1
    finally:
        machine.sh("rm -f /etc/moducop-storage-test; echo 12 >/etc/debian_version")


def test_a_missing_data_partition_is_said_first(fresh_machine: Machine) -> None:
    fresh_machine.sh("systemctl stop docker.socket docker containerd; umount -l /data").check()
    storage = value_inside(fresh_machine, SOURCE)
    assert isinstance(storage, Storage)
    assert storage.deviations[0].startswith("/data is not mounted")
    assert not any("/dev/" in sentence for sentence in storage.deviations)
    assert storage.overlays[0].survives_reboot is None
