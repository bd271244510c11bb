"""Finds out what terminal a descriptor leads to, and keeps it: reads the line, asks where it must, judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from moducop_tui.terminal.detect import Detected, detect, link_as_wished, must_be_asked
from moducop_tui.terminal.link import Link, read_link
from moducop_tui.terminal.probe import NOT_ASKED, Answers, probe, set_size
from moducop_tui.terminal.wishes import Wishes

A_PERSON = "a person"
"""The origin of what is chosen while the console runs."""


class Terminal:
    """What is known of the terminal. `detected` is judged anew whenever something more is known or wished."""

    def __init__(
        self, environment: Mapping[str, str], link: Link, answers: Answers, wishes: Sequence[Wishes] = ()
    ) -> None:
        self._environment = dict(environment)
        self._link, self._answers, self._wishes = link, answers, tuple(wishes)
        self._own_wishes = Wishes(A_PERSON)
        self.detected = self._judged()

    def _judged(self) -> Detected:
        return detect(self._environment, self._link, self._answers, (self._own_wishes, *self._wishes))

    def choose(self, wishes: Wishes) -> Detected:
        """A person wants something else from now on; what these wishes leave open stays as chosen before."""
        own = self._own_wishes
        self._own_wishes = replace(
            own,
            colours=own.colours if wishes.colours is None else wishes.colours,
            charset=own.charset if wishes.charset is None else wishes.charset,
        )
        self.detected = self._judged()
        return self.detected

    def has_size(self, size: tuple[int, int]) -> None:
        """The terminal has said its size, asked while the console runs, or its tty has."""
        self._answers = replace(self._answers, asked=True, size=size) if self._link.is_serial else self._answers
        self._link = replace(self._link, size=size)
        self.detected = self._judged()


def a_stranger() -> Terminal:
    """A terminal of which nothing is known but that it is one."""
    return Terminal({"TERM": "vt102"}, Link(), NOT_ASKED)


def recognise(descriptor: int, environment: Mapping[str, str], wishes: Sequence[Wishes] = ()) -> Terminal:
    """The terminal that a descriptor leads to; afterwards its tty has the size that is drawn for.

    Takes no time where the tty knows its size and the locale the characters, else as long as the terminal needs to
    answer, at most half a second at 9600 baud and more. Raises nothing.
    """
    link = link_as_wished(read_link(descriptor, environment), wishes)
    answers = probe(descriptor, link.baud) if must_be_asked(environment, link, wishes) else NOT_ASKED
    terminal = Terminal(environment, link, answers, wishes)
    size = terminal.detected.size
    if size != link.size:
        set_size(descriptor, size)
    return terminal
