"""A virtual ModuCop with the console installed from a bundle, and with nothing else that could run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assets.bundle.architectures import DESK
from assets.bundle.build import build, name_of
from assets.bundle.commit import this_commit

from .machine import Machine

if TYPE_CHECKING:
    from pathlib import Path

HOME: Final = "/data/moducop_tui"
COMMAND: Final = f"{HOME}/bin/moducop-tui"
SETUP: Final = f"{HOME}/bin/moducop-tui-setup"
UNPACKED: Final = f"/data/{name_of(this_commit(), DESK)}"
"""Where the bundle is unpacked on the machine."""

_HIDE: Final = """
for program in /usr/bin/python3* /sbin/ldconfig; do
    [ -L "$program" ] || mount --bind /bin/false "$program"
done
for directory in /usr/lib/python3 /usr/lib/python3.11 /usr/local/bin /opt/moducop_tui/site; do
    mount -t tmpfs none "$directory"
done
mount --bind /opt/moducop_tui/site /opt/moducop_tui/source/moducop_tui
! python3 -c pass
"""
"""After this the machine has no Python, no console of the bench's, and nobody who tells the names of libraries."""


def built(directory: Path) -> Path:
    """The bundle for machines of the bench, built from this checkout."""
    return build(DESK, this_commit(), directory, lambda _: None)


def hide_python(machine: Machine) -> None:
    """Take the device's own Python away, until its next boot."""
    machine.sh(_HIDE).check()


def unpack(machine: Machine, bundle: Path) -> None:
    """Unpack a bundle on the machine's data partition, as a technician does."""
    machine.run(["tar", "-xzf", "-", "-C", "/data"], stdin=bundle.read_bytes()).check()


def another_build(machine: Machine, word: str = "newer") -> str:
    """A bundle of the same version with another part beside the unpacked one, as after a security update; its place."""
    place = f"{UNPACKED}-newer"
    machine.sh(f"rm -rf {place} && cp -a {UNPACKED} {place} && echo {word} >{place}/licences/newer").check()
    sign(machine, place, "licences/newer")
    return place


def sign(machine: Machine, place: str, name: str) -> None:
    """Give a file of an unpacked bundle the digest that it has now."""
    sums = f"sed -i '\\|  {name}$|d' SHA256SUMS && sha256sum {name} >>SHA256SUMS && sync"
    machine.sh(f"cd {place} && {sums}").check()


def installed(machine: Machine) -> list[str]:
    """The versions that lie on the machine, by the names of their directories."""
    return machine.sh(f"cd {HOME}/program && ls -d [0-9]*").out.split()


def in_use(machine: Machine) -> str:
    """The version that the command starts."""
    return machine.run(["readlink", f"{HOME}/program/current"]).check().out
