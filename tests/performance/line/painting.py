"""The painter's CPU time beside Textual's own for the very same frames.

Textual draws a walk through all screens and a minute of log into a driver that keeps every frame; the frames are then
fed to shadow and painter alone, each painted, though on a real line many are passed over.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from moducop_tui.terminal.families import VT220
from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.shadow import Shadow
from tests.performance.line.session import Stage
from tests.performance.line.stage import RECORDING
from tests.performance.line.steps import COMPLETE, SCREENS
from tests.performance.line.terminals import TERMINALS
from tests.performance.measure import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LOG_RATE, _LOG_SECONDS = 10, 20.0
_ROUNDS = 3
AIM = 0.20
"""The painter's share of what Textual takes, at most."""


def report() -> Iterator[str]:
    """Milliseconds a frame, and the share."""
    frames, textual, log_frames, log_textual = drawn()
    yield ""
    yield "Painter's CPU beside Textual's for the same frames, vt220"
    yield f"{'':24}{'frames':>8}{'Textual ms':>12}{'painter ms':>12}{'share':>8}"
    for words, some, spent in (("all screens, dialog", frames, textual), ("log", log_frames, log_textual)):
        painted = seconds_to_paint(some)
        yield (
            f"{words:24}{len(some):8d}{spent / len(some) * 1000:12.2f}{painted / len(some) * 1000:12.2f}"
            f"{painted / spent * 100:7.1f}%  aim: {AIM:.0%} at most  {'met' if painted / spent < AIM else 'MISSED'}"
        )


def drawn() -> tuple[list[str], float, list[str], float]:
    """The frames of a walk through the screens and of a log, with the CPU seconds that Textual and pages took."""
    terminal = next(one for one in TERMINALS if one.name == "vt220")
    with tempfile.TemporaryDirectory(prefix="frames-") as directory:
        file = Path(directory) / "frames"
        with Stage(terminal, None, driver=RECORDING, frames=file) as stage:
            stage.console.wait_for(COMPLETE, 30.0)
            stage.quiet()
            start, process = len(_frames(file)), stage.console.process()
            used = cpu_seconds(process)
            for _ in range(_ROUNDS):
                for key, _step in SCREENS:
                    stage.press(key)
                stage.press("g")
                stage.press("escape")
            walked, walk_used = len(_frames(file)), cpu_seconds(process)
            stage.press("5")
            log_start, log_used = len(_frames(file)), cpu_seconds(process)
            stage.told(f"flow {_LOG_RATE} {_LOG_SECONDS:g}", _LOG_SECONDS)
            frames = _frames(file)
            spent = cpu_seconds(process) - log_used
            return frames[start:walked], walk_used - used, frames[log_start:], spent


def _frames(file: Path) -> list[str]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def seconds_to_paint(frames: Sequence[str]) -> float:
    """CPU seconds of shadow and painter for these frames."""
    profile = Profile(abilities=VT220.abilities)
    shadow = Shadow(80, 24, profile)
    painter = Painter(80, 24, profile, shadow.styles)
    began = time.process_time()
    for frame in frames:
        shadow.feed(frame)
        painter.paint(shadow.grid)
    return time.process_time() - began
