"""Log text of somebody who means harm: cleaned on its way in, drawn, and painted onto a terminal."""

from __future__ import annotations

import random
import re

from moducop_tui.logbook import Logbook
from moducop_tui.model.foreign import LINE_LIMIT, clean
from moducop_tui.model.log import LogBatch, LogEntry
from moducop_tui.pages.logs import LogView, logs
from moducop_tui.pages.look import look_at
from moducop_tui.sources.journal_entry import entry_from
from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.shadow import Shadow
from tests.attack.judging import raw_in
from tests.attack.measured import peak_of_this_process
from tests.attack.tally import Tally
from tests.screens import builders as build
from tests.screens.gallery import KEYMAP
from tests.screens.sent import ON_A_VT220, _as_textual_writes

_PIECES = (
    "\x1b[2J", "\x1b]0;t\x07", "\x1b]52;c;aGk=\x07", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b[", "\x1b", "\x9b31m",
    "\x9d", "\x90", "\x9f", "\x9c", "\x07", "\x08", "\r", "\n", "\t", "\0", "\x0e", "\x0f", "\x7f", "\x85",
    "\u2028", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u0301", "\ufe0f", "\U000e0041", "\ud800",
    "\uffff", "\U0010ffff", "ß", "漢", "\U0001f468\u200d\U0001f469", "\u1160", "\u3164", "\u034f", "a", " ", "word",
    "%s", "{0}", "[bold]", "[/]", "\\x1b", "^[",
)  # fmt: skip
_OWN = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z@`]|[78=>MDE]|\([0AB])|[\x0e\x0f\r\n\x08]")
"""What the painter itself says to a VT220."""
_ENTRIES = 20


def attack(seed: int, count: int) -> Tally:
    """So many messages, in screens of twenty."""
    tally = Tally("log")
    for number in range(count // _ENTRIES or 1):
        chance = random.Random(seed * 1_000_003 + number)
        entries = [_entry(tally, chance, f"screen {number}, entry {each}") for each in range(_ENTRIES)]
        _paint(tally, tuple(one for one in entries if one is not None), f"screen {number}")
    tally.plus(peak_of_this_process(), "all of them")
    return tally


def hostile(chance: random.Random) -> str | bytes:
    """One text: a mixture, one thing over and over, or bytes."""
    way = chance.randrange(5)
    if way == 0:
        return chance.randbytes(chance.randrange(1, 4000))
    if way == 1:
        return chance.choice(_PIECES) * chance.randrange(1, 9000)
    if way == 2:
        return "x" + "".join(chance.choices(("\u0301", "\ufe0f", "\u200d", "\U000e0100"), k=1900))
    text = "".join(chance.choices(_PIECES, k=chance.randrange(1, 600)))
    return text.encode("utf-8", "surrogatepass") if way == 3 else text


def _entry(tally: Tally, chance: random.Random, what: str) -> LogEntry | None:
    tally.tried += 1
    fields = {
        name: hostile(chance) for name in ("MESSAGE", "SYSLOG_IDENTIFIER", "CONTAINER_NAME", "_SYSTEMD_UNIT", "_PID")
    }
    try:
        cleaned = clean(fields["MESSAGE"])
        entry = entry_from(fields, "c", chance.randrange(2**63), chance.randrange(2**63))
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        tally.crash(f"{what}: {type(error).__name__}: {error!a:.200}")
        return None
    if len(cleaned) > LINE_LIMIT:
        tally.leak(f"{what}: {len(cleaned)} characters of a text")
    for text in (cleaned, clean(cleaned), entry.message, entry.origin, entry.unit or "", entry.container or ""):
        if (raw := _CONTROL.search(text)) is not None:
            tally.leak(f"{what}: {text[max(0, raw.start() - 20) : raw.end() + 20]!a}")
    return entry


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _paint(tally: Tally, entries: tuple[LogEntry, ...], what: str, profile: Profile = ON_A_VT220) -> None:
    """The page of Logs as it goes onto the line."""
    book = Logbook(1 << 20)
    book.add(LogBatch(entries))
    try:
        rows = logs(look_at(build.readings(), 80, 24, build.NOW, build.WALL), book, LogView(), KEYMAP)
        shadow = Shadow(80, 24, profile)
        painter = Painter(80, 24, profile, shadow.styles)
        shadow.feed(_as_textual_writes(rows, profile))
        painted = painter.paint(shadow.grid)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        tally.crash(f"{what}: {type(error).__name__}: {error!a:.200}")
        return
    if (raw := raw_in(_OWN.sub("", painted).replace("\ufe0f", ""))) is not None:
        tally.leak(f"{what}: on the line: {raw}")
    if len(painted.encode()) > 80 * 24 * 12:
        tally.leak(f"{what}: {len(painted.encode())} bytes for one screen")
