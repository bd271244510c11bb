"""Artifacts on the data partition are found where people put them, and nowhere that is not theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import kept_offers
from moducop_tui.sources.kept_offers import find_kept


def put(root: Path, path: str, content: bytes = b"no artifact") -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def paths(root: Path) -> list[str]:
    found = find_kept(Host(root))
    assert not isinstance(found, Unavailable)
    return [one.path for one in found]


def test_they_are_found_in_data_in_its_directories_and_where_downloads_are_kept(tmp_path: Path) -> None:
    for path in ("data/b.mender", "data/updates/a.mender", "data/moducop_tui/downloads/c.mender", "data/notes.txt"):
        put(tmp_path, path)
    assert paths(tmp_path) == ["/data/b.mender", "/data/moducop_tui/downloads/c.mender", "/data/updates/a.mender"]


def test_what_belongs_to_docker_mender_and_overlays_is_not_searched(tmp_path: Path) -> None:
    system = ("lost+found", "$RECYCLE.BIN", "System Volume Information", ".Trash-0")
    for directory in ("docker", "mender", "mender-app", "overlay-etc", ".hidden", *system):
        put(tmp_path, f"data/{directory}/x.mender")
    assert paths(tmp_path) == []


def test_a_hidden_file_is_none_and_capitals_make_no_difference(tmp_path: Path) -> None:
    for name in ("._b.mender", ".b.mender", "b.MENDER", "updates/._a.mender", "updates/A.Mender"):
        put(tmp_path, f"data/{name}")
    assert paths(tmp_path) == ["/data/b.MENDER", "/data/updates/A.Mender"]


def test_they_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 2):
        put(tmp_path, f"data/v{number}.mender")
    assert paths(tmp_path) == ["/data/v2.mender", "/data/v9.mender", "/data/v10.mender"]


def test_no_link_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/secret.mender")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/link.mender").symlink_to(tmp_path / "elsewhere/secret.mender")
    (tmp_path / "data/directory").symlink_to(tmp_path / "elsewhere")
    assert paths(tmp_path) == []


def test_what_is_no_artifact_is_offered_with_the_sentence_why(tmp_path: Path) -> None:
    put(tmp_path, "data/broken.mender")
    found = find_kept(Host(tmp_path))
    assert not isinstance(found, Unavailable)
    (offer,) = found
    assert offer.artifact is None and offer.size == len(b"no artifact")
    assert offer.error is not None and offer.error.endswith(".")


def test_a_hostile_name_is_cleaned_and_not_opened(tmp_path: Path) -> None:
    put(tmp_path, "data/\x1b[31mred.mender")
    found = find_kept(Host(tmp_path))
    assert not isinstance(found, Unavailable)
    assert found[0].path.isprintable()
    assert "rename it" in (found[0].error or "")


def test_a_device_without_a_data_partition_says_so(tmp_path: Path) -> None:
    found = find_kept(Host(tmp_path))
    assert isinstance(found, Unavailable)
    assert found.reason == "/data can't be searched for artifacts: No such file or directory."


def test_a_directory_of_thousands_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_offers, "_ENTRIES", 50)
    (tmp_path / "data").mkdir()
    for number in range(200):
        (tmp_path / f"data/{number}.mender").touch()
    assert len(paths(tmp_path)) <= 40
