"""The artifact without payload that the console makes: for the real `mender-artifact` it is one of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from moducop_tui.actions.hands.empty_artifact import empty_artifact

NAME, TYPE, VERSION = "cpu01-standard-v2.7.0", "moducop-cpu01", "cpu01-standard-v2.7.0"


def told(path: Path) -> str:
    """What `mender-artifact read` says of it."""
    return subprocess.run(["mender-artifact", "read", path], capture_output=True, text=True, check=True).stdout


def test_the_real_tool_reads_it_as_one_of_its_own(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.mender", tmp_path / "theirs.mender"
    ours.write_bytes(empty_artifact(NAME, TYPE, [("rootfs-image.version", VERSION)], ["rootfs-image.*"]))
    argv = ["mender-artifact", "write", "bootstrap-artifact", "-n", NAME, "-t", TYPE, "-o", str(theirs)]
    argv += ["--provides", f"rootfs-image.version:{VERSION}", "--clears-provides", "rootfs-image.*"]
    subprocess.run(argv, capture_output=True, check=True)
    assert told(ours) == told(theirs)
    assert "Type:   Empty type" in told(ours)
    assert ours.stat().st_size == theirs.stat().st_size == 5120


def test_the_real_tool_finds_all_its_checksums_right(tmp_path: Path) -> None:
    path = tmp_path / "memory.mender"
    many = [("data-partition.nginx-demo.version", "8f249b9"), ("rootfs-image.checksum", "ab" * 32)]
    path.write_bytes(empty_artifact('ümläut "quoted" \\ name', TYPE, many, ["data-partition.nginx-demo.*"]))
    done = subprocess.run(["mender-artifact", "validate", path], capture_output=True, text=True, check=False)
    assert (done.returncode, "validated successfully" in done.stdout) == (0, True)
    assert 'ümläut "quoted" \\ name' in told(path)
