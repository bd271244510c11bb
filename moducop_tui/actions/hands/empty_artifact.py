"""Makes a Mender artifact without payload: all that it does is change what Mender believes (device facts 2.5, 5).

Byte for byte of the form that `mender-artifact write bootstrap-artifact` gives; five kilobytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable

_VERSION = b'{"format":"mender","version":3}'


def empty_artifact(name: str, device_type: str, provides: Iterable[tuple[str, str]], clears: Iterable[str]) -> bytes:
    """The whole file."""
    info = {
        "payloads": [{"type": None}],
        "artifact_provides": {"artifact_name": name},
        "artifact_depends": {"device_type": [device_type]},
    }
    type_info = {"type": None, "artifact_provides": dict(provides), "clears_artifact_provides": list(clears)}
    header = gzip.compress(_tar([("header-info", _json(info)), ("headers/0000/type-info", _json(type_info))]), mtime=0)
    manifest = "".join(f"{hashlib.sha256(part).hexdigest()}  {name}\n" for name, part in _summed(header))
    payload = gzip.compress(bytes(2 * tarfile.BLOCKSIZE), mtime=0)  # a tar of nothing
    parts = [("version", _VERSION), ("manifest", manifest.encode()), ("header.tar.gz", header)]
    return _tar([*parts, ("data/0000.tar.gz", payload)])


def _summed(header: bytes) -> tuple[tuple[str, bytes], ...]:
    """What the manifest vouches for, in the order of the names."""
    return ("header.tar.gz", header), ("version", _VERSION)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _tar(members: Iterable[tuple[str, bytes]]) -> bytes:
    """An uncompressed tar without the padding that tapes needed; the order counts for Mender."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            archive.addfile(member, io.BytesIO(content))
        end = archive.offset + 2 * tarfile.BLOCKSIZE
    return buffer.getvalue()[:end]
