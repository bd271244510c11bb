"""Mender's client and memory against the real Go client of Debian in the virtual ModuCop."""

from __future__ import annotations

from typing import Final

from moducop_tui.model.mender import ClientKind, Mender

from .machine import Machine
from .places import BENCH
from .source_value import value_inside
from .witness import Witness

SOURCE: Final = "moducop_tui.sources.mender.MenderSource"
ARTIFACT: Final = BENCH / "recorded/gpx-logger.mender"
"""Made by Debian's mender-artifact 3.9.0: module `directory`, device type moducop-cpu01, one small file."""


def mender_of(machine: Machine) -> Mender:
    value = value_inside(machine, SOURCE)
    assert isinstance(value, Mender)
    return value


def test_the_installed_client_is_known_and_reading_leaves_no_trace(fresh_machine: Machine) -> None:
    listing = "cd /data/mender && find . -printf '%p %s %T@ %C@\\n' | sort"
    before = fresh_machine.sh(listing).check().stdout
    mender = mender_of(fresh_machine)
    assert fresh_machine.sh(listing).check().stdout == before
    assert mender.client is ClientKind.MENDER_GO
    assert mender.version is not None
    assert mender.version.startswith("3.4.0")
    assert mender.device_type == "moducop-cpu01"
    assert "directory" in mender.modules
    assert (mender.daemon.name, mender.daemon.present, mender.daemon.active) == ("mender-client", True, "inactive")
    assert (mender.pending, mender.pending_error, mender.deployment, mender.processes) == (None, None, False, ())
    assert (mender.error, mender.note, mender.protected) == (None, None, False)


def test_an_update_is_followed_from_pending_to_committed(fresh_machine: Machine, fresh_witness: Witness) -> None:
    assert mender_of(fresh_machine).artifact_name == fresh_witness.artifact()
    fresh_machine.write("/data/gpx-logger.mender", ARTIFACT.read_bytes())
    fresh_machine.run(["mender", "install", "/data/gpx-logger.mender"]).check()
    pending = mender_of(fresh_machine).pending
    assert pending is not None
    assert (pending.artifact_name, pending.payload_types, pending.in_state) == (
        "gpx-logger-1.4.0",
        ("directory",),
        None,
    )
    fresh_machine.run(["mender", "commit"]).check()
    committed = mender_of(fresh_machine)
    assert committed.pending is None
    assert committed.artifact_name == fresh_witness.artifact() == "gpx-logger-1.4.0"
    assert dict(committed.provides) == fresh_witness.provides()


def test_a_wrecked_memory_is_said(fresh_machine: Machine) -> None:
    fresh_machine.run(["mender", "show-artifact"]).check()
    fresh_machine.sh("dd if=/dev/zero of=/data/mender/mender-store bs=4096 count=2 conv=notrunc").check()
    mender = mender_of(fresh_machine)
    assert mender.pending_error is not None
    assert mender.deployment is None


def test_a_client_at_work_is_seen_and_an_idle_daemon_is_not(fresh_machine: Machine) -> None:
    # The client waits for the fifo's other end: an install that has begun and does not go on.
    fresh_machine.sh("mkfifo /run/slow.mender; setsid mender install /run/slow.mender >/dev/null 2>&1 &").check()
    fresh_machine.wait_until("pgrep -f 'mender install' >/dev/null")
    fresh_machine.sh("systemctl start --no-block mender-client").check()
    fresh_machine.wait_until("pgrep -f 'mender --no-syslog daemon' >/dev/null")
    (process,) = mender_of(fresh_machine).processes
    assert process.command == "mender install /run/slow.mender"


def test_a_memory_without_its_partition_is_not_taken_for_an_empty_one(fresh_machine: Machine) -> None:
    fresh_machine.sh("systemctl stop docker.socket docker containerd; umount -l /data").check()
    mender = mender_of(fresh_machine)
    assert mender.pending is None
    assert mender.pending_error is not None
    assert "out of reach" in mender.pending_error
