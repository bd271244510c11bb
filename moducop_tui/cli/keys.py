"""`moducop-tui keys`: the manual of keys, made from the table that the console itself obeys."""

from __future__ import annotations

from moducop_tui.keymap import SCREENS, Binding, Keymap, Place, make_keymap
from moducop_tui.text import wrap

EVERYWHERE = "On every screen"
_KEYS_WIDTH, _SHORT_WIDTH, _WIDTH = 15, 12, 80


def run() -> int:
    """Print the manual."""
    print("\n".join(manual(make_keymap())))
    return 0


def manual(keymap: Keymap) -> list[str]:
    """Each key, its word and its sentence, in columns of 80; keys that work in the same places stand together."""
    sections: dict[frozenset[Place], list[Binding]] = {}
    for binding in keymap.bindings:
        sections.setdefault(binding.places, []).append(binding)
    lines: list[str] = []
    for places, bindings in sections.items():
        lines += ["", _title(places)] if lines else [_title(places)]
        for binding in bindings:
            lines += _rows(binding)
    return lines


def _title(places: frozenset[Place]) -> str:
    if places >= SCREENS:
        return EVERYWHERE
    return "In " + ", ".join(place.value for place in Place if place in places)


def _rows(binding: Binding) -> list[str]:
    head = f"  {binding.key_words:<{_KEYS_WIDTH}}{binding.short:<{_SHORT_WIDTH}}"
    rows = wrap(binding.sentence, _WIDTH - len(head))
    return [head + rows[0], *(" " * len(head) + row for row in rows[1:])]
