"""What all tests share: the programs that they may use, and tables of what was tried at the end of their output."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from .programs import programs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from _pytest.terminal import TerminalReporter

_TABLE: Final = "table: "


def pytest_configure() -> None:
    """Let tests find no program that is on this machine by chance; those of the lists alone are on the next one.

    And what they make is for its owner alone to write, whatever the umask is: else the console does not believe it.
    """
    os.umask(0o022)
    place = programs()
    if place is not None:
        os.environ["PATH"] = str(place)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str, Sequence[str]], None]:
    """Puts rows under a title into the tests' output, also when all is well and several processes run the tests."""

    def rows_of(title: str, rows: Sequence[str]) -> None:
        record_property(f"{_TABLE}{title}", "\n".join(rows))

    return rows_of


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the tables that tests have told of, each title once."""
    tables: dict[str, list[str]] = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, rows in report.user_properties:
            if name.startswith(_TABLE):
                tables.setdefault(name.removeprefix(_TABLE), []).append(rows)
    for title, parts in tables.items():
        terminalreporter.section(title)
        for rows in parts:
            terminalreporter.write_line(rows)
