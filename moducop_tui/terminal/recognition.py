"""Finds out what terminal a descriptor leads to: reads the line, asks where it must, and judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moducop_tui.terminal.detect import Detected, detect, link_as_wished, must_be_asked
from moducop_tui.terminal.link import read_link
from moducop_tui.terminal.probe import NOT_ASKED, probe, set_size
from moducop_tui.terminal.wishes import Wishes


def recognise(descriptor: int, environment: Mapping[str, str], wishes: Sequence[Wishes] = ()) -> Detected:
    """Everything about the terminal; afterwards its tty has the size that is drawn for.

    Takes no time where the tty knows its size, else as long as the terminal needs to answer, at most half a second at
    9600 baud and more. Raises nothing.
    """
    link = link_as_wished(read_link(descriptor, environment), wishes)
    answers = probe(descriptor, link.baud) if must_be_asked(link, wishes) else NOT_ASKED
    detected = detect(environment, link, answers, wishes)
    if detected.size != link.size:
        set_size(descriptor, detected.size)
    return detected
