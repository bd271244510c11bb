"""No text from outside can take more time than its length: what is twice as long takes twice as long, and no more."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from moducop_tui.actions.hands.client_output import ClientOutput
from moducop_tui.model.foreign import clean
from moducop_tui.pages.box import typed_field
from moducop_tui.sources.container_facts import listing_key
from moducop_tui.sources.journalctl import _damage
from moducop_tui.terminal.key_decoder import KeyDecoder
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import prints_on
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.shadow import Shadow
from moducop_tui.text import folded, line, wrap
from tests.unit.base.patterns import Used, hostile_texts, unread_patterns, used_patterns

LENGTH = 4_000
_NOTICEABLE = 0.002
"""Seconds of CPU below which nothing needs to be compared: the square of the length takes a hundred times as many."""
_GROWTH = 9
"""Four times the text may take nine times as long; a square takes sixteen."""

ESCAPES = (
    "\x1b]",
    "\x1bP",
    "\x1b_",
    "\x1b[",
    "\x1b[0",
    "\x1b[0;",
    "\x1b (",
    "\x1b ",
    "\x1b",
    "\x1b]0;a\x1b",
    "\x1b\x9d",
)
EIGHT_BIT = ("\x9d", "\x90", "\x98", "\x9e", "\x9f", "\x9b", "\x9b0", "\x9da", "\x9d\x90", "\x9d\x1b]", "\x9b;\x9d")
LETTERS = ("\u0301", "a\u0301\u0302\u0303", "\ufe0f", "\u3164a", "\u202e", "\x00", "\udcff", "\U000e0041", "漢", "a")


def cpu(run: Callable[[], object]) -> float:
    """Seconds of this thread's CPU; what else the machine does is not in it."""
    began = time.thread_time()
    run()
    return time.thread_time() - began


def assert_grows_with_its_length(run: Callable[[int], Callable[[], object]], length: int, words: str) -> None:
    """`run` gives for a length what is to be done with a text of it."""
    if cpu(run(4 * length)) < _NOTICEABLE:
        return
    short = min(cpu(run(length)) for _ in range(5))
    long = min(cpu(run(4 * length)) for _ in range(5))
    assert long < _NOTICEABLE or long < _GROWTH * short, f"{words}: {length} take {short:.4f} s, 4 times it {long:.4f}"


def test_every_pattern_is_looked_at() -> None:
    assert unread_patterns() == []
    assert len(used_patterns()) > 50


@pytest.mark.parametrize("used", used_patterns(), ids=lambda used: used.where)
def test_a_pattern_never_looks_at_a_text_again_and_again(used: Used) -> None:
    texts = list(hostile_texts(used.pattern, 4 * LENGTH))
    for text in texts:
        for index in range(len(used.functions)):
            assert_grows_with_its_length(lambda n: used.runs(text[:n])[index], LENGTH, f"{text[:24]!r} ...")  # noqa: B023


@pytest.mark.parametrize("unit", ESCAPES + EIGHT_BIT + LETTERS, ids=ascii)
def test_cleaning_takes_time_by_length(unit: str) -> None:
    text = unit * (4 * LENGTH)
    assert_grows_with_its_length(lambda n: lambda: clean(text[:n], n), LENGTH, "clean")


@pytest.mark.parametrize("unit", ESCAPES + EIGHT_BIT + LETTERS, ids=ascii)
def test_what_is_cut_off_is_not_looked_at(unit: str) -> None:
    shown = clean(unit * 4_000)
    for longer in (unit * 40_000, unit.encode("utf-8", "surrogateescape") * 40_000):
        assert len(clean(longer)) <= len(shown) + 3
        assert_grows_with_its_length(lambda n: lambda: clean(longer[: n * 1000]), 10, "clean")  # noqa: B023


def _fed_paste(text: str) -> Callable[[], object]:
    return lambda: KeyDecoder(bracketed_paste=True).feed(b"\x1b[200~" + text.encode(), 0.0)


def _fed_output(text: str) -> Callable[[], object]:
    return lambda: ClientOutput().feed("stdout", text.encode("utf-8", "replace") + b"\n")


def _drawn(text: str) -> Callable[[], object]:
    return lambda: Shadow(80, 24, Profile(charset=Charset.UTF8)).feed(text)


READERS: dict[str, tuple[Callable[[str], Callable[[], object]], tuple[str, ...]]] = {
    "a client's output": (_fed_output, ('record_id=1 severity=error msg="', "record_id=1 severity=a ", ".", 'time="')),
    "a container's state": (lambda text: lambda: listing_key({"Status": text}), ("(", "(a", "()", ")(")),
    "journalctl's complaint": (lambda text: lambda: _damage(text.encode()), ("Journal file ", ", ignoring file")),
    "the kernel's consoles": (
        lambda text: lambda: prints_on(Link(Kind.SERIAL, "/dev/ttyS0"), text),
        ("a a (", "a a (E\n", "a a (EEEE", "\n", "a\n"),
    ),
    "pasted text": (_fed_paste, ("a", "\x1b[201", "\x1b", "~")),
    "a word to be broken": (lambda text: lambda: wrap(text, 40), ("a", "\u0301", "漢", "a ", " ")),
    "a line to be folded": (lambda text: lambda: folded(line(text), 40), ("a", "\u0301", "漢", "a ", " ")),
    "a text that is typed": (lambda text: lambda: typed_field("/", text, 60), ("a", "\u0301", "漢", "a\u0301")),
    "what is drawn": (_drawn, ("a\u0301", "\u0301", "\x1b]", "\x1bP", "\x1b[1", "\x1b ")),
}


@pytest.mark.parametrize("reader", READERS)
def test_reading_takes_time_by_length(reader: str) -> None:
    run, units = READERS[reader]
    for unit in units:
        text = unit * (4 * LENGTH)
        assert_grows_with_its_length(lambda n: run(text[:n]), LENGTH // 4, f"{reader}, {unit!r}")  # noqa: B023
