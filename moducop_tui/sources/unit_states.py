"""A unit's state as systemd tells it: the answer of `systemctl show --property=LoadState,ActiveState`."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.foreign import clean

SYSTEMD_RUNS = "/run/systemd/system"
"""There while systemd is the machine's first process (sd_booted(3))."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit's LoadState and ActiveState as systemd has them; None where it can't be asked."""

    load: str | None
    active: str | None

    @property
    def masked(self) -> bool:
        """It can't be started, by nobody, before it is unmasked."""
        return self.load == "masked"

    @property
    def missing(self) -> bool:
        """There is no such unit."""
        return self.load == "not-found"


def parse_states(text: str, count: int) -> tuple[UnitState, ...] | None:
    """A block a unit, in the order asked, with an empty line between; None where the answer is another."""
    blocks = [dict(row.split("=", 1) for row in part.splitlines() if "=" in row) for part in text.split("\n\n")]
    blocks = [block for block in blocks if block]
    if len(blocks) != count:
        return None
    return tuple(UnitState(_word(block, "LoadState"), _word(block, "ActiveState")) for block in blocks)


def _word(block: dict[str, str], name: str) -> str | None:
    return clean(block.get(name, ""), 40) or None
