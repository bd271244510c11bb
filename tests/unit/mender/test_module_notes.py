"""What the update modules for slots note in their work tree before they switch the boot environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.sources.mender_memory import read_memory
from moducop_tui.sources.module_notes import with_module_note

NAME = "cpu01-standard-v2.7.0.40ee657.20260218.1208"
PENDING = PendingUpdate(NAME, ("rootfs-image",), NAME, None)
BOOTFIT = replace(PENDING, payload_types=("bootfit-rootfs",))
RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The work tree of an update that was begun; /var/lib/mender is the link that it is on a ModuCop."""
    made = tmp_path / "data/mender/modules/v3/payloads/0000/tree"
    (made / "tmp").mkdir(parents=True)
    (made / "header").mkdir()
    (made / "header/artifact_name").write_text(f"{NAME}\n")
    modules = tmp_path / "usr/share/mender/modules/v3"
    modules.mkdir(parents=True)
    (modules / "rootfs-image").write_text('#!/bin/sh\necho "orig_part_num=$active_num" > "$FILES"/tmp/orig-part\n')
    (modules / "bootfit-rootfs").write_text('#!/bin/sh\nmv "$FILES/tmp/original-slot.tmp" "$FILES/tmp/original-slot"\n')
    (tmp_path / "var/lib").mkdir(parents=True)
    (tmp_path / "var/lib/mender").symlink_to("/data/mender")
    return made


def found(tree: Path, pending: PendingUpdate) -> tuple[bool | None, int | None]:
    seen = with_module_note(pending, Host(tree.parents[6]))
    return seen.switched, seen.came_from


def test_a_root_file_system_is_noted_with_the_slot_that_it_came_from(tree: Path) -> None:
    assert found(tree, PENDING) == (False, None)
    (tree / "tmp/orig-part").write_text("orig_part_num=2\norig_part_num_hex=2\n")  # transcript misc40 e
    assert found(tree, PENDING) == (True, 2)


def test_a_module_that_notes_nothing_has_not_failed_to_note_it(tree: Path) -> None:
    """So were the first ones of 4.0."""
    (tree.parents[6] / "usr/share/mender/modules/v3/rootfs-image").write_text("#!/bin/sh\n")
    assert found(tree, PENDING) == (None, None)
    (tree.parents[6] / "usr/share/mender/modules/v3/rootfs-image").unlink()
    assert found(tree, PENDING) == (None, None)


def test_so_is_a_pair_of_kernel_and_root_file_system(tree: Path) -> None:
    (tree / "tmp/orig-part").write_text("orig_part_num=2\norig_part_num_hex=2\n")
    assert found(tree, BOOTFIT) == (False, None)
    (tree / "tmp/original-slot").write_text("3\n")
    assert found(tree, BOOTFIT) == (True, 3)


@pytest.mark.parametrize("text", ["", "orig_part_num=", "orig_part_num=two\n", "2\n"])
def test_a_torn_note_is_none(tree: Path, text: str) -> None:
    (tree / "tmp/orig-part").write_text(text)
    assert found(tree, PENDING) == (None, None)


def test_the_tree_of_another_update_or_of_a_torn_one_says_nothing(tree: Path) -> None:
    (tree / "tmp/orig-part").write_text("orig_part_num=2\n")
    for other in ("cpu01-standard-v2.8.0\n", ""):
        (tree / "header/artifact_name").write_text(other)
        assert found(tree, PENDING) == (None, None)
    (tree / "header/artifact_name").unlink()
    assert found(tree, PENDING) == (None, None)
    assert found(tree, replace(PENDING, artifact_name=None)) == (None, None)


def test_an_app_has_no_slot(tree: Path) -> None:
    assert found(tree, replace(PENDING, payload_types=("app",))) == (None, None)


def test_what_is_pending_is_read_with_its_note(tree: Path) -> None:
    (tree / "tmp/orig-part").write_text("orig_part_num=2\norig_part_num_hex=2\n")
    mender = tree.parents[4]
    (mender / "mender-store").write_bytes((RECORDED / "cpp40-pending.store").read_bytes())
    pending = read_memory(Host(mender.parents[1]), expected=True).pending
    assert pending is not None
    assert (pending.artifact_name, pending.switched, pending.came_from) == (NAME, True, 2)
