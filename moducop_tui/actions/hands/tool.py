"""Runs a tool for a hand: its lines are shown as they would be on a terminal, its end is kept for the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.foreign import clean
from moducop_tui.runner import CommandError, run

KEPT = 2000
"""Characters of a tool's output that are kept: its end says how it went."""

SHOWN = 400
"""Lines of a tool's output that are shown, its last ones."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a tool ended. `trouble` is a sentence when it could not be run or did not end; `exit_code` is then None."""

    exit_code: int | None
    output: str
    trouble: str | None = None

    @property
    def well(self) -> bool:
        """It ended by itself and says that all went well."""
        return self.exit_code == 0

    @property
    def complaint(self) -> str:
        """What it said last, for a sentence about its failure."""
        if self.trouble is not None:
            return self.trouble
        lines = [row for row in self.output.splitlines() if row.strip()]
        said = lines[-1].strip().rstrip(".") if lines else "it said nothing"
        return f"exit code {self.exit_code}: {clean(said, 160)}."

    def after(self, first: Ran) -> Ran:
        """As it ended, with the words of the attempt before in front: the audit trail shows why there was another."""
        return replace(self, output="\n".join(part for part in (first.output, self.output) if part)[-KEPT:])

    def result(self, *, good: bool, sentence: str) -> Result:
        """A result that carries the tool's code and words."""
        return Result(good=good, sentence=sentence, exit_code=self.exit_code, output=self.output)


def run_tool(argv: Sequence[str], timeout: float, kit: Kit) -> Ran:
    """Run it to its end, at most `timeout` seconds, and show what it printed."""
    try:
        finished = run(argv, timeout)
    except CommandError as error:
        return Ran(None, "", str(error))
    output = "\n".join(part.strip("\n") for part in (finished.out, finished.err) if part.strip())
    for row in _last_lines(output, SHOWN):
        kit.say(row)
    return Ran(finished.code, clean_lines(output)[-KEPT:])


def clean_lines(text: str, most: int = SHOWN) -> str:
    """Foreign text of several lines, each of them cleaned; the last ones where there are more."""
    return "\n".join(clean(row, 400) for row in _last_lines(text, most))


def _last_lines(text: str, most: int) -> list[str]:
    """A tool may print a million empty lines: only those that are kept are made."""
    return "\n".join(text.rsplit("\n", most)[-most:]).splitlines()[-most:]
