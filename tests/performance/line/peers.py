"""Programs from Debian that field technicians know, through the same line, as far as they have the like."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.performance.line.device import line_of_log
from tests.performance.line.session import Session
from tests.performance.line.steps import (
    DIALOG,
    FIRST,
    FLOW,
    FLOW_RATE,
    FLOW_SECONDS,
    IDLE,
    LOG_LINE,
    median,
    minute,
    together,
)
from tests.performance.line.writer import FileWriter

if TYPE_CHECKING:
    from tests.performance.line.steps import Costs
    from tests.performance.line.terminals import Terminal

PAGE = "a page of log"
"""What a pager shows for one key: the like of a switch of screens."""
GAP = 0.5
"""Seconds of silence that end a step: shorter than the pause between two refreshes of a monitor."""
MONITOR_PATIENCE = 20.0
"""Seconds that are waited for such a silence: a slow line may have no time for one."""
_BACKLOG = 5000


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, the words of its whole first screen, and the keys of what it has of our steps."""

    name: str
    argv: tuple[str, ...]
    complete: re.Pattern[str]
    dialog: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    page: tuple[str, ...] = ()
    follow: tuple[str, ...] | None = None
    """Keys after which it follows a growing log; None where it shows none. `argv` then ends with the file."""
    environment: dict[str, str] = field(default_factory=dict)

    def fits(self, terminal: Terminal) -> bool:
        """Whether it runs on such a terminal at all: btop demands UTF-8."""
        return terminal.utf8 or self.name != "btop"


PEERS = (
    Peer("htop", ("htop",), re.compile(r"F10Quit|10Quit"), dialog=(("h",), ("space",))),
    Peer("btop", ("btop",), re.compile(r"(?s)cpu.*proc"), dialog=(("h",), ("escape",))),
    Peer("top", ("top",), re.compile(r"(?s)PID.*COMMAND.*\n +\d+"), dialog=(("h",), ("escape",))),
    Peer(
        "less", ("less", "--chop-long-lines", "+G"), re.compile(r"\(END\)"),
        dialog=(("h",), ("q",)), page=("b",), follow=("F",),
    ),
    Peer(
        "lnav", ("lnav", "-N"), re.compile(r"(?s)LOG.*Press"),
        dialog=(("?",), ("q",)), page=("pageup",), follow=(">", "G"),
    ),
)  # fmt: skip


def installed(names: set[str] | None = None) -> tuple[Peer, ...]:
    """The peers that this machine has, or those of them that are wanted."""
    return tuple(one for one in PEERS if shutil.which(one.argv[0]) and (names is None or one.name in names))


def walk_peer(
    peer: Peer, terminal: Terminal, baud: int | None, *, flow: float = FLOW_SECONDS, idle: float = 60.0
) -> Costs:
    """The steps that the peer has. Its settings are the factory's: it finds a home that is empty."""
    with tempfile.TemporaryDirectory(prefix="peer-") as home, FileWriter(Path(home) / "syslog") as log:
        argv = list(peer.argv)
        if peer.follow is not None:
            log.write(_BACKLOG)
            argv.append(str(log.path))
        with Session(argv, terminal, baud, {"HOME": home, "XDG_CONFIG_HOME": home, **peer.environment}) as session:
            if peer.follow is None:
                session.patience = MONITOR_PATIENCE
            costs: Costs = {FIRST: session.cost(lambda: session.console.wait_for(peer.complete, 60.0), quiet=GAP)}
            if peer.page:
                costs[PAGE] = session.press(*peer.page)
                session.press("G" if peer.name == "lnav" else ">")
            if peer.dialog[0]:
                opened = session.cost(lambda: session.console.press(*peer.dialog[0]), quiet=GAP)
                costs[DIALOG] = together(
                    opened, session.cost(lambda: session.console.press(*peer.dialog[1]), quiet=GAP)
                )
            if session.console.has_ended:  # a monitor that did not stand so slow a line
                return {FIRST: costs[FIRST]}
            costs[IDLE] = minute(session, idle)
            if peer.follow is not None:
                session.press(*peer.follow)
                costs[LOG_LINE] = median(lambda: session.cost(lambda: log.write(1)))
                costs[FLOW] = session.cost(lambda: log.flow(FLOW_RATE, flow), flow)
            return costs


__all__ = ["PAGE", "PEERS", "Peer", "installed", "line_of_log", "walk_peer"]
