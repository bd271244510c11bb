"""What the real `mender-artifact` writes is verified here, with whatever options it was written."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Signature, Verified
from moducop_tui.sources.artifact import read_artifact
from tests.unit.actions_artifact.made_artifacts import accepted_by_mender, take_apart, verify, write

ROOT = ("rootfs-image", "-t", "moducop-cpu01", "-n", "v1", "-f", "rootfs.ext4")
MODULE = ("module-image", "-T", "app", "-t", "moducop-cpu01", "-n", "app-1", "-f", "a.tar.gz")
EMPTY = ("bootstrap-artifact", "-t", "moducop-cpu01", "-n", "v1")
OPTIONS = {
    "plain root": ROOT,
    "plain module": MODULE,
    "plain empty": EMPTY,
    "many types": (*ROOT, "-t", "b", "-t", "c"),
    "scripts": (*ROOT, "-s", "scripts"),
    "no checksum": (*ROOT, "--no-checksum-provide"),
    "old checksum": (*ROOT, "--legacy-rootfs-image-checksum"),
    "no version": (*ROOT, "--no-default-software-version", "--no-default-clears-provides"),
    "version": (*ROOT, "--software-name", "os", "--software-version", "2 ä"),
    "depends": (
        *ROOT,
        "-N",
        "v0",
        "-N",
        "v00",
        "-G",
        "g",
        "-d",
        "k:1",
        "-d",
        "k:2",
        "-d",
        "K:3",
        "-p",
        "p:1",
        "-p",
        "P:2",
        "-g",
        "h",
    ),
    "clears": (*ROOT, "--clears-provides", "a.*", "--clears-provides", "A.*"),
    "many files": (*MODULE, "-f", "b", "-f", "c-1_2.3,4", "-f", "x" * 180, "-m", "meta"),
    "no file": ("module-image", "-T", "app", "-t", "moducop-cpu01", "-n", "n"),
    "meta-data": (*MODULE, "-m", "meta"),
    "provides of the empty": (
        *EMPTY,
        "-p",
        "rootfs-image.version:v1",
        "--clears-provides",
        "rootfs-image.*",
        "-d",
        "a:b",
        "-g",
        "g",
    ),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with what the options name."""
    monkeypatch.chdir(tmp_path)
    for name in ("rootfs.ext4", "a.tar.gz", "b", "c-1_2.3,4", "x" * 180):
        (tmp_path / name).write_bytes(name.encode() * 300)
        os.utime(tmp_path / name, (1, 1e9 + 0.5))
    if os.geteuid() == 0:
        os.chown(tmp_path / "b", 3_000_000_000, 2_900_000_000)
    (tmp_path / "meta").write_text(json.dumps({"a": {"b": [1, 2.5, None, True, "ä"]}, "A": 1e300}))
    (tmp_path / "scripts").mkdir()
    for name in ("ArtifactInstall_Enter_00", "ArtifactFailure_Leave_99_x-y.sh", "ArtifactRollbackReboot_Error_10_z"):
        (tmp_path / "scripts" / name).write_text("#!/bin/sh\n")
    return tmp_path


@pytest.mark.parametrize("compression", ["none", "gzip", "lzma"])
@pytest.mark.parametrize("options", list(OPTIONS))
def test_each_option_gives_a_sound_artifact(here: Path, options: str, compression: str) -> None:
    path = write(here / "x.mender", *OPTIONS[options], "--compression", compression)
    found = verify(path)
    assert isinstance(found, Verified), found
    header = read_artifact(Host(), str(path))
    assert isinstance(header, Artifact), header
    assert header.manifest == found.manifest
    assert accepted_by_mender(path)


KEYS = {
    "rsa": ("genrsa", "-traditional", "-out", "private", "2048"),
    "ec": ("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", "private"),
}
"""What the tool can sign with; signatures of all kinds are in test_artifact_signature."""


@pytest.mark.parametrize("kind", list(KEYS))
@pytest.mark.parametrize("options", ["plain root", "many files", "scripts"])
def test_a_signed_one_is_verified(here: Path, kind: str, options: str) -> None:
    subprocess.run(["openssl", *KEYS[kind]], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", "private", "-pubout", "-out", "public"], check=True)
    path = write(here / "x.mender", *OPTIONS[options], "-k", "private")
    (here / "etc/mender").mkdir(parents=True)
    (here / "etc/mender/mender.conf").write_text(json.dumps({"ArtifactVerifyKeys": ["/public"]}))
    header = read_artifact(Host(here), "/x.mender")
    assert isinstance(header, Artifact), header
    assert header.signature is Signature.VERIFIED
    assert isinstance(verify(Path("/x.mender"), Host(here)), Verified)
    assert accepted_by_mender(path, here / "public")


@pytest.mark.parametrize("count", [1, 999])
def test_a_payload_of_many_files_is_verified(here: Path, count: int) -> None:
    parts = take_apart(write(here / "x.mender", *MODULE))
    files = [replace(parts.payload[0], name=f"file-{number}") for number in range(count)]
    (here / "y.mender").write_bytes(replace(parts, payload=files).build())
    found = verify(here / "y.mender")
    assert isinstance(found, Verified), found
    assert len(found.files) == count
