"""What the person at this console has seen already: sticks on which they looked, actions whose end they know.

Kept in memory only, and only about showing: nothing of it decides what is true of the device.
"""

from __future__ import annotations

from moducop_tui.model.media import Media
from moducop_tui.model.work import Outcome, Record, Work

_WELL_LASTS = 120.0
"""Seconds for which it is said that an action went well; what went wrong is said until somebody has looked."""
_NEWS_AT_START = 900.0
"""Seconds after which the end of an action is no news for a console that is opened: the line dropped meanwhile."""
_CUT_IS_NEWS = 86_400.0
"""The same where the power was cut in the middle."""


class Attention:
    """One console's memory of sticks and actions."""

    def __init__(self) -> None:
        self._known_sticks: frozenset[str] = frozenset()
        self._followed: str | None = None
        """The newest action that this console has heard of."""
        self._seen: str | None = None
        self._began = True

    # -- sticks ----------------------------------------------------------------------------------------------------

    def new_stick(self, media: Media | None) -> str | None:
        """A stick on which nobody has looked since it was plugged in, such as `sda1`."""
        plugged = [stick.device for stick in media.sticks] if media else []
        self._known_sticks &= frozenset(plugged)
        return next((one.removeprefix("/dev/") for one in plugged if one not in self._known_sticks), None)

    def looked_at(self, media: Media | None) -> None:
        """The sticks that are plugged in now have been offered."""
        self._known_sticks = frozenset(stick.device for stick in media.sticks) if media else frozenset()

    # -- actions ---------------------------------------------------------------------------------------------------

    def news_of(self, work: Work | None, wall_now: float) -> Record | None:
        """The action that has ended while nobody looked, as long as that is news."""
        if work is None:
            return None
        first, self._began = self._began, False
        if work.running is not None:
            self._followed = work.running.record.id
            return None
        last = work.last
        if last is None or last.id == self._seen:
            return None
        if last.id != self._followed:
            if first and not _is_news_at_start(last, wall_now):
                self._seen = last.id
                return None
            self._followed = last.id
        well = last.outcome is Outcome.DONE
        return None if well and not 0 <= wall_now - (last.ended_at or 0.0) < _WELL_LASTS else last

    def saw(self, record_id: str) -> None:
        """The end of that action was shown."""
        self._seen = record_id


def _is_news_at_start(last: Record, wall_now: float) -> bool:
    limit = _CUT_IS_NEWS if last.outcome is Outcome.CUT else _NEWS_AT_START
    return 0 <= wall_now - (last.at if last.ended_at is None else last.ended_at) < limit
