"""The stand-in against what the real clients printed and left behind: every section of the transcripts is played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final

import pytest

from .stand_in.player import Before, play
from .stand_in.transcript import Section, read

if TYPE_CHECKING:
    from .lab_stock import Stock
    from .stand_in.fit import Personality

_FILES: Final[dict[str, Personality]] = {
    "cpp40": "4.0", "misc40": "4.0", "apps40": "4.0",
    "cpp51": "5.1", "misc51": "5.1", "switch51": "5.1", "apps51": "5.1", "apprec51": "5.1",
}  # fmt: skip

_GO_ON: Final = ("B2.", "B3.", "B4.", "Mender's database")
"""Sections that begin where the one before ended."""

LEFT_OUT: Final = {
    ("cpp51", "L. two at once"): "two clients write at once: eight runs, eight results (facts 1.5)",
}


def _scenarios() -> Iterator[tuple[str, list[Section]]]:
    for name in _FILES:
        number = 0
        numbered = []
        for section in read(name):
            number += not section.title.startswith(_GO_ON)
            numbered.append((number, section))
        for _, group in groupby(numbered, key=lambda one: one[0]):
            sections = [section for _, section in group]
            if (name, sections[0].title) not in LEFT_OUT:
                yield name, sections


def _before(name: str, title: str) -> Before:
    """What the transcripts' laboratory had prepared and did not write down."""
    if name.startswith("cpp") and title[0] in "CDEFGHIJKL":
        cut = re.match(r"G'+\. power loss (\S+),", title)
        pace = 6_000_000 if "mid:" in title else 0
        # The slots were not set back after section B, so 2.8.0 is in slot A from there on.
        return Before(running="2.8.0", cut_at=cut[1] if cut else None, pace=pace)
    if title.startswith("3'."):
        return Before(app=True)
    if title.startswith(("b. SIG", "L. two")):
        return Before(pace=4_000_000)
    if title.startswith("c. reading"):  # four commands are typed meanwhile
        return Before(pace=2_000_000)
    if "blank slot" in title:
        return Before(other=None)
    return Before()


@pytest.mark.parametrize(
    ("name", "sections"),
    [pytest.param(name, sections, id=f"{name} {sections[0].title}") for name, sections in _scenarios()],
)
def test_it_prints_saves_and_leaves_behind_what_the_real_client_did(
    stock: Stock, name: str, sections: list[Section]
) -> None:
    differences = play(stock, _FILES[name], sections, _before(name, sections[0].title))
    assert not differences, "\n".join(differences)
