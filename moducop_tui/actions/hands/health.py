"""Waits until containers are well, and says how it went: `healthy again after 8 s`, or how they ended, and why."""

from __future__ import annotations

import time

from moducop_tui.actions.apps.commands import engine_command
from moducop_tui.actions.hands.same_engine import read_apps
from moducop_tui.actions.hands.tool import clean_lines
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import AwaitHealth
from moducop_tui.model.app_rules import age, condition, is_done, is_starting, is_well
from moducop_tui.model.apps import Apps, Container, ContainerState, Health
from moducop_tui.model.natural_order import natural
from moducop_tui.model.reading import Unavailable
from moducop_tui.runner import CommandError, run

BETWEEN_LOOKS = 0.5
STEADY = 5.0
"""Seconds that a container without a health check has to run before it counts as well: most that fail, fail at once."""
_LOG_LINES = 8
_ENDED = (ContainerState.EXITED, ContainerState.DEAD)


def await_health(act: AwaitHealth, kit: Kit) -> Result:
    """Look until all are well for good, one has ended, or the time is up."""
    began = time.monotonic()
    while True:
        apps = read_apps(kit, act.endpoint)
        seconds = time.monotonic() - began
        late = seconds > act.seconds or kit.cancelled()
        if not isinstance(apps, Unavailable):
            watched = _watched(apps, act)
            missing = sorted(set(act.names) - {one.name for one in watched}, key=natural)
            ended = [one for one in watched if one.state in _ENDED and not is_done(one)]
            if watched and not missing and all(_is_settled(one, kit.wall_clock()) for one in watched):
                return Result(good=True, sentence=_well_words(watched, seconds))
            if ended and (late or not _starts_again(ended[0])):
                return _failed(ended[0], apps, kit, seconds)
            unwell = [one for one in watched if not _is_settled(one, kit.wall_clock())]
            undecided = bool(unwell) and not missing and all(is_starting(one) for one in unwell)
            if late and undecided and not kit.cancelled():
                if seconds > act.longest:
                    return _undecided(unwell[0], seconds)
            elif late:
                return _not_well(unwell[0], apps, kit, seconds) if unwell else _absent(act, missing, seconds)
        elif late:
            return Result(good=False, sentence=f"Whether it is well can't be told: {apps.reason}")
        time.sleep(BETWEEN_LOOKS)


def _watched(apps: Apps, act: AwaitHealth) -> list[Container]:
    if act.names:
        return [one for one in apps.containers if one.name in act.names]
    return [one for app in apps.apps if app.name == act.app for one in app.members]


def _is_settled(container: Container, now: float) -> bool:
    """Well, and likely to stay so: healthy by its own check, or up for a while where it has none."""
    if container.state is ContainerState.RUNNING and container.health is not Health.HEALTHY:
        up = age(container.started_at, now)
        return container.health is Health.NONE and not container.settling and up is not None and up >= STEADY
    return is_well(container)


def _starts_again(container: Container) -> bool:
    return (container.restart_policy or "no").startswith(("always", "unless-stopped", "on-failure"))


def _well_words(watched: list[Container], seconds: float) -> str:
    checked = [one for one in watched if one.health is Health.HEALTHY]
    word = "healthy again" if len(checked) == len(watched) else "well"
    who = watched[0].name if len(watched) == 1 else f"all {len(watched)}"
    return f"{who}: {word} after {seconds:.0f} s."


def _failed(container: Container, apps: Apps, kit: Kit, seconds: float) -> Result:
    code = "" if container.exit_code is None else f" with code {container.exit_code}"
    memory = ", out of memory" if container.oom_killed else ""
    words = f"{container.name} exited {seconds:.0f} s later{code}{memory}."
    return _with_log(words, container, apps, kit)


def _undecided(container: Container, seconds: float) -> Result:
    """It runs, and by its own settings its check may take longer yet: neither well nor ill, and nothing went wrong."""
    own = f" It may take {container.check_seconds:.0f} s." if container.check_seconds else ""
    words = f"{container.name} runs. Its health check has not decided after {seconds:.0f} s, look again later.{own}"
    return Result(good=True, sentence=words)


def _not_well(container: Container, apps: Apps, kit: Kit, seconds: float) -> Result:
    words = f"{container.name} is not well after {seconds:.0f} s: {condition(container, kit.wall_clock())}."
    return _with_log(words, container, apps, kit)


def _absent(act: AwaitHealth, missing: list[str], seconds: float) -> Result:
    who = ", ".join(missing) or f"any container of {act.app}"
    return Result(good=False, sentence=f"{who} is not there after {seconds:.0f} s.")


def _with_log(words: str, container: Container, apps: Apps, kit: Kit) -> Result:
    """The last lines of the container's own log say why; they come through the engine, whatever its log driver."""
    try:
        ran = run(engine_command(apps.engine, "logs", "--tail", str(_LOG_LINES), container.id), 5.0)
        output = clean_lines("\n".join(part for part in (ran.out, ran.err) if part), _LOG_LINES)
    except CommandError as error:
        output = f"Its log can't be read: {error}"
    for row in output.splitlines():
        kit.say(f"{container.name}: {row}")
    return Result(good=False, sentence=words, output=output)
