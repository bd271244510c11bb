"""Artifacts broken on purpose, one thing in each, so that everything before it still holds.

`mutants(sound, seed, count)` gives the same artifacts again for the same seed. What is broken is any field of any
record of the outer tar, of the header's and of the payload's; an extended header in front of one; a JSON text; a line
of the manifest; how a part is packed; which parts there are. The checksums of the manifest are made anew, so that
nothing is refused for those alone.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from tests.unit.actions_artifact.mutator_json import broken_json
from tests.unit.actions_artifact.mutator_tar import Edit, Entry, broken_extension, broken_record, join, split

Packing: TypeAlias = Callable[[random.Random, bytes], tuple[str, bytes]]
"""Packs a tar in one way or another, and says in which."""


@dataclass(frozen=True)
class Mutant:
    """One broken artifact. `what` says what was done to which one, for the message of a test."""

    what: str
    content: bytes


@dataclass(frozen=True)
class Taken:
    """An artifact taken apart. `manifest` stands for the one that is made anew; `packed` for what is packed anew."""

    suffix: str
    version: bytes
    header: tuple[Entry, ...]
    payload: tuple[Entry, ...]
    signature: bytes | None = None
    manifest: bytes | None = None
    packed_header: bytes | None = None
    packed_payload: bytes | None = None
    has_payload: bool = True

    def outer(self) -> tuple[Entry, ...]:
        """The entries of the outer tar."""
        header = self.packed_header or pack(join(self.header), self.suffix)
        payload = self.packed_payload or pack(join(self.payload), self.suffix)
        parts = {f"data/0000/{entry.name}": entry.content for entry in self.payload}
        parts |= {f"header.tar{self.suffix}": header, "version": self.version}
        lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in parts.items())
        manifest = "".join(lines).encode("utf-8", "surrogateescape") if self.manifest is None else self.manifest
        found = [Entry("version", self.version), Entry("manifest", manifest)]
        found += [] if self.signature is None else [Entry("manifest.sig", self.signature)]
        found.append(Entry(f"header.tar{self.suffix}", header))
        found += [Entry(f"data/0000.tar{self.suffix}", payload)] if self.has_payload else []
        return tuple(found)

    def build(self) -> bytes:
        """The artifact."""
        return join(self.outer())


def take(content: bytes) -> Taken:
    """The parts of a sound artifact."""
    outer = {entry.name: entry.content for entry in split(content)}
    header = next(name for name in outer if name.startswith("header.tar"))
    suffix = header.removeprefix("header.tar")
    payload = outer.get(f"data/0000.tar{suffix}")
    return Taken(
        suffix=suffix,
        version=outer["version"],
        header=split(unpack(outer[header], suffix)),
        payload=() if payload is None else split(unpack(payload, suffix)),
        signature=outer.get("manifest.sig"),
        has_payload=payload is not None,
    )


def pack(raw: bytes, suffix: str) -> bytes:
    """Packed as the name's ending says."""
    if suffix == ".gz":
        return gzip.compress(raw, 1, mtime=0)
    return lzma.compress(raw, preset=0) if suffix == ".xz" else raw


def unpack(packed: bytes, suffix: str) -> bytes:
    """The opposite."""
    if suffix == ".gz":
        return gzip.decompress(packed)
    return lzma.decompress(packed) if suffix == ".xz" else packed


def mutants(sound: Mapping[str, bytes], seed: int, count: int) -> Iterator[Mutant]:
    """So many of them, of the artifacts in `sound` by their names."""
    chance = random.Random(seed)
    taken = {name: take(content) for name, content in sorted(sound.items())}
    for _ in range(count):
        name = chance.choice(list(taken))
        how = chance.choices(list(_WAYS), list(_WAYS.values()))[0]
        what, content = how(chance, taken[name])
        yield Mutant(f"{name}: {what}", content)


def _record(chance: random.Random, taken: Taken) -> tuple[str, bytes]:
    """One field of one record, at any level."""
    return _somewhere(chance, taken, broken_record)


def _extension(chance: random.Random, taken: Taken) -> tuple[str, bytes]:
    """An extended header, or another dialect's long name, in front of one entry, at any level."""
    return _somewhere(chance, taken, broken_extension)


def _somewhere(chance: random.Random, taken: Taken, breaks: Edit) -> tuple[str, bytes]:
    level = chance.choice(["outer", "header", "payload" if taken.payload else "header"])
    entries = {"outer": taken.outer(), "header": taken.header, "payload": taken.payload}[level]
    index = chance.randrange(len(entries))
    what, broken = breaks(chance, entries[index])
    changed = (*entries[:index], broken, *entries[index + 1 :])
    what = f"{level} {entries[index].name}: {what}"
    if level == "outer":
        return what, join(changed)
    if level == "header":
        return what, replace(taken, packed_header=pack(join(changed), taken.suffix)).build()
    return what, replace(taken, packed_payload=pack(join(changed), taken.suffix)).build()


def _json(chance: random.Random, taken: Taken) -> tuple[str, bytes]:
    """One of the JSON texts."""
    texts = [index for index, entry in enumerate(taken.header) if not entry.name.startswith("scripts/")]
    index = chance.choice([-1, *texts])
    text = taken.version if index < 0 else taken.header[index].content
    what, broken = broken_json(chance, text)
    if index < 0:
        return f"version {what}", replace(taken, version=broken).build()
    entry = taken.header[index]
    changed = (*taken.header[:index], replace(entry, content=broken), *taken.header[index + 1 :])
    return f"{entry.name} {what}", replace(taken, header=changed).build()


def _manifest(chance: random.Random, taken: Taken) -> tuple[str, bytes]:
    """One line of the manifest."""
    lines = taken.outer()[1].content.splitlines(keepends=True)
    index = chance.randrange(len(lines))
    line = lines[index]
    other: list[bytes] = chance.choice(
        [
            [line[:-1] + b"\r\n"],
            [b"\n", line],
            [line[:64].upper() + line[64:]],
            [line, line],
            [],
            [b"  " + line],
            [line[:64] + b"   " + line[66:]],
            [line[:64] + b"\t\t" + line[66:]],
            [line[:63] + line[64:]],
            [line[:-1] + b"  x\n"],
            [line, b"0" * 64 + b"  data/0000/other\n"],
            [line, b"0" * 64 + b"  data/0001/x\n"],
            [line, b"0" * 64 + b"  other\n"],
            [line[:-1]],
            [line[:66] + b"./" + line[66:]],
            [line, b"\0\n"],
            [line[:-1] + b" \n"],
            [line[:-1] + b"\x85\n"],
            [line[:66] + b"data/../" + line[66:]],
            [line, b" \t \n"],
        ]
    )
    manifest = b"".join([*lines[:index], *other, *lines[index + 1 :]])
    return f"manifest line {index}: {b''.join(other)!r}", replace(taken, manifest=manifest).build()


def _packing(chance: random.Random, taken: Taken) -> tuple[str, bytes]:
    """How the header or the payload is packed."""
    inside = chance.choice(["header", "payload" if taken.payload else "header"])
    raw = join(taken.header if inside == "header" else taken.payload)
    what, packed = chance.choice(_PACKINGS[taken.suffix])(chance, raw)
    changed = replace(taken, packed_header=packed) if inside == "header" else replace(taken, packed_payload=packed)
    return f"{inside} packed: {what}", changed.build()


def _gzip_field(chance: random.Random, raw: bytes) -> tuple[str, bytes]:
    """A header of gzip with other flags, and the fields that belong to them."""
    flags = chance.randrange(256)
    fields = b""
    if flags & 4:
        fields += chance.choice([b"\0\0", b"\4\0AB\0\0", b"\xff\xff" + bytes(65535)])
    if flags & 8:
        fields += b"n" * chance.choice([0, 5, 509, 510, 511, 512, 513, 2000]) + b"\0"
    if flags & 16:
        fields += b"c" * chance.choice([0, 5, 511, 512, 2000]) + b"\0"
    packed = gzip.compress(raw, 1, mtime=0)
    front = packed[:3] + bytes([flags]) + packed[4:10] + fields
    if flags & 2:
        import zlib

        front += (zlib.crc32(front) & 0xFFFF).to_bytes(2, "little")
    return f"flags {flags:#x}, {len(fields)} bytes of fields", front + packed[10:]


def _members(chance: random.Random, raw: bytes) -> tuple[str, bytes]:
    """In two members."""
    at = chance.randrange(len(raw))
    return "two members", gzip.compress(raw[:at], mtime=0) + gzip.compress(raw[at:], mtime=0)


def _xz_kind(chance: random.Random, raw: bytes) -> tuple[str, bytes]:
    """With another check, other filters, a large dictionary, two streams, or bytes behind the end."""
    check = chance.choice([lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256])
    filters: list[dict[str, int]] = chance.choice(
        [[], [{"id": lzma.FILTER_X86}], [{"id": lzma.FILTER_DELTA, "dist": 4}]]
    )
    size = chance.choice([4096, 1 << 20, 64 << 20])
    chain = [*filters, {"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": size}]
    packed = lzma.compress(raw, check=check, filters=chain)
    behind = chance.choice([b"", b"", bytes(4), bytes(8), b"x", packed])
    return f"check {check}, {chain}, {len(behind)} bytes behind", packed + behind


def _flipped(suffix: str) -> Packing:
    def flip(chance: random.Random, raw: bytes) -> tuple[str, bytes]:
        packed = bytearray(pack(raw, suffix))
        index, bit = chance.randrange(len(packed)), 1 << chance.randrange(8)
        packed[index] ^= bit
        return f"bit {bit} of byte {index}", bytes(packed)

    return flip


def _cut_or_longer(suffix: str) -> Packing:
    def change(chance: random.Random, raw: bytes) -> tuple[str, bytes]:
        return chance.choice(
            [
                ("no end mark", pack(raw[:-1024], suffix)),
                ("half an end mark", pack(raw[:-512], suffix)),
                ("more zeros", pack(raw + bytes(8192), suffix)),
                ("more bytes", pack(raw + b"more", suffix)),
                ("half a record", pack(raw + bytes(100), suffix)),
                ("twice", pack(raw + raw, suffix)),
                ("end mark in between", pack(bytes(1024) + raw, suffix)),
                ("nothing", pack(b"", suffix)),
            ]
        )

    return change


_PACKINGS: dict[str, list[Packing]] = {
    ".gz": [_gzip_field, _gzip_field, _members, _flipped(".gz"), _cut_or_longer(".gz")],
    ".xz": [_xz_kind, _xz_kind, _flipped(".xz"), _cut_or_longer(".xz")],
    "": [_cut_or_longer("")],
}


def _order(chance: random.Random, taken: Taken) -> tuple[str, bytes]:
    """Parts that are missing, twice, in another order, or that nobody knows, at any level."""
    level = chance.choice(["outer", "header", "payload" if taken.payload else "header"])
    entries = list({"outer": taken.outer(), "header": taken.header, "payload": taken.payload}[level])
    index, other = chance.randrange(len(entries)), chance.randrange(len(entries))
    how = chance.choice(["missing", "twice", "swapped", "more"])
    if how == "missing":
        del entries[index]
    elif how == "twice":
        entries.insert(other, entries[index])
    elif how == "swapped":
        entries[index], entries[other] = entries[other], entries[index]
    else:
        names = [
            "files",
            "headers/0000/files",
            "headers/0001/type-info",
            "data/0001.tar",
            "data/0000.tar",
            "header-augment.tar",
        ]
        entries.insert(other, Entry(chance.choice([*names, "scripts/x", "scripts/", "manifest-augment", "x"]), b""))
    what = f"{level} {how} {index} {other}"
    if level == "outer":
        return what, join(entries)
    packed = pack(join(entries), taken.suffix)
    key = {"header": "packed_header", "payload": "packed_payload"}[level]
    return what, replace(taken, **{key: packed}).build()  # type: ignore[arg-type]


_WAYS = {_record: 40, _extension: 20, _json: 25, _manifest: 4, _packing: 7, _order: 4}
"""How an artifact is broken, and how often of a hundred."""
