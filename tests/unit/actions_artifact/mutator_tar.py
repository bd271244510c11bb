"""Tars whose records can be broken in one field while all else holds: sizes and checksums are right unless told."""

from __future__ import annotations

import random
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

FIELDS = {
    "name": (0, 100), "mode": (100, 108), "uid": (108, 116), "gid": (116, 124), "size": (124, 136),
    "mtime": (136, 148), "checksum": (148, 156), "kind": (156, 157), "link": (157, 257), "magic": (257, 263),
    "version": (263, 265), "uname": (265, 297), "gname": (297, 329), "devmajor": (329, 337), "devminor": (337, 345),
    "prefix": (345, 500), "atime": (345, 357), "ctime": (357, 369), "star-atime": (476, 488), "star-ctime": (488, 500),
    "end": (500, 512),
}  # fmt: skip
"""Where each field of a record begins and ends, in all dialects."""
NUMBERS = ("mode", "uid", "gid", "size", "mtime", "devmajor", "devminor", "atime", "ctime", "star-atime", "star-ctime")
MAGIC = {"ustar": b"ustar\x0000", "gnu": b"ustar  \0", "v7": bytes(8), "odd": b"ustar 00", "star": b"ustar\x0000"}


@dataclass(frozen=True)
class Entry:
    """A file of a tar. `front` stands before its record; `edits` are written into the record, by field."""

    name: str
    content: bytes = b""
    front: bytes = b""
    edits: tuple[tuple[str, bytes], ...] = ()

    def build(self) -> bytes:
        """Its records and its content."""
        return self.front + record(self) + self.content + bytes(-len(self.content) % 512)


Edit: TypeAlias = Callable[[random.Random, Entry], tuple[str, Entry]]


def join(entries: Iterable[Entry]) -> bytes:
    """The tar with its end mark."""
    return b"".join(entry.build() for entry in entries) + bytes(1024)


def split(raw: bytes) -> tuple[Entry, ...]:
    """The files of a sound tar."""
    found, at = [], 0
    while raw[at : at + 512].strip(b"\0"):
        info = tarfile.TarInfo.frombuf(raw[at : at + 512], "utf-8", "surrogateescape")
        found.append(Entry(info.name, raw[at + 512 : at + 512 + info.size]))
        at += 512 + info.size + -info.size % 512
    return tuple(found)


def record(entry: Entry, kind: bytes = tarfile.REGTYPE) -> bytes:
    """The record in front of a file, with the edits."""
    info = tarfile.TarInfo(entry.name)
    info.size, info.type = len(entry.content), kind
    raw = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    for field, value in entry.edits:
        begin, end = FIELDS[field]
        raw[begin:end] = value[: end - begin].ljust(end - begin, b"\0")
    if not any(field == "checksum" for field, _ in entry.edits):
        raw[148:156] = b" " * 8
        raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def broken_record(chance: random.Random, entry: Entry) -> tuple[str, Entry]:
    """One field of the record with a value of its own, in one of the dialects."""
    dialect = chance.choices(["ustar", "gnu", "v7", "odd", "star"], [60, 18, 18, 2, 2])[0]
    edits = [] if dialect == "ustar" else [("magic", MAGIC[dialect][:6]), ("version", MAGIC[dialect][6:])]
    if dialect == "star":
        edits.append(("end", bytes(8) + b"tar\0"))
    field = chance.choice([*FIELDS, *NUMBERS])
    value = _value(chance, field, entry)
    return f"{dialect} {field} {value!r}", replace(entry, edits=(*edits, (field, value)))


def _value(chance: random.Random, field: str, entry: Entry) -> bytes:
    begin, end = FIELDS[field]
    width = end - begin
    if field in NUMBERS:
        return number_text(chance, width, len(entry.content) if field == "size" else chance.choice([0, 0o644, 1 << 20]))
    if field == "checksum":
        right = sum(record(entry)) - sum(record(entry)[148:156]) + 256
        return number_text(chance, width, chance.choice([right, right, right + 1]))
    if field == "kind":
        return chance.choice([b"0", b"\0", *(bytes([one]) for one in b"1234567xgLKSADVMNXI"), chance.randbytes(1)])
    return chance.choice(
        [
            b"",
            b"x",
            b" ",
            b"/",
            b"x" * width,
            b"a\0b",
            b"\xff" * width,
            "ä".encode(),
            chance.randbytes(width),
            entry.name.encode() + b"/",
            b"./" + entry.name.encode(),
            entry.name.encode() + b"\0x",
            b"ustar",
            b"data",
        ]
    )


def number_text(chance: random.Random, width: int, value: int) -> bytes:
    """A number as somebody might write it into a field of that width, right or wrong."""
    digits = b"%o" % value
    ways = [*_octal_texts(width, digits), *_wrong_texts(width, digits), *_binary_texts(width, value)]
    return chance.choice([*ways, chance.randbytes(width), bytes(chance.choices(b"01234567 \0", k=width))])


def _octal_texts(width: int, digits: bytes) -> tuple[bytes, ...]:
    """The number itself, with more or less around it."""
    full = digits.rjust(width - 1, b"0")
    return (
        full + b"\0",
        full + b" ",
        b" " + full,
        b"\0" + full,
        digits.rjust(width, b"0"),
        digits + b" \0",
        digits,
        b"  " + digits,
        b"\0\0" + digits,
        b" \0" + digits + b"\0",
        digits + b"\0junk",
        digits + b" 1",
    )


def _wrong_texts(width: int, digits: bytes) -> tuple[bytes, ...]:
    """What is no number, or one for some readers."""
    return (
        b"8",
        b"9" * width,
        b"-1",
        b"+1",
        b"+" + digits,
        b"-" + digits,
        b"0x1",
        b"0o7",
        b"1_1",
        b"1 1",
        b"1\x001",
        b"a",
        b"1.0",
        b" " * width,
        bytes(width),
        b"7" * width,
        b"\t" + digits,
        digits + b"\t",
        digits + b"\n",
        b"\xb2",
        "٣".encode(),
    )


def _binary_texts(width: int, value: int) -> tuple[bytes, ...]:
    """In base 256, right and at its ends."""
    binary = bytearray(value.to_bytes(width, "big"))
    binary[0] |= 0x80
    return (
        bytes(binary),
        b"\xff" * width,
        b"\x80" + bytes(width - 1),
        b"\x80" + b"\xff" * (width - 1),
        b"\xbf" * width,
        b"\xc0" + bytes(width - 1),
        b"\x80" + bytes(width - 9) + b"\x7f" + b"\xff" * 7 if width > 8 else b"\x80",
        b"\xff" + bytes(width - 1),
    )


_VALUES = (
    *("", "0", "1", "-1", "+1", "1.5", "-1.5", "1.", ".5", "1.5.5", "x", "1x", " 1", "1 ", "1e3", "0x1", "1_0", "a\0b"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1" * 60, "٣", "ä"),
    *("\udcff", "1.999999999999", "1.a", "1.-1", "-", "+", "-.5", "00", "\n", "1\n", "0,1", "x=y"),
)
_KEYS = (
    *("path", "size", "uid", "gid", "mtime", "atime", "ctime", "uname", "gname", "comment", "linkpath", "charset"),
    *("GNU.sparse.major", "GNU.sparse.minor", "GNU.sparse.name", "GNU.sparse.realsize", "GNU.sparse.size"),
    *("GNU.sparse.map", "GNU.sparse.numblocks", "GNU.sparse.offset", "GNU.sparse.numbytes", "SCHILY.xattr.user.a"),
    *("LIBARCHIVE.xattr.a", "hdrcharset", "", "a\0b", "PATH", "ä", "x"),
)


def pax_record(key: str, value: str) -> bytes:
    """`LENGTH KEY=VALUE` with its line's end."""
    rest = f" {key}={value}\n".encode("utf-8", "surrogateescape")
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest


def broken_extension(chance: random.Random, entry: Entry) -> tuple[str, Entry]:
    """With one to three records of an extended header, or something else that only stands before a file."""
    right = {"path": entry.name, "size": str(len(entry.content))}
    keys = chance.choices(_KEYS, k=chance.choice([1, 1, 1, 2, 3]))
    texts = [pax_record(key, chance.choice([*_VALUES, right.get(key, "0"), right.get(key, "1")])) for key in keys]
    if chance.random() < 0.25:
        texts[-1] = _malformed(chance, texts[-1])
    kind = chance.choice([b"x"] * 10 + [b"g", b"L", b"K", b"X", b"A", b"V"])
    content = b"".join(texts)
    if kind in {b"L", b"K"}:
        content = chance.choice([entry.name.encode(), entry.name.encode() + b"\0", b"", b"x" * 2000])
    times = 2 if chance.random() < 0.05 else 1
    front = Entry("PaxHeaders/x", content)
    edit = broken_record(chance, front)[1].edits if chance.random() < 0.1 else ()
    raw = (record(replace(front, edits=edit), kind) + content + bytes(-len(content) % 512)) * times
    return f"{times} {kind!r} {content!r} {edit}", replace(entry, front=raw)


def _malformed(chance: random.Random, text: bytes) -> bytes:
    length, _, rest = text.partition(b" ")
    number = int(length)
    return chance.choice(
        [
            b"%d " % (number + 1) + rest,
            b"%d " % (number - 1) + rest,
            b"+" + text,
            b"-" + text,
            b"0" + text,
            b" " + text,
            b"%d " % (number + 1) + b" " + rest,
            b"4 =\n",
            b"3 \n",
            b"",
            b"\n",
            b"\0",
            text[:-1],
            text[:-1] + b"\0",
            length + b"\t" + rest,
            length,
            b"99999 " + rest,
            b"000000000000%d " % (number + 12) + rest,
            text + bytes(7),
            b"5 a=\n",
        ]
    )
