"""A look at an app's directories, and at how compose is told on this device: for plans, not for a screen."""

from __future__ import annotations

from moducop_tui.host import Host
from moducop_tui.model.checks import AppCheck
from moducop_tui.model.foreign import clean
from moducop_tui.model.reading import Unavailable
from moducop_tui.runner import CommandError, run
from moducop_tui.sources.mender_apps import DIRECTORY, read_mender_apps, version_in

_FILES = ("docker-compose.yaml", "docker-compose.yml", "compose.yaml", "compose.yml")
"""The names under which compose itself looks for its file; those that Mender's app artifacts carry come first."""
_COMBINED = ".mender-compose.yml"
"""What the later generations of the module run beside the app's own file (device facts 4.2)."""
_TRANSACTIONS = f"{DIRECTORY}/.transactions"
_ANSWER_LIMIT = 5.0


def check_app(host: Host, name: str) -> AppCheck | Unavailable:
    """The app's compose file, its version before, and what an interrupted update left of it."""
    if not name or "/" in name or name.startswith("."):
        return Unavailable(f"'{clean(name, 60)}' can't be the name of an app.")
    home = f"{DIRECTORY}/{name}"
    known = next((one for one in read_mender_apps(host) if one.name == name), None)
    previous = _compose_file(host, f"{home}-previous/manifests")
    return AppCheck(
        app=name,
        file=_compose_file(host, f"{home}/manifests"),
        compose=compose_command(host),
        previous=f"{home}-previous" if previous else None,
        previous_file=previous.replace(f"{home}-previous/", f"{home}/", 1) if previous else None,
        previous_version=_version(host, f"{home}-previous/manifests/.env") if previous else None,
        transaction=_transaction(host, name),
        broken=known.error if known else None,
        is_combined=any(host.exists(f"{home}/{place}{_COMBINED}") for place in ("", "manifests/")),
    )


def compose_command(host: Host) -> tuple[str, ...]:
    """`docker compose` where Docker knows it, else `docker-compose`; empty where there is neither."""
    if not host.is_this_machine:
        return ()
    for command in (("docker", "compose"), ("docker-compose",)):
        try:
            if run((*command, "version"), _ANSWER_LIMIT).code == 0:
                return command
        except CommandError:
            continue
    return ()


def _compose_file(host: Host, directory: str) -> str | None:
    return next((path for name in _FILES if host.exists(path := f"{directory}/{name}")), None)


def _version(host: Host, env_file: str) -> str | None:
    try:
        return version_in(host.read_text(env_file))
    except OSError:
        return None


def _transaction(host: Host, name: str) -> str | None:
    """The lock that the module's second generation keeps for as long as an update of the app is not resolved."""
    lock = f"{_TRANSACTIONS}/{name}.lock"
    try:
        place = host.path(_TRANSACTIONS) / f"{name}.lock"
        return lock if place.is_symlink() or place.exists() else None
    except OSError:
        return None
