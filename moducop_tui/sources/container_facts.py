"""Turns what the engine says about a container into facts. Docker and Podman differ; either may say anything.

Nothing here raises. Fields are those of `GET /containers/{id}/json` (Docker Engine API 1.24 and later, and Podman's
Docker-compatible API).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from moducop_tui.model.apps import Container, ContainerState, Health
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.natural_order import natural

_PROJECT_LABELS = ("com.docker.compose.project", "io.podman.compose.project")
_SERVICE_LABELS = ("com.docker.compose.service", "io.podman.compose.service")
_VERSION_LABEL = "software-version"
_ONE_OFF_LABELS = ("com.docker.compose.oneoff", "io.podman.compose.oneoff")
_ONE_SHOT_LABEL = "io.ci4rail.mender.oneshot"

_NAME_LIMIT = 200
_IMAGE_LIMIT = 300
_PATH_LIMIT = 400
_ERROR_LIMIT = 500
_LIST_LIMIT = 100
"""Mounts and ports kept of one container at most."""
_LIST_CHARACTERS = 8000
"""Characters of its mounts, and of its ports, at most: those of a hundred usual ones."""

_PODMAN_STATES = {
    "configured": ContainerState.CREATED,
    "initialized": ContainerState.CREATED,
    "stopping": ContainerState.RUNNING,
    "stopped": ContainerState.EXITED,
}
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
_INTERVAL, _TIMEOUT, _RETRIES = 30.0, 30.0, 3
"""Of a health check that does not say (Docker's and Podman's own)."""
_MOST_RETRIES = 1_000_000
_MOST = (1 << 63) - 1
"""The engines' own largest number. One that is larger is none: it could not even be shown."""
_ENDED = (ContainerState.EXITED, ContainerState.RESTARTING, ContainerState.DEAD)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A container and what of it only grouping needs: the version that its label `software-version` gives."""

    container: Container
    version: str | None


def from_inspection(answer: Mapping[str, object]) -> Inspected:
    """The facts of one inspected container. What is missing or of another type is None."""
    config = _mapping(answer.get("Config"))
    host_config = _mapping(answer.get("HostConfig"))
    state_part = _mapping(answer.get("State"))
    labels = _mapping(config.get("Labels"))
    state = _state(state_part.get("Status"))
    container = Container(
        id=_id(answer),
        name=_name(answer.get("Name"), answer),
        image=_text(config.get("Image"), _IMAGE_LIMIT) or _text(answer.get("ImageName"), _IMAGE_LIMIT) or "?",
        state=state,
        health=_health(state_part),
        project=_label(labels, *_PROJECT_LABELS),
        service=_label(labels, *_SERVICE_LABELS),
        exit_code=_exit_code(state_part, state),
        oom_killed=state_part.get("OOMKilled") is True,
        restart_count=_number(answer.get("RestartCount")),
        restart_policy=_restart_policy(host_config),
        created_at=parse_time(answer.get("Created")),
        started_at=parse_time(state_part.get("StartedAt")),
        finished_at=_finished_at(answer, state_part),
        log_driver=_text(_mapping(host_config.get("LogConfig")).get("Type"), _NAME_LIMIT),
        mounts=_mounts(answer),
        ports=_ports(answer),
        pid=_positive(state_part.get("Pid")),
        memory_limit=_positive(host_config.get("Memory")),
        one_shot=_label(labels, _ONE_SHOT_LABEL) == "true",
        one_off=_is_one_off(labels),
        check_seconds=_check_seconds(config.get("Healthcheck")),
        error=_text(state_part.get("Error"), _ERROR_LIMIT),
    )
    return Inspected(container, _label(labels, _VERSION_LABEL))


def from_listing(entry: Mapping[str, object]) -> Inspected:
    """The few facts that the list of containers has, for a container that can't be inspected."""
    labels = _mapping(entry.get("Labels"))
    container = Container(
        id=_id(entry),
        name=_name(_own_name(entry.get("Names")), entry),
        image=_text(entry.get("Image"), _IMAGE_LIMIT) or "?",
        state=_state(entry.get("State")),
        health=_listed_health(entry),
        project=_label(labels, *_PROJECT_LABELS),
        service=_label(labels, *_SERVICE_LABELS),
        created_at=parse_time(entry.get("Created")),
        one_shot=_label(labels, _ONE_SHOT_LABEL) == "true",
        one_off=_is_one_off(labels),
    )
    return Inspected(container, _label(labels, _VERSION_LABEL))


def listing_key(entry: Mapping[str, object]) -> tuple[object, ...]:
    """What of a list entry changes when the container does, without what changes by time alone (`Up 7 seconds`)."""
    status = entry.get("Status")
    notes = tuple(re.findall(r"\(([^()]*)\)", status)) if isinstance(status, str) else ()
    return (hash(str(entry.get("Names"))), hash(str(entry.get("State"))), hash(notes))


def parse_time(value: object) -> float | None:
    """RFC 3339 with nanoseconds, or seconds, as seconds since the epoch.

    `0001-01-01T00:00:00Z` means never, and so does the epoch itself.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value < _LATEST else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp() if moment.timestamp() > 0 else None
    except (ValueError, OverflowError):
        return None


def _finished_at(answer: Mapping[str, object], state_part: Mapping[str, object]) -> float | None:
    """When it ended; None where that is before it was made or started: then the clock was set, and nothing is known."""
    finished = parse_time(state_part.get("FinishedAt"))
    if finished is None or state_part.get("Running") is True:
        return finished
    earlier = (parse_time(answer.get("Created")), parse_time(state_part.get("StartedAt")))
    return None if any(moment is not None and finished < moment for moment in earlier) else finished


def _exit_code(state_part: Mapping[str, object], state: ContainerState) -> int | None:
    """Of one that has ended, or that could not even be started."""
    code = _number(state_part.get("ExitCode"))
    return code if state in _ENDED or (state is ContainerState.CREATED and code) else None


def _is_one_off(labels: Mapping[str, object]) -> bool:
    return (_label(labels, *_ONE_OFF_LABELS) or "").lower() == "true"


def _check_seconds(check: object) -> float | None:
    """The longest that a health check takes to decide: its start period, then as many failures in a row as it allows.

    Its times are in nanoseconds, 0 stands for the engine's own (Docker Engine API, HealthConfig).
    """
    if not isinstance(check, Mapping) or _is_no_check(check.get("Test")):
        return None
    retries = min(_whole(check.get("Retries")) or _RETRIES, _MOST_RETRIES)
    interval, timeout = _seconds(check, "Interval") or _INTERVAL, _seconds(check, "Timeout") or _TIMEOUT
    start_period = _seconds(check, "StartPeriod")
    # The first check that counts may have been set for as late as its start period ends (moby, daemon/health.go).
    first = max(interval, _seconds(check, "StartInterval")) if start_period else interval
    return start_period + first + timeout + (max(1, retries) - 1) * (interval + timeout)


def _is_no_check(test: object) -> bool:
    """Nothing to run, or the word that takes an image's own check away."""
    return test in (None, []) or (isinstance(test, list) and test[0] == "NONE")


def _seconds(check: Mapping[str, object], name: str) -> float:
    value = _whole(check.get(name))
    return min(value, 1 << 63) / 1e9 if value is not None and value > 0 else 0.0


def _state(word: object) -> ContainerState:
    if not isinstance(word, str):
        return ContainerState.UNKNOWN
    word = word.lower()
    if word in _PODMAN_STATES:
        return _PODMAN_STATES[word]
    try:
        return ContainerState(word)
    except ValueError:
        return ContainerState.UNKNOWN


def _health(state_part: Mapping[str, object]) -> Health:
    """The health check's result; Podman 3 called the field `Healthcheck`."""
    for field in ("Health", "Healthcheck"):
        word = _mapping(state_part.get(field)).get("Status")
        if isinstance(word, str) and word in set(Health):
            return Health(word)
    return Health.NONE


def _listed_health(entry: Mapping[str, object]) -> Health:
    """The list has it in words only, such as `Up 2 days (healthy)`."""
    status = entry.get("Status")
    if not isinstance(status, str):
        return Health.NONE
    words = {"(healthy)": Health.HEALTHY, "(unhealthy)": Health.UNHEALTHY, "(health: starting)": Health.STARTING}
    return next((health for word, health in words.items() if word in status), Health.NONE)


def _restart_policy(host_config: Mapping[str, object]) -> str | None:
    policy = host_config.get("RestartPolicy")
    if not isinstance(policy, Mapping):
        return None
    name = _text(policy.get("Name"), _NAME_LIMIT) or "no"
    attempts = _positive(policy.get("MaximumRetryCount"))
    return f"{name}:{attempts}" if attempts else name


def _mounts(answer: Mapping[str, object]) -> tuple[str, ...]:
    """A volume by its name, everything else by its path."""
    lines = []
    for mount in _list(answer.get("Mounts")):
        part = _mapping(mount)
        kind = _text(part.get("Type"), _NAME_LIMIT)
        source = (part.get("Name") if kind == "volume" else None) or part.get("Source")
        target = _text(part.get("Destination"), _PATH_LIMIT) or "?"
        read_only = " ro" if part.get("RW") is False else ""
        lines.append(f"{_text(source, _PATH_LIMIT) or kind or '?'} -> {target}{read_only}")
    return _within(sorted(lines, key=natural))


def _ports(answer: Mapping[str, object]) -> tuple[str, ...]:
    published = _mapping(_mapping(answer.get("NetworkSettings")).get("Ports"))
    lines = []
    for inner, outers in list(published.items())[:_LIST_LIMIT]:
        for outer in _list(outers):
            part = _mapping(outer)
            address = _text(part.get("HostIp"), _NAME_LIMIT) or "0.0.0.0"  # noqa: S104 - shown, not bound
            if ":" in address:
                address = f"[{address}]"
            port = _text(part.get("HostPort"), _NAME_LIMIT) or "?"
            lines.append(f"{address}:{port}->{clean(str(inner)[:_NAME_LIMIT], _NAME_LIMIT)}")
    return _within(lines)


def _within(lines: list[str]) -> tuple[str, ...]:
    """As many of these as are kept, and how many more there are."""
    kept, room = 0, _LIST_CHARACTERS
    while kept < min(len(lines), _LIST_LIMIT) and len(lines[kept]) <= room:
        room -= len(lines[kept])
        kept += 1
    more = (f"and {len(lines) - kept} more",) if kept < len(lines) else ()
    return (*lines[:kept], *more)


def _id(answer: Mapping[str, object]) -> str:
    return _text(answer.get("Id"), _NAME_LIMIT) or "?"


def _name(value: object, answer: Mapping[str, object]) -> str:
    """The name without the engine's leading slash; the short id where it has none."""
    text = _text(value, _NAME_LIMIT)
    return (text or "").removeprefix("/") or _id(answer)[:12]


def _own_name(names: object) -> object:
    """Its name among those in the list: a container that another one is linked to has that one's `/web/db` as well."""
    texts = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return next((name for name in texts if "/" not in name.removeprefix("/")), texts[0] if texts else None)


def _label(labels: Mapping[str, object], *names: str) -> str | None:
    return next((text for name in names if (text := _text(labels.get(name), _NAME_LIMIT))), None)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value[:_LIST_LIMIT] if isinstance(value, list) else []


def _text(value: object, limit: int) -> str | None:
    return clean_or_none(value, limit) if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> int | None:
    number = _whole(value)
    return number if number is not None and abs(number) <= _MOST else None


def _positive(value: object) -> int | None:
    """A number that counts something: 0 and below stand for none."""
    number = _number(value)
    return number if number is not None and number > 0 else None
