"""Whether an artifact's signature is by a key that this device trusts, asked of the `openssl` program.

Mender signs the manifest: base64 of RSA (PKCS #1 v1.5), of ECDSA, written as r and s of 32 bytes each or as DER, both
over its SHA-256, or of Ed25519 (mender 5.1.0 src/common/crypto, mender-artifact signer.go; device facts 5).
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.artifact import Signature
from moducop_tui.sources.mender_conf import PLACES

_TIMEOUT = 10.0
_CURVE_BYTES = 32
_CONF_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class VerifyKeys:
    """The keys that Mender's configuration names. `known` is False where a file of it could not be read."""

    paths: tuple[str, ...]
    known: bool = True

    @property
    def demanded(self) -> bool | None:
        """Whether Mender's client refuses artifacts without a signature by one of the keys; None: unknown."""
        return True if self.paths else (False if self.known else None)


def read_verify_keys(host: Host) -> VerifyKeys:
    """`ArtifactVerifyKey` and `ArtifactVerifyKeys` of mender.conf, where the first file that has a key wins."""
    import json

    paths: dict[str, list[str]] = {}
    known = True
    for place in PLACES:
        try:
            content = json.loads(host.read_text(place, _CONF_LIMIT))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, RecursionError):
            known = False
            continue
        for name in ("ArtifactVerifyKey", "ArtifactVerifyKeys"):
            value = content.get(name) if isinstance(content, dict) else None
            listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
            usable = [one for one in listed if isinstance(one, str) and one.startswith("/") and one.isprintable()]
            if usable:
                paths.setdefault(name, usable)
    return VerifyKeys(tuple(path for listed in paths.values() for path in listed), known)


def judge_signature(host: Host, manifest: bytes, signature: bytes | None, keys: VerifyKeys) -> Signature:
    """What is known of the signature over a manifest."""
    if signature is None:
        return Signature.NONE
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return Signature.WRONG
    tried = False
    for place in keys.paths:
        try:
            key = host.path(place)
        except OSError:
            continue
        answer = _is_signed_by(key, manifest, raw)
        if answer:
            return Signature.VERIFIED
        tried = tried or answer is False
    return Signature.WRONG if tried else Signature.UNVERIFIED


def _is_signed_by(key: Path, manifest: bytes, raw: bytes) -> bool | None:
    """None where it can't be known: no openssl, or no key that it can read."""
    try:
        if runner.run(["openssl", "pkey", "-pubin", "-in", str(key), "-noout"], _TIMEOUT).code != 0:
            return None
        with tempfile.TemporaryDirectory(prefix="moducop-tui-") as place:
            message, written = Path(place) / "manifest", Path(place) / "signature"
            message.write_bytes(manifest)
            for form, said in _forms(str(key), raw, str(message), written):
                finished = runner.run(form, _TIMEOUT)
                if finished.code == 0 and said in finished.out:
                    return True
    except (runner.CommandError, OSError):
        return None
    return False


def _forms(key: str, raw: bytes, message: str, written: Path) -> Iterator[tuple[list[str], str]]:
    """The commands that may find it good, with what they then say; `written` holds the signature for each."""
    digest = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", str(written), message]
    plain = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", message, "-sigfile"]
    written.write_bytes(raw)
    yield digest, "Verified OK"
    if len(raw) == 2 * _CURVE_BYTES:
        yield [*plain, str(written)], "Signature Verified Successfully"
        written.write_bytes(_der(raw[:_CURVE_BYTES], raw[_CURVE_BYTES:]))
        yield digest, "Verified OK"


def _der(r: bytes, s: bytes) -> bytes:
    """An ECDSA signature as DER: a sequence of two positive integers."""
    parts = b"".join(_der_integer(number) for number in (r, s))
    return b"\x30" + bytes([len(parts)]) + parts


def _der_integer(number: bytes) -> bytes:
    digits = number.lstrip(b"\0") or b"\0"
    if digits[0] & 0x80:
        digits = b"\0" + digits
    return b"\x02" + bytes([len(digits)]) + digits
