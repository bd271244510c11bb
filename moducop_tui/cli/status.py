"""`moducop-tui status`: the whole device on one page of text, or as JSON."""

from __future__ import annotations

import shutil
import time

from moducop_tui.cli.output import plain_ascii
from moducop_tui.device import Device
from moducop_tui.model.reading import Topic
from moducop_tui.read_once import read_once
from moducop_tui.terminal.sizes import MOST

PATIENCE = 10.0
"""Seconds for all topics together; each has a limit of its own too."""
WIDTH = 80
LEAST_WIDTH = 60


def run(device: Device, *, as_json: bool) -> int:
    """Read every topic once and print it. What could not be read is said in its place; the exit code is 0."""
    readings = read_once(device.sources, frozenset(Topic), PATIENCE)
    now, wall_now = time.monotonic(), device.wall_clock()
    if as_json:
        import json

        from moducop_tui.cli.status_json import document

        whole = document(readings, now=now, wall_now=wall_now, simulated=device.simulated)
        print(json.dumps(whole, indent=2))
        return 0
    from moducop_tui.pages.report import report
    from moducop_tui.text import plain

    for row in report(readings, now, wall_now, _width(), device.simulated):
        print(plain_ascii(plain(row)).rstrip())
    return 0


def _width() -> int:
    """The terminal's columns, COLUMNS, or 80 where neither says: then a person reads it in a mail or over SSH."""
    return min(max(LEAST_WIDTH, shutil.get_terminal_size(fallback=(WIDTH, 24)).columns), MOST)
