"""What is measured beside ours does not outlive a test that was killed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

from tests.patience import PATIENCE

_KILLED = """
import os, signal, subprocess, sys, time
command = [sys.executable, "-m", "tests.performance.line.stage", "--driver", "stock", sys.argv[1]]
stage = subprocess.Popen(command, start_new_session=True)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.02)
os.write(int(sys.argv[2]), str(stage.pid).encode())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_console_on_the_stage_ends_with_the_test_that_started_it(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    reader, writer = os.pipe()
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "teller"), str(writer)]
    killed = subprocess.run(command, stdin=slave, stdout=slave, stderr=slave, pass_fds=(writer,), check=False)
    assert killed.returncode < 0
    stage = Path("/proc") / os.read(reader, 32).decode()
    until = time.monotonic() + PATIENCE
    while stage.exists() and ") Z" not in (stage / "stat").read_text():
        assert time.monotonic() < until, "it goes on"
        time.sleep(0.02)
    for descriptor in (master, slave, reader, writer):
        os.close(descriptor)
