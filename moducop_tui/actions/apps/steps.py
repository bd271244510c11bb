"""What the plans for apps share: the step that watches them, and that compose can be told."""

from __future__ import annotations

import math
from collections.abc import Iterable

from moducop_tui.model.acts import AwaitHealth
from moducop_tui.model.apps import Apps, Container, Engine
from moducop_tui.model.plan import Met, Precondition, Step
from moducop_tui.model.storage import Storage

HEALTH_PATIENCE = 120
"""Seconds that a container or an app has to be well again: longer than compose's usual start periods."""

MOST_PATIENCE = 900
"""Seconds that are waited for a health check at most, however long it takes by itself."""
_LATE = 10
"""Seconds that an engine may be late with a check, and a reading with it."""
_ROOM = 1 << 20
"""Bytes that the engine needs to start a container: its configuration is written anew."""


def awaiting(
    names: tuple[str, ...], app: str | None, engine: Engine | None = None, watched: Iterable[Container] = ()
) -> Step:
    """The step that watches containers, or all of an app's where no names are given.

    `engine` is the one that was told to start them; None where another program does that. `watched` are those that
    are known: a health check of theirs that takes longer by itself is waited for.
    """
    own = max((one.check_seconds or 0.0 for one in watched), default=0.0)
    longest = min(math.ceil(own) + _LATE, MOST_PATIENCE) if own > HEALTH_PATIENCE else 0
    words = f"wait until {names[0] if len(names) == 1 else 'all of it'} is well"
    act = AwaitHealth(names, HEALTH_PATIENCE, app, engine.endpoint if engine else None, longest)
    more = f", {longest} s where a health check takes so long" if longest else ""
    return Step(words, f"read the engine, at most {HEALTH_PATIENCE} s{more}", act)


def room_conditions(storage: Storage | None) -> tuple[Precondition, ...]:
    """That what is stopped can be started again: the engine writes for that, and on a full /data it can't."""
    data = None if storage is None else storage.at("/data")
    if data is None or data.available is None or data.available >= _ROOM:
        return ()
    remedy = "/data is full: what is stopped now may not start again. Make room there first."
    return (Precondition("room on /data to start it again", "none", Met.NO, remedy, override="no room"),)


def engine_conditions(apps: Apps | None) -> tuple[Precondition, ...]:
    """That the engine can start and stop containers at all: it answers also where it can't."""
    if apps is None or apps.engine.trouble is None:
        return ()
    words = f"{apps.engine.name} can start and stop containers"
    return (Precondition(words, "it can't", Met.NO, apps.engine.trouble),)


def compose_condition(compose: tuple[str, ...], argv: tuple[str, ...]) -> Precondition:
    """That compose is there and can be told: `argv` is empty where it can't."""
    if not compose:
        remedy = "Neither `docker compose` nor `docker-compose` is installed: only single containers can be told."
        return Precondition("compose is installed", "not found", Met.NO, remedy)
    if not argv:
        remedy = "It has no container, and no compose file of it is known: install it again."
        return Precondition("compose knows the app", "no compose file", Met.NO, remedy)
    return Precondition("compose is installed", " ".join(compose), Met.YES)
