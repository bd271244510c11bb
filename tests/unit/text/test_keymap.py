"""The table of keys contradicts itself nowhere, and every action in it exists."""

from __future__ import annotations

import pytest

from moducop_tui.keymap import MAIN_PLACES, SCREENS, Binding, KeyConflictError, Keymap, Place, make_keymap

HERE = frozenset({Place.LOGS})


def test_one_key_with_two_meanings_in_one_place_is_refused() -> None:
    first = Binding(("e",), "older_error", "error", "The error before.", HERE)
    second = Binding(("x", "e"), "export", "export", "Write to a stick.", HERE)
    with pytest.raises(KeyConflictError, match="'e' on Logs is both older_error and export"):
        Keymap((first, second))


def test_the_same_key_may_mean_another_thing_elsewhere() -> None:
    first = Binding(("e",), "older_error", "error", "The error before.", HERE)
    second = Binding(("e",), "export", "export", "Write to a stick.", frozenset({Place.APPS}))
    assert Keymap((first, second)).at(Place.APPS, "e") == second


@pytest.mark.parametrize("key", ["f1", "alt+x", "ctrl+up", "insert"])
def test_keys_that_a_serial_terminal_may_not_send_are_refused(key: str) -> None:
    with pytest.raises(KeyConflictError, match="no key that every terminal sends"):
        Keymap((Binding((key,), "x", "x", "X.", HERE),))


def test_a_binding_without_words_is_refused() -> None:
    with pytest.raises(KeyConflictError, match="needs a key, a place, a short word and a sentence"):
        Keymap((Binding(("x",), "x", "x", "", HERE),))


def test_every_arrow_has_a_letter_beside_it() -> None:
    for binding in make_keymap().bindings:
        if binding.places != {Place.BOX} and any(key in ("up", "down", "pageup", "pagedown") for key in binding.keys):
            assert len(binding.keys) == 2


def test_the_six_digits_and_the_keys_of_everywhere_work_on_every_screen() -> None:
    keymap = make_keymap()
    for place in SCREENS:
        for digit, wanted in enumerate(MAIN_PLACES, start=1):
            binding = keymap.at(place, str(digit))
            assert binding is not None
            assert binding.action == f"show_{wanted.value.lower()}"
        assert all(keymap.at(place, key) for key in ("p", "g", "?", "q", "escape", "ctrl+l"))
