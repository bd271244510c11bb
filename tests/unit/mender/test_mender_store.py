from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moducop_tui.sources import mender_store
from moducop_tui.sources.mender_store import StoreError, read_store

RECORDED = Path(__file__).parent / "recorded"
STORES = sorted(RECORDED.glob("*.store"))


def test_a_store_that_was_only_created_holds_nothing() -> None:
    assert read_store(RECORDED / "go34-first.store") == {}


def test_the_go_clients_pending_update_is_read() -> None:
    found = read_store(RECORDED / "go34-pending.store")
    assert list(found) == [b"standalone-state"]
    assert found[b"standalone-state"].startswith(b'{"Version":1,"ArtifactName":"gpx-logger-1.4.0"')


def test_after_a_commit_nothing_is_pending() -> None:
    for name in ("go34-committed", "cpp51-committed"):
        assert set(read_store(RECORDED / f"{name}.store")) == {b"artifact-name", b"artifact-provides"}


def test_the_newest_of_several_commits_counts() -> None:
    found = read_store(RECORDED / "cpp51-pending.store")
    assert b'"InState":"Before_ArtifactCommit_Enter"' in found[b"standalone-state"]


def test_zero_bytes_behind_keys_and_values_are_taken_off() -> None:
    found = read_store(RECORDED / "trailing-nul.store")
    assert found[b"artifact-name"] == b"gpx-logger-1.4.0"
    assert found[b"standalone-state"].endswith(b"}")


def test_large_values_are_read_from_their_own_pages() -> None:
    assert read_store(RECORDED / "large.store")[b"artifact-provides"] == b'{"big":"' + b"y" * 20000 + b'"}'


def test_many_keys_are_found_through_branch_pages() -> None:
    found = read_store(RECORDED / "many.store")
    assert len(found) == 600
    assert found[b"key-0599"] == b"value 599" * 3


def test_a_tree_of_three_levels_is_walked() -> None:
    found = read_store(RECORDED / "deep.store")
    assert sorted(found.values(), key=int) == [b"%d" % number for number in range(50)]


def test_deleted_keys_are_gone() -> None:
    assert list(read_store(RECORDED / "deleted.store")) == [b"key-%03d" % number for number in range(0, 120, 3)]


def test_reading_writes_nothing_and_takes_no_lock(tmp_path: Path) -> None:
    store = tmp_path / "mender-store"
    store.write_bytes((RECORDED / "cpp51-pending.store").read_bytes())
    store.chmod(0o400)
    before = (store.read_bytes(), store.stat().st_mtime_ns)
    read_store(store)
    assert (store.read_bytes(), store.stat().st_mtime_ns) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mender-store"]


def test_an_empty_file_is_a_store_that_was_just_created(tmp_path: Path) -> None:
    (tmp_path / "mender-store").write_bytes(b"")
    assert read_store(tmp_path / "mender-store") == {}


def test_a_wiped_store_is_said(tmp_path: Path) -> None:
    (tmp_path / "mender-store").write_bytes(bytes(12288))
    with pytest.raises(StoreError, match="does not begin as a store does"):
        read_store(tmp_path / "mender-store")


@pytest.mark.parametrize("length", [1, 100, 4096, 5000, 8191, 8192, 12288])
def test_a_store_that_is_cut_short_is_said(tmp_path: Path, length: int) -> None:
    whole = (RECORDED / "cpp51-pending.store").read_bytes()
    (tmp_path / "mender-store").write_bytes(whole[:length])
    with pytest.raises(StoreError):
        read_store(tmp_path / "mender-store")


def test_a_commit_while_reading_makes_it_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = tmp_path / "mender-store"
    store.write_bytes((RECORDED / "cpp51-pending.store").read_bytes())
    newer = (RECORDED / "cpp51-committed.store").read_bytes()
    real = mender_store._Tree.read

    def commit_meanwhile(tree: mender_store._Tree) -> dict[bytes, bytes]:
        found = real(tree)
        monkeypatch.setattr(mender_store._Tree, "read", real)
        store.write_bytes(newer)
        return found

    monkeypatch.setattr(mender_store._Tree, "read", commit_meanwhile)
    assert b"standalone-state" not in read_store(store)


def test_a_store_that_never_stands_still_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = mender_store._newest
    count = iter(range(100))

    def moving(handle: int) -> mender_store._Meta:
        meta = real(handle)
        return mender_store._Meta(
            meta.page_size, meta.depth, meta.entries, meta.root, meta.last_page, meta.transaction + next(count)
        )

    monkeypatch.setattr(mender_store, "_newest", moving)
    monkeypatch.setattr(mender_store, "_RETRY_AFTER", 0.0)
    with pytest.raises(StoreError, match="again and again"):
        read_store(RECORDED / "cpp51-pending.store")


def read_bytes(content: bytes) -> None:
    """Read damaged content; anything but the reader's own error is a failure of the test."""
    handle, name = tempfile.mkstemp()
    try:
        os.write(handle, content)
        read_store(Path(name))
    except StoreError as error:
        assert str(error)
    finally:
        os.close(handle)
        Path(name).unlink()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STORES), st.data())
def test_no_damage_does_more_than_to_be_said(store: Path, data: st.DataObject) -> None:
    content = bytearray(store.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.one_of(st.integers(0, len(content) - 1), st.integers(0, 200), st.integers(4096, 4300)))
        piece = data.draw(st.binary(min_size=1, max_size=8))
        content[place : place + len(piece)] = piece
    read_bytes(bytes(content))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(STORES), st.data())
def test_no_damage_within_a_tree_page_does_more_than_to_be_said(store: Path, data: st.DataObject) -> None:
    content = bytearray(store.read_bytes())
    pages = max(1, len(content) // 4096)
    for _ in range(data.draw(st.integers(1, 10))):
        place = data.draw(st.integers(0, pages - 1)) * 4096 + data.draw(st.integers(0, 80))
        content[place % len(content)] = data.draw(st.integers(0, 255))
    read_bytes(bytes(content))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=9000))
def test_rubbish_is_no_store(content: bytes) -> None:
    read_bytes(content)


@pytest.mark.parametrize("page", range(2, 13))
def test_a_page_that_points_at_itself_does_not_go_round_for_ever(tmp_path: Path, page: int) -> None:
    content = bytearray((RECORDED / "deep.store").read_bytes())
    start = page * 4096
    flags = int.from_bytes(content[start + 10 : start + 12], "little")
    if flags & 0x01:  # a branch page: its first child becomes the page itself
        node = start + int.from_bytes(content[start + 16 : start + 18], "little")
        content[node : node + 2] = page.to_bytes(2, "little")
    (tmp_path / "mender-store").write_bytes(content)
    if flags & 0x01:
        with pytest.raises(StoreError):
            read_store(tmp_path / "mender-store")
    else:
        assert len(read_store(tmp_path / "mender-store")) == 50
