"""What a plan puts back at its end, kept in /run while it runs: an executor that is killed puts nothing back itself.

The service in which it ran then has this done at once, and where there is none, the next action does it.
"""

from __future__ import annotations

import contextlib
import typing
from collections.abc import Iterable
from dataclasses import dataclass

from moducop_tui.actions.running.private_files import write_private
from moducop_tui.host import Host
from moducop_tui.model.acts import Act, RunClient
from moducop_tui.model.places import SET_ASIDE
from moducop_tui.model.plan import Plan, Step
from moducop_tui.model.stored import StoredError, decode, encode
from moducop_tui.model.work import Order
from moducop_tui.trusted import read_bytes

_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class SetAside:
    """The order that was being carried out, and what it had still to put back, in the order of its steps."""

    order: Order
    acts: tuple[Act, ...]


def keep_set_aside(host: Host, order: Order, plan: Plan) -> None:
    """Write down what the plan will put back. Where /run is full, the next plan finds out by looking."""
    import json

    kept = [{"kind": type(act).__name__, "act": encode(act)} for act in _putting_back(plan.steps)]
    if kept:
        with contextlib.suppress(OSError):
            content = json.dumps({"order": encode(order), "acts": kept}).encode("ascii")
            write_private(host.path(SET_ASIDE), content)


def forget_set_aside(host: Host) -> None:
    """All of it was put back."""
    with contextlib.suppress(OSError):
        host.path(SET_ASIDE).unlink(missing_ok=True)


def set_aside(host: Host) -> SetAside | None:
    """What a killed executor has left to be put back; None where there is nothing, or it can't be told."""
    import json

    try:
        stored = json.loads(read_bytes(host, SET_ASIDE, _LIMIT))
        return SetAside(decode(Order, stored["order"]), tuple(_act(one) for one in stored["acts"]))
    except (OSError, StoredError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _putting_back(steps: Iterable[Step]) -> tuple[Act, ...]:
    """Mender's client is not run by itself behind a person's back: what it left is offered as a way out."""
    return tuple(step.act for step in steps if step.always and not isinstance(step.act, RunClient))


def _act(stored: dict[str, object]) -> Act:
    kinds: dict[str, type[Act]] = {kind.__name__: kind for kind in typing.get_args(Act)}
    return decode(kinds[str(stored["kind"])], stored["act"])
