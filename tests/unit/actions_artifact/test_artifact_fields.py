"""Every field of an artifact's tars is read as Mender's own tool reads it."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.model.artifact import Verified
from tests.unit.actions_artifact.against_mender import compare
from tests.unit.actions_artifact.made_artifacts import accepted_by_mender, refusal, verify
from tests.unit.actions_artifact.mutator import Taken, mutants, pack, take
from tests.unit.actions_artifact.mutator_tar import Entry, join, pax_record, record

LEVELS = ("outer", "header", "payload")
NUMBERS = ("mode", "uid", "gid", "mtime", "devmajor", "devminor")
NO_NUMBER = (b"8", b"x", b"-1", b"+1", b"1 2", b"1_1", b"0x1", b"\t1", b"7777777!")
A_NUMBER = (
    b"",
    b" " * 12,
    b"\0" * 12,
    b"  644",
    b"\x00644",
    b"644 \0",
    b"1\x00junk",
    b"\x80\0\0\0\0\0\1\xa4",
    b"\xff" * 12,
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A file that each test writes anew."""
    return tmp_path / "x.mender"


def changed(taken: Taken, level: str, **what: object) -> bytes:
    """With another first entry at a level; everything else is right."""
    entries = {"outer": taken.outer(), "header": taken.header, "payload": taken.payload}[level]
    raw = join((replace(entries[0], **what), *entries[1:]))  # type: ignore[arg-type]
    if level == "outer":
        return raw
    packed = pack(raw, taken.suffix)
    named = {"packed_header": packed} if level == "header" else {"packed_payload": packed}
    return replace(taken, **named).build()  # type: ignore[arg-type]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("field", NUMBERS)
def test_a_field_that_is_no_number_is_refused(sound: dict[str, bytes], place: Path, level: str, field: str) -> None:
    for value in NO_NUMBER:
        place.write_bytes(changed(take(sound["gzip"]), level, edits=((field, value),)))
        assert "x.mender can't be used" in refusal(place), value


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("field", NUMBERS)
def test_a_number_written_in_any_way_that_mender_reads_is_read(
    sound: dict[str, bytes], place: Path, level: str, field: str
) -> None:
    for value in A_NUMBER:
        place.write_bytes(changed(take(sound["gzip"]), level, edits=((field, value),)))
        assert isinstance(verify(place), Verified), value


@pytest.mark.parametrize("field", [*NUMBERS, "size"])
@pytest.mark.parametrize("value", [*NO_NUMBER, *A_NUMBER, b"\xb2", b"\xbf" + b"\xff" * 11], ids=ascii)
def test_mender_says_the_same_of_each_number(sound: dict[str, bytes], place: Path, field: str, value: bytes) -> None:
    place.write_bytes(changed(take(sound["none"]), "payload", edits=((field, value),)))
    assert isinstance(verify(place), Verified) == accepted_by_mender(place)


def test_a_size_may_be_written_in_base_256(sound: dict[str, bytes], place: Path) -> None:
    taken = take(sound["none"])
    size = b"\x80" + len(taken.payload[0].content).to_bytes(11, "big")
    place.write_bytes(changed(taken, "payload", edits=(("size", size),)))
    assert isinstance(verify(place), Verified)
    assert accepted_by_mender(place)


def test_a_size_that_the_two_clients_read_differently_is_refused(sound: dict[str, bytes], place: Path) -> None:
    """Go passes over a NUL in front of the digits; libarchive, on which the newer client stands, reads 0."""
    taken = take(sound["none"])
    size = b"\0%o" % len(taken.payload[0].content)
    place.write_bytes(changed(taken, "payload", edits=(("size", size),)))
    assert "an entry without a size that makes sense" in refusal(place)


def test_the_checksum_may_be_of_bytes_with_a_sign(sound: dict[str, bytes], place: Path) -> None:
    taken = take(sound["none"])
    name = (("uname", b"\xff" * 8),)
    wanted = sum(record(replace(taken.payload[0], edits=name))[:148]) - 8 * 256
    rest = sum(record(replace(taken.payload[0], edits=name))[156:])
    checksum = ("checksum", b"%06o\0 " % (wanted + rest + 8 * 32))
    place.write_bytes(changed(taken, "payload", edits=(*name, checksum)))
    assert isinstance(verify(place), Verified)
    assert accepted_by_mender(place)


@pytest.mark.parametrize(
    ("magic", "version", "end"),
    [(b"ustar\0", b"00", b"tar\0"), (b"ustar ", b"00", b""), (b"ustarx", b"00", b"")],
    ids=["star", "half of GNU", "neither"],
)
def test_a_dialect_in_which_names_depend_on_the_reader_is_refused(
    sound: dict[str, bytes], place: Path, magic: bytes, version: bytes, end: bytes
) -> None:
    edits = (("magic", magic), ("version", version), ("end", end.rjust(12, b"\0")))
    place.write_bytes(changed(take(sound["none"]), "payload", edits=edits))
    assert "a dialect of tar that Mender's clients do not read alike" in refusal(place)


def test_the_dialects_that_all_read_alike_are_read(sound: dict[str, bytes], place: Path) -> None:
    for magic, version in ((b"", b""), (b"ustar ", b" \0"), (b"ustar\0", b"99")):
        place.write_bytes(changed(take(sound["gzip"]), "header", edits=(("magic", magic), ("version", version))))
        assert isinstance(verify(place), Verified), magic
        assert accepted_by_mender(place)


BAD_PAX = [
    *(
        pax_record(key, value)
        for key in ("uid", "gid")
        for value in ("x", "1.5", "0x1", "1_0", " 1", "9223372036854775808")
    ),
    *(
        pax_record(key, value)
        for key in ("mtime", "atime", "ctime")
        for value in ("x", "1e3", "1.a", ".5", "1.5.5", "-")
    ),
    *(pax_record(key, "a\0b") for key in ("path", "uname", "gname")),
    *(pax_record("size", value) for value in ("x", "-1", "", "1.0", "9223372036854775808")),
    *(pax_record(key, "1") for key in ("GNU.sparse.major", "GNU.sparse.map", "linkpath", "a\0b", "", "unknown")),
    b"+12 mtime=1\n",
    b"9 mtime=1\n",
    b"10 mtime=1\n",
    b"12 mtime=1",
    b"4 =\n",
    b"x",
    b"5\tuid=",
    b"10 uid=1\0\n0",
]
GOOD_PAX = [
    pax_record("uid", "3000000000") + pax_record("gid", "-1"),
    pax_record("uid", "+5"),
    pax_record("uid", ""),
    *(
        pax_record(key, value)
        for key in ("mtime", "atime", "ctime")
        for value in ("1", "-1.5", "1.", "1.999999999999", "")
    ),
    pax_record("uname", "ä") + pax_record("gname", "") + pax_record("comment", "a\0b"),
]


def with_extension(taken: Taken, level: str, content: bytes) -> bytes:
    """With an extended header in front of its first file."""
    front = record(Entry("PaxHeaders/x", content), b"x") + content + bytes(-len(content) % 512)
    return changed(taken, level, front=front)


@pytest.mark.parametrize("level", LEVELS)
def test_a_value_of_an_extended_header_that_makes_no_sense_is_refused(
    sound: dict[str, bytes], place: Path, level: str
) -> None:
    for content in BAD_PAX:
        place.write_bytes(with_extension(take(sound["gzip"]), level, content))
        assert "x.mender can't be used" in refusal(place), content


@pytest.mark.parametrize("content", GOOD_PAX, ids=ascii)
def test_a_sound_extended_header_is_read_as_mender_does(sound: dict[str, bytes], place: Path, content: bytes) -> None:
    place.write_bytes(with_extension(take(sound["none"]), "payload", content))
    assert isinstance(verify(place), Verified)
    assert accepted_by_mender(place)


@pytest.mark.parametrize("flags", [2, 4, 16, 32, 0x80, 8 | 16])
def test_a_header_of_gzip_that_nobody_writes_is_refused(sound: dict[str, bytes], place: Path, flags: int) -> None:
    taken = take(sound["gzip"])
    packed = pack(join(taken.payload), ".gz")
    fields = {4: b"\2\0ab", 2: b"", 16: b"c\0", 24: b"n\0c\0"}.get(flags, b"")
    place.write_bytes(
        replace(taken, packed_payload=packed[:3] + bytes([flags]) + packed[4:10] + fields + packed[10:]).build()
    )
    assert "a header of gzip that is not known here" in refusal(place)


@pytest.mark.parametrize(("length", "sound_one"), [(1, True), (511, True), (512, False)])
def test_a_name_in_a_header_of_gzip_is_as_long_as_mender_reads_it(
    sound: dict[str, bytes], place: Path, length: int, sound_one: bool
) -> None:
    taken = take(sound["gzip"])
    packed = gzip.compress(join(taken.payload), mtime=0)
    name = b"n" * length + b"\0"
    place.write_bytes(replace(taken, packed_payload=packed[:3] + b"\x08" + packed[4:10] + name + packed[10:]).build())
    assert isinstance(verify(place), Verified) == accepted_by_mender(place) == sound_one


@pytest.mark.parametrize("seed", range(24))
def test_nothing_broken_is_verified_that_mender_refuses(sound: dict[str, bytes], place: Path, seed: int) -> None:
    found = compare(mutants(sound, seed, 10), place)
    assert found.tried == 10
    assert not found.wrong
    assert not found.unread
