"""A small app on our driver, run as a program of its own: a log that scrolls, a number that changes, ways to misbehave.

Arguments: the family's name, then `name=value` for fields of the profile.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from moducop_tui.terminal import driver, last_resort, line_writer
from moducop_tui.terminal.driver import driver_for, driver_of
from moducop_tui.terminal.families import family_of
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.styles import Depth
from tests.patience import FOR_EVER


class Page(Widget):
    """A head with a number, and a log below it."""

    DEFAULT_CSS = "Page { width: 1fr; height: 1fr; background: ansi_default; }"

    def __init__(self) -> None:
        super().__init__()
        self.number = 100
        self.lines = [f"10:41:{n % 60:02d} I ready {n * 7919}" for n in range(100)]
        self.said = ""

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        head = f"small app  {width}x{height}  number {self.number}  {self.said}"
        text = head if y == 0 else self.lines[y - (height - len(self.lines)) - len(self.lines)]
        return Strip([Segment(text, Style(bold=y == 0))]).adjust_cell_length(width)


class SmallApp(App[None]):
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; color: ansi_default; }"

    def compose(self) -> ComposeResult:
        self.page = Page()
        yield self.page

    def on_mount(self) -> None:
        self.theme = "ansi-dark"

    def log_more(self, count: int = 1) -> None:
        first = len(self.page.lines)
        self.page.lines += [f"10:42:{n % 60:02d} I web GET /status/{n * 7919} 200" for n in range(first, first + count)]
        del self.page.lines[:-100]
        self.page.lines[:] = self.page.lines[-100:]
        self.page.refresh()

    def flood(self) -> None:
        self.count = getattr(self, "count", 1000) + 20
        self.page.lines += [
            f"10:43:{n % 60:02d} W flood {n * 104729} of lines" for n in range(self.count, self.count + 20)
        ]
        self.page.lines[:] = self.page.lines[-100:]
        self.page.refresh()

    def on_paste(self, event: events.Paste) -> None:
        self.page.said = f"pasted {event.text!r}"
        self.page.refresh()

    def on_key(self, event: events.Key) -> None:
        page = self.page
        match event.key:
            case "n":
                page.number += 1
            case "l":
                self.log_more()
            case "f":
                self.set_interval(0.02, self.flood)
            case "b":
                deadline = time.monotonic() + FOR_EVER
                while time.monotonic() < deadline:
                    pass
            case "x":
                raise RuntimeError("a mistake")
            case "k":
                os.abort()
            case "p":
                if ours := driver_of(self):
                    ours.change_profile(dataclasses.replace(ours.profile, depth=Depth.MONOCHROME))
            case "q":
                self.exit()
            case other:
                page.said = f"key {other}"
        page.refresh()


def profile_of(words: list[str]) -> Profile:
    family = family_of(words[0])
    fields = dict(word.split("=") for word in words[1:])
    line_writer.PATIENCE = float(fields.get("patience", line_writer.PATIENCE))
    driver.SILENCE = float(fields.get("silence", driver.SILENCE))
    last_resort.LIMIT = float(fields.get("limit", last_resort.LIMIT))
    return Profile(
        family.depth or Depth.PALETTE,
        Charset.UTF8 if fields.get("charset") == "utf8" else Charset.ASCII,
        family.attributes,
        dataclasses.replace(family.abilities, status_reports="reports" in fields),
        bytes_a_second=int(fields["rate"]) if "rate" in fields else None,
        frame_pause=float(fields.get("pause", "0.5")),
        serial="network" not in fields,
    )


if __name__ == "__main__":
    app = SmallApp()
    app.driver_class = driver_for(profile_of(sys.argv[1:]))
    app.run(mouse=False)
    sys.exit(app.return_code or 0)
