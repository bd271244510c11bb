"""The go-to list: every screen, every action and every container's log by name."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.keymap import MAIN_PLACES, SCREENS, Binding, Keymap, Place, key_word
from moducop_tui.model.apps import Container
from moducop_tui.model.readings import Readings
from moducop_tui.pages.app_words import short_name
from moducop_tui.pages.picker import Choice, PickerView

_CONTAINER_LOG = "log of "
_ORDER = (*MAIN_PLACES, Place.PROBLEMS)


def go_to_view(keymap: Keymap, readings: Readings) -> PickerView:
    """The list as it is now: screens first, then containers' logs, then what keys do."""
    choices = (*_screens(keymap), *_container_logs(readings), *_actions(keymap))
    return PickerView("Go to", tuple(choices))


def _screens(keymap: Keymap) -> Iterator[Choice]:
    for binding in keymap.of(Place.OVERVIEW):
        if binding.action.startswith("show_"):
            name = binding.short[:1].upper() + binding.short[1:]
            yield Choice(name, f"{Place.OVERVIEW.name} {binding.action}", key_word(binding.keys[0]))


def _container_logs(readings: Readings) -> Iterator[Choice]:
    apps = readings.apps.value
    for app in apps.apps if apps else ():
        for container in app.containers:
            name = short_name(container, app)
            label = container.name if name == container.name else f"{container.name} ({app.name} {name})"
            yield Choice(f"Log of {label}", log_of(container), "")


def log_of(container: Container) -> str:
    """The choice of a container's log, as `container_of` takes it apart."""
    return f"{_CONTAINER_LOG}{container.id} {container.name}"


def _actions(keymap: Keymap) -> Iterator[Choice]:
    seen: set[str] = set()
    for place in _ORDER:
        for binding in keymap.of(place):
            if binding.action.startswith("show_") or binding.action == "go_to":
                continue
            name = _name(binding, place)
            if name not in seen:
                seen.add(name)
                yield Choice(name, f"{place.name} {binding.action}", key_word(binding.keys[0]))


def _name(binding: Binding, place: Place) -> str:
    sentence = binding.sentence.rstrip(".")
    where = binding.short if binding.places >= SCREENS else f"{place.value} {binding.short}"
    return f"{where[:1].upper()}{where[1:]}: {sentence[:1].lower()}{sentence[1:]}"


def container_of(value: str) -> str | None:
    """The container whose log was chosen, by its id and its name; None when something else was."""
    return value.removeprefix(_CONTAINER_LOG) if value.startswith(_CONTAINER_LOG) else None


def action_of(value: str) -> tuple[Place, str]:
    """The place and the action that were chosen."""
    place, action = value.split(" ", 1)
    return Place[place], action
