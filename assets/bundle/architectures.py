"""The processors that bundles are built for, under all the names that they go by."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from assets.bundle.problem import BuildError


@dataclass(frozen=True, slots=True)
class Architecture:
    """`name` is what `uname -m` says, `debian` what dpkg says, `elf` what readelf says, `wheels` PyPI's platforms."""

    name: str
    debian: str
    elf: str
    wheels: tuple[str, ...]

    @property
    def libraries(self) -> str:
        """Debian's name for directories of this architecture's libraries."""
        return f"{self.name}-linux-gnu"


DEVICE = Architecture("aarch64", "arm64", "AArch64", ("manylinux2014_aarch64", "manylinux_2_28_aarch64"))
"""The ModuCop's."""
DESK = Architecture(
    "x86_64", "amd64", "Advanced Micro Devices X86-64", ("manylinux2014_x86_64", "manylinux_2_28_x86_64")
)
"""That of development machines and of the virtual ModuCop."""
ALL = (DEVICE, DESK)


def named(name: str) -> Architecture:
    """The architecture of that name. Raises BuildError."""
    for one in ALL:
        if one.name == name:
            return one
    raise BuildError(f"'{name}' is no architecture of a bundle; there are {', '.join(one.name for one in ALL)}.")


def of_this_machine() -> Architecture:
    """The one whose programs run here. Raises BuildError."""
    return named(platform.machine())
