"""Artifacts of the real tool, broken at random: nothing is verified that Mender would not take, and nothing crashes."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_feed import ArtifactError, Feed
from moducop_tui.sources.artifact_tar import TarReader
from tests.unit.actions_artifact.made_artifacts import (
    PACKERS,
    Member,
    Parts,
    accepted_by_mender,
    take_apart,
    tar,
    verify,
)

KINDS = ("none", "gzip", "lzma", "app", "rich", "empty")
STRICTER = ("behind the end", "in the middle of", "follows its payload", "can't be unpacked")
"""Where the real tool looks no further, and we do: what stands behind the end, and a missing end."""
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def whole(made: dict[str, Path]) -> dict[str, bytes]:
    """The bytes of each sound artifact."""
    return {kind: made[kind].read_bytes() for kind in KINDS}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A file in memory that each example writes anew."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory) / "x.mender"


@st.composite
def mutation(draw: st.DrawFn) -> tuple[str, float, float, bytes]:
    """How to break something, where (as a share of its length), how much of it, and what to put there."""
    how = draw(st.sampled_from(["cut", "flip", "insert", "delete", "append", "swap", "repeat"]))
    return how, draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.binary(min_size=1, max_size=700))


def mutate(content: bytes, how: str, at: float, much: float, what: bytes) -> bytes:
    """The broken bytes; swaps and repetitions are of whole records, which leaves a tar readable."""
    index, count = int(at * (len(content) - 1)), int(much * 1500)
    record, other = index // 512 * 512, int(much * (len(content) - 1)) // 512 * 512
    if how == "cut":
        return content[:index]
    if how == "flip":
        return content[:index] + bytes([content[index] ^ (what[0] or 1)]) + content[index + 1 :]
    if how == "insert":
        return content[:index] + what + content[index:]
    if how == "delete":
        return content[:index] + content[index + count :]
    if how == "append":
        return content + (bytes(count) if what[0] & 1 else what)
    if how == "swap":
        low, high = sorted((record, other))
        records = [content[start : start + 512] for start in (low, high)]
        middle = content[low + 512 : high] if high > low else b""
        return content[:low] + (records[1] + middle + records[0] if high > low else records[0]) + content[high + 512 :]
    return content[:record] + content[record : record + 512 * (1 + count // 300)] + content[record:]


def check(path: Path, *, stricter: tuple[str, ...] = STRICTER) -> None:
    """Both verdicts on one file, and what must hold between them."""
    ours, theirs, header = verify(path), accepted_by_mender(path), read_artifact(Host(), str(path))
    if isinstance(ours, Verified):
        assert theirs, "verified here, refused by mender-artifact"
        assert isinstance(header, Artifact), header
        assert header.manifest == ours.manifest
        return
    assert len(ours.reason) <= 250
    assert ours.reason.isprintable()
    if theirs:
        assert any(words in ours.reason for words in stricter), ours.reason


@SETTINGS
@given(kind=st.sampled_from(KINDS), broken=mutation())
@example(kind="gzip", broken=("flip", 0.0, 0.0, b"\x01"))
def test_a_broken_file_is_verified_only_where_mender_takes_it(
    whole: dict[str, bytes], place: Path, kind: str, broken: tuple[str, float, float, bytes]
) -> None:
    place.write_bytes(mutate(whole[kind], *broken))
    check(place)


@pytest.mark.parametrize(
    "checksum",
    ["011276\0!", "11276\0 \0", "\0 11276 ", "11276 \0!", "11276!  ", "112\00076 ", " " * 8, "\0" * 8],
    ids=ascii,
)
def test_the_number_of_an_entry_is_read_as_mender_reads_it(whole: dict[str, bytes], place: Path, checksum: str) -> None:
    content = whole["none"]
    right = content[148:154].decode()
    place.write_bytes(
        content[:148] + checksum.replace("11276", right.lstrip("0")).encode()[:8].ljust(8) + content[156:]
    )
    assert isinstance(verify(place), Verified) == accepted_by_mender(place)


@SETTINGS
@given(kind=st.sampled_from(KINDS), inside=st.sampled_from(["header", "payload", "manifest"]), broken=mutation())
def test_a_broken_inside_with_right_checksums_is_verified_only_where_mender_takes_it(
    made: dict[str, Path], place: Path, kind: str, inside: str, broken: tuple[str, float, float, bytes]
) -> None:
    parts = take_apart(made[kind])
    place.write_bytes(break_inside(parts, inside, broken).build())
    check(place, stricter=("can't be used",))  # texts and dialects that only the real tool puts up with


def break_inside(parts: Parts, inside: str, broken: tuple[str, float, float, bytes]) -> Parts:
    """Break one part, and let the manifest name the checksums of what is broken."""
    pack = PACKERS[parts.suffix]
    if inside == "header":
        return replace(parts, packed_header=pack(mutate(tar(parts.header), *broken)))
    if inside == "payload":
        return replace(parts, packed_payload=pack(mutate(tar(parts.payload), *broken)))
    return replace(parts, manifest=mutate(parts.members()[1].content, *broken))


NAMES = st.one_of(
    st.sampled_from(["rootfs.ext4", "..", "../x", "/etc/passwd", "a/b", "a b", ".", "", "-rf", "x" * 99]),
    st.text(min_size=1, max_size=30).filter(lambda name: "\0" not in name and len(name.encode()) < 90),
)


@SETTINGS
@given(kind=st.sampled_from(["none", "app"]), name=NAMES, both=st.booleans())
def test_a_renamed_file_is_verified_only_where_mender_takes_it(
    made: dict[str, Path], place: Path, kind: str, name: str, both: bool
) -> None:
    parts = take_apart(made[kind])
    first, *rest = parts.payload
    renamed = replace(parts, payload=[Member(name or "-", first.content), *rest])
    if not both:
        renamed = replace(renamed, manifest=parts.members()[1].content)
    try:
        place.write_bytes(renamed.build())
    except UnicodeEncodeError:
        return  # such a name can't even be written into a manifest
    check(place, stricter=("manifest",))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=4096), st.integers(1, 700))
def test_no_bytes_make_the_tar_reader_fail_in_another_way_than_its_own(content: bytes, size: int) -> None:
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    walk(TarReader(Feed(blocks, "it"), "it"))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2047), st.integers(1, 255))
def test_a_flipped_byte_of_a_tar_is_found_or_harmless(content: bytes, index: int, bits: int) -> None:
    raw = bytearray(tar([Member("a", content), Member("b", b"")]))
    raw[index % len(raw)] ^= bits
    walk(TarReader(Feed([bytes(raw)], "it"), "it"))


def walk(reader: TarReader) -> list[tuple[str, bytes]] | None:
    """All files; None where it is refused."""
    found = []
    try:
        while (entry := reader.next()) is not None:
            found.append((entry.name, reader.read(1 << 20)))
        reader.finish()
    except ArtifactError:
        return None
    return found


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=2000)), max_size=5), st.integers(1, 3000))
def test_what_is_written_is_read_in_blocks_of_any_size(files: list[tuple[str, bytes]], size: int) -> None:
    raw = tar([Member(name, content) for name, content in files])
    blocks = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert walk(TarReader(Feed(blocks, "it"), "it")) == files


def test_no_file_of_random_bytes_is_verified(place: Path) -> None:
    for seed in range(50):
        place.write_bytes(random.Random(seed).randbytes(seed * 200))
        assert isinstance(verify(place), Unavailable)
