"""Which profile a terminal gets, and the reason that a person is told."""

from __future__ import annotations

import pytest

from moducop_tui.terminal.detect import Detected, detect, link_as_wished, must_be_asked
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.probe import NOT_ASKED, Answers
from moducop_tui.terminal.profile import Charset
from moducop_tui.terminal.recognition import Terminal, recognise
from moducop_tui.terminal.styles import ITALIC, Depth
from moducop_tui.terminal.wishes import Wishes, check_baud, read_wishes, size_of
from tests.unit.terminal.fake_terminals import Answering, terminal

SERIAL = Link(Kind.SERIAL, "/dev/ttymxc0", 115200)
SSH = Link(Kind.SSH, "/dev/pts/0", ssh_from="10.0.0.7", size=(132, 43))
CONSOLE = Link(Kind.CONSOLE, "/dev/tty1", size=(128, 48))
SILENT = Answers(asked=True)


def why(detected: Detected, what: str) -> str:
    return next(f"{choice.value}: {choice.why}" for choice in detected.choices if choice.what == what)


@pytest.mark.parametrize(
    ("link", "environment", "depth", "reason"),
    [
        (SERIAL, {"TERM": "vt220"}, Depth.EIGHT, "8 colours: TERM=vt220"),
        (SERIAL, {"TERM": "vt102"}, Depth.EIGHT, "8 colours: TERM=vt102"),
        (
            SERIAL,
            {"TERM": "vt220", "COLORTERM": "truecolor"},
            Depth.EIGHT,
            "8 colours: TERM=vt220; COLORTERM=truecolor is not believed on a serial line",
        ),
        (SERIAL, {"TERM": "xterm-256color"}, Depth.PALETTE, "256 colours: TERM=xterm-256color"),
        (SERIAL, {}, Depth.MONOCHROME, "no colours: TERM is not set"),
        (SERIAL, {"TERM": "dumb"}, Depth.MONOCHROME, "no colours: TERM=dumb"),
        (SERIAL, {"TERM": "unknown"}, Depth.MONOCHROME, "no colours: TERM=unknown"),
        (SERIAL, {"TERM": "wyse50"}, Depth.EIGHT, "8 colours: TERM=wyse50"),
        (CONSOLE, {"TERM": "linux"}, Depth.EIGHT, "8 colours: TERM=linux"),
        (SSH, {"TERM": "xterm"}, Depth.SIXTEEN, "16 colours: TERM=xterm"),
        (SSH, {"TERM": "screen"}, Depth.EIGHT, "8 colours: TERM=screen"),
        (SSH, {"TERM": "tmux-256color"}, Depth.PALETTE, "256 colours: TERM=tmux-256color"),
        (SSH, {"TERM": "xterm-direct"}, Depth.TRUE_COLOUR, "true colour: TERM=xterm-direct"),
        (SSH, {"TERM": "xterm-mono"}, Depth.MONOCHROME, "no colours: TERM=xterm-mono"),
        (SSH, {"TERM": "xterm", "COLORTERM": "24bit"}, Depth.TRUE_COLOUR, "true colour: COLORTERM=24bit"),
        (SSH, {"TERM": "xterm", "COLORTERM": "yes"}, Depth.SIXTEEN, "16 colours: TERM=xterm"),
        (SSH, {"TERM": "xterm", "NO_COLOR": "1"}, Depth.MONOCHROME, "no colours: NO_COLOR is set"),
        (SSH, {"TERM": "xterm", "NO_COLOR": ""}, Depth.SIXTEEN, "16 colours: TERM=xterm"),
        (SSH, {"TERM": "vt\x1b[2J220"}, Depth.EIGHT, "8 colours: TERM=vt[2J220"),
    ],
)
def test_colours_are_chosen_and_explained(link: Link, environment: dict[str, str], depth: Depth, reason: str) -> None:
    detected = detect(environment, link, NOT_ASKED)
    assert detected.profile.depth is depth
    assert why(detected, "colours") == reason


@pytest.mark.parametrize(
    ("link", "environment", "answers", "charset", "reason"),
    [
        (SERIAL, {"LANG": "de_DE.UTF-8"}, SILENT, Charset.ASCII, "ASCII: the terminal did not answer"),
        (
            SERIAL,
            {"LANG": "C"},
            Answers(True, utf8=True),
            Charset.UTF8,
            "UTF-8: the terminal took the two bytes of an accented letter for one character",
        ),
        (
            SERIAL,
            {"LANG": "de_DE.UTF-8"},
            Answers(True, utf8=False),
            Charset.ASCII,
            "ASCII: the terminal took the two bytes of an accented letter for two characters",
        ),
        (SSH, {"LANG": "de_DE.UTF-8"}, NOT_ASKED, Charset.UTF8, "UTF-8: LANG=de_DE.UTF-8"),
        (SSH, {"LANG": "de_DE.utf8", "LC_ALL": "C"}, NOT_ASKED, Charset.ASCII, "ASCII: LC_ALL=C"),
        (SSH, {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, NOT_ASKED, Charset.UTF8, "UTF-8: LC_CTYPE=C.UTF-8"),
        (SSH, {"LC_ALL": "", "LANG": "C"}, NOT_ASKED, Charset.ASCII, "ASCII: LANG=C"),
        (SSH, {}, NOT_ASKED, Charset.ASCII, "ASCII: no locale is set"),
        (SSH, {}, SILENT, Charset.ASCII, "ASCII: no locale is set, and the terminal did not answer"),
        (
            SSH,
            {"LANG": "C"},
            Answers(True, utf8=True),
            Charset.UTF8,
            "UTF-8: the terminal took the two bytes of an accented letter for one character",
        ),
    ],
)
def test_characters_beyond_ascii_are_sent_only_where_the_terminal_or_the_locale_says_so(
    link: Link, environment: dict[str, str], answers: Answers, charset: Charset, reason: str
) -> None:
    detected = detect({"TERM": "xterm", **environment}, link, answers)
    assert detected.profile.charset is charset
    assert why(detected, "characters") == reason


@pytest.mark.parametrize("name", ["vt100", "vt220", "xterm", "linux", "screen", "ansi"])
def test_no_name_and_no_answer_ever_chooses_dec_graphics(name: str) -> None:
    for answers in (NOT_ASKED, SILENT, Answers(True, utf8=False)):
        assert detect({"TERM": name, "LANG": "C"}, SERIAL, answers).profile.charset is Charset.ASCII
    wished = detect({"TERM": name}, SERIAL, SILENT, [Wishes("the configuration", charset=Charset.DEC)])
    assert wished.profile.charset is Charset.DEC


@pytest.mark.parametrize(
    ("link", "answers", "size", "reason"),
    [
        (SERIAL, Answers(True, size=(132, 43)), (132, 43), "132x43: asked of the terminal"),
        (SERIAL, SILENT, (80, 24), "80x24: assumed: the terminal did not answer"),
        (SERIAL, NOT_ASKED, (80, 24), "80x24: assumed: the terminal was not asked"),
        (
            Link(Kind.SERIAL, "/dev/ttymxc0", 115200, size=(200, 60)),
            SILENT,
            (80, 24),
            "80x24: assumed: the terminal did not answer",
        ),
        (SSH, NOT_ASKED, (132, 43), "132x43: the tty's own"),
        (SSH, Answers(True, size=(80, 24)), (132, 43), "132x43: the tty's own"),
        (Link(Kind.LOCAL), Answers(True, size=(90, 30)), (90, 30), "90x30: asked of the terminal"),
    ],
)
def test_the_size_is_the_terminal_s_own_or_80x24(
    link: Link, answers: Answers, size: tuple[int, int], reason: str
) -> None:
    detected = detect({"TERM": "vt220"}, link, answers)
    assert detected.size == size
    assert why(detected, "size") == reason


def test_a_serial_line_is_drawn_seldom_and_never_faster_than_it_carries() -> None:
    profile = detect({"TERM": "vt220"}, SERIAL, SILENT).profile
    assert (profile.bytes_a_second, profile.frame_pause, profile.serial) == (11520, 0.5, True)
    fast = detect({"TERM": "xterm"}, SSH, NOT_ASKED).profile
    assert (fast.bytes_a_second, fast.frame_pause, fast.serial) == (None, 0.1, False)


def test_lines_are_light_over_ssh_and_on_a_serial_line_only_where_a_person_asks_for_utf8() -> None:
    utf8 = Answers(True, utf8=True)
    assert detect({"TERM": "xterm", "LANG": "C.UTF-8"}, SSH, NOT_ASKED).profile.light_lines
    assert not detect({"TERM": "vt220"}, SERIAL, utf8).profile.light_lines
    assert detect({"TERM": "vt220"}, SERIAL, utf8, [Wishes("a person", charset=Charset.UTF8)]).profile.light_lines


def test_a_terminal_is_used_as_far_as_its_name_promises() -> None:
    def abilities(name: str, link: Link = SSH) -> str:
        return why(detect({"TERM": name}, link, NOT_ASKED), "abilities")

    assert abilities("vt102") == "scroll regions: TERM=vt102"
    assert abilities("vt220") == "scroll regions, erasing in a row: TERM=vt220"
    assert abilities("linux") == (
        "scroll regions, erasing in a row, columns and rows addressed alone, answers questions: TERM=linux"
    )
    assert abilities("linux", SERIAL) == "scroll regions: TERM=linux is not believed on a serial line"
    assert abilities("dumb") == "none beyond a dumb terminal's: TERM=dumb"
    assert "a screen of our own, pasted text marked" in abilities("xterm-256color")
    assert detect({"TERM": "foot"}, SSH, NOT_ASKED).profile.attributes & ITALIC
    assert not detect({"TERM": "vt220"}, SSH, NOT_ASKED).profile.attributes & ITALIC


def test_a_terminal_that_has_answered_may_be_asked_again() -> None:
    assert detect({"TERM": "vt220"}, SERIAL, Answers(True, utf8=True)).profile.abilities.status_reports
    assert not detect({"TERM": "vt220"}, SERIAL, SILENT).profile.abilities.status_reports


def test_what_a_person_wishes_goes_first_and_the_first_wish_of_all() -> None:
    wishes = [
        Wishes("the command line", colours=Depth.SIXTEEN),
        read_wishes("the configuration", "none", "utf-8", "100x30", None),
    ]
    detected = detect({"TERM": "vt220", "NO_COLOR": "1"}, SERIAL, Answers(True, False, (80, 24)), wishes)
    assert why(detected, "colours") == "16 colours: set by the command line"
    assert why(detected, "characters") == "UTF-8: set by the configuration"
    assert why(detected, "size") == "100x30: set by the configuration"
    assert detected.words == "serial line at 115200 baud, 16 colours, UTF-8, 100x30"


def test_a_console_server_can_be_said_to_be_a_serial_line() -> None:
    link = link_as_wished(SSH, [read_wishes("the command line", None, None, None, 9600)])
    assert (link.kind, link.baud) == (Kind.SERIAL, 9600)
    detected = detect({"TERM": "vt220"}, link, SILENT, [Wishes("the command line", baud=9600)])
    assert why(detected, "link") == "serial line at 9600 baud: set by the command line"
    assert detected.profile.bytes_a_second == 960
    assert link_as_wished(SSH, []) is SSH


def test_only_a_terminal_of_which_something_is_unknown_is_asked() -> None:
    def asked(link: Link, *wishes: Wishes, term: str = "xterm", lang: str = "de_DE.UTF-8") -> bool:
        return must_be_asked({"TERM": term, "LANG": lang}, link, wishes)

    assert asked(SERIAL)
    assert asked(Link(Kind.GADGET, size=(80, 24)))
    assert asked(Link(Kind.LOCAL))
    assert not asked(SSH)
    assert not asked(CONSOLE)
    assert not asked(Link(Kind.LOCAL), Wishes("x", size=(80, 24)))
    assert asked(SERIAL, Wishes("x", size=(80, 24)))
    assert not asked(SERIAL, Wishes("x", size=(80, 24)), Wishes("y", charset=Charset.ASCII))


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({"TERM": "xterm", "LANG": "C"}, True),
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "linux", "LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, True),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, False),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "vt220", "LANG": "C"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_where_the_locale_says_nothing_a_terminal_that_is_known_to_answer_is_asked(
    environment: dict[str, str], asked: bool
) -> None:
    assert must_be_asked(environment, SSH, []) is asked
    assert not must_be_asked(environment, SSH, [Wishes("x", charset=Charset.ASCII)])


@pytest.mark.parametrize("word", ["80", "80x", "x24", "9x24", "80x501", "80X24", "-80x24", "80x24x2", ""])
def test_a_size_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="columns x rows"):
        size_of(word)


@pytest.mark.parametrize("number", [0, 49, -1, 4_000_001])
def test_a_speed_that_no_line_has_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="bits a second"):
        check_baud(number)


def test_a_tty_without_a_size_is_given_the_one_that_its_terminal_has() -> None:
    with terminal(Answering(132, 43, utf8=True)) as line:
        detected = recognise(line, {"TERM": "vt220"}).detected
        assert (detected.size, detected.profile.charset) == ((132, 43), Charset.UTF8)
        again = recognise(line, {"TERM": "vt220"}).detected
    assert why(again, "size") == "132x43: the tty's own"


def test_what_a_person_chooses_goes_before_all_and_stays() -> None:
    known = Terminal({"TERM": "vt220"}, SERIAL, SILENT, [Wishes("the configuration", colours=Depth.SIXTEEN)])
    assert known.detected.profile.depth is Depth.SIXTEEN
    assert why(known.choose(Wishes("", colours=Depth.MONOCHROME)), "colours") == "no colours: set by a person"
    detected = known.choose(Wishes("", charset=Charset.DEC))
    assert (detected.profile.depth, detected.profile.charset) == (Depth.MONOCHROME, Charset.DEC)
    assert known.detected is detected


def test_a_size_that_is_learned_later_is_drawn_for_from_then_on() -> None:
    known = Terminal({"TERM": "vt220"}, SERIAL, SILENT)
    assert known.detected.size == (80, 24)
    known.has_size((132, 43))
    assert why(known.detected, "size") == "132x43: asked of the terminal"
    window = Terminal({"TERM": "xterm"}, SSH, NOT_ASKED)
    window.has_size((100, 30))
    assert why(window.detected, "size") == "100x30: the tty's own"
