"""From all that is known of a terminal to the profile it is drawn with, and for each choice the reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from moducop_tui.terminal.families import LINUX, VT102, Family, depth_of, family_of
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.probe import Answers
from moducop_tui.terminal.profile import Abilities, Charset, Profile
from moducop_tui.terminal.sizes import DEFAULT
from moducop_tui.terminal.styles import Depth
from moducop_tui.terminal.wishes import Wishes

COLOUR_WORDS: Mapping[Depth, str] = {
    Depth.MONOCHROME: "no colours",
    Depth.EIGHT: "8 colours",
    Depth.SIXTEEN: "16 colours",
    Depth.PALETTE: "256 colours",
    Depth.TRUE_COLOUR: "true colour",
}
_TRUE_COLOUR_WORDS = ("truecolor", "24bit")
_LOCALE_NAMES = ("LC_ALL", "LC_CTYPE", "LANG")
_SAYS_NOTHING = frozenset({"C", "POSIX"})
"""Locales that a login has which was never told of its terminal."""
_LONGEST_NAME = 40
_SLOW_FRAMES, _FAST_FRAMES = 0.5, 0.1
"""Seconds between redraws that nobody has asked for: at most 2 a second on a serial line, 10 elsewhere."""
_SLOW_BAUD, _FAST_BAUD = 9600, 57600


class Choice(NamedTuple):
    """What was chosen, in words, and why."""

    what: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Detected:
    """Everything that is known of the terminal. `size` is what is drawn for; `choices` are for people."""

    link: Link
    name: str
    profile: Profile
    size: tuple[int, int]
    choices: tuple[Choice, ...]

    @property
    def words(self) -> str:
        """All of it in one row: `serial line at 115200 baud, 8 colours, ASCII, 80x24`."""
        speed = f" at {self.link.baud} baud" if self.link.baud else ""
        colours = COLOUR_WORDS[self.profile.depth]
        return f"{self.link.kind}{speed}, {colours}, {self.profile.charset}, {self.size[0]}x{self.size[1]}"


def link_as_wished(link: Link, wishes: Sequence[Wishes]) -> Link:
    """The link, or the serial line that a person says it is."""
    baud = next((one.baud for one in wishes if one.baud), None)
    return link if baud is None else replace(link, kind=Kind.SERIAL, baud=baud)


def must_be_asked(environment: Mapping[str, str], link: Link, wishes: Sequence[Wishes]) -> bool:
    """Whether the terminal has to tell something itself.

    One whose tty knows its size is asked only where the locale says nothing of its characters, as on a Yocto image that
    sets none, and where its name says that it answers.
    """
    size_wished = any(one.size for one in wishes)
    charset_wished = any(one.charset for one in wishes)
    if link.is_serial:
        return not (size_wished and charset_wished)
    if link.size is None and not size_wished:
        return True
    _, locale = _locale(environment)
    family, _ = _family(_shown(environment.get("TERM", "")), link)
    unknown = not locale or locale in _SAYS_NOTHING
    return unknown and not charset_wished and family.abilities.status_reports


def detect(environment: Mapping[str, str], link: Link, answers: Answers, wishes: Sequence[Wishes] = ()) -> Detected:
    """The terminal's profile. The first of `wishes` that has one goes before everything else."""
    name = _shown(environment.get("TERM", ""))
    depth, colours_why = _depth(environment, name, link, wishes)
    charset, charset_why = _charset(environment, link, answers, wishes)
    size, size_why = _size(link, answers, wishes)
    family, family_why = _family(name, link)
    wished_charset = any(one.charset is not None for one in wishes)
    profile = _profile(depth, charset, family, link, answers, wished_charset=wished_charset)
    choices = (
        Choice("link", *_link_words(link, wishes)),
        Choice("flow control", link.flow_words, "the tty's own settings, left as they are"),
        Choice("colours", COLOUR_WORDS[depth], colours_why),
        Choice("characters", str(charset), charset_why),
        Choice("size", f"{size[0]}x{size[1]}", size_why),
        Choice("abilities", _ability_words(profile.abilities), family_why),
    )
    return Detected(link, name, profile, size, choices)


def _profile(
    depth: Depth, charset: Charset, family: Family, link: Link, answers: Answers, *, wished_charset: bool
) -> Profile:
    strange = link.is_serial or link.kind is Kind.UNKNOWN
    answered = answers.utf8 is not None or answers.size is not None
    return Profile(
        depth,
        charset,
        family.attributes,
        # A stranger is believed to answer once it has; what bears a known name behind SSH or locally always does.
        replace(family.abilities, status_reports=answered or (family.abilities.status_reports and not strange)),
        bytes_a_second=link.baud // 10 if link.baud else None,
        frame_pause=_SLOW_FRAMES if strange else _FAST_FRAMES,
        escape_delay=_escape_delay(link.baud),
        light_lines=wished_charset or not strange,
        serial=strange,
    )


def _escape_delay(baud: int | None) -> float:
    """Seconds that an Esc waits for the rest of a sequence: bytes of one come 0.1 ms apart at 115200 baud, 1 at 9600.

    What cuts them is a terminal program, an adapter or a network in between.
    """
    if baud is None or _SLOW_BAUD <= baud < _FAST_BAUD:
        return 0.1
    return 0.2 if baud < _SLOW_BAUD else 0.05


def _depth(environment: Mapping[str, str], name: str, link: Link, wishes: Sequence[Wishes]) -> tuple[Depth, str]:
    for one in wishes:
        if one.colours is not None:
            return one.colours, f"set by {one.origin}"
    if environment.get("NO_COLOR"):
        return Depth.MONOCHROME, "NO_COLOR is set"
    said = f"TERM={name}" if name else "TERM is not set"
    colour_term = environment.get("COLORTERM", "")
    if colour_term in _TRUE_COLOUR_WORDS:
        if not link.is_serial:
            return Depth.TRUE_COLOUR, f"COLORTERM={colour_term}"
        said += f"; COLORTERM={colour_term} is not believed on a serial line"
    return depth_of(name), said


def _charset(
    environment: Mapping[str, str], link: Link, answers: Answers, wishes: Sequence[Wishes]
) -> tuple[Charset, str]:
    for one in wishes:
        if one.charset is not None:
            return one.charset, f"set by {one.origin}"
    if answers.utf8 is not None:
        took = "one character" if answers.utf8 else "two characters"
        return (
            Charset.UTF8 if answers.utf8 else Charset.ASCII,
            f"the terminal took the two bytes of an accented letter for {took}",
        )
    silence = "the terminal did not answer" if answers.asked else "the terminal was not asked"
    if link.is_serial:
        return Charset.ASCII, silence
    variable, value = _locale(environment)
    said = f"{variable}={value}" if variable else "no locale is set"
    if "utf8" in value.lower().replace("-", ""):
        return Charset.UTF8, said
    return Charset.ASCII, f"{said}, and {silence}" if answers.asked else said


def _locale(environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that tells this login's characters, and what it says; both empty where none does (locale(7))."""
    variable = next((one for one in _LOCALE_NAMES if environment.get(one)), "")
    return variable, _shown(environment.get(variable, ""))


def _size(link: Link, answers: Answers, wishes: Sequence[Wishes]) -> tuple[tuple[int, int], str]:
    for one in wishes:
        if one.size is not None:
            return one.size, f"set by {one.origin}"
    if link.size is not None and not link.is_serial:
        return link.size, "the tty's own"
    if answers.size is not None:
        return answers.size, "asked of the terminal"
    why = "the terminal did not answer" if answers.asked else "the terminal was not asked"
    return DEFAULT, f"assumed: {why}"


def _family(name: str, link: Link) -> tuple[Family, str]:
    family = family_of(name)
    if family is LINUX and link.is_serial:
        return VT102, "TERM=linux is not believed on a serial line"
    return family, f"TERM={name}" if name else "TERM is not set"


def _ability_words(abilities: Abilities) -> str:
    words = (
        (abilities.scroll_region, "scroll regions"),
        (abilities.erase_characters, "erasing in a row"),
        (abilities.column_address, "columns and rows addressed alone"),
        (abilities.alternate_screen, "a screen of our own"),
        (abilities.bracketed_paste, "pasted text marked"),
        (abilities.status_reports, "answers questions"),
    )
    return ", ".join(word for known, word in words if known) or "none beyond a dumb terminal's"


def _link_words(link: Link, wishes: Sequence[Wishes]) -> tuple[str, str]:
    origin = next((one.origin for one in wishes if one.baud), None)
    speed = f" at {link.baud} baud" if link.baud else ""
    if origin:
        return f"{link.kind}{speed}", f"set by {origin}"
    source = f"SSH from {link.ssh_from}" if link.ssh_from else None
    return f"{link.kind}{speed}", ", ".join(part for part in (link.device, source) if part) or "not known to the kernel"


def _shown(text: str) -> str:
    """A value from the environment as it may be shown: printable ASCII, not long."""
    return "".join(one for one in text[:_LONGEST_NAME] if "!" <= one <= "~")
