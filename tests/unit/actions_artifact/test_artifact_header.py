"""What is shown of an artifact before anything is done with it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Signature
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from tests.unit.actions_artifact.made_artifacts import FIT, IMAGE, Member, take_apart, tar, untar


def shown(path: Path) -> Artifact:
    found = read_artifact(Host(), str(path))
    assert isinstance(found, Artifact), found
    return found


def refused(place: str | Path) -> str:
    found = read_artifact(Host(), str(place))
    assert isinstance(found, Unavailable), found
    return found.reason


@pytest.mark.parametrize(("name", "compression"), [("none", "none"), ("gzip", "gzip"), ("lzma", "xz")])
def test_a_root_file_system_shows_all_that_its_header_says(made: dict[str, Path], name: str, compression: str) -> None:
    found = shown(made[name])
    assert (found.name, found.version) == ("cpu01-standard-v2.8.0", "cpu01-standard-v2.8.0")
    assert found.device_types == ("moducop-cpu01",)
    assert (found.payload_type, found.compression) == ("rootfs-image", compression)
    assert dict(found.provides)["rootfs-image.checksum"] == hashlib.sha256(IMAGE).hexdigest()
    assert found.clears == ("artifact_group", "rootfs_image_checksum", "rootfs-image.*")
    assert [(file.name, file.size) for file in found.files] == [("rootfs.ext4", len(IMAGE))]
    assert found.payload_size == len(IMAGE)
    assert found.size == made[name].stat().st_size
    assert found.signature is Signature.NONE
    assert found.manifest == hashlib.sha256(untar(made[name].read_bytes())[1].content).hexdigest()


def test_a_kernel_and_root_of_the_later_generations_say_what_goes_where(made: dict[str, Path]) -> None:
    """The version stands under a name of its own; the sizes lie behind the kernel, in the payload."""
    found = shown(made["bootfit"])
    assert found.version == "cpu01-standard-image-v3.0.0-dev"
    assert (found.kernel, found.root) == found.files
    assert found.kernel is not None and found.root is not None
    assert (found.kernel.name, found.kernel.size) == ("fitImage-moducop", len(FIT))
    assert (found.root.name, found.root.size) == ("root.ext4.verity", len(IMAGE))
    assert found.root.sha256 == hashlib.sha256(IMAGE).hexdigest()
    assert found.payload_size is None


def test_an_app_is_named_by_its_meta_data(made: dict[str, Path]) -> None:
    found = shown(made["app"])
    assert (found.payload_type, found.app, found.version) == ("app", "web", "1.0")
    assert [file.name for file in found.files] == ["images.tar.gz", "m.tar.gz"]
    assert found.payload_size is None


def test_an_app_without_meta_data_is_named_by_what_it_provides(made: dict[str, Path], tmp_path: Path) -> None:
    parts = take_apart(made["app"]).header_with("headers/0000/meta-data", b"")
    path = tmp_path / "x.mender"
    path.write_bytes(parts.build())
    assert shown(path).app == "web"


def test_scripts_depends_and_groups_are_shown(made: dict[str, Path]) -> None:
    found = shown(made["rich"])
    assert found.scripts == ("ArtifactInstall_Enter_00_check",)
    assert found.device_types == ("moducop-cpu01", "moducop-cpu01plus")
    assert found.depends == (
        ("artifact_name", ("v1", "v2")), ("artifact_group", ("fleet",)), ("rootfs-image.checksum", ("abc",)),
    )  # fmt: skip
    assert ("artifact_group", "fleet2") in found.provides
    assert ("extra", "1") in found.provides


def test_an_artifact_without_payload_says_so(made: dict[str, Path]) -> None:
    found = shown(made["empty"])
    assert (found.payload_type, found.files, found.version) == (None, (), "v1")


def test_only_the_front_is_read(made: dict[str, Path], tmp_path: Path) -> None:
    cut = tmp_path / "cut.mender"
    cut.write_bytes(made["none"].read_bytes()[:20_000])
    assert replace(shown(cut), place="", size=None) == replace(shown(made["none"]), place="", size=None)


def test_foreign_text_is_cleaned(made: dict[str, Path], tmp_path: Path) -> None:
    info = (
        b'{"payloads":[{"type":"magic\\u001b[2J"}],"artifact_provides":{"artifact_name":"x\\u001b[31m\\u202ey"},'
        b'"artifact_depends":{"device_type":["a\\nb"]}}'
    )
    types = b'{"type":"magic\\u001b[2J","artifact_provides":{"k\\u0007":"v\\u0000"}}'
    parts = take_apart(made["app"]).header_with("header-info", info).header_with("headers/0000/type-info", types)
    path = tmp_path / "x.mender"
    path.write_bytes(parts.build())
    found = shown(path)
    assert (found.name, found.payload_type, found.device_types) == ("x<U+202E>y", "magic", ("a b",))
    assert found.provides == (("k^G", "v^@"),)


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (b'{"payloads":[{"type":"app"},{"type":"app"}]}', "it has 2 payloads, and Mender's client installs only one"),
        (b'{"payloads":[]}', "its header names no payload"),
        (b'{"payloads":[{"type":""}]}', "its header names no type of payload"),
        (b'{"payloads":[{"type":7}]}', "its header names no type of payload"),
        (b'{"payloads":[{"type":"app"}],"Payloads":[{"type":"x"}]}', "its part 'header-info' is not valid JSON"),
        (b'{"payloads":[{"type":"app"}]}', "its part 'header-info' has no 'artifact_provides' that makes sense"),
        (b'{"payloads":[{"type":"app"}],"artifact_provides":{},"artifact_depends":{}}', "its header gives it no name"),
        (b"[" * 100_000, "its part 'header-info' is not valid JSON"),
        (b"7", "its part 'header-info' is no JSON object"),
        (b'{"a":NaN}', "its part 'header-info' is not valid JSON"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused_in_words(
    made: dict[str, Path], tmp_path: Path, info: bytes, words: str
) -> None:
    path = tmp_path / "x.mender"
    path.write_bytes(take_apart(made["app"]).header_with("header-info", info).build())
    assert refused(path) == f"x.mender can't be used: {words}."


def test_a_payload_of_two_types_is_refused(made: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "x.mender"
    path.write_bytes(take_apart(made["app"]).header_with("headers/0000/type-info", b'{"type":"rootfs-image"}').build())
    assert refused(path) == "x.mender can't be used: its header gives its payload two types."


@pytest.mark.parametrize("version", [1, 2, 4])
def test_another_format_is_said_by_its_number(made: dict[str, Path], tmp_path: Path, version: int) -> None:
    parts = replace(take_apart(made["app"]), version=b'{"format":"mender","version":%d}' % version)
    path = tmp_path / "x.mender"
    path.write_bytes(parts.build())
    assert refused(path) == (
        f"x.mender can't be used: it has format {version} of Mender's artifacts, and only 3 is known here."
    )


def test_an_augmented_artifact_is_refused_in_words(made: dict[str, Path], tmp_path: Path) -> None:
    version, manifest, *rest = take_apart(made["app"]).members()
    path = tmp_path / "x.mender"
    path.write_bytes(tar([version, manifest, Member("manifest-augment", manifest.content), *rest]))
    assert "manifest-augment" in refused(path)


def test_what_is_no_artifact_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not an artifact\n" * 100)
    assert refused(path) == "notes.txt can't be used: it is no Mender artifact, or its beginning is damaged."
    path.write_bytes(b"")
    assert refused(path) == "notes.txt can't be used: it is no Mender artifact, or its beginning is damaged."


def test_a_place_that_can_not_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.mender") == "none.mender can't be read: No such file or directory."
    assert refused(tmp_path) == f"{tmp_path.name} can't be read: it is no file."
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "pipe can't be read: it is no file."
    assert "give the whole path" in refused("x.mender")
    assert "give the whole path" in refused("/tmp/a\0b")


def test_a_path_is_looked_up_below_the_root_prefix(made: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.mender").write_bytes(made["gzip"].read_bytes())
    found = read_artifact(Host(tmp_path), "/data/x.mender")
    assert isinstance(found, Artifact)
    assert found.place == "/data/x.mender"
