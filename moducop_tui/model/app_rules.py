"""When a container and an app are well, and a container's condition in a few words: shared by pages and problems."""

from __future__ import annotations

from moducop_tui.model.apps import App, AppKind, Container, ContainerState, Health

LOOP = 3
"""Restarts from which a container that has just been started again is taken to be in a loop until it stays up."""
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_CONTAINERS_SINCE = 1_356_998_400.0
"""2013: no container of an engine that is understood here is older."""

_OTHER_STATES = {
    ContainerState.CREATED: "created, never started",
    ContainerState.PAUSED: "paused",
    ContainerState.REMOVING: "being removed",
    ContainerState.DEAD: "dead",
    ContainerState.UNKNOWN: "in an unknown state",
}


def is_well(container: Container) -> bool:
    """Whether a container does what it is there for, as far as the engine can tell.

    Running counts, but not while its health check is undecided for long or has failed, nor within a minute after its
    restart policy started it again. Of ended containers only a one-shot that ended with 0 counts.
    """
    if container.state is ContainerState.RUNNING:
        if container.health is Health.NONE:
            return not container.settling
        return container.health is Health.HEALTHY or is_starting(container)
    return is_done(container)


def is_starting(container: Container) -> bool:
    """Whether it was started a moment ago and its first health check has not ended: no reason for an alarm yet."""
    return container.state is ContainerState.RUNNING and container.health is Health.STARTING and container.fresh


def loops(container: Container) -> bool:
    """Whether it runs only until it ends again: what starts over and over has failed, also between two ends."""
    again = container.settling and (container.restart_count or 0) >= LOOP
    return container.state is ContainerState.RUNNING and again and container.health is not Health.HEALTHY


def is_done(container: Container) -> bool:
    """Whether a one-shot container has done its work: it ended with 0 and is not meant to start again."""
    return (
        container.state is ContainerState.EXITED
        and container.one_shot
        and container.exit_code == 0
        and not (container.restart_policy or "no").startswith(("always", "unless-stopped"))
    )


def app_is_well(app: App) -> bool:
    """Whether all of an app is well. An app of which nothing is there, or whose manifests are damaged, is not.

    A project of which only `compose run` made something has nothing that could be ill.
    """
    return app.manifest_error is None and has_all(app) and all(is_well(one) for one in app.members)


def has_all(app: App) -> bool:
    """Whether there is something of an app, as far as there must be."""
    return bool(app.members) or (app.kind is AppKind.COMPOSE and bool(app.containers))


def was_started_again(before: Container, after: Container) -> bool:
    """Whether it is another run of the same container.

    By its first process where that is known: the time of its start is counted anew where the clock was set meanwhile.
    """
    if before.pid is not None and after.pid is not None:
        return before.pid != after.pid
    return before.started_at != after.started_at


def condition(container: Container, now: float) -> str:
    """A container's condition in a few words, such as `up 2 d healthy` or `restarting, 37 times, exit 1`.

    `now` is the device's clock in seconds since the epoch. A time that the clock makes impossible is left out.
    """
    words = _condition(container, now)
    return f"one-off {words}" if container.one_off else words


def _condition(container: Container, now: float) -> str:
    match container.state:
        case ContainerState.RUNNING:
            return _running(container, now)
        case ContainerState.RESTARTING:
            return _restarting(container)
        case ContainerState.EXITED:
            return _exited(container, now)
        case ContainerState.CREATED if never_could(container):
            return "could not be started"
        case state:
            return _OTHER_STATES[state]


def never_could(container: Container) -> bool:
    """Whether the engine made it and could not start it: it then has an exit code, or words for it."""
    return container.state is ContainerState.CREATED and (container.error is not None or bool(container.exit_code))


def _running(container: Container, now: float) -> str:
    up = _span(container.started_at, now)
    words = f"up {up}" if up else "up"
    if loops(container):
        return ", ".join(["restarting", _times(container), *([words] if up else [])])
    if container.health is not Health.NONE:
        return f"{words} {container.health.value}"
    if container.settling:
        return f"{words}, restarted {_times(container)}"
    return words


def _restarting(container: Container) -> str:
    parts = ["restarting"]
    if container.restart_count:
        parts.append(_times(container))
    if container.exit_code is not None:
        parts.append(f"exit {container.exit_code}")
    if container.oom_killed:
        parts.append("out of memory")
    return ", ".join(parts)


def _exited(container: Container, now: float) -> str:
    ago = _span(container.finished_at, now)
    if is_done(container):
        return f"done {ago} ago" if ago else "done"
    words = f"exited {ago} ago" if ago else "exited"
    if container.exit_code is not None:
        words += f" with code {container.exit_code}"
    return words + (", out of memory" if container.oom_killed else "")


def _times(container: Container) -> str:
    count = container.restart_count
    return "once" if count == 1 else f"{count} times"


def age(since: float | None, now: float) -> float | None:
    """Seconds since a moment that the engine tells; None where that is unknown or can't be.

    It can't be where the clock was set back since, nor where the moment lies before there were containers and the clock
    does not any more: a device without a battery-backed clock begins its time in 1970.
    """
    if since is None or now < since or since < _CONTAINERS_SINCE <= now:
        return None
    return now - since


def _span(since: float | None, now: float) -> str | None:
    """An age in one unit that changes seldom; None where it is not known."""
    known = age(since, now)
    if known is None:
        return None
    seconds = int(known)
    if seconds < 10:
        return f"{seconds} s"
    if seconds < _MINUTE:
        return f"{seconds // 10 * 10} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _DAY} d"
