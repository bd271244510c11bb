"""The least that Textual can do: the measure of what the console costs on top of it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("hello, world")


if __name__ == "__main__":
    Hello().run(mouse=False)
