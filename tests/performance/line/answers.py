"""How long a person waits: from a key to the finished screen, with the journal quiet and with a flood of it.

Finished: every row is as it is in the end, where any log entry counts as good as another. With the journal quiet it has
to stay so; in a flood, where rows come and go all the time, the end is what is seen for most of the time, and the first
such moment counts. Rows whose content arrives from the device later by design (the chosen container's log on Apps) are
left out, and so is what goes on by itself (uptime).
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf
from typing import TYPE_CHECKING

from tests.bench.screen import Screen
from tests.performance.line.session import Stage
from tests.performance.line.stage import OURS, STOCK
from tests.performance.line.steps import COMPLETE
from tests.performance.line.terminals import TERMINALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FLOOD = 1000
"""Log lines a second."""
_QUIET_KEYS = (
    "2", "j", "j", "space", "<", "3", "j", "j", "<", "4", "j", "j", "k", "k", "5", "k", ">", "6", "j", "<", "p", "h",
    "j", "k", "a", "v", "?", "escape", "1", "g", "escape", "m", "escape",
)  # fmt: skip
"""Every screen once, with a few movements on each and back, and two dialogs: as a technician looks around. Each round
begins as the one before."""
_FLOOD_KEYS = ("f", "k", "k", "f", "g", "escape", *_QUIET_KEYS, "5")
"""The same, with more of it on Logs, where the flood is seen."""
AIMED_AT = 115200
AIMS = {0: (0.100, 0.200), FLOOD: (0.150, 0.300)}
"""Seconds at most by log lines a second, on a line of that speed: median and 99th percentile of all keys."""
_SCREEN_KEYS = frozenset("123456phav?m")
_ENTRY = re.compile(r"^[ >]?(\d\d:\d\d:\d\d [A-Z] |\W+[\d ]+ entries (came|left))")
_ITS_LOG = re.compile(r"\S+Its log")
_CLOCK = re.compile(r"^  (up|clock) {5}")
"""Rows of System that tell the time."""
_NUMBER = re.compile(r"\W+PAUSED, [\d ]+ new")
_HELD = re.compile(r"\bheld --$")
"""Said of a log below a list once something has come that is kept back."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Seconds from key to finished screen; `never` counts screens that did not come while they were waited for.

    A key that changes nothing, as at the end of a list, does not count.
    """

    key: dict[str, list[float]]
    never: int

    @property
    def all(self) -> list[float]:
        """Of all keys, shortest first."""
        return sorted(seconds for some in self.key.values() for seconds in some)

    @property
    def median(self) -> float:
        """Of all keys; not a number where there is none."""
        return statistics.median(self.all) if self.all else float("nan")

    @property
    def slow(self) -> float:
        """The 99th percentile: the nearest rank."""
        seconds = self.all
        return seconds[max(0, ceil(len(seconds) * 0.99) - 1)] if seconds else float("nan")


def report(bauds: Sequence[int] | None = None, drivers: Sequence[str] = (OURS, STOCK)) -> Iterator[str]:
    """Median and 99th percentile, ours and stock, quiet and flooded."""
    yield ""
    yield "From key to finished screen on a vt220, ms"
    yield f"{'':36}{'keys':>6}{'median':>8}{'p99':>8}{'most':>8}{'never':>7}"
    for baud in bauds or (115200, 9600):
        for flood, keys in ((0, _QUIET_KEYS), (FLOOD, _FLOOD_KEYS)):
            for driver in drivers:
                count, window = _patience(driver, baud, len(keys))
                name = f"{baud} {driver}, {f'{flood} log lines/s' if flood else 'quiet'}"
                found = answers(baud, keys, count, flood=flood, window=window, driver=driver)
                yield row(name, found)
                if driver == OURS:
                    yield from by_kind(found)
                if (driver, baud) == (OURS, AIMED_AT):
                    yield aims(found, *AIMS[flood])


def _patience(driver: str, baud: int, keys: int) -> tuple[int, float]:
    """How many keys are pressed, and seconds for each: Textual's own driver is many seconds behind, so few tell all."""
    if driver == STOCK:
        return 10, 8.0
    return (6 * keys, 1.2) if baud > 9600 else (keys, 4.0)


def row(name: str, found: Answers) -> str:
    """One row of the table."""
    return (
        f"{name:36}{len(found.all):6d}{found.median * 1000:8.0f}{found.slow * 1000:8.0f}"
        f"{found.all[-1] * 1000 if found.all else float('nan'):8.0f}{found.never:7d}"
    )


def aims(found: Answers, median: float, slow: float) -> str:
    """What was aimed at, and whether it was met."""
    met = found.median <= median and found.slow <= slow and not found.never
    return f"  aim: {median * 1000:.0f} and {slow * 1000:.0f} at most  {'met' if met else 'MISSED'}"


def by_kind(found: Answers) -> Iterator[str]:
    """Screens, which the line needs time for, apart from movements."""
    for words, wanted in (("  a screen", True), ("  a movement, a list", False)):
        some = {key: seconds for key, seconds in found.key.items() if (key in _SCREEN_KEYS) is wanted and seconds}
        if some:
            yield row(words, Answers(some, 0))


def answers(
    baud: int | None, keys: Sequence[str], count: int, *, flood: int = 0, window: float = 1.2, driver: str = OURS
) -> Answers:
    """Press keys in turn at odd moments, and find for each the moment at which its screen was finished."""
    terminal = next(one for one in TERMINALS if one.name == "vt220")
    odd = random.Random(7)
    found: dict[str, list[float]] = {}
    with Stage(terminal, baud, driver=driver) as stage:
        stage.console.wait_for(COMPLETE, 60.0)
        stage.quiet()
        if flood:
            stage.press("5")
            stage.tell(f"flow {flood} 100000")
            stage.watch(2.0)
        watcher = Watcher(stage, stays=not flood)
        for number in range(count):
            key = keys[number % len(keys)]
            stage.watch(odd.uniform(0.0, 0.6))
            seconds = watcher.press(key, window)
            if seconds is not None:
                found.setdefault(key, []).append(seconds)
    never = sum(seconds == inf for some in found.values() for seconds in some)
    return Answers({key: [one for one in some if one < inf] for key, some in found.items()}, never)


class Watcher:
    """Replays what came, piece by piece, to find out since when the screen was what it is."""

    def __init__(self, stage: Stage, *, stays: bool) -> None:
        self._stage = stage
        self._stays = stays
        self._screen = Screen(80, 24, lambda _: None)
        self._seen = 0
        self._shown = self._standing = ""

    def press(self, key: str, window: float) -> float | None:
        """Seconds until the screen stood, infinite when it never did; None when there was nothing to change."""
        self._states()
        before = self._shown if self._stays else self._standing or self._shown
        pressed = time.monotonic()
        self._stage.console.press(key)
        self._stage.watch(window)
        states = [(pressed, self._shown), *self._states()]
        after = self._shown if self._stays else stood(states, pressed + window / 2, pressed + window)
        self._standing = after or before
        if after == before:
            return None
        finished = inf
        for moment, state in states:
            if state != after:
                finished = inf if self._stays else finished
            elif finished == inf:
                finished = moment - pressed
        return finished

    def _states(self) -> list[tuple[float, str]]:
        """The screens since the last call, each with the moment at which it stood."""
        console, states = self._stage.console, []
        for moment, total in [one for one in console.arrivals if one[1] > self._seen]:
            self._screen.feed(bytes(console.raw[self._seen : total]))
            self._seen = total
            self._shown = settled(self._screen.text())
            states.append((moment, self._shown))
        return states


def stood(states: Sequence[tuple[float, str]], since: float, until: float) -> str | None:
    """The screen that was seen for most of that time; None when none was: the end of it may find a row half drawn."""
    seconds: Counter[str] = Counter()
    for (begin, state), (end, _) in pairwise([*states, (until, "")]):
        seconds[state] += max(0.0, min(end, until) - max(begin, since))  # type: ignore[assignment]  # counts seconds
    longest, share = seconds.most_common(1)[0]
    return longest if share > (until - since) / 2 else None


def settled(text: str) -> str:
    """A screen without what goes on by itself."""
    rows = text.split("\n")
    rows[0] = ""  # uptime and the mark that shows that readings come
    its_log = _ITS_LOG.search(text)
    if its_log and "[4 Apps]" in rows[-1]:
        left = its_log.start() - text.rfind("\n", 0, its_log.start())
        top = text.count("\n", 0, its_log.start())
        rows[top:-2] = [each[: left - 1].rstrip() for each in rows[top:-2]]
    kept = [each for each in rows if not _CLOCK.match(each)]
    told = [_HELD.sub("live --", _NUMBER.sub("PAUSED", each)) for each in kept]
    return "\n".join("entry" if _ENTRY.match(each) else each for each in told)
