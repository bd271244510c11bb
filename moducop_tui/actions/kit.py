"""What the executor hands to whatever carries out an act, and what it wants back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.ports import InspectPort
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.work import Order, Progress


@dataclass(frozen=True, slots=True)
class Result:
    """How an act went, judged by reading the device again.

    `sentence` says what was found; where it failed: what failed, on what, why, what to do. `output` is the end of what
    the tool printed. `left` is true when the machine is going down, so that nothing more is done.
    """

    good: bool
    sentence: str
    exit_code: int | None = None
    output: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything that an act may use. Files through `host`, commands through `moducop_tui.runner`."""

    host: Host
    config: Config
    order: Order
    read: Callable[[Topic], object | Unavailable]
    """Reads a topic of the device afresh."""
    inspect: InspectPort
    tell: Callable[[Progress], None]
    """How far the act is; may be called as often as one likes, the executor thins it out."""
    say: Callable[[str], None]
    """A line that the tool printed; is cleaned, shown live and kept."""
    cancelled: Callable[[], bool]
    """Whether a person asked to stop. An act that can be stopped without harm looks at it now and then."""
    wall_clock: Callable[[], float]
