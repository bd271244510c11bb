"""What Mender's store means: what is installed, what is pending, whether the daemon deploys. Keys: device facts 1.5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.rootfs_provides import rootfs_version_in
from moducop_tui.sources.mender_store import StoreError, read_store
from moducop_tui.sources.module_notes import with_module_note

DIRECTORY = "/var/lib/mender"
"""On a ModuCop a link to /data/mender."""
STORE = f"{DIRECTORY}/mender-store"
BROKEN_STORE = f"{DIRECTORY}/mender-store-broken"
"""What the C++ client makes of a store that it can't open, before it begins a fresh one without a word."""

_NOT_UNDERSTOOD = (
    "An update is pending in Mender's memory, but what is stored about it could not be understood. "
    "Do not install or commit; look at it with Mender's own client."
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known from the store. `pending_error` and `deployment` as in `model.mender.Mender`."""

    artifact_name: str | None = None
    provides: tuple[tuple[str, str], ...] = ()
    pending: PendingUpdate | None = None
    pending_error: str | None = None
    deployment: bool | None = None
    note: str | None = None


def read_memory(host: Host, *, expected: bool) -> Memory:
    """Mender's memory on the device. `expected`: a client is installed, so its directory must be there."""
    try:
        if not host.path(DIRECTORY).is_dir():
            return Memory(pending_error=_out_of_reach() if expected else None, deployment=None if expected else False)
        values = read_store(host.path(STORE))
    except FileNotFoundError:
        values = {}
    except OSError as error:
        return Memory(pending_error=_unreadable(f"it could not be read: {error.strerror or error}"))
    except StoreError as error:
        return Memory(pending_error=_unreadable(str(error)))
    memory = understand(values, gave_up=host.exists(BROKEN_STORE))
    if memory.pending is None:
        return memory
    return replace(memory, pending=with_module_note(memory.pending, host))


def _out_of_reach() -> str:
    return (
        f"Mender's memory is out of reach: {DIRECTORY} leads nowhere. Whether an update is pending is not known. "
        "Is /data mounted?"
    )


def _unreadable(why: str) -> str:
    return (
        f"Mender's memory {STORE} is not readable: {why}. Whether an update is pending is not known; "
        "Mender itself would begin with an empty one."
    )


def understand(values: Mapping[bytes, bytes], *, gave_up: bool = False) -> Memory:
    """The meaning of the store's values. A value that makes no sense is said, and never taken for its absence."""
    pending, pending_error = None, None
    if b"standalone-state" in values:
        pending = pending_update(values[b"standalone-state"])
        if pending is None:
            pending, pending_error = PendingUpdate(None, (), None, None), _NOT_UNDERSTOOD
    provides = _provides(values)
    notes = []
    if provides is None:
        notes.append("What Mender says to be installed (artifact-provides) could not be understood.")
    if gave_up:
        notes.append(
            f"Mender once could not open its memory and began a new one; the old one is {BROKEN_STORE}. "
            "What was pending then is forgotten."
        )
    return Memory(
        artifact_name=clean_or_none(values.get(b"artifact-name")),
        provides=provides or (),
        pending=pending,
        pending_error=pending_error,
        deployment=b"state" in values or b"state-uncommitted" in values,
        note=" ".join(notes) or None,
    )


def pending_update(raw: bytes) -> PendingUpdate | None:
    """A `standalone-state` of version 1 (4.0, Go) or 2 (5.x), or of a later one that is still alike; None if not."""
    state = _object(raw)
    if state is None:
        return None
    provides = state.get("ArtifactTypeInfoProvides")
    told = _texts(provides) if isinstance(provides, dict) else ()
    types = state.get("PayloadTypes")
    return PendingUpdate(
        artifact_name=_text(state.get("ArtifactName")),
        payload_types=tuple(clean(kind) for kind in types if isinstance(kind, str)) if isinstance(types, list) else (),
        rootfs_version=rootfs_version_in(dict(told)),
        in_state=_text(state.get("InState")),
        failed=state.get("Failed") is True,
        rolled_back=state.get("RolledBack") is True,
        provides=told,
    )


def _provides(values: Mapping[bytes, bytes]) -> tuple[tuple[str, str], ...] | None:
    """As `show-provides` lists them: with name and group, sorted. None when they could not be understood."""
    found = {}
    for key, name in ((b"artifact-name", "artifact_name"), (b"artifact-group", "artifact_group")):
        if values.get(key):
            found[name] = clean(values[key])
    raw = values.get(b"artifact-provides")
    if raw:
        stored = _object(raw)
        if stored is None:
            return None
        found |= dict(_texts(stored))
    return tuple(sorted(found.items()))


def _texts(stored: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What is text of a JSON object, sorted by name."""
    return tuple(sorted((clean(str(key)), clean(value)) for key, value in stored.items() if isinstance(value, str)))


def _object(raw: bytes) -> dict[str, object] | None:
    import json

    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return clean_or_none(value) if isinstance(value, str) else None
