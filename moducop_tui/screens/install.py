"""What can be installed, as a list: artifacts on sticks and on the data partition, and any place that is typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual import events

from moducop_tui.keymap import Place
from moducop_tui.model.artifact import Offer
from moducop_tui.model.media import Stick
from moducop_tui.model.ports import InspectPort
from moducop_tui.model.reading import Unavailable
from moducop_tui.pages.offers import TYPED_PLACE, UNLOCKS, is_place, offer_choices, place_choice
from moducop_tui.pages.picker import OPENS_PLAN, WHOLE, Choice, PickerView
from moducop_tui.screens.acting import toggle_lock
from moducop_tui.screens.aside import aside
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.picker import PickerScreen
from moducop_tui.screens.widgets.hand import words_of_paste

_TITLE = "Install from"
_LOOKING = "Looking at sticks and /data ..."
"""The title meanwhile."""
_TYPED_LIMIT = 2000
"""Characters of a path or a URL at most: one with a signature in it has a thousand, and cut off it is a wrong one."""

Found = tuple[tuple[Offer, ...], tuple[str, ...]]
"""What was found, and a sentence for each place that could not be looked at."""


def look_for_offers(inspect: InspectPort, sticks: tuple[Stick, ...], gave_up: Callable[[], bool]) -> Found:
    """All artifacts on these sticks and on the data partition. Takes seconds: sticks are mounted and headers read.

    No further stick is looked at once `gave_up` says that nobody waits for it any more.
    """
    offers: list[Offer] = []
    sentences: list[str] = []
    for answer in (*(inspect.offers(stick) for stick in sticks if not gave_up()), inspect.kept()):
        if isinstance(answer, Unavailable):
            sentences.append(answer.reason)
        else:
            offers += answer
    return tuple(offers), tuple(sentences)


class InstallScreen(PickerScreen):
    """Dismissed with the place of an artifact, as `InspectPort.artifact` takes it, or None."""

    place = Place.BOX

    def __init__(self, below: DeviceScreen) -> None:
        super().__init__(below, PickerView(_TITLE, (), enter=OPENS_PLAN, sentence_rows=WHOLE))
        self._found: tuple[Choice, ...] = ()
        self._looks = False
        self._left = threading.Event()

    def on_unmount(self) -> None:
        """Nobody waits for what is found any more."""
        self._left.set()

    def on_mount(self) -> None:
        """Look in a thread; what is there already can be chosen meanwhile."""
        inspect, media = self.console.inspect, self.console.store.readings.media.value
        self.console.attention.looked_at(media)
        if inspect is not None:
            self._looks = True
            sticks = media.sticks if media else ()
            look = partial(look_for_offers, inspect, sticks, self._left.is_set)
            aside(self, "Looking for artifacts", look, self._take)
        self._renew()

    def _take(self, found: Found | Unavailable) -> None:
        self._looks = False
        if isinstance(found, Unavailable):
            self._found = offer_choices((), (found.reason,))
        else:
            self._found = offer_choices(*found)
        self._renew()
        self.redraw()

    def _renew(self) -> None:
        """The list as it is now; a typed path or URL is a choice of its own.

        Before unlocking it is none while it is a part of what is listed: that may be looked at.
        """
        typed, is_locked, never = self._list.typed, not self.console.mode.is_unlocked, self.console.authority.never
        found = replace(self._list, title=_LOOKING if self._looks else _TITLE, choices=self._found)
        place = partial(place_choice, is_locked=is_locked, never=never)
        mine = (place(typed),) if is_place(typed) and not (is_locked and found.matching) else ()
        self._list = replace(found, choices=(*mine, *self._found, place()))

    def other_key(self, event: events.Key) -> None:
        """Typed text narrows the list, or is a place."""
        typed = self._list.typed
        if event.key in ("backspace", "ctrl+h"):
            typed = typed[:-1]
        elif event.key == "ctrl+u":
            typed = ""
        elif event.character and event.character.isprintable():
            typed = (typed + event.character)[:_TYPED_LIMIT]
        self._type(typed)

    def pasted(self, text: str) -> None:
        """A URL is pasted more often than typed."""
        self._type((self._list.typed + words_of_paste(text))[:_TYPED_LIMIT])

    def _type(self, typed: str) -> None:
        self._list = replace(self._list, typed=typed, cursor=0)
        self._renew()
        self.redraw()

    def action_choose(self) -> None:
        """Take the marked line, or unlock for it; what was typed stays meanwhile."""
        chosen = self._list.chosen
        if chosen is None:
            return
        if chosen.value != TYPED_PLACE:
            self.dismiss(chosen.value)
        elif chosen.enter == UNLOCKS:
            toggle_lock(self)
            self._renew()
            self.redraw()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Acting may have been unlocked meanwhile."""
        self._renew()
        super().on_screen_resume(event)
