"""The PIN as a salted scrypt hash: `scrypt$16384$8$1$SALT$HASH`, salt and hash in base64. Nothing stores the PIN."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

LEAST, MOST = 4, 64
"""Characters that a PIN may have."""
_WORK, _BLOCK, _PARALLEL = 1 << 14, 8, 1
"""scrypt's n, r and p: 16 MiB and part of a second on the device, for each guess."""
_MOST_WORK, _MOST_BLOCK, _MOST_PARALLEL = 1 << 17, 16, 4
"""Parameters that are believed: what is configured must not take all of the device's memory."""
_SALT, _LENGTH = 16, 32
_LEAST_SALT = 8
"""Bytes: less than that, and one table of hashes fits many devices."""
_SPARE = 1 << 20


def unfit(pin: str) -> str | None:
    """Why a PIN can't be one, in a sentence; None when it can: what any keyboard and any line can send."""
    if not LEAST <= len(pin) <= MOST:
        return f"A PIN has {LEAST} to {MOST} characters."
    if not pin.isascii() or not pin.isprintable() or pin != pin.strip():
        return "A PIN has letters, digits and signs of ASCII only, and no blank at either end."
    return None


def make_hash(pin: str, salt: bytes | None = None) -> str:
    """The text that is kept in the configuration (`unlock_pin`)."""
    salt = secrets.token_bytes(_SALT) if salt is None else salt
    derived = _derive(pin, salt, n=_WORK, r=_BLOCK, p=_PARALLEL, length=_LENGTH)
    return "$".join(("scrypt", str(_WORK), str(_BLOCK), str(_PARALLEL), _text(salt), _text(derived)))


def matches(pin: str, kept: str) -> bool:
    """Whether the PIN is the one that was hashed; False for a hash that can't be used. Takes the same time for both."""
    try:
        name, work, block, parallel, salt, derived = kept.split("$")
        n, r, p = int(work), int(block), int(parallel)
        expected, salted = base64.b64decode(derived, validate=True), base64.b64decode(salt, validate=True)
        known = name == "scrypt" and 1 < n <= _MOST_WORK and 0 < r <= _MOST_BLOCK and 0 < p <= _MOST_PARALLEL
        if not known or len(expected) != _LENGTH or len(salted) < _LEAST_SALT:
            return False
        return hmac.compare_digest(_derive(pin, salted, n=n, r=r, p=p, length=len(expected)), expected)
    except (ValueError, binascii.Error):
        return False


def _derive(pin: str, salt: bytes, *, n: int, r: int, p: int, length: int) -> bytes:
    room = 128 * r * (n + p + 2) + _SPARE
    return hashlib.scrypt(pin.encode("utf-8", "surrogateescape"), salt=salt, n=n, r=r, p=p, maxmem=room, dklen=length)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
