"""Lets the machine go down: everything to the disk first, then systemd is asked, and seen to have begun."""

from __future__ import annotations

import time
from contextlib import suppress

from moducop_tui import runner
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import Leave
from moducop_tui.model.foreign import clean

_SYNC_SECONDS = 60.0
_ASK_SECONDS = 30.0
_SEEN_SECONDS = 10.0
"""After that systemd should be seen to go down."""
_LOOK_AGAIN = 0.2


def leave(act: Leave, kit: Kit) -> Result:
    """Sync, then reboot or power off. The last that an executor does: it may be ended while this waits."""
    what = "power-off" if act.off else "reboot"
    if not kit.host.is_this_machine:
        return Result(False, f"Only the machine that the console runs on can be asked for a {what}.")
    _write_everything()
    try:
        asked = runner.run(["systemctl", "poweroff" if act.off else "reboot"], _ASK_SECONDS)
    except runner.CommandError as error:
        return Result(False, f"The {what} could not be asked for: {error} Nothing was stopped.")
    output = clean((asked.out + asked.err).strip(), 2000)
    if asked.code != 0:
        said = clean(asked.err.strip(), 120) or "it gave no reason"
        return Result(False, f"systemd refuses the {what} (exit {asked.code}): {said}", asked.code, output)
    if not _goes_down():
        sentence = f"systemd took the order for a {what}, but does not go down: look at `systemctl list-jobs`."
        return Result(False, sentence, asked.code, output)
    gone = "switches off" if act.off else "reboots"
    return Result(True, f"The device {gone}.", asked.code, output, left=True)


def _write_everything() -> None:
    """What can't be written within a minute keeps nobody from rebooting: systemd tries again on its way down."""
    with suppress(runner.CommandError):
        runner.run(["sync"], _SYNC_SECONDS)


def _goes_down() -> bool:
    """Whether systemd says that it is stopping, or does not answer any more."""
    deadline = time.monotonic() + _SEEN_SECONDS
    while time.monotonic() < deadline:
        try:
            state = runner.run(["systemctl", "is-system-running"], _ASK_SECONDS).out.strip()
        except runner.CommandError:
            return True
        if state in {"stopping", "offline", "unknown", ""}:
            return True
        time.sleep(_LOOK_AGAIN)
    return False
