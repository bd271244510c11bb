"""Reads Mender's memory, the LMDB file `mender-store`, without a lock, without writing and without Mender's client.

Asking the client would write: `show-artifact` stores a name on its first call (device facts 1.5). LMDB never changes a
page that the newest committed tree uses, it writes a new tree beside it. So that tree is read in peace, and read again
if another one is the newest afterwards (mdb.c, mdb_env_pick_meta).

The format is that of LMDB 0.9 on 64-bit little-endian machines: two meta pages, then B+ tree pages.
"""

from __future__ import annotations

import os
import struct
import time
from dataclasses import dataclass
from pathlib import Path

VALUE_LIMIT = 1 << 20
"""Bytes of the largest value that is believed; Mender's are a few kilobytes."""
_ATTEMPTS = 5
_RETRY_AFTER = 0.02

_MAGIC = 0xBEEFC0DE
_DATA_VERSION = 1
_NO_PAGE = 0xFFFFFFFFFFFFFFFF
_HEADER = struct.Struct("<QHHHH")  # page number, pad, flags, lower, upper
_META = struct.Struct("<IIQQ")  # magic, version, address, map size
_TREE = struct.Struct("<IHHQQQQQ")  # pad or page size, flags, depth, branch, leaf, overflow pages, entries, root
_META_END = struct.Struct("<QQ")  # last page, transaction
_NODE = struct.Struct("<HHHH")  # low, high, flags, key size
_META_SIZE = _HEADER.size + _META.size + 2 * _TREE.size + _META_END.size

_BRANCH, _LEAF, _OVERFLOW, _META_PAGE, _LEAF2 = 0x01, 0x02, 0x04, 0x08, 0x20
_BIG_VALUE, _SUB_TREE = 0x01, 0x02
_DEEPEST = 32


class StoreError(Exception):
    """The file is no store, is damaged, or never stands still; the text is a sentence about it, without its name."""


@dataclass(frozen=True, slots=True)
class _Meta:
    page_size: int
    depth: int
    entries: int
    root: int
    last_page: int
    transaction: int


def read_store(path: Path) -> dict[bytes, bytes]:
    """All keys and values of the newest commit, without the zero byte that Go clients may put behind both.

    A store just created and still empty has none. Raises OSError when the file can't be read, StoreError when what
    is in it can't be trusted.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_RETRY_AFTER)
            if os.fstat(handle).st_size == 0:
                return {}
            before = _newest(handle)
            damage: StoreError | None = None
            found: dict[bytes, bytes] = {}
            try:
                found = _Tree(handle, before).read()
            except StoreError as error:
                damage = error
            if _newest(handle) != before:
                continue  # committed meanwhile: what we saw may be a mixture
            if damage is not None:
                raise damage
            return {key.rstrip(b"\0"): value.rstrip(b"\0") for key, value in found.items()}
    finally:
        os.close(handle)
    raise StoreError("it was written again and again while it was read")


def _newest(handle: int) -> _Meta:
    """The meta page of the newest commit. Both must be sound: LMDB itself refuses the file otherwise."""
    first = _meta(handle, 0)
    second = _meta(handle, first.page_size)
    return max(first, second, key=lambda meta: meta.transaction)


def _meta(handle: int, offset: int) -> _Meta:
    raw = os.pread(handle, _META_SIZE, offset)
    if len(raw) < _META_SIZE:
        raise StoreError("it is cut short")
    _, _, flags, _, _ = _HEADER.unpack_from(raw)
    magic, version, _, _ = _META.unpack_from(raw, _HEADER.size)
    if magic != _MAGIC or not flags & _META_PAGE:
        raise StoreError("it does not begin as a store does")
    if version != _DATA_VERSION:
        raise StoreError(f"its format {version} is not known to this console")
    free = _HEADER.size + _META.size
    page_size = _TREE.unpack_from(raw, free)[0]
    _, _, depth, _, _, _, entries, root = _TREE.unpack_from(raw, free + _TREE.size)
    last_page, transaction = _META_END.unpack_from(raw, free + 2 * _TREE.size)
    if not 512 <= page_size <= 65536 or page_size & (page_size - 1):
        raise StoreError("its page size makes no sense")
    return _Meta(page_size, depth, entries, root, last_page, transaction)


class _Tree:
    """One walk through the tree of one commit. Each page is visited once, so damage can't send it in circles."""

    def __init__(self, handle: int, meta: _Meta) -> None:
        self._handle = handle
        self._meta = meta
        self._visited: set[int] = set()
        self._found: dict[bytes, bytes] = {}
        self._entries = 0
        self._last_key: bytes | None = None

    def read(self) -> dict[bytes, bytes]:
        if self._meta.root != _NO_PAGE:
            if not 1 <= self._meta.depth <= _DEEPEST:
                raise StoreError("its tree has an impossible depth")
            self._page(self._meta.root, self._meta.depth)
        if self._entries != self._meta.entries:
            raise StoreError(f"it holds {self._entries} entries where it promises {self._meta.entries}")
        return self._found

    def _page(self, number: int, depth: int) -> None:
        page = self._load(number)
        _, _, flags, lower, upper = _HEADER.unpack_from(page)
        if flags & _LEAF2 or not flags & (_LEAF if depth == 1 else _BRANCH):
            raise StoreError(f"its page {number} is not what the tree says")
        if not _HEADER.size <= lower <= upper <= len(page) or lower % 2:
            raise StoreError(f"the bounds of its page {number} make no sense")
        count = (lower - _HEADER.size) // 2
        for place in struct.unpack_from(f"<{count}H", page, _HEADER.size):
            if not upper <= place <= len(page) - _NODE.size:
                raise StoreError(f"an entry of its page {number} points outside")
            if depth == 1:
                self._leaf(page, place)
            else:
                low, high, top, _ = _NODE.unpack_from(page, place)
                self._page(low | high << 16 | top << 32, depth - 1)

    def _leaf(self, page: bytes, place: int) -> None:
        low, high, flags, key_size = _NODE.unpack_from(page, place)
        start = place + _NODE.size + key_size
        size = low | high << 16
        key = page[place + _NODE.size : start]
        if start > len(page) or (self._last_key is not None and key <= self._last_key):
            raise StoreError("its entries are out of order")
        self._last_key = key
        self._entries += 1
        if flags & _SUB_TREE:
            return  # a tree of its own; Mender has none
        if flags & _BIG_VALUE:
            self._found[key] = self._big_value(page[start : start + 8], size)
            return
        if start + size > len(page):
            raise StoreError("a value reaches beyond its page")
        self._found[key] = page[start : start + size]

    def _big_value(self, reference: bytes, size: int) -> bytes:
        """A value on pages of its own, one behind the other."""
        if len(reference) < 8 or size > VALUE_LIMIT:
            raise StoreError("a value is larger than can be")
        number = int.from_bytes(reference, "little")
        first = self._load(number)
        flags, pages = struct.unpack_from("<HI", first, 10)
        if not flags & _OVERFLOW or size > pages * self._meta.page_size - _HEADER.size:
            raise StoreError(f"its page {number} is not what the tree says")
        value = os.pread(self._handle, size, number * self._meta.page_size + _HEADER.size)
        if len(value) < size:
            raise StoreError("it is cut short")
        return value

    def _load(self, number: int) -> bytes:
        if not 2 <= number <= self._meta.last_page or number in self._visited:
            raise StoreError("its tree leads nowhere or in a circle")
        self._visited.add(number)
        try:
            page = os.pread(self._handle, self._meta.page_size, number * self._meta.page_size)
        except (OverflowError, ValueError) as error:
            raise StoreError("its tree leads nowhere or in a circle") from error
        if len(page) < self._meta.page_size:
            raise StoreError("it is cut short")
        if _HEADER.unpack_from(page)[0] != number:
            raise StoreError(f"its page {number} is another page")
        return page
