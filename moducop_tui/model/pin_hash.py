"""The hash of a PIN as the configuration keeps it: `scrypt$16384$8$1$SALT$HASH`, salt and hash in base64.

What can be known of it is what a guess costs. How long the PIN is can't be known: two hashes look the same.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

WORK, BLOCK, PARALLEL = 1 << 14, 8, 1
"""scrypt's n, r and p: 16 MiB and part of a second on the device, for each guess."""
SALT, LENGTH = 16, 32
"""Bytes of the salt and of the hash that `moducop-tui pin` makes."""
_MOST_WORK, _MOST_BLOCK, _MOST_PARALLEL = 1 << 17, 16, 4
"""Parameters that are believed: what is configured must not take all of the device's memory."""
_LEAST_SALT = 8
"""Bytes: less than that, and one table of hashes fits many devices."""


class PinHashError(ValueError):
    """A hash that can't be used; the text says why, as the end of a sentence about it."""


@dataclass(frozen=True, slots=True)
class PinHash:
    """scrypt's parameters, and what it makes of the PIN with them."""

    work: int
    block: int
    parallel: int
    salt: bytes
    derived: bytes


def parse_pin_hash(text: str) -> PinHash:
    """The parts of a hash. Raises PinHashError."""
    try:
        name, work, block, parallel, salt, derived = text.split("$")
        found = PinHash(_number(work), _number(block), _number(parallel), _bytes(salt), _bytes(derived))
    except (ValueError, binascii.Error):
        raise PinHashError("must be a hash that `moducop-tui pin` printed, in quotes") from None
    if name != "scrypt" or len(found.derived) != LENGTH or found.work & (found.work - 1):
        raise PinHashError("must be a hash that `moducop-tui pin` printed, in quotes")
    if found.work < WORK or found.block < BLOCK or found.parallel < 1:
        raise PinHashError("is a hash that is guessed too fast: make a new one with `moducop-tui pin`")
    if found.work > _MOST_WORK or found.block > _MOST_BLOCK or found.parallel > _MOST_PARALLEL:
        raise PinHashError("is a hash that takes more memory than this device has: make a new one, `moducop-tui pin`")
    if len(found.salt) < _LEAST_SALT:
        raise PinHashError("is a hash whose salt is too short: make a new one with `moducop-tui pin`")
    return found


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(text)
    return int(text)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
