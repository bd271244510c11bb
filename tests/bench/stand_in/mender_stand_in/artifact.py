"""Reads an artifact of format 3 once, from front to back, as it comes in: header first, then the payload."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import tarfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

from .journal import ClientError
from .personality import Personality

CHUNK = 32 << 10
_JUNK = "Parse error: Got unexpected token : 'Unrecognized' expected 'version'"


@dataclass(frozen=True, slots=True)
class Header:
    """What an artifact says of itself. `payload_type` is None when it has no payload."""

    name: str
    group: str
    payload_type: str | None
    depends: dict[str, Any]
    provides: dict[str, str]
    clears: tuple[str, ...]
    files: dict[str, bytes]
    """`header-info`, `type-info` and `meta-data` as they stand in the artifact."""


@dataclass
class PayloadFile:
    """One file of the payload, to be read once. Its checksum is compared when its end has been read."""

    name: str
    size: int
    expected: str
    stream: IO[bytes]
    personality: Personality
    _digest: Any = field(default_factory=hashlib.sha256)

    def chunks(self) -> Iterator[bytes]:
        """The content. Raises ClientError where the stream ends too early or is not what the manifest says."""
        left = self.size
        while left:
            try:
                chunk = self.stream.read(min(CHUNK, left))
            except (EOFError, OSError, tarfile.TarError, zlib.error, lzma.LZMAError):
                raise _cut_off(self.personality) from None
            if not chunk:
                raise _cut_off(self.personality)
            left -= len(chunk)
            self._digest.update(chunk)
            yield chunk
        _compare(self.expected, self._digest.hexdigest())


class Artifact:
    """An open artifact: its header, its signature, and then its payload's files."""

    def __init__(self, source: str, personality: Personality) -> None:
        self._personality = personality
        self._stream = _open(source)
        try:
            self._outer = tarfile.open(fileobj=self._stream, mode="r|")  # noqa: SIM115 -- lives as long as this does
            version = self._member("version")
        except tarfile.TarError:
            raise ClientError(_JUNK, personality.junk_records) from None
        self._sums: dict[str, str] = {}
        self.manifest = self._member("manifest")
        for line in self.manifest.decode().splitlines():
            checksum, _, name = line.partition("  ")
            self._sums[name] = checksum
        _compare(self._sums["version"], hashlib.sha256(version).hexdigest())
        entry = self._next()
        self.signature: bytes | None = None
        if entry.name == "manifest.sig":
            self.signature = self._content(entry)
            entry = self._next()
        self.header = self._header(entry.name, self._content(entry))

    def payload(self) -> Iterator[PayloadFile]:
        """The payload's files, in their order."""
        try:
            entry = self._next()
            opened = _unpacked(self._reader(entry), entry.name.removeprefix("data/0000.tar"))
            with tarfile.open(fileobj=opened, mode="r|") as inner:
                for file in inner:
                    expected = self._sums[f"data/0000/{file.name}"]
                    stream = cast("IO[bytes]", inner.extractfile(file))
                    yield PayloadFile(file.name, file.size, expected, stream, self._personality)
        except (EOFError, OSError, tarfile.TarError, zlib.error, lzma.LZMAError):
            raise _cut_off(self._personality) from None

    def _next(self) -> tarfile.TarInfo:
        entry = self._outer.next()
        if entry is None:
            raise _cut_off(self._personality)
        return entry

    def _member(self, name: str) -> bytes:
        entry = self._next()
        if entry.name != name:
            raise ClientError(f"Parse error: Got unexpected token : '{entry.name}' expected '{name}'")
        return self._content(entry)

    def _reader(self, entry: tarfile.TarInfo) -> IO[bytes]:
        return cast("IO[bytes]", self._outer.extractfile(entry))

    def _content(self, entry: tarfile.TarInfo) -> bytes:
        return self._reader(entry).read()

    def _header(self, name: str, packed: bytes) -> Header:
        _compare(self._sums[name], hashlib.sha256(packed).hexdigest())
        files: dict[str, bytes] = {}
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:*") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                files[entry.name] = content.read() if content else b""
        info = json.loads(files["header-info"])
        about = json.loads(files.get("headers/0000/type-info") or "{}")
        provided = info.get("artifact_provides") or {}
        return Header(
            name=provided["artifact_name"],
            group=provided.get("artifact_group", ""),
            payload_type=info["payloads"][0]["type"] or None,
            depends=(info.get("artifact_depends") or {}) | (about.get("artifact_depends") or {}),
            provides=about.get("artifact_provides") or {},
            clears=tuple(about.get("clears_artifact_provides") or ()),
            files={
                "header-info": files["header-info"],
                "type-info": files.get("headers/0000/type-info", b""),
                "meta-data": files.get("headers/0000/meta-data", b""),
            },
        )


def _open(source: str) -> IO[bytes]:
    """Transcripts cpp40 D, cpp51 D: a file that is not there, a server that does not answer."""
    if source.startswith(("http://", "https://")):
        try:
            return cast("IO[bytes]", urllib.request.urlopen(source, timeout=60))
        except urllib.error.HTTPError as error:
            raise ClientError(f"Unexpected HTTP response: {error.code}: {error.reason}") from None
        except OSError:
            raise ClientError(f"Connection refused: GET {source}: ") from None
    try:
        return open(source, "rb")  # noqa: PTH123 -- as it was typed, closed with the process
    except OSError as error:
        raise ClientError(f"{error.strerror}: Failed to open '{source}' for reading") from None


def _unpacked(stream: IO[bytes], suffix: str) -> IO[bytes]:
    opened: object = stream
    if suffix == ".gz":
        opened = gzip.GzipFile(fileobj=stream)
    elif suffix == ".xz":
        opened = lzma.LZMAFile(stream)  # noqa: SIM115 -- ends with the process
    return cast("IO[bytes]", opened)


def _cut_off(personality: Personality) -> ClientError:
    return ClientError(personality.cut_off, personality.cut_off_records)


def _compare(expected: str, calculated: str) -> None:
    if expected != calculated:
        said = "The checksum of the read byte-stream does not match the expected checksum"
        raise ClientError(f"Shasum mismatch error: {said}, (expected): {expected} (calculated): {calculated}")
