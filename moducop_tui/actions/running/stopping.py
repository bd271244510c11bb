"""Who may stop an action, and when: a person where a step can be stopped, a signal where the power may be cut."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from moducop_tui.model.plan import Power, Step
from moducop_tui.model.step_rules import can_be_stopped


class Stopping:
    """Gathers the wishes to stop. `asked` says whether a person has asked."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked
        self._signalled = threading.Event()
        self._step: Step | None = None

    def listen(self) -> None:
        """Take SIGTERM and SIGHUP as wishes from now on; Ctrl-C of a terminal is nobody's here."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def begin(self, step: Step) -> None:
        """Another step runs from now on."""
        self._step = step

    def in_step(self) -> bool:
        """Whether the running step shall stop. A signal waits for the end of a step in which the power must not go."""
        if self._step is None:
            return False
        if can_be_stopped(self._step.act) and self._asked():
            return True
        return self._signalled.is_set() and self._step.power is Power.MAY

    @property
    def is_signalled(self) -> bool:
        """Whether it was no person: the device goes down, or somebody has stopped the service."""
        return self._signalled.is_set()

    def between_steps(self) -> bool:
        """Whether no further step shall begin."""
        return self._signalled.is_set() or self._asked()

    def await_signal(self, seconds: float) -> bool:
        """Wait for a signal, as the end of the machine sends it; one that has come counts. False when none came."""
        return self._signalled.wait(seconds)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signalled.set()
