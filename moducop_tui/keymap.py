"""Every key of the console in one table: key, action, words, place. Feeds dispatch, key bar, help and manual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a key works."""

    OVERVIEW = "Overview"
    SLOTS = "Slots"
    STORAGE = "Storage"
    APPS = "Apps"
    LOGS = "Logs"
    SYSTEM = "System"
    PROBLEMS = "Problems"
    HISTORY = "History"
    WORK = "At work"
    UPDATE = "Verdict"
    HELP = "Help"
    BOX = "a list to choose from"
    PLAN = "a plan"


MAIN_PLACES = (Place.OVERVIEW, Place.SLOTS, Place.STORAGE, Place.APPS, Place.LOGS, Place.SYSTEM)
"""The six screens, in the order of their digits."""
SCREENS = frozenset({*MAIN_PLACES, Place.PROBLEMS, Place.HISTORY, Place.WORK, Place.UPDATE, Place.HELP})
SCROLLING = SCREENS - {Place.OVERVIEW, Place.APPS, Place.LOGS}
"""Screens that show a page longer than the terminal, or a list of rows in its place."""
SEARCHED = SCROLLING | {Place.APPS, Place.LOGS}
"""Screens in which a text can be found."""

KEY_WORDS = {
    "up": "Up",
    "down": "Down",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "ctrl+l": "Ctrl-L",
    "ctrl+c": "Ctrl-C",
}
"""How a key that is no single character is written for people."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One action and the keys that start it.

    `short` is its word in the key bar, `sentence` its line in help and manual. `action` names the method
    `action_...` of the screen or the app. `in_bar` shows it in the bar of its own screen.
    """

    keys: tuple[str, ...]
    action: str
    short: str
    sentence: str
    places: frozenset[Place]
    in_bar: bool = False

    @property
    def key_words(self) -> str:
        """Its keys as a person reads them: `j Down`."""
        return " ".join(key_word(key) for key in self.keys)


class KeyConflictError(ValueError):
    """Two bindings want the same key in the same place, or one is useless."""


class Keymap:
    """The table, checked when it is made: a key has one meaning in one place."""

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self.bindings = tuple(bindings)
        self._actions: dict[tuple[Place, str], Binding] = {}
        for binding in self.bindings:
            self._enter(binding)

    def _enter(self, binding: Binding) -> None:
        if not binding.keys or not binding.places or not binding.short or not binding.sentence:
            raise KeyConflictError(f"{binding.action}: needs a key, a place, a short word and a sentence.")
        for key in binding.keys:
            if len(key) > 1 and key not in KEY_WORDS:
                raise KeyConflictError(f"{binding.action}: {key!r} is no key that every terminal sends.")
            for place in binding.places:
                other = self._actions.get((place, key))
                if other is not None:
                    raise KeyConflictError(f"{key!r} on {place.value} is both {other.action} and {binding.action}.")
                self._actions[place, key] = binding

    def at(self, place: Place, key: str) -> Binding | None:
        """What a key does there; None when nothing."""
        return self._actions.get((place, key))

    def of(self, place: Place) -> tuple[Binding, ...]:
        """Everything that works there, in the order of the table."""
        return tuple(binding for binding in self.bindings if place in binding.places)

    def bar(self, place: Place) -> tuple[Binding, ...]:
        """What the bar of that screen shows beside the keys that work everywhere."""
        return tuple(binding for binding in self.of(place) if binding.in_bar)


def key_word(key: str) -> str:
    """A key as a person reads it."""
    return KEY_WORDS.get(key, key)


def _on(*places: Place) -> frozenset[Place]:
    return frozenset(places)


def _screens() -> Iterable[Binding]:
    sentences = {
        Place.OVERVIEW: "The whole device on one page.",
        Place.SLOTS: "Partitions, both slots, boot environment and Mender, with the evidence.",
        Place.STORAGE: "File systems, overlays and tmpfs: how full, where kept, what survives a reboot.",
        Place.APPS: "Apps and their containers; the chosen one's facts and live log.",
        Place.LOGS: "The journal: choose source, level and boot, search, pause.",
        Place.SYSTEM: "The machine: CPU, memory, temperatures, network, units, sticks.",
    }
    for digit, place in enumerate(MAIN_PLACES, start=1):
        yield Binding((str(digit),), f"show_{place.value.lower()}", place.value, sentences[place], SCREENS)


def _everywhere() -> Iterable[Binding]:
    yield Binding(("p",), "show_problems", "problems", "All that is wrong: evidence and what to do.", SCREENS)
    yield Binding(("m",), "choose_action", "menu", "What can be done now; each opens its plan first.", SCREENS)
    yield Binding(("u",), "toggle_lock", "unlock", "Unlock acting, or lock it: it starts in view mode.", SCREENS)
    yield Binding(("h",), "show_history", "history", "What was done here: who, when, why, how it went.", SCREENS)
    yield Binding(("a",), "show_work", "at work", "The action at work, or the one that ended last.", SCREENS)
    yield Binding(("v",), "show_update", "verdict", "What is booted against what was expected; ways out.", SCREENS)
    yield Binding(("i",), "choose_install", "install", "What can be installed: sticks, /data, path or URL.", SCREENS)
    yield Binding(("g",), "go_to", "go to", "Reach any screen or action by typing a part of its name.", SCREENS)
    yield Binding(("?",), "show_help", "help", "All keys, those of this screen first.", SCREENS)
    yield Binding(("q", "ctrl+c"), "quit", "quit", "Leave the console at once. Nothing on the device changes.", SCREENS)
    yield Binding(("ctrl+l",), "redraw", "redraw", "Draw the whole screen again, as after noise on the line.", SCREENS)
    yield Binding(("T",), "choose_terminal", "terminal", "Choose colours and characters of this terminal.", SCREENS)
    yield Binding(("escape",), "back", "back", "Close what is open, forget a search, or go back to Overview.", SCREENS)


def _moving() -> Iterable[Binding]:
    yield Binding(("j", "down"), "down", "down", "One row down.", SCROLLING)
    yield Binding(("k", "up"), "up", "up", "One row up.", SCROLLING)
    yield Binding(("space", "pagedown"), "page_down", "page down", "One page down.", SCROLLING)
    yield Binding(("b", "pageup"), "page_up", "page up", "One page up.", SCROLLING)
    yield Binding(("<", "home"), "top", "top", "To the beginning of the page.", SCROLLING)
    yield Binding((">", "end"), "bottom", "bottom", "To the end of the page.", SCROLLING)
    yield Binding(("/",), "find", "find", "Find a text on this screen.", SEARCHED)
    yield Binding(("/",), "find_in_logs", "find", "Find a text in the journal.", _on(Place.OVERVIEW))


def _slots() -> Iterable[Binding]:
    here, waiting = _on(Place.SLOTS), _on(Place.SLOTS, Place.OVERVIEW, Place.UPDATE)
    yield Binding(("s",), "ask_switch", "switch", "The plan to boot the other slot once.", here, in_bar=True)
    yield Binding(("c",), "ask_commit", "commit", "The plan to keep the slot that is on trial.", waiting, in_bar=True)
    yield Binding(("r",), "ask_rollback", "roll back", "The plan to drop a pending update.", waiting, in_bar=True)
    yield Binding(("d",), "ask_disarm", "disarm", "The plan to take back what boots next.", waiting, in_bar=True)


def _apps() -> Iterable[Binding]:
    here = _on(Place.APPS)
    yield Binding(("r",), "ask_restart", "restart", "The plan to restart the chosen container.", here, in_bar=True)
    yield Binding(
        ("s",), "ask_stop", "stop/start", "The plan to stop or start the chosen container.", here, in_bar=True
    )
    yield Binding(("R",), "ask_restart_app", "restart app", "The same for all of its app.", here)
    yield Binding(("S",), "ask_stop_app", "stop/start app", "The same for all of its app.", here)
    yield Binding(("j", "down"), "down", "down", "The next container.", here)
    yield Binding(("k", "up"), "up", "up", "The container before.", here)
    yield Binding(("enter", "l"), "open_log", "whole log", "The log of the chosen container on a screen.", here, True)
    yield Binding(("d",), "toggle_facts", "details", "All facts of the container, or facts and log.", here, True)
    yield Binding(("space", "pagedown"), "page_down", "page down", "Ten containers down; in open details, on.", here)
    yield Binding(("b", "pageup"), "page_up", "page up", "Ten containers up; in open details, back.", here)
    yield Binding(("<", "home"), "top", "top", "The first container.", here)
    yield Binding((">", "end"), "bottom", "bottom", "The last container.", here)


def _logs() -> Iterable[Binding]:
    here = _on(Place.LOGS)
    yield Binding(("s",), "choose_source", "source", "Whose entries: all, kernel, a container, a unit.", here, True)
    yield Binding(("l",), "next_level", "level", "Least level: all, info, notice, warnings, errors.", here, True)
    yield Binding(("o",), "choose_boot", "boot", "Which boot of the device.", here, True)
    yield Binding(("f",), "toggle_follow", "follow", "Pause, or follow again. Nothing is lost meanwhile.", here, True)
    yield Binding(("e",), "older_error", "error", "The error before.", here, True)
    yield Binding(("E",), "newer_error", "error after", "The error after.", here)
    yield Binding(("w",), "toggle_wrap", "wrap", "Break long entries into rows, or cut them.", here, True)
    yield Binding(("j", "down"), "down", "down", "One entry down.", here)
    yield Binding(("k", "up"), "up", "up", "One entry up; older ones are fetched.", here)
    yield Binding(("space", "pagedown"), "page_down", "page down", "One page down.", here)
    yield Binding(("b", "pageup"), "page_up", "page up", "One page up; older ones are fetched.", here)
    yield Binding(("<", "home"), "top", "oldest", "The oldest entry that was fetched.", here)
    yield Binding((">", "end"), "bottom", "newest", "The newest entry, and follow again.", here)
    yield Binding(("enter",), "open_entry", "entry", "All of the marked entry.", here)


def _work() -> Iterable[Binding]:
    yield Binding(("c",), "ask_cancel", "cancel", "Ask the running action to stop.", _on(Place.WORK), in_bar=True)
    yield Binding(("enter",), "open_entry", "open", "All of the marked action.", _on(Place.HISTORY))
    yield Binding(("e",), "open_errors", "errors", "The errors of this boot, in Logs.", _on(Place.UPDATE), in_bar=True)


def _plan() -> Iterable[Binding]:
    here = _on(Place.PLAN)
    yield Binding(("enter",), "confirm", "run", "Run it: after the words that it asks for were typed.", here)
    yield Binding(("escape", "ctrl+c"), "leave", "leave", "Leave the plan. Nothing is done.", here)
    yield Binding(("u",), "toggle_lock", "unlock", "Unlock acting, while nothing is typed.", here)
    yield Binding(("j", "down"), "down", "down", "One row down; where words are typed only by Down.", here)
    yield Binding(("k", "up"), "up", "up", "One row up.", here)
    yield Binding(("space", "pagedown"), "page_down", "page down", "One page down.", here)
    yield Binding(("b", "pageup"), "page_up", "page up", "One page up.", here)
    yield Binding(("<", "home"), "top", "top", "To the beginning of the plan.", here)
    yield Binding((">", "end"), "bottom", "bottom", "To the end of the plan.", here)
    yield Binding(("ctrl+l",), "redraw", "redraw", "Draw the whole screen again.", here)


def _search_again() -> Iterable[Binding]:
    yield Binding(("n",), "older_hit", "next hit", "The next hit of the search; in Logs the one before.", SEARCHED)
    yield Binding(("N",), "newer_hit", "other way", "The next hit the other way.", SEARCHED)


def _box() -> Iterable[Binding]:
    here = _on(Place.BOX)
    yield Binding(("up",), "up", "up", "The line before.", here)
    yield Binding(("down",), "down", "down", "The next line.", here)
    yield Binding(("pageup",), "page_up", "page up", "One page up.", here)
    yield Binding(("pagedown",), "page_down", "page down", "One page down.", here)
    yield Binding(("enter",), "choose", "choose", "Take the marked line.", here)
    yield Binding(("escape", "ctrl+c"), "close", "close", "Close the list; nothing is chosen.", here)
    yield Binding(("ctrl+l",), "redraw", "redraw", "Draw the whole screen again.", here)


def make_keymap() -> Keymap:
    """The console's keys. Raises KeyConflictError when the table contradicts itself."""
    return Keymap(
        (
            *(*_screens(), *_everywhere(), *_moving(), *_slots(), *_apps(), *_logs(), *_work()),
            *(*_search_again(), *_box(), *_plan()),
        )
    )
