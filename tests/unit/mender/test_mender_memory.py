from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.host import Host
from moducop_tui.sources.mender_memory import Memory, pending_update, read_memory, understand
from tests.unit.slots.verdict_cases import mender

RECORDED = Path(__file__).parent / "recorded"
VERSION = "cpu01-standard-v2.7.0.40ee657.20260218.1208"


@pytest.fixture
def device(tmp_path: Path) -> Path:
    (tmp_path / "data/mender").mkdir(parents=True)
    (tmp_path / "var/lib").mkdir(parents=True)
    (tmp_path / "var/lib/mender").symlink_to("/data/mender")
    return tmp_path


def memory_of(device: Path, store: str) -> Memory:
    shutil.copy(RECORDED / f"{store}.store", device / "data/mender/mender-store")
    return read_memory(Host(device), expected=True)


def test_a_pending_update_of_5_1_says_where_it_stands(device: Path) -> None:
    memory = memory_of(device, "cpp51-pending")
    assert memory.pending is not None
    assert memory.pending.artifact_name == VERSION
    assert memory.pending.payload_types == ("rootfs-image",)
    assert memory.pending.rootfs_version == VERSION
    assert memory.pending.in_state == "Before_ArtifactCommit_Enter"
    assert (memory.pending.failed, memory.pending.rolled_back) == (False, False)
    assert (memory.artifact_name, memory.pending_error, memory.deployment) == ("unknown", None, False)


def test_a_pending_update_of_4_0_does_not_say_where_it_stands(device: Path) -> None:
    memory = memory_of(device, "cpp40-pending")
    assert memory.pending is not None
    assert memory.pending.artifact_name == VERSION
    assert memory.pending.in_state is None


def test_a_pending_update_of_the_go_client_is_seen(device: Path) -> None:
    memory = memory_of(device, "go34-pending")
    assert memory.pending is not None
    assert memory.pending.artifact_name == "gpx-logger-1.4.0"
    assert memory.pending.payload_types == ("directory",)
    assert memory.pending.rootfs_version is None
    assert memory.artifact_name is None


def test_after_a_commit_the_provides_name_what_is_installed(device: Path) -> None:
    memory = memory_of(device, "cpp51-committed")
    assert memory.pending is None
    assert memory.artifact_name == VERSION
    assert dict(memory.provides)["rootfs-image.version"] == VERSION
    assert dict(memory.provides)["artifact_name"] == VERSION


def test_provides_are_those_that_the_go_client_shows(device: Path) -> None:
    memory = memory_of(device, "go34-committed")
    assert memory.provides == (
        ("artifact_name", "gpx-logger-1.4.0"),
        ("rootfs-image.gpx-logger.version", "1.4.0"),
    )


def test_a_root_file_system_of_a_later_generation_has_a_name_of_its_own_in_what_it_provides() -> None:
    """And the factory's name stays beside it: `bootfit-rootfs` artifacts clear only what begins like theirs."""
    factory = '"rootfs-image.version":"cpu01-standard-v3.0.0"'
    newer = '"rootfs-image.bootfit-rootfs.version":"cpu01-standard-image-v3.1.0-dev"'
    installed = understand({b"artifact-provides": f"{{{factory},{newer}}}".encode()})
    assert mender(provides=installed.provides).rootfs_version == "cpu01-standard-image-v3.1.0-dev"
    pending = pending_update(
        b'{"ArtifactName":"n","PayloadTypes":["bootfit-rootfs"],"ArtifactTypeInfoProvides":{' + newer.encode() + b"}}"
    )
    assert pending is not None
    assert pending.rootfs_version == "cpu01-standard-image-v3.1.0-dev"


def test_a_deployment_of_the_daemon_is_seen(device: Path) -> None:
    assert memory_of(device, "deployment").deployment is True


def test_no_store_where_mender_keeps_it_means_that_nothing_is_pending(device: Path) -> None:
    assert read_memory(Host(device), expected=True) == Memory(deployment=False)


def test_a_memory_out_of_reach_is_not_taken_for_an_empty_one(device: Path) -> None:
    shutil.rmtree(device / "data")
    memory = read_memory(Host(device), expected=True)
    assert memory.pending is None
    assert memory.deployment is None
    assert memory.pending_error is not None
    assert "Is /data mounted?" in memory.pending_error


def test_a_machine_without_mender_misses_no_memory(tmp_path: Path) -> None:
    assert read_memory(Host(tmp_path), expected=False) == Memory(deployment=False)


def test_a_damaged_store_makes_pending_unknown(device: Path) -> None:
    (device / "data/mender/mender-store").write_bytes(bytes(12288))
    memory = read_memory(Host(device), expected=True)
    assert memory.pending is None
    assert memory.deployment is None
    assert memory.pending_error is not None
    assert "does not begin as a store does" in memory.pending_error


def test_a_store_that_is_a_directory_makes_pending_unknown(device: Path) -> None:
    (device / "data/mender/mender-store").mkdir()
    memory = read_memory(Host(device), expected=True)
    assert memory.pending_error is not None
    assert "Is a directory" in memory.pending_error


def test_a_store_that_the_client_gave_up_is_noted(device: Path) -> None:
    (device / "data/mender/mender-store-broken").write_bytes(b"")
    memory = memory_of(device, "cpp51-committed")
    assert memory.pending_error is None
    assert memory.note is not None
    assert "mender-store-broken" in memory.note


@pytest.mark.parametrize("raw", [b"", b"rubbish", b"[1]", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"null"])
def test_a_state_that_makes_no_sense_is_pending_and_said(raw: bytes) -> None:
    memory = understand({b"standalone-state": raw})
    assert memory.pending is not None
    assert memory.pending.artifact_name is None
    assert memory.pending_error is not None
    assert memory.pending_error.startswith("An update is pending")


def test_a_state_with_fields_of_other_types_is_read_as_far_as_it_goes() -> None:
    pending = pending_update(
        b'{"Version":9,"ArtifactName":7,"PayloadTypes":["rootfs-image",3],"ArtifactTypeInfoProvides":[],"Failed":"yes",'
        b'"RolledBack":true,"InState":{}}'
    )
    assert pending is not None
    assert (pending.artifact_name, pending.payload_types, pending.rootfs_version) == (None, ("rootfs-image",), None)
    assert (pending.in_state, pending.failed, pending.rolled_back) == (None, False, True)


def test_provides_that_make_no_sense_are_noted() -> None:
    memory = understand({b"artifact-name": b"x", b"artifact-provides": b"rubbish"})
    assert memory.provides == ()
    assert memory.note is not None
    assert "artifact-provides" in memory.note


def test_hostile_names_are_cleaned() -> None:
    memory = understand(
        {
            b"artifact-name": b"\x1b[2Jname\xff",
            b"artifact-provides": b'{"k\\u001b[31m":"v\\u202e"}',
            b"standalone-state": b'{"ArtifactName":"\\u001b]0;x\\u0007y","PayloadTypes":["\\u0000"]}',
        }
    )
    shown = repr(memory)
    assert "\\x1b" not in shown
    assert "\\u202e" not in shown
    assert memory.pending is not None
    assert memory.pending.artifact_name == "y"


@given(st.dictionaries(st.sampled_from([b"standalone-state", b"artifact-name", b"artifact-provides"]), st.binary()))
def test_no_value_breaks_the_reading(values: dict[bytes, bytes]) -> None:
    assert (understand(values).pending is not None) == (b"standalone-state" in values)
