"""The simulated journal: any stretch of it is made when it is asked for, always the same, and nothing is kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from moducop_tui.demo import story
from moducop_tui.demo.apps import container_id
from moducop_tui.demo.backstage import boot_lines, container_lines, flush_lines
from moducop_tui.demo.boots import PastBoot
from moducop_tui.demo.cast import ROLES, role_named
from moducop_tui.demo.chance import Chance
from moducop_tui.demo.deed_lines import deed_lines
from moducop_tui.demo.fates import spell_at, spells
from moducop_tui.demo.lives import CRASH_RUN
from moducop_tui.demo.scripts import LONGEST_TAIL, Line, lines_of
from moducop_tui.demo.story import What
from moducop_tui.demo.voices import KERNEL, THEMES, Theme, Voice
from moducop_tui.demo.world import World
from moducop_tui.model.apps import ContainerState
from moducop_tui.model.log import LogEntry, LogFilter

_MAKINGS = 32
"""How often a container can have been made anew in one demo, and its log still be found by its id."""
_QUIET_START = 24.0
"""Seconds after the begin of a boot before the usual chatter sets in."""
_FIRST_WINDOW = 10.0
"""Seconds that a look back begins with; about one entry comes in a second."""
_COUNTED_FROM = 60_000
"""So that no counter is negative in the oldest boot."""
_JITTER = 0.09
"""Seconds by which lines of a script come late, so that no two crashes look alike to the millisecond."""


@dataclass(frozen=True, slots=True)
class Record:
    """A line that stands in the journal, and the boot that it belongs to."""

    line: Line
    boot: PastBoot

    @property
    def at(self) -> float:
        """When it was written, in seconds of the story."""
        return self.line.at


class Journal:
    """Answers for any stretch of time, in seconds of the story, what the journal holds of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance.derive("journal")
        self._themes = tuple((theme, self._chance.derive(f"theme {number}")) for number, theme in enumerate(THEMES))

    def boots(self, wanted: LogFilter) -> tuple[PastBoot, ...]:
        """The boots that a filter looks at, oldest first."""
        boots = self._world.boots_at(self._world.now())
        if wanted.all_boots:
            return boots
        identity = wanted.boot_id or boots[-1].id
        return tuple(boot for boot in boots if boot.id == identity)

    def between(self, wanted: LogFilter, since: float, until: float) -> list[Record]:
        """What of (since, until] a filter lets through, oldest first."""
        records: list[Record] = []
        wanted = self._by_name(wanted)
        for boot in self.boots(wanted):
            begin = max(since, math.nextafter(boot.begin, -math.inf))
            end = until if boot.end is None else min(until, boot.end)
            if begin < end:
                lines = [line for line in self._lines(wanted, boot, begin, end) if begin < line.at <= end]
                lines.sort(key=lambda line: line.at)
                records.extend(Record(line, boot) for line in lines)
        return records

    def _by_name(self, wanted: LogFilter) -> LogFilter:
        """Nobody renames a container of the demo: its id leads to its name, in whichever making it has that id."""
        if wanted.container_id is None:
            return wanted
        named = (
            role.name for role in ROLES for making in range(_MAKINGS)
            if container_id(self._world, role.name, making) == wanted.container_id
        )  # fmt: skip
        return replace(wanted, container=next(named, wanted.container or wanted.container_id), container_id=None)

    def newest(self, wanted: LogFilter, until: float, count: int) -> list[Record]:
        """The last `count` records up to `until`, oldest first: looks back in windows that double."""
        wanted = self._by_name(wanted)
        boots = self.boots(wanted)
        found: list[Record] = []
        if not boots:
            return found
        window, edge = max(_FIRST_WINDOW, float(count)), until
        while len(found) < count and edge >= boots[0].begin:
            found = self.between(wanted, edge - window, edge) + found
            edge -= window
            window *= 2
        return found[len(found) - count :] if len(found) > count else found

    def next_after(self, wanted: LogFilter, moment: float, limit: float) -> float:
        """When the next entry comes, or `limit` seconds after `moment` when none comes before."""
        records = self.between(wanted, moment, moment + limit)
        return records[0].at if records else moment + limit

    def entry(self, record: Record) -> LogEntry:
        """A record as the model has it."""
        line, voice, boot = record.line, record.line.voice, record.boot
        since_boot = line.at - boot.begin
        return LogEntry(
            cursor=f"s=demo;b={boot.id};m={round(since_boot * 1e6):x};x={voice.origin}",
            realtime=self._world.wall(line.at),
            monotonic=since_boot,
            boot_id=boot.id,
            priority=line.priority,
            origin=voice.origin,
            unit=voice.unit,
            container=voice.container,
            pid=voice.pid,
            message=line.text,
        )

    def _lines(self, wanted: LogFilter, boot: PastBoot, since: float, until: float) -> Iterator[Line]:
        for line in self._all_lines(wanted, boot, since, until):
            if line.priority <= wanted.max_priority and _speaks(wanted, line.voice):
                yield line

    def _all_lines(self, wanted: LogFilter, boot: PastBoot, since: float, until: float) -> Iterator[Line]:
        for theme, chance in self._themes:
            if theme.priority <= wanted.max_priority and _speaks(wanted, theme.voice):
                begin = max(since, boot.begin + _QUIET_START)
                yield from self._theme_lines(theme, chance, begin, until)
        for line in self._script_lines(boot, since, until):
            late = _JITTER * self._chance.share(int(line.at * 1000))
            yield replace(line, at=line.at + late)

    def _script_lines(self, boot: PastBoot, since: float, until: float) -> Iterator[Line]:
        yield from boot_lines(boot)
        if boot.begin < story.BOOTED:
            return
        yield from deed_lines(self._world, boot)
        for scene in story.scenes(since - story.LONGEST - LONGEST_TAIL, until + LONGEST_TAIL):
            if not self._world.is_void(scene):
                yield from lines_of(scene)
        for role in ROLES:
            if role.trouble is not None or self._world.diary.orders_for(role.name):
                told = spells(self._world, role, since - 2, until + 2)
                yield from container_lines(role, self._chance, told)
        flush = story.latest_flush(until + LONGEST_TAIL)
        while flush is not None and flush > since - LONGEST_TAIL:
            yield from flush_lines(flush)
            flush = story.latest_flush(flush - 1)

    def _theme_lines(self, theme: Theme, chance: Chance, since: float, until: float) -> Iterator[Line]:
        """What comes of one theme in (since, until]: one line in each stretch of `pace` seconds, anywhere in it."""
        for number in range(math.floor(since / theme.pace), math.floor(until / theme.pace) + 1):
            moment = (number + chance.share(number)) * theme.pace
            if since < moment <= until and not self._is_silent(theme.voice, moment):
                phrase = theme.phrases[chance.bits(~number) % len(theme.phrases)]
                yield Line(moment, theme.voice, theme.priority, _fill(phrase, chance, number))

    def _is_silent(self, voice: Voice, moment: float) -> bool:
        """A container that does not run says nothing; nor does any while the engine that writes for it is away."""
        if voice.container is None or moment < story.BOOTED:
            return False
        if story.current(What.ENGINE_AWAY, moment) is not None:
            return True
        role = role_named(voice.container)
        if role.trouble is None and not self._world.diary.orders_for(role.name):
            return False
        spell = spell_at(self._world, role, moment)
        return spell.state is not ContainerState.RUNNING or spell.end - spell.begin < 2 * CRASH_RUN


def _speaks(wanted: LogFilter, voice: Voice) -> bool:
    return (
        (wanted.unit is None or voice.unit == wanted.unit)
        and (wanted.container is None or voice.container == wanted.container)
        and (not wanted.kernel or voice is KERNEL)
    )


def _fill(phrase: str, chance: Chance, number: int) -> str:
    if "{" not in phrase:
        return phrase
    draw = chance.derive(f"words {number}")
    return phrase.format(
        count=_COUNTED_FROM + number,
        number=draw.whole(0, 1000, 9999),
        small=draw.whole(1, 5, 42),
        tenth=f"{draw.whole(2, 8, 96) / 10:.1f}",
        port=draw.whole(3, 32768, 60999),
        client=f"10.0.4.{draw.whole(4, 20, 98)}",
        hex=f"{draw.bits(5):08x}"[:8],
    )
