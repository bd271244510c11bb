"""What the boot loader and the kernel would take out of a slot: kernel, device tree, first program.

First generation: `/boot/<Image>` inside the slot, the device tree beside it or below `freescale/`. Later ones: one
signed `fitImage-A` or `fitImage-B` with everything on the boot partition (device facts 0 and 2.1).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.slots import SlotName
from moducop_tui.sources.ext_files import ExtError, ExtFiles

_FIT_SIGNS = ("/etc/mender/bootfit-rootfs.conf", "/usr/share/mender/modules/v3/bootfit-rootfs")
_KERNEL_VARIABLES = ("kernel_image", "mender_kernel_name")
_KERNEL_NAMES = ("Image.gz", "Image", "zImage", "fitImage")
_TREE_VARIABLES = ("fdtfile", "mender_dtb_name")
_TREE_PLACES = ("/boot/freescale", "/boot")
_INITS = ("/sbin/init", "/etc/init", "/bin/init")
"""What the kernel tries without `init=` (init/main.c); its last resort, a shell, is no system."""
_INIT_WORD = re.compile(r'(?:^|\s)init=("[^"]*"|\S*)')
_FILE_NAME = re.compile(r"[A-Za-z0-9._+-]{1,120}", re.ASCII)
_ANY_EXECUTE = 0o111
_PIECE = 1 << 20
_KERNEL_LIMIT = 128 << 20
"""Bytes of a kernel with all that is packed with it; U-Boot loads it into memory as a whole."""


def uses_fit(host: Host, variables: Mapping[str, str]) -> bool:
    """Whether the boot loader takes a `fitImage-A|B` from the boot partition: by its own commands, else by Mender's."""
    if "fitImage-" in variables.get("bootcmd", ""):
        return True
    return any(host.exists(place) for place in _FIT_SIGNS)


@dataclass(frozen=True, slots=True)
class FitKernel:
    """A kernel on the boot partition: `fitImage-B on /dev/mmcblk0p1`; its sha256 where it could be read to its end."""

    words: str
    sha256: str | None


def fit_kernel(host: Host, boot: tuple[str, Sequence[str]] | None, slot: SlotName) -> FitKernel | None:
    """The slot's kernel, None where it is not there or empty.

    `boot` is the boot partition and where it is mounted; it is read raw where it is not.
    """
    if boot is None:
        return None
    name, (device, places) = f"fitImage-{slot.value}", boot
    words = f"{name} on {device}"
    for place in places:
        try:
            with host.path(f"{place}/{name}").open("rb") as file:
                if os.fstat(file.fileno()).st_size:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # what the disk has, not the cache
                    return FitKernel(words, _sum(iter(lambda: file.read(_PIECE), b"")))
        except OSError:
            continue
    return None if places else _raw_kernel(host, device, name, words)


def _raw_kernel(host: Host, device: str, name: str, words: str) -> FitKernel | None:
    try:
        descriptor = os.open(host.path(device), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        files = ExtFiles(descriptor)
        if not files.read_file(f"/{name}", 1):
            return None
        return FitKernel(words, _sum(files.pieces(f"/{name}", _KERNEL_LIMIT)))
    except (ExtError, OSError):
        return None
    finally:
        os.close(descriptor)


def _sum(pieces: Iterator[bytes]) -> str | None:
    total = hashlib.sha256()
    try:
        for piece in pieces:
            total.update(piece)
    except (ExtError, OSError):
        return None
    return total.hexdigest()


def slot_kernel(files: ExtFiles, variables: Mapping[str, str]) -> str | None:
    """The kernel file inside the slot, such as `/boot/Image`; None where none of the names that it may have is there.

    Toradex's boot script takes `kernel_image`, which need not be saved, so the usual names count as well.
    """
    for name in (*_names(variables, _KERNEL_VARIABLES), *_KERNEL_NAMES):
        path = f"/boot/{name}"
        if _has_content(files, path):
            return path
    return None


def missing_tree(host: Host, files: ExtFiles, variables: Mapping[str, str]) -> str | None:
    """The device tree that the running slot has and this one has not, as a sentence; None where nothing is amiss."""
    for name in _names(variables, _TREE_VARIABLES):
        places = [place for place in _TREE_PLACES if host.exists(f"{place}/{name}")]
        if places and not any(_has_content(files, f"{place}/{name}") for place in _TREE_PLACES):
            return f"The device tree {clean(name, 80)} is missing in its /boot: the boot loader would give it up."
    return None


def first_program(files: ExtFiles, command_line: str) -> str | None:
    """The program that the kernel would start, by `init=` or by its own list; None where it finds none."""
    named = [word.strip('"') for word in _INIT_WORD.findall(command_line)]
    wanted = (named[-1],) if named and named[-1].startswith("/") else _INITS
    return next((clean(path, 100) for path in wanted if _is_program(files, path)), None)


def _names(variables: Mapping[str, str], wanted: Sequence[str]) -> Iterator[str]:
    values = (variables.get(name, "") for name in wanted)
    return (value for value in dict.fromkeys(values) if _FILE_NAME.fullmatch(value))


def _has_content(files: ExtFiles, path: str) -> bool:
    try:
        return bool(files.read_file(path, 1))
    except FileNotFoundError:
        return False


def _is_program(files: ExtFiles, path: str) -> bool:
    try:
        mode = files.mode(path)
        return stat.S_ISREG(mode) and bool(mode & _ANY_EXECUTE) and bool(files.read_file(path, 1))
    except FileNotFoundError:
        return False
