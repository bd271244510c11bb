"""CPU and memory of containers, from trees as the kernel shows them under both versions of control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.apps import Container, ContainerState
from moducop_tui.sources.control_groups import UsageMeter, below_top, parse_membership, parse_mounts, whole_group

ID = "a8db48195c2a9aef82fbcef8be7367793c1e4a8e86dcfe8d37d15721512cee41"
WEB = Container(ID, "web", "image", ContainerState.RUNNING, pid=1238)

VERSION_1 = """\
47 46 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
49 47 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
51 47 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
57 47 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
VERSION_2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
MEMORY_STAT_1 = (
    "cache 4096\nrss 8192\ninactive_file 1\ntotal_cache 4096\ntotal_inactive_file 100000\ntotal_active_file 0\n"
)
MEMORY_STAT_2 = "anon 8192\nfile 4096\ninactive_anon 5\ninactive_file 50000\nactive_file 0\n"


class Tree:
    """The files of one device that has one container."""

    def __init__(self, root: Path, mounts: str, membership: str) -> None:
        self.root = root
        self.write("/proc/1/mountinfo", mounts)
        self.write("/proc/1238/cgroup", membership)
        self.meter = UsageMeter(Host(root))

    def write(self, path: str, text: str) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.fixture
def version_1(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path, VERSION_1, f"9:name=systemd:/docker/{ID}\n4:memory:/docker/{ID}\n"
                                     f"2:cpu,cpuacct:/docker/{ID}\n0::/docker/{ID}\n")  # fmt: skip
    tree.write(f"/sys/fs/cgroup/cpu,cpuacct/docker/{ID}/cpuacct.usage", "1000000000\n")
    tree.write(f"/sys/fs/cgroup/memory/docker/{ID}/memory.usage_in_bytes", "462848\n")
    tree.write(f"/sys/fs/cgroup/memory/docker/{ID}/memory.stat", MEMORY_STAT_1)
    return tree


@pytest.fixture
def version_2(tmp_path: Path) -> Tree:
    group = f"/system.slice/docker-{ID}.scope"
    tree = Tree(tmp_path, VERSION_2, f"0::{group}\n")
    tree.write(f"/sys/fs/cgroup{group}/cpu.stat", "usage_usec 1000000\nuser_usec 600000\nsystem_usec 400000\n")
    tree.write(f"/sys/fs/cgroup{group}/memory.current", "462848\n")
    tree.write(f"/sys/fs/cgroup{group}/memory.stat", MEMORY_STAT_2)
    return tree


def test_version_1_share_of_cpu_comes_from_two_readings(version_1: Tree) -> None:
    assert version_1.meter.measure([WEB], now=10.0)[ID].cpu_share is None
    version_1.write(f"/sys/fs/cgroup/cpu,cpuacct/docker/{ID}/cpuacct.usage", "1500000000\n")
    assert version_1.meter.measure([WEB], now=12.0)[ID].cpu_share == pytest.approx(0.25)


def test_version_2_share_of_cpu_comes_from_two_readings(version_2: Tree) -> None:
    assert version_2.meter.measure([WEB], now=10.0)[ID].cpu_share is None
    version_2.write(f"/sys/fs/cgroup/system.slice/docker-{ID}.scope/cpu.stat", "usage_usec 5000000\n")
    assert version_2.meter.measure([WEB], now=12.0)[ID].cpu_share == pytest.approx(2.0)


def test_memory_is_counted_as_docker_counts_it(version_1: Tree) -> None:
    assert version_1.meter.measure([WEB], now=0.0)[ID].memory == 462848 - 100000


def test_memory_of_version_2_is_counted_as_docker_counts_it(version_2: Tree) -> None:
    assert version_2.meter.measure([WEB], now=0.0)[ID].memory == 462848 - 50000


def test_two_readings_at_once_keep_the_share_of_the_last_interval(version_1: Tree) -> None:
    version_1.meter.measure([WEB], now=10.0)
    version_1.write(f"/sys/fs/cgroup/cpu,cpuacct/docker/{ID}/cpuacct.usage", "1500000000\n")
    version_1.meter.measure([WEB], now=12.0)
    assert version_1.meter.measure([WEB], now=12.1)[ID].cpu_share == pytest.approx(0.25)


def test_a_container_that_was_started_again_is_counted_anew(version_1: Tree) -> None:
    version_1.meter.measure([WEB], now=10.0)
    version_1.write("/proc/99/cgroup", f"4:memory:/docker/{ID}\n2:cpu,cpuacct:/docker/{ID}\n")
    again = Container(ID, "web", "image", ContainerState.RUNNING, pid=99)
    assert version_1.meter.measure([again], now=12.0)[ID].cpu_share is None


def test_what_cannot_be_read_is_unknown_not_zero(tmp_path: Path) -> None:
    meter = UsageMeter(Host(tmp_path))
    usage = meter.measure([WEB], now=0.0)[ID]
    assert (usage.cpu_share, usage.memory) == (None, None)


def test_a_kernel_without_memory_accounting_leaves_memory_unknown(tmp_path: Path) -> None:
    tree = Tree(tmp_path, VERSION_2, f"0::/docker/{ID}\n")
    tree.write(f"/sys/fs/cgroup/docker/{ID}/cpu.stat", "usage_usec 1\n")
    assert tree.meter.measure([WEB], now=0.0)[ID].memory is None


def test_garbage_in_the_files_is_unknown(version_1: Tree) -> None:
    version_1.write(f"/sys/fs/cgroup/memory/docker/{ID}/memory.usage_in_bytes", "lots\n")
    version_1.write(f"/sys/fs/cgroup/cpu,cpuacct/docker/{ID}/cpuacct.usage", "\n")
    usage = version_1.meter.measure([WEB], now=0.0)[ID]
    assert (usage.cpu_share, usage.memory) == (None, None)


def test_a_stopped_container_uses_nothing_that_could_be_measured(version_1: Tree) -> None:
    stopped = Container(ID, "web", "image", ContainerState.EXITED)
    assert version_1.meter.measure([stopped], now=0.0) == {}


def test_the_first_process_may_sit_deeper_than_the_container() -> None:
    assert whole_group(f"/machine.slice/libpod-{ID}.scope/container", ID) == f"/machine.slice/libpod-{ID}.scope"
    assert whole_group(f"/docker/{ID}/init.scope", ID) == f"/docker/{ID}"
    assert whole_group(f"/docker/{ID}", ID) == f"/docker/{ID}"
    assert whole_group("/user.slice", ID) == "/user.slice"


def test_a_mount_may_show_a_part_of_the_hierarchy_only() -> None:
    assert below_top("/machine/docker/x", "/") == "/machine/docker/x"
    assert below_top("/machine/docker/x", "/machine") == "/docker/x"
    assert below_top("/machine", "/machine") == ""
    assert below_top("/machinery/x", "/machine") is None


def test_the_mount_table_and_the_membership_are_understood() -> None:
    mounts = parse_mounts(VERSION_1 + "broken line\n60 1 0:1 / /a\\040b rw - cgroup cgroup rw,pids\n")
    assert [mount.mount_point for mount in mounts][-2:] == ["/sys/fs/cgroup/unified", "/a b"]
    assert parse_membership("0::/a\n2:cpu,cpuacct:/b\n") == {"": "/a", "cpu": "/b", "cpuacct": "/b"}
