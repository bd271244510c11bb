"""The raw copies of U-Boot's environment: where they stand, whether their checksum is good, which one counts.

A block is a CRC-32 (little endian) over all that follows, in a redundant environment a counter byte, and texts
`name=value` that end in NUL, the last one in two. For display, and to see cheaply that nothing changed: writing is
left to `fw_setenv`. Format: libubootenv, src/uboot_env.c; U-Boot, include/env_internal.h.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.boot import EnvironmentCopy
from moducop_tui.model.foreign import clean

_COPIES = 2
BLOCK_LIMIT = 16 << 20
"""Bytes of a copy that are read at most; a larger size is a slip in the configuration."""
FOLLOWED_LIMIT = 4 << 20
"""Bytes of a copy that are read every few seconds at most: it costs less than the tool, which reads them, too."""
_LINE = re.compile(
    r"[ \t\v\f\r]*+(?P<device>[^ \t\v\f\r]++)[ \t\v\f\r]++"
    r"(?P<sign>[+-]?+)(?P<offset>0[xX][0-9a-fA-F]{1,15}+|0[0-7]*+|[1-9][0-9]{0,18}+)[ \t\v\f\r]*+"
    r"[+]?+(?:0[xX](?=[0-9a-fA-F]))?+(?P<size>[0-9a-fA-F]{1,15}+)"
)
"""As `sscanf(line, "%ms %lli %zx")` takes it: what follows, a note or a number of sectors, does not count."""
_NAMED_VOLUME = re.compile(r"/dev/ubi[0-9]+:")
"""How libubootenv is told a UBI volume by its name, `/dev/ubi0:env`: no file, and nothing that the console reads."""
_SIZE_KEY = re.compile(r"(?:^|[\s{,-])[\"']?size[\"']?\s*:")
_DEVICES_KEY = re.compile(r"(?:^|[\s{,-])[\"']?devices[\"']?\s*:")
"""What every environment of a structured configuration has."""


@dataclass(frozen=True, slots=True)
class Location:
    """A line of fw_env.config: `DEVICE OFFSET SIZE`. A negative offset counts from the end of the device; bytes."""

    device: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Block:
    """What stands at a location: `content` is None when it was not read, `problem` says what is wrong, if anything."""

    location: Location
    content: bytes | None
    problem: str | None = None
    missing: bool = False
    """The device does not exist."""
    forbidden: bool = False
    """The device may not be opened: root is needed."""


def parse_locations(text: str) -> tuple[Location, ...]:
    """The first two places that a configuration names, read as libubootenv does: the size is hexadecimal always."""
    lines = (_LINE.match(line) for line in text.split("\n") if not line.startswith("#"))
    return tuple(_location(line) for line in lines if line is not None)[:_COPIES]


def is_structured(text: str) -> bool:
    """Whether a configuration is written as YAML, as libubootenv reads it from 0.3.5 on, in blocks or in brackets."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    return any(map(_SIZE_KEY.search, lines)) and any(map(_DEVICES_KEY.search, lines))


def _location(line: re.Match[str]) -> Location:
    digits = line["offset"]
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX"
    number = int(digits, 8 if octal else 0)
    return Location(line["device"], -number if line["sign"] == "-" else number, int(line["size"], 16))


def read_block(host: Host, location: Location, limit: int = BLOCK_LIMIT) -> Block:
    """The bytes of one copy, or why they can't be had. One of more than `limit` bytes is left unread."""
    if not 8 <= location.size <= BLOCK_LIMIT:
        return Block(location, None, f"its size 0x{location.size:x} can't be right")
    if location.size > limit:
        return Block(location, None)
    try:
        descriptor = os.open(host.path(location.device), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        return _unopened(location, error)
    try:
        return _read_from(descriptor, location)
    except OSError as error:
        return Block(location, None, str(error.strerror))
    finally:
        os.close(descriptor)


def _unopened(location: Location, error: OSError | ValueError) -> Block:
    if isinstance(error, ValueError):
        return Block(location, None, "no file can have that name")
    if not isinstance(error, FileNotFoundError):
        return Block(location, None, str(error.strerror), forbidden=isinstance(error, PermissionError))
    if _NAMED_VOLUME.match(location.device):
        return Block(location, None)
    return Block(location, None, "it does not exist", missing=True)


def _read_from(descriptor: int, location: Location) -> Block:
    end = os.lseek(descriptor, 0, os.SEEK_END) if location.offset < 0 else 0
    if end + location.offset < 0:
        return Block(location, None, "it is smaller than the offset from its end")
    content = os.pread(descriptor, location.size, end + location.offset)
    if len(content) != location.size:
        return Block(location, None, "it ends before the environment does")
    return Block(location, content)


def judge_copies(blocks: Sequence[Block]) -> tuple[EnvironmentCopy, ...]:
    """Each copy with its own checksum; the one that counts is marked."""
    redundant = len(blocks) > 1
    used = block_in_use(blocks)
    return tuple(
        EnvironmentCopy(
            device=clean(block.location.device, 200),
            offset=block.location.offset,
            good=None if block.content is None else _is_good(block.content, redundant=redundant),
            counter=block.content[4] if redundant and block.content is not None else None,
            in_use=block is used,
        )
        for block in blocks
    )


def block_in_use(blocks: Sequence[Block]) -> Block | None:
    """The good copy with the higher counter, which wraps from 255 to 0; None when no copy is good."""
    redundant = len(blocks) > 1
    good = [block for block in blocks if block.content is not None and _is_good(block.content, redundant=redundant)]
    if len(good) < _COPIES:
        return good[0] if good else None
    first, second = (block.content[4] if block.content is not None else 0 for block in good)
    if {first, second} == {0, 255}:
        return good[0] if first == 0 else good[1]
    return good[1] if second > first else good[0]


def decode(block: Block, *, redundant: bool) -> dict[str, str]:
    """The variables of a good copy, as text from outside: not cleaned yet."""
    if block.content is None:
        return {}
    texts = block.content[_header(redundant=redundant) :].split(b"\0\0", 1)[0].split(b"\0")
    pairs = (text.decode("utf-8", "surrogateescape").partition("=") for text in texts)
    return {name: value for name, equals, value in pairs if name and equals}


def _header(*, redundant: bool) -> int:
    return 5 if redundant else 4


def _is_good(content: bytes, *, redundant: bool) -> bool:
    return zlib.crc32(content[_header(redundant=redundant) :]) == int.from_bytes(content[:4], "little")
