"""An artifact's header: what it is, for which device, what it installs. Reads no further than it must."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.artifact_place import is_url, shown_place
from moducop_tui.model.foreign import clean
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact_feed import ArtifactError, Feed
from moducop_tui.sources.artifact_head import Head, read_head
from moducop_tui.sources.artifact_place import Bytes, PlaceError, called, open_place
from moducop_tui.sources.artifact_signature import VerifyKeys, judge_signature, read_verify_keys
from moducop_tui.sources.artifact_tar import TarReader
from moducop_tui.sources.artifact_unpack import unpack

_TIME_LIMIT = 60.0
"""Seconds that a header may take to arrive."""
_GRACE = 1.0
"""Seconds more for a server that says nothing at all: of one that still sends, it is told what did not come."""
_PLACE_LIMIT = 2000
_WHOLE = "the artifact"
_PAIR = "bootfit-rootfs"
"""The payload type of a kernel and a root file system, in this order (device facts 0)."""
_PASSED_OVER = 64 << 20
_PASSED_OVER_XZ = 24 << 20
"""Bytes that are unpacked for nothing but a size, at most: with xz they take as much memory."""


def read_artifact(
    host: Host, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
) -> Artifact | Unavailable:
    """The header of the artifact at `place`: a path, `stick:DEVICE:PATH`, or a URL (`model.ports.InspectPort`).

    `gave_up` says that nobody waits for it any more. `listed`: only if it is one that lists of artifacts have; any
    other place is not touched.
    """
    try:
        with open_place(host, place, _TIME_LIMIT + _GRACE, gave_up, listed=listed) as opened:
            opened.blocks = _while_awaited(opened.blocks, called(place), gave_up)
            return read_opened(host, place, opened, read_verify_keys(host), measure=not is_url(place))
    except PlaceError as error:
        return Unavailable(str(error))
    except ArtifactError as error:
        return Unavailable(f"{called(place)} can't be used: {error}.")


def read_opened(host: Host, place: str, opened: Bytes, keys: VerifyKeys, *, measure: bool = False) -> Artifact:
    """The header of an artifact that has just been opened. Raises ArtifactError and PlaceError.

    `measure`: pass over a kernel that lies before a root file system, to see how large that is; some megabytes.
    """
    outer = TarReader(Feed(_in_time(opened, called(place)), _WHOLE), _WHOLE)
    head = read_head(outer)
    files = head.manifest.files
    sizes = _sizes(outer, head, measure=measure)
    files = tuple(replace(file, size=sizes.get(file.name)) for file in files)
    size = files[0].size if len(files) == 1 else None
    info, types = head.header.info, head.header.types
    group = () if info.group is None else (("artifact_group", info.group),)
    return Artifact(
        place=clean(shown_place(place), _PLACE_LIMIT),
        name=info.name,
        device_types=info.device_types,
        payload_type=info.payload_type,
        compression=head.compression or "none",
        signature=judge_signature(host, head.raw_manifest, head.signature, keys),
        provides=(*group, *types.provides),
        depends=(*info.depends, *types.depends),
        clears=types.clears,
        scripts=head.header.scripts,
        files=files,
        size=opened.size,
        manifest=head.manifest_sum,
        app=head.header.app,
        payload_size=size,
        key_demanded=keys.demanded,
    )


def _while_awaited(blocks: Iterator[bytes], name: str, gave_up: Callable[[], bool]) -> Iterator[bytes]:
    for block in blocks:
        if gave_up():
            raise PlaceError(f"Nobody waits for the header of {name} any more.")
        yield block


def _in_time(opened: Bytes, name: str) -> Iterator[bytes]:
    end = time.monotonic() + _TIME_LIMIT
    for block in opened.counted():
        yield block
        if time.monotonic() > end:
            raise PlaceError(f"The header of {name} did not come within {_TIME_LIMIT:.0f} s.")


def _sizes(outer: TarReader, head: Head, *, measure: bool) -> dict[str, int]:
    """Bytes of the payload's files, as far as their own tar says it in front: of one file, of a kernel and a root.

    Not with zstd: starting a program for that is not "reads little".
    """
    count, pair = len(head.manifest.files), head.header.info.payload_type == _PAIR
    if head.compression in {None, "zstd"} or not (count == 1 or (pair and measure and count == 2)):
        return {}
    what, limit = "its payload", _PASSED_OVER_XZ if head.compression == "xz" else _PASSED_OVER
    inner = TarReader(Feed(unpack(outer.content(), head.compression or "none", what), what), what)
    found: dict[str, int] = {}
    for _ in range(count):
        if sum(found.values()) > limit or (entry := inner.next()) is None:
            break
        found[entry.name] = entry.size
    return found
