"""One copy of a redundant U-Boot environment, as bytes."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from .partitions import ENV_OFFSETS, ENV_SIZE

if TYPE_CHECKING:
    from pathlib import Path

INITIAL: dict[str, str] = {
    "altbootcmd": "run mender_altbootcmd; run bootcmd",
    "baudrate": "115200",
    "board_name": "Moducop-CPU01",
    "bootcmd": "run mender_setup; run distro_bootcmd; run mender_try_to_recover",
    "bootcount": "0",
    "bootdelay": "1",
    "bootlimit": "1",
    "console": "ttymxc0",
    "ethaddr": "00:14:2d:47:11:00",
    "fdtfile": "imx8mm-verdin-nonwifi-cpu01.dtb",
    "mender_altbootcmd": (
        "if test ${mender_boot_part} = 2; "
        "then setenv mender_boot_part 3; setenv mender_boot_part_hex 3; "
        "else setenv mender_boot_part 2; setenv mender_boot_part_hex 2; fi; "
        "setenv upgrade_available 0; saveenv"
    ),
    "mender_boot_part": "2",
    "mender_boot_part_hex": "2",
    "mender_check_saveenv_canary": "1",
    "mender_dtb_name": "imx8mm-verdin-nonwifi-cpu01.dtb",
    "mender_kernel_name": "Image",
    "mender_saveenv_canary": "1",
    "mender_try_to_recover": "if test ${upgrade_available} = 1; then reset; fi",
    "mender_uboot_boot": "mmc 0:1",
    "mender_uboot_root": "mmc 0:${mender_boot_part_hex}",
    "serial#": "04711",
    "upgrade_available": "0",
}
"""What a factory-new device has, slot A chosen and nothing on trial."""


def encode(variables: dict[str, str], counter: int) -> bytes:
    """The block: CRC-32 of the data (little endian), a counter byte (the newer copy has the higher), the texts."""
    texts = b"".join(f"{name}={value}".encode() + b"\0" for name, value in sorted(variables.items()))
    data = (texts + b"\0").ljust(ENV_SIZE - 5, b"\0")
    if len(data) != ENV_SIZE - 5:
        raise ValueError("the environment does not fit into its block")
    return struct.pack("<IB", zlib.crc32(data), counter & 0xFF) + data


def decode(block: bytes) -> dict[str, str] | None:
    """The variables of one copy, or None when its check sum is wrong."""
    data = block[5:ENV_SIZE]
    if zlib.crc32(data) != int.from_bytes(block[:4], "little"):
        return None
    pairs = (text.split(b"=", 1) for text in data.split(b"\0\0")[0].split(b"\0") if b"=" in text)
    return {name.decode(errors="replace"): value.decode(errors="replace") for name, value in pairs}


def write_initial(image: Path) -> None:
    """Put both copies into an image file, the second one the newer."""
    with image.open("r+b") as handle:
        for counter, offset in enumerate(ENV_OFFSETS, 1):
            handle.seek(offset)
            handle.write(encode(INITIAL, counter))


def read_copies(device: Path) -> tuple[dict[str, str] | None, ...]:
    """What each of the two copies on a disk or image says by itself."""
    with device.open("rb") as handle:
        copies = []
        for offset in ENV_OFFSETS:
            handle.seek(offset)
            copies.append(decode(handle.read(ENV_SIZE)))
        return tuple(copies)
