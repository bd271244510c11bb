from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.sources.mount_choice import chosen, is_container_place, is_container_upper, is_network, matters
from moducop_tui.sources.mounts import parse_mountinfo, visible_mounts

RECORDED = Path(__file__).parent / "recorded"


def shown(name: str) -> list[str]:
    text = (RECORDED / f"{name}.mountinfo").read_text()
    return [mount.mount_point for mount in chosen(visible_mounts(parse_mountinfo(text)))]


def test_a_moducop_shows_its_partitions_and_its_memory() -> None:
    assert shown("moducop") == ["/", "/data", "/dev/shm", "/run", "/tmp", "/var/volatile", "/uboot"]


def test_a_docker_host_shows_nothing_of_its_containers() -> None:
    assert shown("docker-host") == ["/", "/dev/shm", "/run"]


def test_files_bound_into_a_container_do_not_stand_for_the_root() -> None:
    assert shown("nspawn") == ["/", "/tmp", "/dev/shm", "/run"]


def test_inside_a_docker_container_bound_files_show_the_disk_once() -> None:
    assert len(shown("docker-inside")) == len(set(shown("docker-inside")))
    assert "/proc" not in "".join(shown("docker-inside"))


@pytest.mark.parametrize(
    "place",
    [
        "/data/docker/var/lib/docker/overlay2/5d1c0cbf6a7d39d3e61a0ab1c5ab52a1/merged",
        "/var/lib/docker/containers/" + "0" * 64 + "/mounts/shm",
        "/run/docker/netns/b0581052e356",
        "/run/containerd/io.containerd.runtime.v2.task/moby/" + "a" * 64 + "/rootfs",
        "/var/lib/docker/rootfs/overlayfs/" + "a" * 64,
        "/var/lib/containers/storage/overlay/" + "a" * 64 + "/merged",
        "/var/lib/containers/storage/overlay-containers/" + "a" * 64 + "/userdata/shm",
    ],
)
def test_places_of_containers_are_known(place: str) -> None:
    assert is_container_place(place)


@pytest.mark.parametrize("place", ["/", "/data", "/var/lib", "/data/overlay2", "/media/merged"])
def test_places_of_the_device_are_none_of_containers(place: str) -> None:
    assert not is_container_place(place)


def test_uppers_of_containers_are_known() -> None:
    assert is_container_upper("/var/lib/docker/overlay2/abc/diff")
    assert is_container_upper("/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/12/fs")
    assert not is_container_upper("/data/overlay-etc/upper")


@pytest.mark.parametrize("fs_type", ["nfs4", "cifs", "fuse.sshfs", "fuse", "9p"])
def test_file_systems_that_can_hang_are_known(fs_type: str) -> None:
    (mount,) = parse_mountinfo(f"1 0 0:9 / /mnt rw - {fs_type} server:/x rw")
    assert is_network(mount)
    assert matters(mount)


def test_a_stick_matters_and_a_login_does_not() -> None:
    stick, login = parse_mountinfo(
        "1 0 8:1 / /run/media/STICK-sda1 rw - vfat /dev/sda1 rw\n2 0 0:46 / /run/user/0 rw - tmpfs tmpfs rw\n"
    )
    assert matters(stick)
    assert not matters(login)
