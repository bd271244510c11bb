"""The client's memory: an LMDB file of its own, with what is installed and what is pending (facts 1.5)."""

from __future__ import annotations

import fnmatch
import json
from dataclasses import dataclass
from typing import Any

import lmdb

from . import places
from .journal import Journal

NAME, GROUP, PROVIDES, PENDING = b"artifact-name", b"artifact-group", b"artifact-provides", b"standalone-state"
_LARGEST = 10 << 20


@dataclass(frozen=True, slots=True)
class Pending:
    """The key `standalone-state`. Version 1 (4.0) knows no `in_state`, `failed` and `rolled_back`."""

    artifact_name: str
    artifact_group: str
    payload_type: str
    provides: dict[str, str]
    clears: tuple[str, ...]
    in_state: str = "Before_ArtifactCommit_Enter"
    failed: bool = False
    rolled_back: bool = False


class Memory:
    """The store. Each write is one transaction, on disk before it returns: a kill leaves the old or the new."""

    def __init__(self, journal: Journal) -> None:
        try:
            self._store = _open()
        except lmdb.Error:
            # Transcripts misc40 f, misc51 f: a wrecked store is put aside, and the client goes on without a memory.
            places.STORE.rename(places.BROKEN_STORE)
            said = "Failure to open database. Attempting to recover by resetting."
            journal.record("warning", f"{said} The original database can be found at `{places.BROKEN_STORE}`")
            self._store = _open()

    def _read(self, key: bytes) -> str | None:
        with self._store.begin() as transaction:
            value = transaction.get(key)
        return None if value is None else bytes(value).rstrip(b"\0").decode()  # Go clients end values with a zero

    def _write(self, changes: dict[bytes, str | None]) -> None:
        with self._store.begin(write=True) as transaction:
            for key, value in changes.items():
                if value is None:
                    transaction.delete(key)
                else:
                    transaction.put(key, value.encode())

    # -- what is installed -------------------------------------------------------------------------------------

    def ensure_name(self) -> None:
        """Transcripts cpp40 0, cpp51 0: the first command that asks or installs writes a name, and a bootstrap
        artifact is deleted (facts 1.5)."""
        if self._read(NAME) is None:
            self._write({NAME: "unknown"})
            places.BOOTSTRAP.unlink(missing_ok=True)

    def provides(self) -> dict[str, str]:
        """All that is installed, with the artifact's name and group among it."""
        stored = self._read(PROVIDES)
        found: dict[str, str] = json.loads(stored) if stored else {}
        name, group = self._read(NAME), self._read(GROUP)
        found |= {"artifact_name": name} if name else {}
        found |= {"artifact_group": group} if group else {}
        return found

    def installed(self, update: Pending) -> None:
        """What the update provides takes the place of what it clears, and nothing is pending, in one transaction.

        Transcripts apps40 1, cpp40 B: the name is that of the last artifact, whatever it was of.
        """
        stored = self._read(PROVIDES)
        old: dict[str, str] = json.loads(stored) if stored else {}
        kept = {key: value for key, value in old.items() if not any(fnmatch.fnmatch(key, one) for one in update.clears)}
        now = json.dumps(dict(sorted((kept | update.provides).items())), separators=(",", ":"))
        changes: dict[bytes, str | None] = {NAME: update.artifact_name, PROVIDES: now, PENDING: None}
        if update.artifact_group:
            changes[GROUP] = update.artifact_group
        self._write(changes)

    # -- what is pending ---------------------------------------------------------------------------------------

    def pending(self) -> Pending | None:
        """The update that waits; version 1, also a Go client's, reads as one that waits for its commit (facts 1.5)."""
        stored = self._read(PENDING)
        if stored is None:
            return None
        state: dict[str, Any] = json.loads(stored)
        return Pending(
            artifact_name=state["ArtifactName"],
            artifact_group=state.get("ArtifactGroup", ""),
            payload_type=state["PayloadTypes"][0],
            provides=state.get("ArtifactTypeInfoProvides") or {},
            clears=tuple(state.get("ArtifactClearsProvides") or ()),
            in_state=state.get("InState", "Before_ArtifactCommit_Enter"),
            failed=state.get("Failed", False),
            rolled_back=state.get("RolledBack", False),
        )

    def keep_version_1(self, update: Pending) -> None:
        """As 4.0 writes it, blanks included (transcript cpp40 A)."""
        self._write({PENDING: "{" + _head(update, version=1, blank=" ") + "}"})

    def keep_version_2(self, update: Pending) -> None:
        """As 5.1 writes it (transcript cpp51 A)."""
        flags = f'"Failed":{json.dumps(update.failed)},"RolledBack":{json.dumps(update.rolled_back)}'
        head = _head(update, version=2, blank="")
        self._write({PENDING: f'{{{head},"InState":"{update.in_state}",{flags}}}'})

    def forget_pending(self) -> None:
        """Nothing is pending any more, and what is installed stays as it was."""
        self._write({PENDING: None})


def _open() -> lmdb.Environment:
    return lmdb.open(str(places.STORE), subdir=False, map_size=_LARGEST, mode=0o600)


def _head(update: Pending, version: int, blank: str) -> str:
    provides = dict(sorted(update.provides.items(), reverse=True))
    parts: list[tuple[str, object, str]] = [
        ("Version", version, ""),
        ("ArtifactName", update.artifact_name, ""),
        ("ArtifactGroup", update.artifact_group, ""),
        ("PayloadTypes", [update.payload_type], blank),
        ("ArtifactTypeInfoProvides", provides, blank),
        ("ArtifactClearsProvides", list(update.clears), blank),
    ]
    return ",".join(f'"{name}":{gap}{json.dumps(value, separators=(",", ":"))}' for name, value, gap in parts)
