"""The applications that Mender's `app` module keeps under /data/mender-app (device facts, section 4)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.natural_order import natural

DIRECTORY = "/data/mender-app"
_PREVIOUS = "-previous"
_COPIES = (_PREVIOUS, "-last")
"""Copies that the module keeps beside an application: the version before, only during an update or left by a failed
one, and the last success."""
_VERSION_KEY = "SOFTWARE_VERSION"
_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class MenderApp:
    """One application directory. `manifests` is its manifest directory, `error` a sentence when it is damaged."""

    name: str
    manifests: str
    version: str | None = None
    error: str | None = None


def read_mender_apps(host: Host) -> tuple[MenderApp, ...]:
    """All applications, sorted by name; none where Mender keeps no applications."""
    try:
        directory = host.path(DIRECTORY)
        with os.scandir(directory) as entries:
            present = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    except OSError:
        return ()
    left_over = {name.removesuffix(_PREVIOUS) for name in present if name.endswith(_PREVIOUS)}
    names = {name for name in present if not name.endswith(_COPIES)} | left_over
    return tuple(
        _read_app(directory, name, name in left_over)
        for name in sorted(names, key=natural)
        if name and not name.startswith(".")
    )


def version_in(env_file: str) -> str | None:
    """`SOFTWARE_VERSION` of a compose `.env` file; of several the last counts, as for compose."""
    version = None
    for raw in env_file.splitlines():
        key, separator, value = raw.strip().removeprefix("export ").partition("=")
        if separator and key.strip() == _VERSION_KEY:
            version = _unquoted(value.strip())
    return clean_or_none(version, _NAME_LIMIT)


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"') and (end := value.find(quote, 1)) > 0:
        return value[1:end]
    return value.partition(" #")[0].strip()


def _read_app(directory: Path, name: str, has_previous: bool) -> MenderApp:
    shown = clean(name, _NAME_LIMIT)
    place = f"{DIRECTORY}/{shown}"
    manifests = directory / name / "manifests"
    if manifests.is_dir():
        return MenderApp(shown, f"{place}/manifests", _version(manifests / ".env"))
    if has_previous:
        error = (
            f"An update of {shown} was interrupted: {place}/manifests is missing. The version before is kept in "
            f"{place}{_PREVIOUS}; it must be put back before anything is installed again."
        )
    else:
        error = f"{place}/manifests is missing: {shown} was not installed completely. Install it again."
    return MenderApp(shown, f"{place}/manifests", None, error)


def _version(env_file: Path) -> str | None:
    try:
        with env_file.open("rb") as file:
            return version_in(file.read(65536).decode("utf-8", "surrogateescape"))
    except OSError:
        return None
