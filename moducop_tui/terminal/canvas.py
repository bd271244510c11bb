"""What Textual draws on and the line is painted from, by two threads: the shadow and its painter, under one lock."""

from __future__ import annotations

from threading import RLock

from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.shadow import Shadow


class Canvas:
    """One terminal of a size and a profile, both of which may change."""

    def __init__(self, size: tuple[int, int], profile: Profile) -> None:
        self._lock = RLock()  # a signal handler may interrupt its holder
        self._begin(size, profile)

    def _begin(self, size: tuple[int, int], profile: Profile) -> None:
        self._size, self._profile = size, profile
        self._shadow = Shadow(*size, profile)
        self._painter = Painter(*size, profile, self._shadow.styles)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._size

    def feed(self, data: str) -> None:
        """Textual draws."""
        with self._lock:
            self._shadow.feed(data)

    def forget(self) -> None:
        """What the terminal shows is no longer known: all is drawn again."""
        with self._lock:
            self._painter.forget()

    def lose_cursor(self) -> None:
        """Something was sent that has moved the terminal's cursor."""
        with self._lock:
            self._painter.lose_cursor()

    def change(self, size: tuple[int, int] | None = None, profile: Profile | None = None) -> None:
        """Begin anew in another size or with another profile; Textual has to draw everything again."""
        with self._lock:
            self._begin(size or self._size, profile or self._profile)

    def paint(self, limit: int | None) -> str:
        """What to send now, as `Painter.paint`."""
        with self._lock:
            painter, picture = self._painter, self._shadow.grid.copy()
        # Without the lock: Textual never waits for a picture to be painted. Only this thread paints.
        return painter.paint(picture, limit)
