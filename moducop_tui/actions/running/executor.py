"""Carries out one order, in a process of its own that no console's end takes along."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace

from moducop_tui.actions.running.audit import AuditError, AuditWriter
from moducop_tui.actions.running.board import Board
from moducop_tui.actions.running.left_copies import forget_copies
from moducop_tui.actions.running.lock import BusyError, take_lock
from moducop_tui.actions.running.notebook import Notebook
from moducop_tui.actions.running.orders import OrderDesk, OrderError
from moducop_tui.actions.running.performance import Performance, Workshop
from moducop_tui.actions.running.put_back import put_back
from moducop_tui.actions.running.set_aside import forget_set_aside, keep_set_aside
from moducop_tui.actions.running.stopping import Stopping
from moducop_tui.model.confirming import missing
from moducop_tui.model.foreign import clean
from moducop_tui.model.holder import Holder
from moducop_tui.model.places import COPIES
from moducop_tui.model.plan import Plan
from moducop_tui.model.readings import Readings
from moducop_tui.model.recording import UNRECORDED
from moducop_tui.model.work import Order, Outcome


def execute(action_id: str, workshop: Workshop, *, listen: bool = True) -> Outcome:
    """Take an order up and carry it out. Whoever gave it is answered as soon as it is known whether it is taken.

    `listen`: take signals, which only the main thread can.
    """
    desk = OrderDesk(workshop.host, workshop.clocks)
    stopping = Stopping(lambda: desk.is_asked_to_stop(action_id))
    if listen:
        stopping.listen()
    try:
        order = desk.take(action_id)
        lock = take_lock(workshop.host, _holder(action_id, order, workshop))
    except (OrderError, BusyError) as error:
        return _refuse(desk, action_id, str(error))
    except OSError as error:
        return _refuse(desk, action_id, f"The device can't be locked: {error.strerror or error}. Nothing was done.")
    with contextlib.closing(lock):
        return _locked(action_id, order, workshop, desk, stopping)


def _locked(action_id: str, order: Order, workshop: Workshop, desk: OrderDesk, stopping: Stopping) -> Outcome:
    """With the device locked: nothing happens before the trail has taken the order down.

    Unless a person has said that it may be done unrecorded; whether that may be said, the plan knows.
    """
    trail = AuditWriter(workshop.host, must=UNRECORDED not in order.overrides)
    try:
        trail.open()
        notebook = Notebook(workshop.host, trail, workshop.clocks, action_id, order)
    except AuditError as error:
        trail.close()
        return _refuse(desk, action_id, str(error))
    board = Board(workshop.host, notebook.record)
    board.start()
    _answer(desk, action_id, None)
    try:
        put_back(workshop)
        with contextlib.suppress(OSError):  # what a power cut has left of an install
            forget_copies(workshop.host.path(COPIES))
        return _carry_out(order, workshop, notebook, board, stopping)
    except AuditError as error:
        return _end(notebook, Outcome.REFUSED, str(error))
    except Exception as error:  # noqa: BLE001 - boundary: what was begun must have an end on record, whatever happens
        return _end(notebook, Outcome.FAILED, f"{workshop.failure('What was begun', error)}.")
    finally:
        board.close()
        trail.close()
        desk.clear(action_id)


def _carry_out(order: Order, workshop: Workshop, notebook: Notebook, board: Board, stopping: Stopping) -> Outcome:
    """Make the plan anew from the device as it is, and run it when it is the one that was confirmed."""
    try:
        plan = workshop.plan(order.action, _before_us(workshop.survey()))
    except Exception as error:  # noqa: BLE001 - boundary: no plan, no act
        return _end(notebook, Outcome.REFUSED, f"{workshop.failure('Making the plan', error)}. Nothing was done.")
    notebook.planned(plan)
    board.show(notebook.record)
    if (why := why_not(plan, order)) is not None:
        return _end(notebook, Outcome.REFUSED, why)
    keep_set_aside(workshop.host, order, plan)
    outcome = Performance(order, plan, workshop, notebook=notebook, board=board, stopping=stopping).run()
    forget_set_aside(workshop.host)
    return outcome


def why_not(plan: Plan, order: Order) -> str | None:
    """Why a plan, made anew, is not the one that was confirmed, in a sentence; None when it may run."""
    if plan.refusal is not None:
        return plan.refusal
    commands = tuple(step.command for step in plan.steps)
    if commands != order.commands or plan.action != order.action:
        return (
            f"The device has changed since the plan was confirmed, so nothing was done: {_difference(commands, order)}"
        )
    return missing(plan, order.typed, order.reason, order.overrides)


def _difference(commands: tuple[str, ...], order: Order) -> str:
    for number, (now, then) in enumerate(zip(commands, order.commands, strict=False), start=1):
        if now != then:
            return f"step {number} would now be '{clean(now, 200)}'. Look at the plan again."
    if len(commands) != len(order.commands):
        return f"it would now have {len(commands)} steps, not {len(order.commands)}. Look at the plan again."
    return "it would now be another action. Look at the plan again."


def _before_us(readings: Readings) -> Readings:
    """The readings without the lock that we hold ourselves, which would stop every plan, and without our own record."""
    work = readings.work
    if work.value is None:
        return readings
    before = replace(
        work.value,
        running=None,
        held_by=None,
        history=tuple(one for one in work.value.history if one.outcome is not Outcome.RUNNING),
        updates=tuple(one for one in work.value.updates if one.outcome is not Outcome.RUNNING),
    )
    return replace(readings, work=replace(work, value=before))


def _holder(action_id: str, order: Order, workshop: Workshop) -> Holder:
    return Holder(os.getpid(), action_id, clean(order.action.words, 200), order.who, workshop.clocks.wall())


def _end(notebook: Notebook, outcome: Outcome, sentence: str) -> Outcome:
    notebook.end(outcome, sentence)
    return outcome


def _refuse(desk: OrderDesk, action_id: str, sentence: str) -> Outcome:
    _answer(desk, action_id, sentence)
    return Outcome.REFUSED


def _answer(desk: OrderDesk, action_id: str, refused: str | None) -> None:
    """Where /run can't be written, nobody can be told; the trail has it all the same."""
    with contextlib.suppress(OSError, OrderError):
        desk.answer(action_id, refused)
