"""Who holds the lock under which a device is changed: what the lock file says while it is locked."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.clean_json import clean_json
from moducop_tui.model.stored import StoredError, decode, encode
from moducop_tui.model.work import Who

HOLDER_LIMIT = 4096
"""Bytes of a lock file that are read."""


@dataclass(frozen=True, slots=True)
class Holder:
    """`id` is the action's, `action` its words, `since` in seconds since the epoch, `pid` the executor's process."""

    pid: int
    id: str
    action: str
    who: Who
    since: float

    @property
    def words(self) -> str:
        """`switch A by root on pts/0 (process 812)`."""
        return f"{self.action} by {self.who.words} (process {self.pid})"


UNNAMED = Holder(0, "", "an action", Who("somebody"), 0.0)
"""Somebody who has locked and not yet said who it is."""


def holder_text(holder: Holder) -> bytes:
    """What stands in the lock file."""
    import json

    return json.dumps(encode(holder)).encode("ascii") + b"\n"


def parse_holder(content: bytes) -> Holder:
    """Who it is by the file's content; `UNNAMED` where that is torn or not there yet."""
    try:
        return decode(Holder, clean_json(content))
    except (StoredError, ValueError, RecursionError):
        return UNNAMED
