"""The card reader's place on the PCI bus, which QEMU 7.2 forgets when it saves a device's state."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

from ..places import BenchError
from .monitor import connect

_CONFIGURATION: Final = 0x40_1000_0000
"""Where the board has the configuration space of its PCI bus."""
_READER: Final = 0x0007_1B36
_KEPT: Final = (0x10, 0x3C, 0x04)
"""Address, interrupt, and last the switch that has the reader answer at that address."""


class Bus:
    """Reads and writes the configuration space from outside, while the device stands still."""

    def __init__(self, path: Path) -> None:
        self._socket: socket.socket = connect(path)
        self._lines = self._socket.makefile("r")

    def close(self) -> None:
        """Let go."""
        self._socket.close()

    def read_reader(self) -> dict[int, int]:
        """What of the reader's configuration the device's kernel has set."""
        home = self._reader()
        return {register: self._read(home + register) for register in _KEPT}

    def write_reader(self, kept: dict[int, int]) -> None:
        """Set it again."""
        home = self._reader()
        for register in _KEPT:
            self._ask(f"writel {home + register:#x} {kept[register]:#x}")

    def _reader(self) -> int:
        for slot in range(32):
            place = _CONFIGURATION + (slot << 15)
            if self._read(place) == _READER:
                return place
        raise BenchError("the board has no card reader")

    def _read(self, address: int) -> int:
        return int(self._ask(f"readl {address:#x}").split()[1], 16) & 0xFFFF_FFFF

    def _ask(self, words: str) -> str:
        self._socket.sendall(f"{words}\n".encode())
        while True:
            answer = self._lines.readline()
            if not answer:
                raise BenchError("QEMU went while its PCI bus was asked")
            if answer.startswith("OK"):
                return answer
            if not answer.startswith("IRQ"):
                raise BenchError(f"{words}: {answer.strip()}")
