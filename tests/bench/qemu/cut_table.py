"""The table of power cuts: a row for each, kept on the disk as they are made, so that a run can be gone on with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

HEAD: Final = ("#", "action", "cut after", "cached", "lost", "slot", "phase", "action was", "way out", "the console")


@dataclass
class Row:
    """What one cut did; ``seconds`` from the action's first line in the trail, ``cached`` and ``lost`` in sectors."""

    number: int
    action: str
    seconds: float
    cached: int = 0
    lost: int = 0
    slot: str = "-"
    phase: str = "-"
    outcome: str = "-"
    way_out: str = "-"
    faults: list[str] = field(default_factory=list)
    """Whatever is not as it must be; empty: all is."""

    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        verdict = "; ".join(self.faults) or "true"
        found = (str(self.cached), str(self.lost), self.slot, self.phase, self.outcome, self.way_out, verdict)
        return (str(self.number), self.action, f"{self.seconds:.2f} s", *found)


class Table:
    """All rows of one seed, in a file that people read and in one beside it that the next run reads."""

    def __init__(self, target: Path, seed: int) -> None:
        self.target = target
        self._kept = target.with_suffix(".jsonl")
        self._seed = seed
        self.rows: list[Row] = []

    def take_up(self, number: int) -> None:
        """Go on with an earlier run, whose rows before this number stay."""
        lines = self._kept.read_text().splitlines() if number > 1 else []
        earlier = [Row(**json.loads(line)) for line in lines]
        self.rows = [row for row in earlier if row.number < number]

    def add(self, row: Row) -> None:
        """One more, on the disk at once."""
        self.rows.append(row)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._kept.write_text("".join(f"{json.dumps(asdict(one))}\n" for one in self.rows))
        self.target.write_text(self.text())

    def text(self) -> str:
        """The table in Markdown."""
        good = sum(not row.faults for row in self.rows)
        told = (
            f"Seed {self._seed}: {len(self.rows)} cuts, after {good} of which everything that the console said was so."
        )
        lines = [HEAD, tuple("-" for _ in HEAD), *(row.cells() for row in self.rows)]
        return f"{told}\n\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
