"""Starts and stops a systemd unit, and asks systemd whether it did."""

from __future__ import annotations

from moducop_tui import runner
from moducop_tui.actions.hands.tool import run_tool
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import ControlUnit
from moducop_tui.model.foreign import clean

_PATIENCE = 100.0
"""Seconds: systemd itself kills what does not stop within ninety."""
_ANSWER = 10.0
_RUNS = frozenset({"active", "activating", "reloading"})


def control_unit(act: ControlUnit, kit: Kit) -> Result:
    """Tell systemd, then judge by the unit's own state."""
    verb = "start" if act.start else "stop"
    if not kit.host.is_this_machine:
        return Result(False, f"{act.unit} can only be told to {verb} on the machine that the console runs on.")
    ran = run_tool(("systemctl", verb, act.unit), _PATIENCE, kit)
    state = _asked("show", "--value", "-p", "ActiveState", act.unit)
    if state is None:
        return ran.result(good=False, sentence=f"Whether {act.unit} runs can't be told: systemctl does not answer.")
    if (state in _RUNS) is act.start:
        return ran.result(good=True, sentence=f"{act.unit} is {state}.")
    if act.start and _asked("is-system-running") == "stopping":
        return ran.result(good=True, sentence=f"The device goes down: {act.unit} starts with its next boot.")
    why = f", {ran.complaint}" if not ran.well else "."
    return ran.result(good=False, sentence=f"{act.unit} could not be told to {verb}: it is {state}{why}")


def _asked(*words: str) -> str | None:
    """One word of systemd's own; None where it does not answer."""
    try:
        finished = runner.run(["systemctl", *words], _ANSWER)
    except runner.CommandError:
        return None
    return clean(finished.out.strip(), 40) or None
