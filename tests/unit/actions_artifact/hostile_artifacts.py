"""Artifacts that try to fill the memory of whoever looks at them: bombs, windows, endless lists. Small on the disk."""

from __future__ import annotations

import gzip
import json
import lzma
import random
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.unit.actions_artifact.mutator import Taken, pack
from tests.unit.actions_artifact.mutator_tar import Entry, join, pax_record, record

MIB = 1 << 20
_VERSION = b'{"format":"mender","version":3}'
_INFO = {
    "payloads": [{"type": "bootfit-rootfs"}],
    "artifact_provides": {"artifact_name": "n"},
    "artifact_depends": {"device_type": ["a"]},
}
_TYPES = {"type": "bootfit-rootfs"}


def make(place: Path) -> dict[str, Path]:
    """All of them by name, written into a directory."""
    made = {}
    for name, build in HOSTILE.items():
        made[name] = place / f"{name}.mender"
        made[name].write_bytes(build())
    return made


def plain(suffix: str = "") -> Taken:
    """A small sound artifact of a kernel and a root file system."""
    return Taken(
        suffix,
        _VERSION,
        (
            Entry("header-info", json.dumps(_INFO).encode()),
            Entry("headers/0000/type-info", json.dumps(_TYPES).encode()),
        ),
        (Entry("fitImage-x", b"kernel"), Entry("root.ext4", b"root")),
    )


def with_text(name: str, text: bytes) -> bytes:
    """With another text in the header."""
    taken = plain(".gz")
    header = [replace(entry, content=text) if entry.name.endswith(name) else entry for entry in taken.header]
    if name == "meta-data":
        header.append(Entry("headers/0000/meta-data", text))
    return replace(taken, header=tuple(header)).build()


def xz(pieces: Iterator[bytes], dictionary: int) -> bytes:
    """Packed with a dictionary of that size."""
    fast = {"mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 4, "depth": 1}
    engine = lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": dictionary, **fast}])
    return b"".join([*map(engine.compress, pieces), engine.flush()])


def xz_of_blocks(*blocks: tuple[bytes, int]) -> bytes:
    """One stream of several blocks, each with a dictionary of its own (xz-file-format 1.2.0, 3 and 4)."""
    streams = [xz(iter([content]), dictionary) for content, dictionary in blocks]
    front, records, body = streams[0][:12], b"", b""
    for stream in streams:
        index = (int.from_bytes(stream[-8:-4], "little") + 1) * 4
        body += stream[12 : -12 - index]
        records += _sizes_in(stream[-12 - index : -12])
    whole = bytes([0, len(blocks)]) + records
    whole += bytes(-len(whole) % 4)
    whole += zlib.crc32(whole).to_bytes(4, "little")
    foot = (len(whole) // 4 - 1).to_bytes(4, "little") + front[6:8]
    return front + body + whole + zlib.crc32(foot).to_bytes(4, "little") + foot + b"YZ"


def _sizes_in(index: bytes) -> bytes:
    """The only record of an index: two numbers of seven bits a byte, the last one below 128."""
    at = 2
    for _ in range(2):
        while index[at] & 0x80:
            at += 1
        at += 1
    return index[2:at]


def large_kernel(front: bytes, size: int) -> Iterator[bytes]:
    """A payload whose first file has so many bytes of nothing, and another behind it."""
    yield front
    yield from (bytes(MIB) for _ in range(size // MIB))
    yield join([Entry("root.ext4", b"root")])


def _sized(name: str, size: int) -> bytes:
    return record(Entry(name, edits=(("size", b"%011o\0" % size),)))


def _xz_kernel(size: int) -> bytes:
    """The real tool's own dictionary, of 64 MiB: filled by a kernel before the root file system."""
    packed = xz(large_kernel(_sized("fitImage-x", size), size), 64 * MIB)
    return replace(plain(".xz"), packed_payload=packed).build()


def _xz_header() -> bytes:
    """A header of scripts that fills what a header may have."""
    scripts = [Entry(f"scripts/ArtifactInstall_Enter_{n:02}", bytes(4 * MIB)) for n in range(4)]
    taken = plain(".xz")
    header = join([taken.header[0], *scripts, *taken.header[1:]])
    return replace(taken, packed_header=xz(iter([header]), 64 * MIB)).build()


def _full_header(suffix: str) -> bytes:
    """A header that can't be packed any smaller, as large as one may be."""
    noise = random.Random(1)
    scripts = [Entry(f"scripts/ArtifactInstall_Enter_{n:02}", noise.randbytes(MIB * 39 // 10)) for n in range(4)]
    taken = plain(suffix)
    header = join([taken.header[0], *scripts, *taken.header[1:]])
    packed = xz(iter([header]), 64 * MIB) if suffix == ".xz" else pack(header, suffix)
    return replace(taken, packed_header=packed).build()


def _xz_dictionary(size: int) -> bytes:
    return replace(plain(".xz"), packed_payload=xz(iter([join(plain().payload)]), size)).build()


def _gzip_bomb() -> bytes:
    """A gigabyte of nothing, by its own word, where the header must be."""
    engine = zlib.compressobj(1, wbits=31)
    front = engine.compress(_sized("header-info", 1 << 30))
    packed = front + b"".join(engine.compress(bytes(MIB)) for _ in range(128)) + engine.flush()
    return replace(plain(".gz"), packed_header=packed).build()


def _huge_extension(size: int, *, declared: int | None = None) -> bytes:
    content = pax_record("comment", "x" * size)
    front = record(Entry("x", content, edits=(("size", b"%011o\0" % (declared or len(content))),)), b"x") + content
    taken = plain(".gz")
    entry = replace(taken.header[0], front=front + bytes(-len(content) % 512))
    return replace(taken, packed_header=gzip.compress(join([entry, *taken.header[1:]]), 1)).build()


def _members(level: str) -> bytes:
    """Half a million members where three may be."""
    many = record(Entry("scripts/ArtifactInstall_Enter_00")) * 500_000
    taken = plain(".gz")
    if level == "outer":
        return join(taken.outer()[:2])[:-1024] + many[: 32 * MIB]
    if level == "header":
        return replace(taken, packed_header=gzip.compress(join(taken.header[:1])[:-1024] + many, 1)).build()
    return replace(taken, packed_payload=gzip.compress(many, 1)).build()


def _manifest(lines: int) -> bytes:
    """A manifest of as many files."""
    taken = plain()
    manifest = taken.outer()[1].content + b"".join(b"%064x  data/0000/%d\n" % (n, n) for n in range(lines))
    return replace(taken, manifest=manifest).build()


def _zstd(window: int, size: int) -> bytes:
    """With a window of so many bits, and a kernel of `size` MiB."""
    command = [
        "zstd",
        "-q",
        "-c",
        "-1",
        f"--zstd=wlog={window}",
        *(["--ultra"] if window > 27 else []),
        "--single-thread",
    ]
    noise = random.Random(1).randbytes(MIB)
    content = b"".join([_sized("fitImage-x", size * MIB), *([noise] * size), join([Entry("root.ext4", b"root")])])
    packed = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    taken = plain(".zst")
    header = subprocess.run(["zstd", "-q", "-c"], input=join(taken.header), capture_output=True, check=True).stdout
    return replace(taken, packed_payload=packed, packed_header=header).build()


def _strings(count: int) -> list[str]:
    return [f"{n:x}" for n in range(count)]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "xz-kernel-16": lambda: _xz_kernel(16 * MIB),
    "xz-kernel-100": lambda: _xz_kernel(100 * MIB),
    "xz-kernel-32": lambda: _xz_kernel(32 * MIB),
    "xz-header": _xz_header,
    "xz-header-noise": lambda: _full_header(".xz"),
    "gzip-header-noise": lambda: _full_header(".gz"),
    "header-noise": lambda: _full_header(""),
    "xz-dictionary-96": lambda: _xz_dictionary(96 * MIB),
    "xz-dictionary-1536": lambda: _xz_dictionary(1536 * MIB),
    "gzip-bomb": _gzip_bomb,
    "extension": lambda: _huge_extension(60_000),
    "extension-large": lambda: _huge_extension(20 * MIB),
    "extension-declared": lambda: _huge_extension(10, declared=1 << 32),
    "members-outer": lambda: _members("outer"),
    "members-header": lambda: _members("header"),
    "members-payload": lambda: _members("payload"),
    "manifest-1000": lambda: _manifest(998),
    "manifest-huge": lambda: _manifest(14_000),
    "json-20-mb": lambda: with_text("header-info", b"[" + b"0," * (10 * MIB) + b"0]"),
    "json-lists": lambda: with_text("meta-data", b'{"a":[' + b"[]," * 340_000 + b"[]]}"),
    "json-objects": lambda: with_text("meta-data", b'{"a":[' + b'{"":0},' * 140_000 + b"{}]}"),
    "json-objects-few": lambda: with_text("meta-data", b'{"a":[' + b'{"":0},' * 16_000 + b"{}]}"),
    "json-numbers": lambda: with_text("meta-data", b'{"a":[' + b"1e5," * 250_000 + b"0]}"),
    "json-deep": lambda: with_text("type-info", b'{"a":' * 150_000),
    "json-lists-deep": lambda: with_text("type-info", b"[" * MIB),
    "json-wide": lambda: with_text("meta-data", ('{"a":"' + "x" * (MIB - 100) + '\U0001f600"}').encode()),
    "json-number": lambda: with_text("meta-data", b'{"a":' + b"9" * (MIB - 100) + b"}"),
    "depends": lambda: with_text(
        "type-info",
        json.dumps({**_TYPES, "artifact_depends": {f"{n:x}": _strings(490) for n in range(95)}}).encode(),
    ),
    "provides": lambda: with_text(
        "type-info",
        json.dumps({**_TYPES, "artifact_provides": {f"{n:x}": "\u0431" * 200 for n in range(499)}}).encode(),
    ),
    "zstd-27": lambda: _zstd(27, 40),
    "zstd-30": lambda: _zstd(30, 1),
}
"""How each is made. The names say what is large in it."""
