from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.sources.layout import Layout, deviations
from moducop_tui.sources.mounts import parse_mountinfo

MODUCOP = (Path(__file__).parent / "recorded/moducop.mountinfo").read_text()
DEBIAN = (Path(__file__).parent / "recorded/debian.mountinfo").read_text()
LINKS = {"/var/log": "/var/volatile/log", "/var/run": "/run"}


def judged(table: str, links: dict[str, str] | None = None, *, has_mender: bool = True) -> tuple[str, ...]:
    layout = Layout(parse_mountinfo(table), LINKS if links is None else links, has_mender)
    return deviations(layout)


def without(point: str) -> str:
    return "\n".join(line for line in MODUCOP.splitlines() if line.split(" ")[4] != point)


def replaced(old: str, new: str) -> str:
    assert old in MODUCOP
    return MODUCOP.replace(old, new)


def test_a_moducop_as_promised_has_no_deviation() -> None:
    assert judged(MODUCOP) == ()


def test_the_virtual_moducop_of_the_bench_has_no_deviation() -> None:
    assert judged((Path(__file__).parent / "recorded/virtual-moducop.mountinfo").read_text()) == ()


def test_a_log_kept_on_the_data_partition_is_no_deviation() -> None:
    newer = MODUCOP + "99 20 179:4 /log /var/log rw,noatime - ext4 /dev/mmcblk0p4 rw\n"
    assert judged(newer, {"/var/log": "/var/log", "/var/run": "/run"}) == ()


def test_a_machine_that_is_no_moducop_gets_one_sentence() -> None:
    (only,) = judged(DEBIAN, {"/var/log": "/var/log", "/var/run": "/run"}, has_mender=False)
    assert "not laid out as a ModuCop" in only


def test_a_moducop_whose_data_partition_is_missing_is_still_judged() -> None:
    sentences = judged(without("/data"))
    assert sentences[0].startswith("/data is not mounted")


@pytest.mark.parametrize(
    ("table", "beginning"),
    [
        (
            replaced("/ / ro,relatime", "/ / rw,relatime").replace("/dev/root ro", "/dev/root rw"),
            "/ is mounted read-write",
        ),
        (replaced("/data rw,noatime shared:24", "/data ro,noatime shared:24"), "/data is mounted read-only"),
        (without("/etc"), "/etc is not an overlay: nothing can be changed there."),
        (without("/root"), "/root is not an overlay"),
        (replaced("upperdir=/data/overlay-etc", "upperdir=/run/overlay-etc"), "/etc keeps its changes in memory"),
        (
            replaced("upperdir=/data/overlay-root", "upperdir=/uboot/overlay-root"),
            "/root keeps its changes on /dev/mmcblk0p1",
        ),
        (replaced("upperdir=/data/overlay-etc/upper,", ""), "/etc is an overlay without an upper directory"),
        (replaced("/etc rw,relatime", "/etc ro,relatime"), "/etc is mounted read-only"),
        (without("/var/lib"), "/var/lib is not an overlay: nothing can be changed there."),
        (
            replaced("upperdir=/var/volatile/cache", "upperdir=/data/cache"),
            "/var/cache keeps its changes on /dev/mmcblk0p4",
        ),
        (replaced("upperdir=/var/volatile/cache,", ""), "/var/cache is an overlay without an upper directory"),
        (without("/run"), "/run is not a tmpfs"),
    ],
)
def test_a_difference_is_one_sentence_that_says_what_follows(table: str, beginning: str) -> None:
    matching = [sentence for sentence in judged(table) if sentence.startswith(beginning)]
    assert len(matching) == 1, judged(table)
    assert matching[0].endswith(".")


def test_one_difference_gives_one_sentence() -> None:
    assert len(judged(without("/etc"))) == 1
    assert len(judged(replaced("upperdir=/data/overlay-etc", "upperdir=/run/overlay-etc"))) == 1


def test_an_upper_that_is_not_found_is_not_taken_for_the_mount_that_holds_its_path_now() -> None:
    layout = Layout(parse_mountinfo(without("/data")), LINKS, True, frozenset({"/etc", "/root"}))
    sentences = deviations(layout)
    assert sentences[0].startswith("/data is not mounted")
    assert sentences[1] == (
        "/etc keeps its changes in a place that can't be found: do not count on them after a reboot."
    )
    assert len(sentences) == 3


def test_a_data_partition_replaced_by_memory_is_said() -> None:
    sentences = judged(
        replaced(
            "24 20 179:4 / /data rw,noatime shared:24 - ext4 /dev/mmcblk0p4 rw",
            "24 20 0:9 / /data rw - tmpfs nodata rw",
        )
    )
    assert sentences[0].startswith("/data is in memory")
    assert any(sentence.startswith("/etc keeps its changes in memory") for sentence in sentences)


def test_a_plain_tmpfs_instead_of_an_overlay_is_said() -> None:
    table = without("/var/spool") + "\n98 20 0:77 / /var/spool rw - tmpfs tmpfs rw\n"
    assert judged(table) == ("/var/spool is a plain tmpfs, not an overlay: what the image ships there may be missing.",)


def test_a_bind_of_the_data_partition_instead_of_a_volatile_overlay_is_said() -> None:
    table = without("/var/lib") + "\n98 20 179:4 /lib /var/lib rw - ext4 /dev/mmcblk0p4 rw\n"
    assert judged(table) == ("/var/lib is on /data, not in memory: it wears the flash and survives reboots.",)


def test_without_the_volatile_tmpfs_all_that_stands_on_it_is_named() -> None:
    sentences = judged(without("/var/volatile"))
    assert any(sentence.startswith("/var/volatile is not a tmpfs") for sentence in sentences)
    assert any(sentence.startswith("/var/log leads to /var/volatile/log") for sentence in sentences)


def test_a_log_that_leads_nowhere_is_said() -> None:
    assert judged(MODUCOP, {"/var/run": "/run"}) == (
        "/var/log is missing or leads nowhere: programs can't write their logs.",
    )


def test_a_log_on_the_slot_is_said() -> None:
    (only,) = judged(MODUCOP, {"/var/log": "/var/log", "/var/run": "/run"})
    assert only.startswith("/var/log leads to /var/log, neither in memory nor on /data")


def test_run_time_files_on_the_slot_are_said() -> None:
    (only,) = judged(MODUCOP, {"/var/log": "/var/volatile/log", "/var/run": "/var/run"})
    assert only.startswith("/var/run leads to /var/run, not into memory")


def test_a_hostile_source_is_cleaned() -> None:
    table = replaced("upperdir=/data/overlay-root", "upperdir=/uboot/x").replace("/dev/mmcblk0p1", "/dev/\x1b[31mx")
    assert all("\x1b" not in sentence for sentence in judged(table))
