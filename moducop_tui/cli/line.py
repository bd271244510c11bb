"""`moducop-tui line`: what terminal this is and how that is known, what its line carries, and a test card."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping

from moducop_tui.cli.output import complain, is_terminal, one_line
from moducop_tui.cli.terminal_wishes import wishes_of
from moducop_tui.config import Config
from moducop_tui.terminal.card import LEAST_WIDTH, card
from moducop_tui.terminal.detect import Detected
from moducop_tui.terminal.environment import as_given
from moducop_tui.terminal.measure import Measured, measure
from moducop_tui.terminal.raw_line import RawLine
from moducop_tui.terminal.recognition import recognise
from moducop_tui.text import wrap

NO_TERMINAL = (
    "line looks at the terminal on standard input, and there is none. Over SSH: ssh -t DEVICE moducop-tui line"
)
GONE = "the terminal has gone, or may not be opened: {error}."
_NO_TERMINAL_CODE = 2
_PATIENCE_WITH_A_PERSON = 120.0
"""Seconds that the card stays when no key is pressed."""
_WIDTH, _COLUMN = 80, 14
_FAST = 1_000_000
_SLOW_SHARE = 0.8
"""Of what its baud rate promises, below which a line is called slow."""


def run(arguments: argparse.Namespace, config: Config) -> int:
    """Look, measure and print."""
    if not is_terminal(sys.stdin):
        complain(NO_TERMINAL)
        return _NO_TERMINAL_CODE
    descriptor = sys.stdin.fileno()
    detected = recognise(descriptor, as_given(os.environ), wishes_of(arguments, config)).detected
    try:
        if arguments.card:
            return _show_card(descriptor, detected)
        measured = measure(descriptor, detected.link.baud)
    except OSError as error:
        complain(GONE.format(error=error.strerror))
        return _NO_TERMINAL_CODE
    if arguments.json:
        import json

        print(json.dumps(as_json(detected, measured), indent=2))
        return 0
    print("\n".join(map(one_line, facts(detected, measured))))
    if is_terminal(sys.stdout):
        print("\n" + "\n".join(card(detected.profile, max(LEAST_WIDTH, detected.size[0]))))
        print("The same in the whole screen, with its four corners: moducop-tui line --card")
    return 0


def facts(detected: Detected, measured: Measured) -> list[str]:
    """What was chosen and why, and what was measured."""
    rows = [(choice.what, f"{choice.value}: {choice.why}") for choice in detected.choices]
    rows += [("round trip", _round_trip(measured)), ("throughput", _throughput(measured, detected.link.baud))]
    lines: list[str] = []
    for what, text in rows:
        first, *others = wrap(text, _WIDTH - _COLUMN)
        lines += [what.ljust(_COLUMN) + first, *(" " * _COLUMN + other for other in others)]
    return lines


def _round_trip(measured: Measured) -> str:
    if measured.round_trip is None:
        return "not known: the terminal does not answer a cursor report"
    return f"{measured.round_trip * 1000:.2f} ms: median of {measured.answers} cursor reports"


def _throughput(measured: Measured, baud: int | None) -> str:
    rate = measured.bytes_a_second
    if rate is None or measured.seconds is None:
        return f"not known: the line did not take {measured.sent} bytes in time"
    answered = measured.round_trip is not None
    until = "the terminal answered" if answered else "the line had taken them; some may still be on their way"
    words = f"{rate:.0f} bytes/s" if rate < _FAST else f"{rate / 1e6:.1f} MB/s"
    text = f"{words}: {measured.sent} bytes in {measured.seconds * 1000:.1f} ms, until {until}"
    if baud and rate < _SLOW_SHARE * baud / 10:
        text += f". Less than the {baud // 10} of {baud} baud: the terminal or an adapter holds it up"
    return text


def as_json(detected: Detected, measured: Measured) -> Mapping[str, object]:
    """The same for programs."""
    link, profile = detected.link, detected.profile
    return {
        "link": {"kind": link.kind.name.lower(), "device": link.device, "baud": link.baud, "ssh_from": link.ssh_from},
        "term": detected.name,
        "colours": int(profile.depth),
        "charset": str(profile.charset),
        "size": list(detected.size),
        "choices": {one.what: {"value": one.value, "why": one.why} for one in detected.choices},
        "measured": {
            "round_trip_seconds": measured.round_trip,
            "answers": measured.answers,
            "sent_bytes": measured.sent,
            "seconds": measured.seconds,
            "bytes_per_second": measured.bytes_a_second,
        },
    }


def _show_card(descriptor: int, detected: Detected) -> int:
    """The card in the whole screen until a key is pressed. The last cell is written without wrapping."""
    rows = card(detected.profile, *detected.size)
    size = f" {detected.size[0]}x{detected.size[1]}: four corners, straight edges? Any key leaves. "
    rows[-1] = rows[-1][:2] + size + rows[-1][2 + len(size) :]
    with RawLine(descriptor) as line:
        deadline = time.monotonic() + _PATIENCE_WITH_A_PERSON
        line.forget_typed()
        line.send(("\x1b[m\x1b[r\x1b[?7l\x1b[H\x1b[J" + "\r\n".join(rows)).encode(), deadline)
        line.receive(deadline)
        line.send(b"\x1b[m\x0f\x1b[?7h\x1b[H\x1b[J", time.monotonic() + 2.0)
    return 0
