"""What becomes of each container by the story alone: its life as spells of one state each, told for any moment."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from moducop_tui.demo import story
from moducop_tui.demo.cast import ROLES, Role
from moducop_tui.demo.story import Scene, What
from moducop_tui.model.apps import ContainerState, Health

CRASH_PAUSE = 60.0
"""Docker waits twice as long before each new start, up to a minute (moby, restartmanager)."""
CRASH_RUN = 4.0
HEALTH_CHECK_TIME = 12.0
"""From the start of a container until its first health check has ended well."""
STOPPED_AT_REBOOT = story.BOOTED - 42
KILLED = 137
"""128 + SIGKILL: what the kernel's out-of-memory killer leaves behind."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A container in one state from `begin` up to `end`, infinity as far as was asked. Times are those of the story."""

    begin: float
    end: float
    state: ContainerState | None
    """None while the container does not exist."""
    health: Health
    started_at: float
    finished_at: float | None
    exit_code: int | None
    restart_count: int = 0
    oom_killed: bool = False
    generation: int = 0
    """How often an update of its app has made the container anew."""


def spells(role: Role, since: float, until: float, voided: frozenset[What] = frozenset()) -> Iterator[Spell]:
    """All spells that touch `since` to `until`, in order; the last may go on for ever. `voided` does not happen."""
    for spell in _life(role, since, until, voided):
        if spell.begin < spell.end and spell.end > since and spell.begin <= until:
            yield spell


def first_start(role: Role) -> float:
    """When the container started in this boot: Docker brings up one after the other."""
    return story.BOOTED + 21.4 + 0.9 * ROLES.index(role)


def _life(role: Role, since: float, until: float, voided: frozenset[What]) -> Iterator[Spell]:
    start = first_start(role)
    past = Spell(story.BOOTED, start, ContainerState.EXITED, Health.NONE, start, STOPPED_AT_REBOOT, 0)
    life = replace(past, begin=start, end=math.inf, state=ContainerState.RUNNING)
    troubles = [] if role.trouble in voided else _troubles(role, since, until)
    if not troubles or troubles[0].begin == _first_trouble(role):
        yield past
        yield from well(role, life, troubles[0].begin if troubles else math.inf)
    for number, scene in enumerate(troubles):
        for spell in _TROUBLE[scene.what](role, scene, life):
            yield spell
            life = spell
        following = troubles[number + 1].begin if number + 1 < len(troubles) else math.inf
        life = replace(life, begin=life.end, state=ContainerState.RUNNING, oom_killed=False)
        yield from well(role, life, following)


def _troubles(role: Role, since: float, until: float) -> list[Scene]:
    """The scenes to tell, from two before `since`: what a container was before its trouble is seen in its trouble."""
    if role.trouble is None:
        return []
    told: list[Scene] = []
    edge = since
    for _ in range(2):
        scene = story.latest(role.trouble, edge)
        if scene is None:
            break
        told.insert(0, scene)
        edge = math.nextafter(scene.begin, -math.inf)
    told.extend(scene for scene in story.scenes(since, until) if scene.what is role.trouble)
    return told


def _first_trouble(role: Role) -> float | None:
    return next((scene.begin for scene in story.OPENING if scene.what is role.trouble), None)


def well(role: Role, life: Spell, end: float) -> Iterator[Spell]:
    """Running from `life.begin` on: a fresh start has its health checked first."""
    if not role.checked:
        yield replace(life, end=end, health=Health.NONE)
        return
    checked = life.started_at + HEALTH_CHECK_TIME
    if life.begin < checked:
        yield replace(life, end=min(end, checked), health=Health.STARTING)
    if checked < end:
        yield replace(life, begin=max(life.begin, checked), end=end, health=Health.HEALTHY)


def _crash_loop(_role: Role, scene: Scene, life: Spell) -> Iterator[Spell]:
    """Ends with exit code 1, waits, is started, ends again; the first start after the scene holds."""
    restarts = _crash_restarts_before(scene)
    started = life.started_at
    for number in range(_crashes(scene)):
        crash = scene.begin + number * (CRASH_PAUSE + CRASH_RUN)
        again = crash + CRASH_PAUSE
        waiting = replace(
            life,
            begin=crash,
            end=again,
            state=ContainerState.RESTARTING,
            started_at=started,
            finished_at=crash,
            exit_code=1,
            restart_count=restarts + number,
        )
        yield waiting
        started = again
        last = number == _crashes(scene) - 1
        yield replace(
            waiting,
            begin=again,
            end=again if last else again + CRASH_RUN,
            state=ContainerState.RUNNING,
            started_at=again,
            restart_count=restarts + number + 1,
        )


def _crashes(scene: Scene) -> int:
    return math.ceil((scene.end - scene.begin - CRASH_PAUSE) / (CRASH_PAUSE + CRASH_RUN)) + 1


def _crash_restarts_before(scene: Scene) -> int:
    first = next(opening for opening in story.OPENING if opening.what is scene.what)
    if scene.begin <= first.begin:
        return 0
    laps = story.count_before(scene.what, scene.begin) - 1
    return _crashes(first) + laps * _crashes(scene)


def _killed(_role: Role, scene: Scene, life: Spell) -> Iterator[Spell]:
    """Killed for its memory, then started again."""
    count = story.count_before(scene.what, scene.begin)
    killed = replace(
        life,
        begin=scene.begin,
        end=scene.end,
        state=ContainerState.RESTARTING,
        health=Health.UNHEALTHY,
        finished_at=scene.begin,
        exit_code=KILLED,
        oom_killed=True,
        restart_count=count,
    )
    yield killed
    yield replace(
        killed,
        begin=scene.end,
        state=ContainerState.RUNNING,
        health=Health.STARTING,
        started_at=scene.end,
        oom_killed=False,
        restart_count=count + 1,
    )


def _ended(_role: Role, scene: Scene, life: Spell) -> Iterator[Spell]:
    """Ends well, and is started again by a timer when the scene ends."""
    yield replace(
        life, begin=scene.begin, end=scene.end, state=ContainerState.EXITED, finished_at=scene.begin, exit_code=0
    )
    yield replace(life, begin=scene.end, end=scene.end, started_at=scene.end, finished_at=scene.begin, exit_code=0)


def _unhealthy(_role: Role, scene: Scene, life: Spell) -> Iterator[Spell]:
    yield replace(life, begin=scene.begin, end=scene.end, health=Health.UNHEALTHY)


def _paused(_role: Role, scene: Scene, life: Spell) -> Iterator[Spell]:
    yield replace(life, begin=scene.begin, end=scene.end, state=ContainerState.PAUSED)


def _replaced(role: Role, scene: Scene, life: Spell) -> Iterator[Spell]:
    """Runs on while the update is fetched, is removed, and comes back as a new container: the database first."""
    removed, made = scene.end - 10, scene.end - 6
    started = made if role.service == "db" else scene.end
    yield replace(life, begin=scene.begin, end=removed, health=Health.HEALTHY)
    yield replace(life, begin=removed, end=made, state=None)
    new = replace(life, generation=1, finished_at=None, exit_code=None, started_at=started, health=Health.STARTING)
    if made < started:
        yield replace(new, begin=made, end=started, state=ContainerState.CREATED, health=Health.NONE)
    yield replace(new, begin=started, end=started)


_TROUBLE = {
    What.SERIAL_LOST: _crash_loop,
    What.UPLINK_KILLED: _killed,
    What.PROBE_DONE: _ended,
    What.RULES_UNHEALTHY: _unhealthy,
    What.BROKER_PAUSED: _paused,
    What.APP_UPDATE: _replaced,
}
