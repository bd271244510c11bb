"""The configuration: one TOML file into one frozen Config. Unknown keys are errors that name their line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_PATHS = ("/etc/moducop_tui/config.toml", "/data/moducop_tui/config.toml")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. The defaults are right for a ModuCop."""

    root: Path = Path("/")
    """The root prefix (`--root`); never from the file."""
    disk: str | None = None
    """The system disk, such as `/dev/mmcblk0`; None: the disk that mender.conf or the mount table names."""
    engine_socket: str | None = None
    """The container engine's socket; None: Docker's, then Podman's."""
    log_memory: int = 4 << 20
    """Bytes of log entries that the console keeps at most."""
    overlay_walk_limit: int = 20000
    """Directory entries of an overlay's upper that are counted at most; beyond it numbers are 'at least'."""
