"""Chance that can be asked twice: every draw is a function of the seed and of what it is for.

So any moment of the simulated device can be told without the moments before it, and nothing has to be kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_MASK = (1 << 64) - 1
_UNIT = 1 / (1 << 53)


@dataclass(frozen=True, slots=True)
class Chance:
    """A family of draws; `derive` begins another that has nothing to do with it."""

    key: int

    def derive(self, name: str) -> Chance:
        """The draws for one purpose."""
        digest = hashlib.blake2b(f"{self.key}/{name}".encode(), digest_size=8).digest()
        return Chance(int.from_bytes(digest, "big"))

    def bits(self, number: int) -> int:
        """64 bits for a number: SplitMix64 (Steele, Lea and Flood, 2014)."""
        mixed = (self.key + (number + 1) * 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def share(self, number: int) -> float:
        """A draw from 0 up to, not including, 1."""
        return (self.bits(number) >> 11) * _UNIT

    def whole(self, number: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.bits(number) % (high - low + 1)

    def digits(self, length: int) -> str:
        """A hexadecimal identity of that many digits."""
        count = (length + 15) // 16
        return "".join(f"{self.bits(place):016x}" for place in range(count))[:length]

    def drift(self, moment: float, pace: float) -> float:
        """A value from 0 to 1 that wanders: a new goal every `pace` seconds, reached without a jump."""
        step, part = divmod(moment / pace, 1.0)
        before, after = self.share(int(step)), self.share(int(step) + 1)
        return before + (after - before) * part * part * (3 - 2 * part)
