"""Puts back what an executor that was killed has left set aside: its daemon, its stick, what it had loaded."""

from __future__ import annotations

import contextlib
import os

from moducop_tui.actions.kit import Kit
from moducop_tui.actions.running.journald import send
from moducop_tui.actions.running.lock import BusyError, take_lock
from moducop_tui.actions.running.performance import Workshop
from moducop_tui.actions.running.set_aside import SetAside, forget_set_aside, set_aside
from moducop_tui.model.acts import Act
from moducop_tui.model.foreign import clean
from moducop_tui.model.holder import Holder

WORDS = "putting back what a killed action left"
_NOTICE, _WARNING = "5", "4"


def put_back_alone(workshop: Workshop) -> None:
    """The same as an action of its own. Where somebody else acts meanwhile, they have put it back."""
    left = set_aside(workshop.host)
    if left is None:
        return
    holder = Holder(os.getpid(), "", WORDS, left.order.who, workshop.clocks.wall())
    try:
        lock = take_lock(workshop.host, holder)
    except (BusyError, OSError):
        return
    with contextlib.closing(lock):
        put_back(workshop)


def put_back(workshop: Workshop) -> None:
    """With the device locked. What fails is said in the journal, and not tried again: the next plan sees it."""
    left = set_aside(workshop.host)
    if left is None:
        return
    kit = _kit(left, workshop)
    for act in left.acts:
        _perform(act, kit, workshop)
    forget_set_aside(workshop.host)


def _perform(act: Act, kit: Kit, workshop: Workshop) -> None:
    try:
        result = workshop.perform(act, kit)
    except Exception as error:  # noqa: BLE001 - boundary: what else is left must be put back whatever happens to this
        workshop.failure("Putting back what was set aside", error)
        return
    send(
        workshop.host,
        {
            "MESSAGE": clean(f"After '{kit.order.action.words}', which was killed: {result.sentence}"),
            "PRIORITY": _NOTICE if result.good else _WARNING,
            "MODUCOP_ACTION": kit.order.action.kind.value,
            "MODUCOP_OUTPUT": clean(result.output),
        },
    )


def _kit(left: SetAside, workshop: Workshop) -> Kit:
    return Kit(
        host=workshop.host,
        config=workshop.config,
        order=left.order,
        read=workshop.read,
        inspect=workshop.inspect,
        tell=lambda _: None,
        say=lambda _: None,
        cancelled=lambda: False,
        wall_clock=workshop.clocks.wall,
    )
