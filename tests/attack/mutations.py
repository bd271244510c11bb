"""Sound artifacts made wrong: by bytes, and by what they are made of, with checksums that agree again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace

from tests.unit.actions_artifact.made_artifacts import PACKERS, Member, Parts, tar

_FIELDS = {"mode": (100, 8), "uid": (108, 8), "gid": (116, 8), "size": (124, 12), "mtime": (136, 12),
           "checksum": (148, 8), "type": (156, 1), "link": (157, 100), "magic": (257, 8), "user": (265, 32),
           "major": (329, 8), "minor": (337, 8), "prefix": (345, 155)}  # fmt: skip
_VALUES = (
    b"8888888", b" 644", b"0x644", b"-1", b"+644", b"6_44", b"abc", b"6\x0044", b"\x80" + bytes(11), b"\xff" * 12,
    b"\x80" + b"\xff" * 11, b"        ", bytes(12), b"7" * 12, b"0644 \x00x", b"\t644", b"644\n", b"0o644", b"1e3",
    "٣".encode(), b"../../etc", b"0", b"1", b"2", b"5", b"6", b"7", b"L", b"K", b"S", b"g", b"x", b"\x01",
)  # fmt: skip
_NUMBERS = ("-1", "1.5", "1e400", "9" * 400, "NaN", "Infinity", "true", "null", '"3"', "[]", "{}", "0x3", "03", "3.0")
_TEXTS = ('""', "null", "1", "[]", '["x"]', '"a\\u0000b"', '"\\ud800"', '"\\u202e"', '"' + "x" * 5000 + '"', "true",
          '{"a":"b"}', "[[1]]", '[""]', "[null]")  # fmt: skip
_PAX = (
    b"size=-1", b"size=9999999999999999999999", b"size=0x5", b"size= 5", b"mtime=1e5", b"mtime=x", b"mtime=-1.5",
    b"mtime=1.", b"path=", b"path=a/b", b"path=\x00", b"path=\xff", b"linkpath=x", b"uid=-1", b"uid=x", b"gid=1.5",
    b"GNU.sparse.major=1", b"GNU.sparse.map=0,5", b"SCHILY.xattr.a=b", b"=x", b"novalue", b"charset=BINARY",
    b"ctime=y", b"atime=12345678901234567890", b"uname=\xff", b"comment=" + b"x" * 3000,
)  # fmt: skip


def mutated(parts: Parts, whole: bytes, chance: random.Random) -> tuple[str, bytes]:
    """One of many ways, in words, and the bytes."""
    name, way = chance.choice(_WAYS)
    return name, way(parts, whole, chance)


def _bytes(content: bytes, chance: random.Random) -> bytes:
    at, much = chance.randrange(len(content)), chance.randrange(1, 1500)
    record = at // 512 * 512
    return chance.choice(
        (
            content[:at],
            content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :],
            content[:at] + chance.randbytes(much) + content[at:],
            content[:at] + content[at + much :],
            content + bytes(much),
            content + chance.randbytes(much),
            content[:record] + content[record + 512 :],
            content[: record + 512] + content[record : record + 512] + content[record + 512 :],
        )
    )


def _outside(_: Parts, whole: bytes, chance: random.Random) -> bytes:
    return _bytes(whole, chance)


def _inside(parts: Parts, _: bytes, chance: random.Random) -> bytes:
    pack = PACKERS[parts.suffix]
    what = chance.choice(("header", "payload", "manifest", "version"))
    if what == "header":
        return replace(parts, packed_header=pack(_bytes(tar(parts.header), chance))).build()
    if what == "payload":
        return replace(parts, packed_payload=pack(_bytes(tar(parts.payload), chance))).build()
    if what == "version":
        return replace(parts, version=_bytes(parts.version, chance)).build()
    return replace(parts, manifest=_bytes(parts.members()[1].content, chance)).build()


def _field(raw: bytes, chance: random.Random) -> bytes:
    """A field of one entry of a tar, its checksum right again, as a rule."""
    starts = [start for start in range(0, len(raw), 512) if raw[start + 257 : start + 262] == b"ustar"]
    start = chance.choice(starts)
    name, (offset, length) = chance.choice(tuple(_FIELDS.items()))
    value = chance.choice(_VALUES)[:length]
    end = raw[start + offset + len(value) : start + offset + length] if chance.random() < 0.5 else b""
    head = bytearray(raw[start : start + 512])
    head[offset : offset + length] = (value + end).ljust(length, b"\0")
    if name != "checksum" and chance.random() < 0.9:
        head[148:156] = b" " * 8
        head[148:156] = f"{sum(head):06o}\0 ".encode()
    return raw[:start] + bytes(head) + raw[start + 512 :]


def _fields(parts: Parts, whole: bytes, chance: random.Random) -> bytes:
    pack = PACKERS[parts.suffix]
    what = chance.choice(("outer", "header", "payload"))
    if what == "header":
        return replace(parts, packed_header=pack(_field(tar(parts.header), chance))).build()
    if what == "payload" and parts.payload:
        return replace(parts, packed_payload=pack(_field(tar(parts.payload), chance))).build()
    return _field(whole, chance)


def _pax_entry(chance: random.Random) -> Member:
    records = b""
    for one in chance.sample(_PAX, chance.randrange(1, 3)):
        length = len(one) + 3
        while len(str(length)) + 2 + len(one) != length:
            length = len(str(length)) + 2 + len(one)
        records += str(length + (chance.choice((-1, 1, 99)) if chance.random() < 0.1 else 0)).encode()
        records += b" " + one + b"\n"
    return Member("PaxHeaders.0/x", records, kind=chance.choice((b"x", b"g")))


def _pax(parts: Parts, _: bytes, chance: random.Random) -> bytes:
    pack, members = PACKERS[parts.suffix], parts.members()
    what = chance.choice(("outer", "header", "payload"))
    if what == "outer":
        members.insert(chance.randrange(len(members)), _pax_entry(chance))
        return tar(members)
    inner = list(parts.header if what == "header" else parts.payload)
    inner.insert(chance.randrange(len(inner) + 1), _pax_entry(chance))
    packed = pack(tar(inner))
    return replace(parts, **{f"packed_{what}": packed}).build()  # type: ignore[arg-type]


def _json(parts: Parts, _: bytes, chance: random.Random) -> bytes:
    """One of the documents of the header, or the version, with a value, a key or its form changed."""
    documents = [one for one in parts.header if one.content.lstrip()[:1] == b"{"]
    names = [one.name for one in documents]
    name = chance.choice([*names, "version"])
    content = parts.version if name == "version" else next(one.content for one in documents if one.name == name)
    changed = _json_changed(content.decode(), chance).encode("utf-8", "surrogatepass")
    return (replace(parts, version=changed) if name == "version" else parts.header_with(name, changed)).build()


def _json_changed(text: str, chance: random.Random) -> str:
    document = json.loads(text)
    keys = _paths(document)
    way = chance.randrange(9)
    if way == 0:
        return chance.choice(("\ufeff", " \n\t", "\0", "{}", "//x\n")) + text
    if way == 1:
        return text + chance.choice(("x", "{}", "\0", "\n\n", ",", "]", " null"))
    if way == 2:
        return "[" * chance.choice((100, 20_000)) + text
    if way == 3 and text.startswith("{"):
        return "{" + chance.choice(('"unknown":1,', '"":[],', '"Format":"x",', '"artifact_name":5,')) + text[1:]
    if not keys:
        return text.replace('"', "'", 1)
    path = chance.choice(keys)
    if way == 4:
        return json.dumps(_with(document, path, None, rename=chance.choice((str.upper, str.title, lambda k: k + " "))))
    marked = json.dumps(_with(document, path, "@@@"))
    return marked.replace('"@@@"', chance.choice(_TEXTS + _NUMBERS), 1)


def _paths(document: object, before: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    entries: list[tuple[object, object]] = []
    if isinstance(document, dict):
        entries = list(document.items())
    elif isinstance(document, list):
        entries = list(enumerate(document))
    for key, value in entries:
        found += [(*before, key), *_paths(value, (*before, key))]
    return found


def _with(
    document: object, path: tuple[object, ...], value: object, rename: Callable[[str], str] | None = None
) -> object:
    first, *rest = path
    if isinstance(document, dict):
        if rest or rename is None:
            return {key: (_with(one, tuple(rest), value, rename) if rest else value) if key == first else one
                    for key, one in document.items()}  # fmt: skip
        return {rename(key) if key == first else key: one for key, one in document.items()}
    if isinstance(document, list):
        return [(_with(one, tuple(rest), value, rename) if rest else value) if index == first else one
                for index, one in enumerate(document)]  # fmt: skip
    return document


def _names(parts: Parts, _: bytes, chance: random.Random) -> bytes:
    name = chance.choice(
        ("..", "../x", "/etc/passwd", "a/b", ".", "-rf", "x" * 99, "a\\b", "a b", "ä", "a\nb", "\x1b[2J")
    )
    first, *rest = parts.payload or [Member("x", b"y")]
    renamed = replace(parts, payload=[Member(name, first.content, first.kind, first.link), *rest])
    if chance.random() < 0.3:
        renamed = replace(renamed, manifest=parts.members()[1].content)
    try:
        return renamed.build()
    except (UnicodeEncodeError, ValueError):
        return parts.build()


def _order(parts: Parts, _: bytes, chance: random.Random) -> bytes:
    """Entries in another order, twice, missing, or of another kind."""
    members = parts.members()
    at = chance.randrange(len(members))
    way = chance.randrange(5)
    if way == 0:
        chance.shuffle(members)
    elif way == 1:
        del members[at]
    elif way == 2:
        members.insert(chance.randrange(len(members)), members[at])
    elif way == 3:
        members[at] = replace(members[at], kind=chance.choice((b"1", b"2", b"3", b"5", b"6", b"7")), link="x")
    else:
        members.insert(at, Member(chance.choice(("x", "data/0001.tar", "manifest.sig", "manifest-augment")), b"y"))
    return tar(members)


def _manifest(parts: Parts, _: bytes, chance: random.Random) -> bytes:
    text = parts.members()[1].content.decode()
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    line = lines[at]
    lines[at] = chance.choice(
        (line.upper(), line.replace("  ", " "), line.replace("  ", " *"), line + line, "\n" + line, line.rstrip("\n"),
         line.replace("\n", "\r\n"), " " + line, line[1:], "g" + line[1:], "", line + "0" * 64 + "  data/0000/other\n",
         line.replace("data/0000/", "data/0000//"), line.replace("data/0000/", "data/0001/"))
    )  # fmt: skip
    return replace(parts, manifest="".join(lines).encode()).build()


_WAYS: tuple[tuple[str, Callable[[Parts, bytes, random.Random], bytes]], ...] = (
    ("bytes", _outside), ("bytes within", _inside), ("fields of a tar", _fields), ("fields of a tar", _fields),
    ("pax", _pax), ("JSON", _json), ("JSON", _json), ("names", _names), ("order", _order), ("manifest", _manifest),
)  # fmt: skip
