"""Reads the front of an artifact, up to its payload: version, manifest, signature and header, each checked.

The order is that of the format (device facts 5) and of Mender's own parser: nothing may be missing, nothing may stand
between. Limits are far above what artifacts have, so that a bomb is refused and never unpacked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import ArtifactError, Feed, Piece
from moducop_tui.sources.artifact_format import (
    HeaderInfo,
    Manifest,
    TypeInfo,
    app_of,
    check_version,
    compression_of_header,
    compression_of_payload,
    parse_header_info,
    parse_manifest,
    parse_type_info,
    script_name,
)
from moducop_tui.sources.artifact_tar import Entry, TarReader
from moducop_tui.sources.artifact_unpack import unpack

_VERSION_LIMIT = 4096
_MANIFEST_LIMIT = 1 << 20
_SIGNATURE_LIMIT = 1 << 16
_PACKED_HEADER_LIMIT = 16 << 20
_TEXT_LIMIT = 1 << 20
_SCRIPT_LIMIT = 4 << 20
_SCRIPT_COUNT = 100
_ALL_SCRIPTS_LIMIT = 16 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """What the header's tar says. `scripts` are names of state scripts."""

    info: HeaderInfo
    types: TypeInfo
    scripts: tuple[str, ...]
    app: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """Everything before the payload. `compression` is the payload's; None: no payload's tar follows."""

    raw_manifest: bytes
    signature: bytes | None
    manifest: Manifest
    header: Header
    compression: str | None

    @property
    def manifest_sum(self) -> str:
        """sha256 of the manifest, in hexadecimal."""
        return hashlib.sha256(self.raw_manifest).hexdigest()


def read_head(outer: TarReader) -> Head:
    """Read up to the payload's content, which is then the reader's current file. Raises ArtifactError."""
    version = _expect(_first(outer), outer, "version", _VERSION_LIMIT)
    check_version(version)
    raw_manifest = _expect(outer.next(), outer, "manifest", _MANIFEST_LIMIT)
    manifest = parse_manifest(raw_manifest)
    if hashlib.sha256(version).hexdigest() != manifest.version:
        raise ArtifactError("its part 'version' is not the one that its manifest names")
    entry = outer.next()
    signature = None
    if entry is not None and entry.name == "manifest.sig":
        signature = outer.read(_SIGNATURE_LIMIT)
        entry = outer.next()
    if entry is not None and entry.name == "manifest-augment":
        raise ArtifactError("it was changed after it was made (manifest-augment), which this console can't check")
    header = _header(entry, outer, manifest)
    compression = _payload(outer.next(), manifest, header)
    return Head(raw_manifest, signature, manifest, header, compression)


def _first(outer: TarReader) -> Entry | None:
    """The first entry; a file that is no tar at all is told in words of its own."""
    try:
        return outer.next()
    except ArtifactError:
        raise ArtifactError("it is no Mender artifact, or its beginning is damaged") from None


def _expect(entry: Entry | None, outer: TarReader, name: str, limit: int) -> bytes:
    if entry is None or entry.name != name:
        found = "its end" if entry is None else f"'{clean(entry.name, 40)}'"
        raise ArtifactError(f"it is no Mender artifact: {found} stands where '{name}' must be")
    return outer.read(limit)


def _header(entry: Entry | None, outer: TarReader, manifest: Manifest) -> Header:
    name, expected = manifest.header
    compression = compression_of_header(name)
    if entry is None or entry.name != name or compression is None:
        found = "its end" if entry is None else f"'{clean(entry.name, 40)}'"
        raise ArtifactError(f"{found} stands where its header must be")
    if entry.size > _PACKED_HEADER_LIMIT:
        raise ArtifactError(f"its header has {entry.size} bytes, more than can be right")
    packed = outer.whole(_PACKED_HEADER_LIMIT)
    if hashlib.sha256(packed).hexdigest() != expected:
        raise ArtifactError("its header is damaged: the checksum is not that of its manifest; copy or load it again")
    return _read_header(unpack([packed], compression, "its header"))


def _read_header(blocks: Iterator[Piece]) -> Header:
    inner = TarReader(Feed(blocks, "its header"), "its header")
    entry = inner.next()
    if entry is None or entry.name != "header-info":
        raise ArtifactError("its header does not begin with 'header-info'")
    info = parse_header_info(inner.read(_TEXT_LIMIT))
    entry, scripts = _scripts(inner)
    if entry is None or entry.name != "headers/0000/type-info":
        raise ArtifactError(f"its header has {_named(entry)} where 'type-info' must be")
    types = parse_type_info(inner.read(_TEXT_LIMIT), info.payload_type)
    entry = inner.next()
    meta_data = b""
    if entry is not None and entry.name == "headers/0000/meta-data":
        meta_data = inner.read(_TEXT_LIMIT)
        entry = inner.next()
        if info.payload_type is None:
            raise ArtifactError("it has meta-data but no payload, which Mender's client refuses")
    if entry is not None:
        raise ArtifactError(f"its header holds {_named(entry)} where nothing may follow")
    inner.finish()
    return Header(info, types, scripts, app_of(meta_data, types.provides))


def _named(entry: Entry | None) -> str:
    return "its end" if entry is None else f"'{clean(entry.name, 40)}'"


def _scripts(inner: TarReader) -> tuple[Entry | None, tuple[str, ...]]:
    """The names of the state scripts, and the entry behind them."""
    names: list[str] = []
    size = 0
    while (entry := inner.next()) is not None and (name := script_name(entry.name)) is not None:
        size += entry.size
        if name in names or len(names) >= _SCRIPT_COUNT or size > _ALL_SCRIPTS_LIMIT or entry.size > _SCRIPT_LIMIT:
            raise ArtifactError("its header holds more state scripts, or larger ones, than can be right")
        names.append(name)
    return entry, tuple(names)


def _payload(entry: Entry | None, manifest: Manifest, header: Header) -> str | None:
    """How the payload that now follows is compressed; None where none follows."""
    if header.info.payload_type is None and manifest.files:
        raise ArtifactError("its manifest names files, but it has no payload")
    if entry is None:
        if header.info.payload_type is None:
            return None
        raise ArtifactError("it ends where its payload must begin; copy or load it again")
    compression = compression_of_payload(entry.name)
    if compression is None:
        raise ArtifactError(f"'{clean(entry.name, 40)}' stands where its payload must be")
    if header.info.payload_type == "rootfs-image" and len(manifest.files) != 1:
        raise ArtifactError(f"it is a root file system of {len(manifest.files)} files, where one must be")
    return compression
