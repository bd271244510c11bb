"""Opens the console on the terminal that standard input is, and leaves both as they were."""

from __future__ import annotations

import argparse
import os
import sys
import threading

from moducop_tui import errors
from moducop_tui.cli.output import complain
from moducop_tui.cli.terminal_wishes import wishes_of
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.terminal.care import in_care
from moducop_tui.terminal.environment import as_given, prepare
from moducop_tui.terminal.recognition import recognise
from moducop_tui.worker import begin


def run(device: Device, config: Config, arguments: argparse.Namespace) -> int:
    """Run until a person leaves. Textual reads its environment when it is imported, so the terminal comes first."""
    if not _has_threads():
        complain(f"the console can't run: {errors.NO_THREAD}. For a page of text: moducop-tui status.")
        return 1
    descriptor = sys.stdin.fileno()
    terminal = recognise(descriptor, as_given(os.environ), wishes_of(arguments, config))
    detected = terminal.detected
    prepare(os.environ, serial=detected.link.is_serial)
    with in_care(descriptor, detected.link, detected.profile.abilities):
        from moducop_tui.actions.session import authority_of
        from moducop_tui.app import ConsoleApp

        authority = authority_of(config, device.actions, read_only=arguments.read_only, simulated=device.simulated)
        app = ConsoleApp(device, config, terminal, authority)
        if "TEXTUAL_DRIVER" not in os.environ:  # with it, Textual's own driver can be measured under our screens
            from moducop_tui.terminal.driver import driver_for

            app.driver_class = driver_for(detected.profile, terminal.has_size)
        app.run(mouse=False)
        return app.return_code or 0


def _has_threads() -> bool:
    """Whether a thread can be started; asked before the terminal is touched."""
    return begin(threading.Thread(target=int, daemon=True))
