"""JSON texts broken in one place: keys, types, numbers, bytes, depth, what stands behind the end."""

from __future__ import annotations

import json
import random
from typing import Any


class Pairs(list[tuple[str, Any]]):
    """An object that can hold a key twice."""


class Raw(str):
    """A text that is written as it is."""

    __slots__ = ()


_OTHER: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    3,
    Raw("3.0"),
    Raw("3e0"),
    Raw("1e400"),
    Raw("-1e400"),
    Raw("1e-400"),
    Raw("1" * 310),
    Raw("1" + "0" * 308),
    Raw("9223372036854775808"),
    Raw("18446744073709551616"),
    Raw("-0"),
    Raw("03"),
    Raw("1."),
    Raw(".5"),
    Raw("+1"),
    Raw("NaN"),
    Raw("Infinity"),
    Raw("0x1"),
    Raw("1.7976931348623159e308"),
    Raw("1.7976931348623158e308"),
    Raw("nul"),
    "",
    "x",
    [],
    ["x"],
    [None],
    [1],
    ["x", 1],
    [[]],
    [{}],
    Raw('"\\ud800"'),
    Raw('"\\ud83d\\ude00"'),
    Raw('"a\nb"'),
    Raw('"\\x"'),
    Raw('"\x7f"'),
    Raw('"\\u0000"'),
    Raw("'x'"),
    Raw("[1,]"),
    Raw("[" * 50 + "]" * 50),
    Raw("[" * 20000 + "]" * 20000),
)


def broken_json(chance: random.Random, text: bytes) -> tuple[str, bytes]:
    """The text with one thing done to it, and what was done."""
    if not text.strip():
        text = b"{}"
    tree = json.loads(text, object_pairs_hook=Pairs)
    if chance.random() < 0.25:
        return _in_bytes(chance, _written(tree).encode())
    what = _in_tree(chance, tree)
    return what, _written(tree).encode("utf-8", "surrogatepass")


def _in_tree(chance: random.Random, tree: Any) -> str:
    """Change one object or list of the tree."""
    node = chance.choice(list(_nodes(tree)))
    other = chance.choice([*_OTHER, Pairs(), Pairs([("x", 1)])])
    if not node:
        node.append(("x", other) if isinstance(node, Pairs) else other)
        return f"put {other!r}"
    index = chance.randrange(len(node))
    if not isinstance(node, Pairs):
        node[index : index + 1] = chance.choice([[other], [], [node[index], other]])
        return f"list with {other!r}"
    key, value = node[index]
    how = chance.choice(
        ["value", "value", "value", "key", "case", "case twice", "twice", "unknown", "unknown", "missing"]
    )
    spelt = chance.choice(
        [key.upper(), key.title(), key.replace("s", "\u017f"), key.replace("k", "\u212a"), key + " ", key + "\0"]
    )
    changed = {
        "value": [(key, other)],
        "key": [("x", value)],
        "case": [(spelt, value)],
        "case twice": [(key, value), (spelt, other)],
        "twice": [(key, other), (key, value)],
        "unknown": [(key, value), ("x", other)],
        "missing": [],
    }[how]
    node[index : index + 1] = changed
    return f"{key} {how} {spelt!r} {other!r}"


def _nodes(tree: Any) -> list[Any]:
    if not isinstance(tree, list):
        return []
    below = [value for _, value in tree] if isinstance(tree, Pairs) else tree
    return [tree, *(node for one in below for node in _nodes(one))]


def _written(tree: Any) -> str:
    if isinstance(tree, Raw):
        return str(tree)
    if isinstance(tree, Pairs):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_written(value)}" for key, value in tree) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(map(_written, tree)) + "]"
    return json.dumps(tree, ensure_ascii=False)


def _in_bytes(chance: random.Random, text: bytes) -> tuple[str, bytes]:
    """Bytes in front of it, behind it, in it, or in its place."""
    at = chance.randrange(len(text) + 1)
    piece = chance.choice(
        [
            b"\xff",
            b"\xc3",
            b"\xed\xa0\x80",
            b"\xef\xbb\xbf",
            b"\0",
            b"\x0b",
            b"\n",
            b" ",
            b"\\",
            b'"',
            b",",
            b"}",
            b"\x1b",
        ]
    )
    return chance.choice(
        [
            (f"{piece!r} at {at}", text[:at] + piece + text[at:]),
            (f"behind it {piece!r}", text + piece),
            (f"before it {piece!r}", piece + text),
            ("nothing", b""),
            ("twice", text + text),
            ("blanks", b" \n\t\r"),
            ("a form feed", b"\x0b"),
            ("null", b"null"),
            ("cut", text[:at]),
            ("// comment", text + b"// x"),
            ("[it]", b"[" + text + b"]"),
            ("40000 blanks", text + b" " * 40_000),
            ("blanks in it", text.replace(b":", b" : ")),
            ("a line's end", text + b"\r\n"),
            ("one byte less", text[:at] + text[at + 1 :]),
            ("300 kB", text + b" " * 300_000),
        ]
    )
