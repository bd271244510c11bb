"""What a source has to say about one topic, with its age and its error beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)


class Topic(StrEnum):
    """What the console knows about; also the names of the objects in `status --json`."""

    SLOTS = "slots"
    BOOT = "boot"
    MENDER = "mender"
    STORAGE = "storage"
    APPS = "apps"
    LOG = "log"
    SYSTEM = "system"
    MEDIA = "media"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A source's answer when it could not read its topic.

    `reason` is a sentence for the technician: what failed, on what, why, and what to do where that is known.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value_co]):
    """The newest good value of a topic, and what became of the last attempt to renew it.

    `value` is None until the first good reading. `taken_at` and `failed_at` are seconds of the monotonic clock.
    An `error` beside a value means that the value is stale: shown with its age, never as if it were fresh.
    """

    value: Value_co | None = None
    taken_at: float | None = None
    error: str | None = None
    failed_at: float | None = None

    @property
    def is_stale(self) -> bool:
        """True when a value is there that the last attempt could not renew."""
        return self.value is not None and self.error is not None

    def age(self, now: float) -> float | None:
        """Seconds since the value was read; None when there is none. `now` is of the monotonic clock."""
        return None if self.taken_at is None else max(0.0, now - self.taken_at)
