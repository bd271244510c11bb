"""The commands of engine and compose, word by word as they are shown and run."""

from __future__ import annotations

from moducop_tui.model.acts import Verb
from moducop_tui.model.apps import Engine
from moducop_tui.model.checks import AppCheck


def engine_program(engine: Engine) -> str:
    """The engine's own program."""
    return "podman" if engine.name == "Podman" else "docker"


def container_command(engine: Engine, verb: Verb, name: str) -> tuple[str, ...]:
    """`docker restart NAME`. A name may not be taken for an option: the engine's own rule forbids a leading dash."""
    return (engine_program(engine), verb.value, name)


def anew_command(check: AppCheck) -> tuple[str, ...]:
    """What makes all containers of an app anew, from its file; empty where its update module combined files of its own.

    After a power cut the engine may have containers whose network it does not know any more: those never start again.
    """
    if not check.compose or check.file is None or check.is_combined:
        return ()
    named = (*check.compose, "--project-name", check.app, "--file", check.file)
    return (*named, "up", "-d", "--force-recreate", "--remove-orphans")


def app_command(check: AppCheck, verb: Verb, *, has_containers: bool, file: str | None = None) -> tuple[str, ...]:
    """What tells compose; empty when it can't be told.

    Compose 2 finds the containers of a project by their labels and needs no file for them, which leaves alone whatever
    files the app's update module combined. Only an app without any container is created from its file, as the module
    does it (device facts 4.1). Compose 1 always needs the file.
    """
    path = file or check.file
    if not check.compose or (path is None and (not has_containers or len(check.compose) == 1)):
        return ()
    named = (*check.compose, "--project-name", check.app)
    if has_containers and len(check.compose) > 1:
        return (*named, verb.value)
    what = (verb.value,) if has_containers else ("up", "-d", "--remove-orphans")
    return (*named, "--file", path or "", *what)
