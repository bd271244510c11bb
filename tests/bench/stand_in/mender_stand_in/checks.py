"""Whether an artifact may go onto this device: signature, device type, dependencies."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from . import places
from .artifact import Artifact, Header
from .journal import ClientError, Journal
from .memory import Memory
from .personality import Personality


def check_signature(artifact: Artifact) -> None:
    """Transcripts cpp40 F, cpp51 F. Without a key in the configuration a signature is not looked at."""
    keys = _keys()
    if not keys:
        return
    if artifact.signature is None:
        raise ClientError("Signature verification Error: expecting signed artifact, but no signature file found")
    if not any(_fits(key, artifact.manifest, artifact.signature) for key in keys):
        raise ClientError("Signature verification Error: Wrong manifest signature or wrong key")


def fits_device(header: Header, memory: Memory, personality: Personality, journal: Journal) -> bool:
    """Whether the device is what the artifact asks for; what is not so is told (transcripts cpp40 D, cpp51 D)."""
    device_type = places.DEVICE_TYPE.read_text().splitlines()[0].removeprefix("device_type=")
    if device_type not in _choices(header.depends.get("device_type")):
        journal.error("Artifact device type doesn't match")
        return False
    provides = memory.provides()
    for name, wanted in header.depends.items():
        if name == "device_type":
            continue
        if name not in provides:
            journal.error(f"Missing '{name}' in provides, required by {personality.depends}")
            return False
        if provides[name] not in _choices(wanted):
            journal.error(f"Provides '{name}' does not match {personality.depends}")  # not in a transcript
            return False
    return True


def _choices(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _keys() -> list[str]:
    for place in places.CONFIGURATIONS:
        try:
            found = json.loads(place.read_text())
        except FileNotFoundError:
            continue
        keys = [*found.get("ArtifactVerifyKeys", ()), *filter(None, [found.get("ArtifactVerifyKey")])]
        if keys:
            return [str(key) for key in keys]
    return []


def _fits(key: str, manifest: bytes, signature: bytes) -> bool:
    with tempfile.TemporaryDirectory() as work:
        signed, content = Path(work) / "signature", Path(work) / "manifest"
        signed.write_bytes(base64.b64decode(signature))
        content.write_bytes(manifest)
        asking: list[str | Path] = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", signed, content]
        return subprocess.run(asking, capture_output=True, check=False).returncode == 0
