"""Runs inside the machine: tells all listeners that a block device came or went, and keeps udevd's database.

Arguments: add|remove NODE disk|partition MAJOR:MINOR [NAME=VALUE...]
"""

import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

NETLINK_KOBJECT_UEVENT = 15
UDEV_GROUP = 2
MAGIC = 0xFEEDCAFE
MASK = 0xFFFFFFFF


def murmur2(text: bytes) -> int:
    """The hash by which libudev's socket filters compare subsystem and type (32 bits, seed 0)."""
    factor = 0x5BD1E995
    value = len(text)
    whole = len(text) - len(text) % 4
    for start in range(0, whole, 4):
        word = int.from_bytes(text[start : start + 4], "little") * factor & MASK
        word = (word ^ word >> 24) * factor & MASK
        value = (value * factor & MASK) ^ word
    rest = text[whole:]
    if rest:
        value = (value ^ int.from_bytes(rest, "little")) * factor & MASK
    value = (value ^ value >> 13) * factor & MASK
    return value ^ value >> 15


def message(properties: dict[str, str]) -> bytes:
    """What libudev's monitors expect: a header with the hashes, then the properties."""
    body = b"".join(f"{name}={value}".encode() + b"\0" for name, value in properties.items())
    size = 40
    head = b"libudev\0" + struct.pack(">I", MAGIC) + struct.pack("=III", size, size, len(body))
    hashes = [murmur2(properties[name].encode()) for name in ("SUBSYSTEM", "DEVTYPE")]
    return head + struct.pack(">IIII", *hashes, 0, 0) + body


def main() -> None:
    """Send the message, and write or delete the database entry."""
    action, node, kind, number, *words = sys.argv[1:]
    major, minor = number.split(":")
    path = str(Path(f"/sys/dev/block/{number}").resolve()).removeprefix("/sys")
    now = str(time.monotonic_ns() // 1000)
    properties = {
        "ACTION": action, "DEVPATH": path, "SUBSYSTEM": "block", "DEVNAME": node, "DEVTYPE": kind,
        "MAJOR": major, "MINOR": minor, "SEQNUM": now, "USEC_INITIALIZED": now,
    }  # fmt: skip
    for word in words:
        name, _, value = word.partition("=")
        properties[name] = value
    entry = Path(f"/run/udev/data/b{number}")
    if action == "add":
        entry.write_text(f"I:{now}\n" + "".join(f"E:{word}\n" for word in words))
    else:
        entry.unlink(missing_ok=True)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT) as sender:
        sender.bind((0, 0))
        with suppress(ConnectionRefusedError):  # nobody listens
            sender.sendto(message(properties), (0, UDEV_GROUP))


main()
