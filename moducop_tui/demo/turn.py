"""How one act goes on the simulated device: how long, how well, what the tool says, and what is so afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.demo.diary import Change, ContainerOrder, Deed, Use
from moducop_tui.demo.world import World


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an act begins: on which world, when, and for which action."""

    world: World
    at: float
    action_id: str

    def deed(self, after: float, change: Change) -> Deed:
        """A change of state so many seconds later."""
        return Deed(self.at + after, change, self.action_id)

    def order(self, after: float, name: str, *, runs: bool, exists: bool = True) -> ContainerOrder:
        """A container is told something so many seconds later."""
        return ContainerOrder(self.at + after, name, runs, exists, self.action_id)

    def use(self, seconds: float, what: str) -> Use:
        """Something is in use for so long from now on."""
        return Use(self.at, self.at + seconds, what, self.action_id)


@dataclass(frozen=True, slots=True)
class Turn:
    """`lines` come one by one in the course of it; `total` are bytes of which it tells how many are done."""

    seconds: float
    sentence: str
    good: bool = True
    exit_code: int | None = None
    lines: tuple[str, ...] = ()
    total: int | None = None
    written: tuple[Deed | ContainerOrder | Use, ...] = ()
    is_left: bool = False
    """The device is going down: nothing comes after it."""
