"""The boot environment of the emulated device: Mender's rules, and where this board has memory and disk."""

from __future__ import annotations

from typing import Final

from .. import envblock

_BOARD: Final = {
    "console": "ttyAMA0",
    "bootdelay": "0",
    "fdt_high": "0xffffffff",
    "initrd_high": "0xffffffff",
    "scriptaddr": "0x40200000",
    "kernel_addr_r": "0x40400000",
    "kernel_comp_addr_r": "0x50000000",
    "kernel_comp_size": "0x4000000",
    "ramdisk_addr_r": "0x48000000",
    "mender_kernel_name": "Image.gz",  # the emulated card is slow to read
    "distro_bootcmd": "load mmc 0:1 ${scriptaddr} boot.scr && source ${scriptaddr}",
    "mender_setup": (
        'if test "${mender_saveenv_canary}" != 1; then setenv mender_saveenv_canary 1; saveenv; fi; '
        "setenv mender_kernel_root /dev/mmcblk0p${mender_boot_part}; "
        "setenv mender_uboot_root mmc 0:${mender_boot_part_hex}"
    ),
}

VARIABLES: Final = {name: value for name, value in envblock.INITIAL.items() if name != "fdtfile"} | _BOARD
"""What a factory-new device has. The device tree is the one that QEMU hands to U-Boot."""


def as_text() -> str:
    """One variable a line, as U-Boot's build takes its compiled-in environment."""
    return "".join(f"{name}={value}\n" for name, value in sorted(VARIABLES.items()))
