"""The PIN as a salted scrypt hash (`model.pin_hash`). Nothing stores the PIN."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from moducop_tui.model.pin_hash import BLOCK, LENGTH, PARALLEL, SALT, WORK, PinHashError, parse_pin_hash

LEAST, MOST = 6, 64
"""Characters that a PIN may have. To try all of six digits, one in five minutes, takes nine years."""
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
    salt = secrets.token_bytes(SALT) if salt is None else salt
    derived = _derive(pin, salt, n=WORK, r=BLOCK, p=PARALLEL, length=LENGTH)
    return "$".join(("scrypt", str(WORK), str(BLOCK), str(PARALLEL), _text(salt), _text(derived)))


def matches(pin: str, kept: str) -> bool:
    """Whether the PIN is the one that was hashed; False for a hash that can't be used. Takes the same time for both."""
    try:
        known = parse_pin_hash(kept)
        length = len(known.derived)
        derived = _derive(pin, known.salt, n=known.work, r=known.block, p=known.parallel, length=length)
    except (PinHashError, ValueError):
        return False
    return hmac.compare_digest(derived, known.derived)


def _derive(pin: str, salt: bytes, *, n: int, r: int, p: int, length: int) -> bytes:
    room = 128 * r * (n + p + 2) + _SPARE
    return hashlib.scrypt(pin.encode("utf-8", "surrogateescape"), salt=salt, n=n, r=r, p=p, maxmem=room, dklen=length)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
