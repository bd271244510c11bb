"""How much memory a list of artifacts may take: a stick can hold dozens whose headers say a megabyte each."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

from moducop_tui.model.artifact import Artifact, Offer

LIMIT = 4 << 20
"""Bytes for the headers of one list; those of fifty artifacts of a ModuCop take a tenth of a megabyte."""
_TOO_MUCH = "Its header says more than the list has room for: give its whole path to look at it."


def within_limit(offers: Iterable[Offer]) -> Iterator[Offer]:
    """The same offers; one whose header has no room any more says so in its place."""
    left = LIMIT
    for offer in offers:
        needed = 0 if offer.artifact is None else _bytes_of(offer.artifact)
        if needed > left:
            yield replace(offer, artifact=None, error=_TOO_MUCH)
            continue
        left -= needed
        yield offer


def _bytes_of(artifact: Artifact) -> int:
    """About what its texts and lists take."""
    return sum(map(sys.getsizeof, _texts(artifact)))


def _texts(artifact: Artifact) -> Iterator[object]:
    yield from (artifact.name, *artifact.device_types, *artifact.clears, *artifact.scripts)
    for pair in artifact.provides:
        yield from (pair, *pair)
    for key, values in artifact.depends:
        yield from (key, values, *values)
    for file in artifact.files:
        yield from (file, file.name, file.sha256)
