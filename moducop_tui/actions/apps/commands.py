"""The commands of engine and compose, word by word as they are shown and run.

Each names the engine that was read. Without that the engine's program asks whichever engine its own default, or root's
current context, leads to: that may be another one, even on another machine.
"""

from __future__ import annotations

from moducop_tui.model.acts import Verb
from moducop_tui.model.apps import Engine
from moducop_tui.model.checks import AppCheck


def engine_command(engine: Engine, *words: str) -> tuple[str, ...]:
    """The engine's own program, told which engine: `docker --host unix:///run/docker.sock ...`."""
    if engine.name == "Podman":
        return ("podman", "--url", engine.endpoint, *words)
    return ("docker", "--host", engine.endpoint, *words)


def container_command(engine: Engine, verb: Verb, container_id: str) -> tuple[str, ...]:
    """`docker --host ENGINE restart ID`: a name may pass to another container at any time."""
    return engine_command(engine, verb.value, container_id)


def anew_command(check: AppCheck, engine: Engine) -> tuple[str, ...]:
    """What makes all containers of an app anew, from its file; empty where its update module combined files of its own.

    After a power cut the engine may have containers whose network it does not know any more: those never start again.
    """
    if not check.compose or check.file is None or check.is_combined:
        return ()
    return (*_named(check, engine), "--file", check.file, "up", "-d", "--force-recreate", "--remove-orphans")


def app_command(
    check: AppCheck, engine: Engine, verb: Verb, *, has_containers: bool, file: str | None = None
) -> tuple[str, ...]:
    """What tells compose; empty when it can't be told.

    Compose 2 finds the containers of a project by their labels and needs no file for them, which leaves alone whatever
    files the app's update module combined. Only an app without any container is created from its file, as the module
    does it (device facts 4.1). Compose 1 always needs the file.
    """
    path = file or check.file
    if not check.compose or (path is None and (not has_containers or len(check.compose) == 1)):
        return ()
    named = _named(check, engine)
    if has_containers and len(check.compose) > 1:
        return (*named, verb.value)
    what = (verb.value,) if has_containers else ("up", "-d", "--remove-orphans")
    return (*named, "--file", path or "", *what)


def _named(check: AppCheck, engine: Engine) -> tuple[str, ...]:
    """`docker --host ENGINE compose --project-name APP`, or `docker-compose --host ENGINE --project-name APP`."""
    program, *plugin = check.compose
    return (program, "--host", engine.endpoint, *plugin, "--project-name", check.app)
