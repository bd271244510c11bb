"""Two mistakes of ours at the same time end in the same one sentence as one."""

from __future__ import annotations

import os

from tests.screens.test_leaving import ENDS_WITHIN, STARTS_WITHIN, program

FAILING_TWICE = """
import time
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device

def fail():
    raise RuntimeError('a mistake of ours')

async def fail_twice(self, place):
    self.call_later(fail)
    self.screen.call_later(fail)

ConsoleApp.show = fail_twice
app = ConsoleApp(Device((), None, False, time.time), Config())
app.run(mouse=False)
raise SystemExit(app.return_code)
"""


def test_the_technician_reads_one_sentence_and_nothing_for_developers() -> None:
    with program(FAILING_TWICE) as terminal:
        terminal.read_until(b"Overview", STARTS_WITHIN)
        os.write(terminal.master, b"2")
        terminal.end(ENDS_WITHIN)
        assert terminal.process.returncode == 1
        assert terminal.output.count(b"internal error and ended, id ") == 1
        assert b"textual run" not in terminal.output
