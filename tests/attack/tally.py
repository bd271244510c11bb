"""What came of one kind of attack, and the table of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

PEAK_LIMIT = 100.0
"""MiB that a console may take, whatever it is given: with what else runs on it, the device has room for 128."""
_NOTES, _KEPT = 12, 500
"""Findings of a kind that are told in words, and that are kept; all are counted."""


@dataclass
class Tally:
    """`tried` inputs; those that crashed or hung, that let something out or in, that were wrongly accepted.

    `peak` is the largest memory of the process that was attacked, in MiB (VmHWM). `seconds` the whole of it took.
    """

    kind: str
    tried: int = 0
    crashed: int = 0
    leaked: int = 0
    accepted: int = 0
    peak: float = 0.0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    def crash(self, what: str) -> None:
        """A traceback, an internal error, something that is no sentence, or no end."""
        self.crashed += 1
        self._note(f"crashed: {what}")

    def leak(self, what: str) -> None:
        """A raw control byte came out, or something was opened, fetched or mounted that must not be."""
        self.leaked += 1
        self._note(f"leaked: {what}")

    def accept(self, what: str) -> None:
        """Taken for good, and Mender's own tool refuses it."""
        self.accepted += 1
        self._note(f"wrongly accepted: {what}")

    def _note(self, finding: str) -> None:
        if len(self.findings) < _KEPT:
            self.findings.append(finding)

    @property
    def is_well(self) -> bool:
        """Whether it found nothing."""
        return not (self.crashed or self.leaked or self.accepted) and self.peak <= PEAK_LIMIT and self.tried > 0

    def plus(self, peak: float | None, what: str) -> None:
        """Another process that was attacked, and its largest memory."""
        if peak is not None:
            if peak > PEAK_LIMIT >= self.peak:
                self._note(f"memory: {peak:.0f} MiB with {what}")
            self.peak = max(self.peak, peak)


HEADS = ("kind", "tried", "crashed", "leaked", "wrongly accepted", "peak MiB", "seconds")


def table(tallies: Sequence[Tally]) -> str:
    """All of them, one a row, and below what was found."""
    rows: list[tuple[Any, ...]] = [HEADS]
    rows += [
        (one.kind, one.tried, one.crashed, one.leaked, one.accepted, f"{one.peak:.0f}", f"{one.seconds:.0f}")
        for one in tallies
    ]
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(HEADS))]
    lines = []
    for first, *others in rows:
        numbers = (str(cell).rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join([str(first).ljust(widths[0]), *numbers]))
    for one in tallies:
        lines += [f"{one.kind}: {finding}" for finding in one.findings[:_NOTES]]
        if len(one.findings) > _NOTES:
            lines.append(f"{one.kind}: and {len(one.findings) - _NOTES} more")
    return "\n".join(lines)
