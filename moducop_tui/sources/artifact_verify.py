"""Checks every part of an artifact against its manifest, in constant memory, about as fast as it can be unpacked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.artifact import PayloadFile, Signature, Verified
from moducop_tui.model.foreign import clean
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact_ahead import ahead
from moducop_tui.sources.artifact_feed import ArtifactError, Feed
from moducop_tui.sources.artifact_format import is_file_name
from moducop_tui.sources.artifact_head import Head, read_head
from moducop_tui.sources.artifact_place import Bytes, PlaceError, called, open_place
from moducop_tui.sources.artifact_signature import judge_signature, read_verify_keys
from moducop_tui.sources.artifact_tar import Entry, TarReader
from moducop_tui.sources.artifact_unpack import unpack

PAYLOAD_LIMIT = 16 << 30
"""Bytes that a payload may unpack to: more than any partition of a ModuCop has, less than a bomb."""
_WHOLE = "the artifact"
_PAYLOAD = "its payload"


class _StoppedError(Exception):
    """A person asked to stop."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """Tells how far it is, and looks whether to go on."""

    opened: Bytes
    tell: Callable[[int, int], None]
    cancelled: Callable[[], bool]

    def step(self) -> None:
        if self.cancelled():
            raise _StoppedError
        self.tell(self.opened.done, max(self.opened.size or 0, self.opened.done))


def verify_artifact(
    host: Host,
    place: str,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    take: Callable[[bytes], None] | None = None,
) -> Verified | Unavailable:
    """Check all of it. `tell` gets bytes read and in all; where a server does not say how many, both grow together.

    `take` gets every byte that is read, in order. Those, and no others, are what was checked.
    """
    name = called(place)
    began = time.monotonic()
    try:
        with open_place(host, place, gave_up=cancelled) as opened:
            if take is not None:
                opened.blocks = _taken(opened.blocks, take)
            head, files = _verify(host, opened, _Progress(opened, tell, cancelled))
            if opened.size is not None and opened.done != opened.size:
                return Unavailable(f"{name} was changed while it was read; copy or load it again.")
    except PlaceError as error:
        return Unavailable(str(error))
    except ArtifactError as error:
        return Unavailable(f"{name} can't be used: {error}.")
    except _StoppedError:
        return Unavailable(f"Checking {name} was stopped before its end.")
    size = sum(file.size or 0 for file in files)
    return Verified(head.manifest_sum, files, size, time.monotonic() - began)


def _taken(blocks: Iterator[bytes], take: Callable[[bytes], None]) -> Iterator[bytes]:
    for block in blocks:
        take(block)
        yield block


def _verify(host: Host, opened: Bytes, progress: _Progress) -> tuple[Head, tuple[PayloadFile, ...]]:
    outer = TarReader(Feed(opened.counted(), _WHOLE), _WHOLE)
    head = read_head(outer)
    if judge_signature(host, head.raw_manifest, head.signature, read_verify_keys(host)) is Signature.WRONG:
        raise ArtifactError("its signature is not by a key that this device trusts")
    files: tuple[PayloadFile, ...] = ()
    if head.compression is not None:
        with ahead(unpack(outer.content(), head.compression, _PAYLOAD, apart=True)) as blocks:
            files = _check_files(TarReader(Feed(blocks, _PAYLOAD), _PAYLOAD), head, progress)
        if outer.next() is not None:
            raise ArtifactError("something follows its payload, where nothing may follow")
    outer.finish()
    return head, files


def _check_files(inner: TarReader, head: Head, progress: _Progress) -> tuple[PayloadFile, ...]:
    expected = {file.name: file.sha256 for file in head.manifest.files}
    found: dict[str, PayloadFile] = {}
    left = PAYLOAD_LIMIT
    while (entry := inner.next()) is not None:
        left -= entry.size
        _check_entry(entry, expected, found, left)
        value = hashlib.sha256()
        for piece in inner.content():
            value.update(piece)
            progress.step()
        if value.hexdigest() != expected[entry.name]:
            raise ArtifactError(
                f"{entry.name} in it is damaged: the checksum is not that of its manifest; copy or load it again"
            )
        found[entry.name] = PayloadFile(entry.name, value.hexdigest(), entry.size)
    inner.finish()
    missing = [name for name in expected if name not in found]
    if missing:
        raise ArtifactError(f"{missing[0]} is missing in its payload; copy or load it again")
    return tuple(found.values())


def _check_entry(entry: Entry, expected: dict[str, str], found: dict[str, PayloadFile], left: int) -> None:
    if not is_file_name(entry.name) or entry.name not in expected:
        raise ArtifactError(f"its payload holds '{clean(entry.name, 60)}', which its manifest does not name")
    if entry.name in found:
        raise ArtifactError(f"its payload holds {entry.name} twice")
    if left < 0:
        raise ArtifactError(f"its payload unpacks to more than {PAYLOAD_LIMIT >> 30} GiB")
