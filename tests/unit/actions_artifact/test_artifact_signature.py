"""Signatures by the real tools: made by `mender-artifact` or `openssl`, judged by ours."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Signature, Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_signature import VerifyKeys, judge_signature, read_verify_keys
from tests.unit.actions_artifact.made_artifacts import accepted_by_mender, untar, verify, write

CONF = "etc/mender/mender.conf"
FALLBACK = "var/lib/mender/mender.conf"


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Private and public keys of three kinds, and one of a stranger."""
    place = tmp_path_factory.mktemp("keys")
    openssl("genrsa", "-traditional", "-out", place / "rsa", "2048")
    openssl("genrsa", "-traditional", "-out", place / "stranger", "2048")
    openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", place / "ec")
    openssl("genpkey", "-algorithm", "ed25519", "-out", place / "ed25519")
    for name in ("rsa", "stranger", "ec", "ed25519"):
        openssl("pkey", "-in", place / name, "-pubout", "-out", place / f"{name}.pub")
    return place


@pytest.fixture(scope="module")
def signed(keys: Path) -> dict[str, Path]:
    """A small artifact signed with each key that the real tool can sign with."""
    image = keys / "image"
    image.write_bytes(b"x" * 1000)
    base = ("rootfs-image", "-t", "a", "-n", "n", "-f", image)
    return {name: write(keys / f"{name}.mender", *base, "-k", keys / name) for name in ("rsa", "ec", "stranger")}


@pytest.fixture
def device(tmp_path: Path, keys: Path) -> Host:
    """A device with the keys in /keys and no key configured."""
    (tmp_path / "etc/mender").mkdir(parents=True)
    (tmp_path / "var/lib/mender").mkdir(parents=True)
    (tmp_path / "keys").mkdir()
    for key in keys.glob("*.pub"):
        (tmp_path / "keys" / key.name).write_bytes(key.read_bytes())
    (tmp_path / "keys/damaged.pub").write_text("-----BEGIN PUBLIC KEY-----\nxx\n")
    return Host(tmp_path)


def configure(device: Host, name: str = CONF, **settings: object) -> None:
    (device.root / name).write_text(json.dumps(settings))


def signature_of(device: Host, artifact: Path) -> Signature:
    (device.root / "x.mender").write_bytes(artifact.read_bytes())
    found = read_artifact(device, "/x.mender")
    assert isinstance(found, Artifact), found
    return found.signature


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signature_by_the_configured_key_is_verified(device: Host, signed: dict[str, Path], kind: str) -> None:
    configure(device, ArtifactVerifyKey=f"/keys/{kind}.pub")
    assert signature_of(device, signed[kind]) is Signature.VERIFIED
    assert signature_of(device, signed["stranger"]) is Signature.WRONG


def test_one_of_several_keys_is_enough(device: Host, signed: dict[str, Path]) -> None:
    configure(device, ArtifactVerifyKeys=["/keys/damaged.pub", "/keys/none.pub", "/keys/ec.pub", "/keys/rsa.pub"])
    assert signature_of(device, signed["rsa"]) is Signature.VERIFIED
    assert signature_of(device, signed["ec"]) is Signature.VERIFIED
    assert signature_of(device, signed["stranger"]) is Signature.WRONG


def test_without_a_key_that_can_be_read_nothing_is_known(device: Host, signed: dict[str, Path]) -> None:
    assert signature_of(device, signed["rsa"]) is Signature.UNVERIFIED
    configure(device, ArtifactVerifyKey="/keys/damaged.pub")
    assert signature_of(device, signed["rsa"]) is Signature.UNVERIFIED
    configure(device, ArtifactVerifyKey="/keys/none.pub")
    assert signature_of(device, signed["rsa"]) is Signature.UNVERIFIED


def test_without_openssl_nothing_is_known(
    device: Host, signed: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(device, ArtifactVerifyKey="/keys/rsa.pub")

    def missing(*_: object, **__: object) -> None:
        raise runner.CommandNotFoundError("openssl is not installed.")

    monkeypatch.setattr(runner, "run", missing)
    assert signature_of(device, signed["stranger"]) is Signature.UNVERIFIED


def test_an_artifact_with_a_wrong_signature_is_not_verified(device: Host, signed: dict[str, Path], keys: Path) -> None:
    configure(device, ArtifactVerifyKey="/keys/rsa.pub")
    assert isinstance(verify(signed["rsa"]), Verified)
    assert accepted_by_mender(signed["rsa"], keys / "rsa.pub")
    assert not accepted_by_mender(signed["stranger"], keys / "rsa.pub")
    (device.root / "x.mender").write_bytes(signed["stranger"].read_bytes())
    found = verify(Path("/x.mender"), device)
    assert found == Unavailable("x.mender can't be used: its signature is not by a key that this device trusts.")


def test_other_forms_of_signatures_are_known(device: Host, keys: Path, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(b"manifest")
    openssl("dgst", "-sha256", "-sign", keys / "ec", "-out", tmp_path / "der", message)
    openssl("pkeyutl", "-sign", "-inkey", keys / "ed25519", "-rawin", "-in", message, "-out", tmp_path / "plain")
    for form, key in (("der", "ec"), ("plain", "ed25519")):
        written = base64.b64encode((tmp_path / form).read_bytes())
        trusted = VerifyKeys((f"/keys/{key}.pub",))
        assert judge_signature(device, b"manifest", written, trusted) is Signature.VERIFIED
        assert judge_signature(device, b"manifesto", written, trusted) is Signature.WRONG


@pytest.mark.parametrize("signature", [b"", b"!!", b"AAAA", base64.b64encode(bytes(64)), base64.b64encode(bytes(256))])
def test_what_is_no_signature_is_wrong(device: Host, signature: bytes) -> None:
    assert judge_signature(device, b"manifest", signature, VerifyKeys(("/keys/ec.pub",))) is Signature.WRONG


def test_the_first_configuration_wins_key_by_key(device: Host) -> None:
    assert read_verify_keys(device) == VerifyKeys(())
    configure(device, FALLBACK, ArtifactVerifyKey="/keys/old.pub", ArtifactVerifyKeys=["/keys/b.pub"])
    assert read_verify_keys(device).paths == ("/keys/old.pub", "/keys/b.pub")
    configure(device, ArtifactVerifyKey="/keys/new.pub")
    assert read_verify_keys(device).paths == ("/keys/new.pub", "/keys/b.pub")
    assert read_verify_keys(device).demanded is True


def test_a_configuration_that_can_not_be_read_leaves_it_open(device: Host) -> None:
    (device.root / CONF).write_text("{")
    assert read_verify_keys(device).demanded is None
    configure(device, ArtifactVerifyKey=7, ArtifactVerifyKeys="relative.pem")
    assert read_verify_keys(device).demanded is False


def test_a_signature_stands_between_manifest_and_header(signed: dict[str, Path]) -> None:
    assert [member.name for member in untar(signed["rsa"].read_bytes())][:4] == [
        "version", "manifest", "manifest.sig", "header.tar.gz",
    ]  # fmt: skip
