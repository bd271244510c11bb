"""Reads small files out of an ext2, ext3 or ext4 file system on a raw device, without mounting it.

Why no mount, not even a read-only one: when the kernel meets damage (and the slot of an interrupted install is damage)
it writes an error record into the superblock of a file system mounted `ro,noload` as well, and it writes lines to the
serial console. Bytes read here come through the same page cache as those of `cat` and `dd`; nothing is ever written.

Every number found on the device is foreign: reads are bounded, and what makes no sense is an ExtError, never a hang.
Layout: Documentation/filesystems/ext4/ (inodes.rst, ifork.rst, directory.rst).
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.sources.ext_superblock import OFFSET, SIZE, Superblock, parse_superblock

_ROOT_INODE = 2
_LINK_LIMIT = 16
_DIRECTORY_LIMIT = 4 << 20
_READ_LIMIT = 32 << 20
"""Bytes that are read of one file system at most: damage may lead in circles."""
_EXTENT_MAGIC = 0xF30A
_EXTENT_DEPTH = 5
_USES_EXTENTS = 0x80000
_UNREADABLE_FLAGS = 0x10000000 | 0x800
"""Data inside the inode, and encrypted data."""
_DIRECT_BLOCKS = 12


class ExtError(Exception):
    """The file system can't be read; the text says why, without naming the device."""


class UnknownFeatureError(ExtError):
    """It is stored in a way that this reader does not know: nothing is said against the file system."""


@dataclass(frozen=True, slots=True)
class _Inode:
    mode: int
    size: int
    flags: int
    pointers: bytes
    """60 bytes: block numbers, the root of the extent tree, or the target of a short link."""


class ExtFiles:
    """The files of one file system. `descriptor` stays the caller's, who closes it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._left = _READ_LIMIT
        found = parse_superblock(self._read(OFFSET, SIZE))
        if found is None:
            raise ExtError("it holds no ext4 file system")
        if not found.readable:
            raise UnknownFeatureError("it holds an ext4 file system with features that the console does not know")
        self.superblock: Superblock = found

    def read_file(self, path: str, limit: int = 65536) -> bytes:
        """Up to `limit` bytes of a file. Links are followed inside the file system.

        Raises FileNotFoundError where there is no such file, ExtError where the file system makes no sense.
        """
        inode = self._find(path)
        if not stat.S_ISREG(inode.mode):
            raise ExtError(f"{path} is no file")
        return self._content(inode, limit)

    def pieces(self, path: str, limit: int) -> Iterator[bytes]:
        """A file block by block, for one that is too large to be held; ExtError where it has more than `limit` bytes.

        Raises as `read_file` does.
        """
        inode = self._find(path)
        if not stat.S_ISREG(inode.mode) or inode.size > limit:
            raise ExtError(f"{path} is no file, or is larger than {limit} bytes")
        self._left += limit + limit // 64  # with the blocks that tell where its blocks are
        return self._pieces(inode, inode.size)

    def mode(self, path: str) -> int:
        """Type and permissions of what a path leads to, as `stat.S_ISREG` and its like take them.

        Raises FileNotFoundError where there is nothing, ExtError where the file system makes no sense.
        """
        return self._find(path).mode

    def _find(self, path: str) -> _Inode:
        pending = [part for part in reversed(path.split("/")) if part]
        trail = [self._inode(_ROOT_INODE)]
        links = 0
        while pending:
            part = pending.pop()
            if part in {".", ".."}:
                if part == ".." and len(trail) > 1:
                    trail.pop()
                continue
            found = self._inode(self._entry(trail[-1], os.fsencode(part), path))
            if stat.S_ISLNK(found.mode):
                links += 1
                if links > _LINK_LIMIT:
                    raise ExtError(f"{path} has links that run in a circle")
                target = os.fsdecode(self._link_target(found))
                if target.startswith("/"):
                    trail = trail[:1]
                pending.extend(step for step in reversed(target.split("/")) if step)
                continue
            trail.append(found)
        return trail[-1]

    def _entry(self, directory: _Inode, name: bytes, path: str) -> int:
        if stat.S_ISDIR(directory.mode):
            content = self._content(directory, _DIRECTORY_LIMIT)
            size = self.superblock.block_size
            for start in range(0, len(content), size):
                for number, entry in _entries(content[start : start + size]):
                    if entry == name and number:
                        return number
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def _link_target(self, inode: _Inode) -> bytes:
        if inode.size < len(inode.pointers) and not inode.flags & _USES_EXTENTS:
            return inode.pointers[: inode.size]
        return self._content(inode, 4096)

    def _inode(self, number: int) -> _Inode:
        about = self.superblock
        if not 0 < number <= about.inodes:
            raise ExtError("a directory entry names an inode that does not exist")
        group, index = divmod(number - 1, about.inodes_per_group)
        descriptors = (OFFSET // about.block_size + 1) * about.block_size  # behind the block of the superblock
        descriptor = self._read(descriptors + group * about.descriptor_size, about.descriptor_size)
        table = _join(descriptor, 0x28 if about.descriptor_size >= 64 else None, 0x8)
        raw = self._read(table * about.block_size + index * about.inode_size, 128)
        mode, size_low = struct.unpack_from("<HxxI", raw)
        (flags,) = struct.unpack_from("<I", raw, 0x20)
        (size_high,) = struct.unpack_from("<I", raw, 0x6C)
        if flags & _UNREADABLE_FLAGS:
            raise UnknownFeatureError("its files are stored in a way that the console does not know")
        size = size_low | (size_high << 32 if stat.S_ISREG(mode) else 0)
        return _Inode(mode, size, flags, raw[0x28:0x64])

    def _content(self, inode: _Inode, limit: int) -> bytes:
        return b"".join(self._pieces(inode, min(inode.size, limit)))

    def _pieces(self, inode: _Inode, wanted: int) -> Iterator[bytes]:
        block_size = self.superblock.block_size
        count = -(-wanted // block_size)
        blocks = dict(
            self._extents(inode.pointers, count) if inode.flags & _USES_EXTENTS else self._mapped(inode, count)
        )
        for block in range(count):
            piece = self._read(blocks[block] * block_size, block_size) if blocks.get(block) else bytes(block_size)
            yield piece[: wanted - block * block_size]

    def _extents(self, node: bytes, count: int, depth: int = _EXTENT_DEPTH) -> Iterator[tuple[int, int]]:
        """Pairs of a file's block and the device's block, for the first `count` blocks of the file."""
        magic, entries, _, level = struct.unpack_from("<HHHH", node)
        if magic != _EXTENT_MAGIC or level > depth or 12 + entries * 12 > len(node):
            raise ExtError("a file's extent tree is damaged")
        for offset in range(12, 12 + entries * 12, 12):
            if level:
                first, low, high = struct.unpack_from("<IIH", node, offset)
                if first < count:
                    below = self._read((high << 32 | low) * self.superblock.block_size, self.superblock.block_size)
                    yield from self._extents(below, count, level - 1)
                continue
            first, length, high, low = struct.unpack_from("<IHHI", node, offset)
            if length <= 0x8000:  # a longer one is reserved space without content
                yield from ((first + i, (high << 32 | low) + i) for i in range(min(length, max(0, count - first))))

    def _mapped(self, inode: _Inode, count: int) -> Iterator[tuple[int, int]]:
        """The block map of ext2 and ext3: twelve blocks, then trees of blocks of blocks, each one level deeper."""
        pointers = struct.unpack_from("<15I", inode.pointers)
        yield from enumerate(pointers[: min(count, _DIRECT_BLOCKS)])
        first, reach = _DIRECT_BLOCKS, 1
        for level, root in enumerate(pointers[_DIRECT_BLOCKS:]):
            if first >= count:
                return
            yield from self._below(root, level, first, count)
            reach *= self.superblock.block_size // 4
            first += reach
        if first < count:
            raise ExtError("a file is larger than its block map reaches")

    def _below(self, block: int, level: int, first: int, count: int) -> Iterator[tuple[int, int]]:
        """Pairs of blocks from a block of block numbers on, which begins with the file's block `first`."""
        if not block:
            return  # a hole
        size = self.superblock.block_size
        numbers = struct.unpack(f"<{size // 4}I", self._read(block * size, size))
        reach = (size // 4) ** level
        for index, number in enumerate(numbers):
            at = first + index * reach
            if at >= count:
                return
            if level:
                yield from self._below(number, level - 1, at, count)
            else:
                yield at, number

    def _read(self, offset: int, size: int) -> bytes:
        self._left -= size
        if self._left < 0:
            raise ExtError("its directories are damaged or too large")
        try:
            content = os.pread(self._descriptor, size, offset)
        except (OSError, OverflowError) as error:
            raise ExtError(f"it can't be read at byte {offset}") from error
        if len(content) != size:
            raise ExtError("it ends before its file system does")
        return content


def _entries(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Inode numbers and names of a directory block; inner nodes of an index look like an empty entry."""
    offset = 0
    while offset + 8 <= len(block):
        number, length, name_length = struct.unpack_from("<IHB", block, offset)
        if length < 8 or length % 4 or offset + length > len(block) or 8 + name_length > length:
            raise ExtError("a directory is damaged")
        yield number, block[offset + 8 : offset + 8 + name_length]
        offset += length


def _join(raw: bytes, high: int | None, low: int) -> int:
    (bottom,) = struct.unpack_from("<I", raw, low)
    (top,) = struct.unpack_from("<I", raw, high) if high is not None else (0,)
    return int(top) << 32 | int(bottom)
