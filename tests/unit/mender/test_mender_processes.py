from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources.mender_processes import is_updating, updating_processes


@pytest.mark.parametrize(
    "command",
    [
        "mender-update install /data/x.mender",
        "/usr/bin/mender-update --log-level debug install --reboot-exit-code https://host/x.mender",
        "mender-update commit",
        "mender --no-syslog install /data/x.mender",
        "mender -install /data/x.mender",
        "mender-update resume",
        "/bin/sh /usr/share/mender/modules/v3/rootfs-image DownloadWithFileSizes /data/mender/modules/v3/payloads/0000",
        "/usr/share/mender/modules/v3/app ArtifactInstall /data/mender/modules/v3/payloads/0000/tree",
        "mender-flash --input-size 100 --input - --output /dev/mmcblk0p3",
    ],
)
def test_who_changes_the_device_is_updating(command: str) -> None:
    assert is_updating(command.split(" "))


@pytest.mark.parametrize(
    "command",
    [
        "/usr/bin/mender-update daemon",
        "/usr/bin/mender --no-syslog daemon",
        "mender-update show-artifact",
        "mender-update --version",
        "mender-auth daemon",
        "vi /usr/share/doc/install",
        "grep install mender",
        "less /tmp/x /usr/share/mender/modules/v3/app",
        "",
    ],
)
def test_who_only_waits_or_looks_is_not(command: str) -> None:
    assert not is_updating(command.split(" "))


def test_nothing_is_no_command() -> None:
    assert not is_updating([])


def test_processes_are_found_by_their_command_lines(tmp_path: Path) -> None:
    for pid, command in {
        1: "init",
        90: "mender-update\0daemon",
        1234: "mender-update\0install\0/data/\x1b[2Jx.mender",
        7: "",
    }.items():
        (tmp_path / f"proc/{pid}").mkdir(parents=True)
        (tmp_path / f"proc/{pid}/cmdline").write_text(command + "\0" if command else "")
    (tmp_path / "proc/99").mkdir()  # ends while we look
    (tmp_path / "proc/meminfo").write_text("")
    (found,) = updating_processes(Host(tmp_path))
    assert found.pid == 1234
    assert found.command == "mender-update install /data/x.mender"


def test_without_proc_no_process_is_found(tmp_path: Path) -> None:
    assert updating_processes(Host(tmp_path)) == ()
