"""Whatever is drawn, a cell carries a letter and two marks at most, and a row costs what its cells cost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.model.foreign import clean
from moducop_tui.terminal.families import VT220, XTERM
from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.shadow import Shadow
from moducop_tui.text import cut
from tests.performance.line.hostile import TOWERS

WIDTH, HEIGHT = 80, 24
PROFILES = {
    "VT220, ASCII": Profile(abilities=VT220.abilities),
    "VT220, DEC": Profile(charset=Charset.DEC, abilities=VT220.abilities),
    "VT220, UTF-8": Profile(charset=Charset.UTF8, abilities=VT220.abilities),
    "xterm, UTF-8": Profile(charset=Charset.UTF8, abilities=XTERM.abilities),
}
MARKS = (
    "\u0301",
    "\u0489",
    "\u0e31",
    "\u1161",
    "\u0903",
    "\ufe0f",
    "\u200d",
    "\u034f",
    "\u180b",
    "\U000e0100",
    "\u202e",
)


def sent(profile: Profile, rows: list[str]) -> str:
    """What a terminal is sent that is to show these rows."""
    shadow = Shadow(WIDTH, HEIGHT, profile)
    painter = Painter(WIDTH, HEIGHT, profile, shadow.styles)
    painter.paint(shadow.grid)
    for y, row in enumerate(rows, start=1):
        shadow.feed(f"\x1b[{y};1H{row}")
    return painter.paint(shadow.grid)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mark", MARKS, ids=ascii)
def test_a_tower_costs_no_more_than_two_marks(profile: str, mark: str) -> None:
    for tower in ("a" + mark * 1900, ("a" + mark * 20) * 90, "漢" + mark * 1900, mark * 2000):
        raw = len(sent(PROFILES[profile], [tower] * HEIGHT).encode())
        letters = "ab" * 200 if tower.count("a") > 1 else tower[:1].replace(mark, "") + "b"
        plain = len(sent(PROFILES[profile], [letters[:WIDTH]] * HEIGHT).encode())
        cells = min(WIDTH, tower.count("a") + 2) * HEIGHT
        assert raw <= plain + cells * (2 * len(mark.encode()) + 8)


@pytest.mark.parametrize("tower", TOWERS)
def test_a_screen_of_lines_made_to_be_dear_costs_no_more_than_a_screen_of_letters(tower: str) -> None:
    rows = [cut(clean(TOWERS[tower]), WIDTH)] * HEIGHT
    letters = ["x" * WIDTH] * HEIGHT
    for profile in PROFILES.values():
        assert len(sent(profile, rows).encode()) < len(sent(profile, letters).encode())


_TEXT = st.text(
    st.characters(min_codepoint=0x20, blacklist_categories=["Cs"])
    | st.sampled_from(["a", "漢", *MARKS, "\u2066", "\x85", "\x9b", "\u00ad", "\u3000", "\ue000", "\U000e0041"]),
    max_size=60,
)


@given(st.sampled_from(sorted(PROFILES)), _TEXT)
def test_nothing_invisible_is_ever_sent(profile: str, text: str) -> None:
    shadow = Shadow(WIDTH, 2, PROFILES[profile])
    shadow.feed(f"\x1b[1;1H{text}")
    for cell in shadow.grid.characters[0]:
        assert len(cell) <= 3
        assert cell == "" or cell.isprintable()
        assert not any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp") for character in cell)
