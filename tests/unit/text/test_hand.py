"""What is told from a person's hand: the line breaks of pasted text, and an Enter that nobody has decided on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.screens.widgets.hand import APART, Hand, words_of_paste
from moducop_tui.screens.widgets.prompt import TYPED_LIMIT, Prompt


@pytest.mark.parametrize(
    ("pasted", "typed"),
    [
        ("boot A", "boot A"),
        ("boot A\n", "boot A"),
        ("web\r\nbackend\r\n", "web backend"),
        ("a\tb", "a b"),
        ("  two  blanks", "  two  blanks"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\n", ""),
    ],
)
def test_pasted_text_is_one_row_of_typed_text(pasted: str, typed: str) -> None:
    assert words_of_paste(pasted) == typed


@given(st.text())
def test_nothing_in_pasted_text_is_a_key(text: str) -> None:
    assert words_of_paste(text).isprintable()


def test_a_prompt_takes_pasted_text_behind_what_was_typed_and_no_more_than_fits() -> None:
    prompt = Prompt("/", "", "can").with_paste("bus: \n")
    assert prompt.typed == "canbus: "
    assert len(prompt.with_paste("x" * 1000).typed) == TYPED_LIMIT


def test_a_key_that_comes_apart_is_a_decision() -> None:
    hand = Hand()
    hand.sees(10.0)
    assert hand.presses(10.5)
    assert hand.presses(10.501 + APART)


def test_an_enter_in_one_breath_with_what_was_before_is_none() -> None:
    hand = Hand()
    hand.presses(10.0)
    assert not hand.presses(10.001), "noise, or pasted text that nobody has marked"
    assert hand.presses(10.2), "pressed once more"
    hand.pastes(11.0)
    assert not hand.presses(11.05)
    hand.sees(12.0)
    assert not hand.presses(11.9), "it was typed before the screen was shown"
    assert not hand.presses(12.05), "nobody reads that fast"
    assert hand.presses(12.2)
