"""What the real tools said on file-backed environments: libubootenv 0.3.2 (Debian 12) and 0.3.5 (Debian 13).

U-Boot's own old tool is not packaged any more: its words are those of tools/env/fw_env.c.
"""

from __future__ import annotations

import struct
import zlib

from moducop_tui.runner import Finished

GOOD = """\
bootcount=1
bootlimit=1
empty=
mender_boot_part=2
mender_boot_part_hex=2
mender_check_saveenv_canary=1
mender_saveenv_canary=1
upgrade_available=0
"""
"""Both versions print the same, sorted."""
LINE_BREAK = """\
bootcount=1
bootlimit=1
mender_boot_part=2
multi=a
upgrade_available=1
upgrade_available=0
"""
"""`multi` holds a line break and `upgrade_available=1` behind it; the trial flag itself is 0."""
BOTH_DAMAGED = (243, "Cannot read environment, using default\nCannot read default environment from file\n")
BOTH_DAMAGED_WITH_DEFAULTS = (0, "bootdelay=1\nmender_boot_part=2\n", "Cannot read environment, using default\n")
OLD_TOOL_DAMAGED = (0, "bootdelay=2\n", "Warning: Bad CRC, using default environment\n")
CONFIGURATION_REFUSED = [
    (234, "Configuration file wrong or corrupted\n"),  # 0.3.2: nonsense, nothing in it, device absent
    (247, "Configuration file wrong or corrupted\n"),  # 0.3.2: the file is missing
    (1, "Cannot initialize environment\n"),  # 0.3.5: all of these
    (-11, ""),  # 0.3.5: a file of comments only ends it with a segmentation fault
    (1, "Cannot parse config file '/etc/fw_env.config': No such file or directory\n"),  # U-Boot's own
]


def finished(code: int, out: str = "", err: str = "") -> Finished:
    return Finished(code, out.encode(), err.encode(), 0.01)


SIZE = 0x4000
FACTORY = {
    "bootcount": "0",
    "bootlimit": "1",
    "mender_boot_part": "2",
    "mender_boot_part_hex": "2",
    "mender_check_saveenv_canary": "1",
    "mender_saveenv_canary": "1",
    "upgrade_available": "0",
}


def block(variables: dict[str, str], counter: int | None, size: int = SIZE) -> bytes:
    """One copy as U-Boot writes it; without a counter, of an environment that is not redundant."""
    texts = b"".join(f"{name}={value}".encode() + b"\0" for name, value in variables.items()) + b"\0"
    flag = b"" if counter is None else bytes([counter])
    data = texts.ljust(size - 4 - len(flag), b"\0")
    return struct.pack("<I", zlib.crc32(data)) + flag + data
