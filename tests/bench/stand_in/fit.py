"""Puts the stand-in into a device's root, in the place of Debian's Go client."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, Literal, TypeAlias

Personality: TypeAlias = Literal["4.0", "5.1"]
Client: TypeAlias = Literal["go"] | Personality
"""Which client of Mender a device has: Debian's own, or the stand-in."""

_HERE: Final = Path(__file__).parent
_LIBRARY: Final = "usr/lib/mender-stand-in"
_MODULES: Final = "usr/share/mender/modules/v3"

GONE: Final = ("usr/bin/mender", "usr/lib/systemd/system/mender-client.service")
"""What a device with the C++ client does not have of Debian's."""

_UNIT: Final = """[Unit]
Description=Mender OTA update service

[Service]
ExecStart=/usr/bin/mender-update daemon
Restart=always

[Install]
WantedBy=multi-user.target
"""
"""The daemon as images have it; the bench does not start it."""


def fit(root: Path, personality: Personality, *, app_module: str = "app-1") -> None:
    """Install the client and the modules; ``app_module`` is the file of ``modules/`` that becomes `app`."""
    library = root / _LIBRARY
    shutil.copytree(
        _HERE / "mender_stand_in", library / "mender_stand_in", ignore=shutil.ignore_patterns("__pycache__")
    )
    (library / "personality").write_text(f"{personality}\n")
    (root / "usr/bin").mkdir(parents=True, exist_ok=True)
    shutil.copy(_HERE / "mender-update", root / "usr/bin/mender-update")
    fit_modules(root, app_module)
    unit = root / "usr/lib/systemd/system/mender-updated.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text(_UNIT)


def fit_modules(root: Path, app_module: str, names: tuple[str, ...] = ("rootfs-image", "app")) -> None:
    """Install the modules alone: the Go client, too, can bring out an app with them."""
    modules = root / _MODULES
    modules.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(_HERE / "modules" / (app_module if name == "app" else name), modules / name)
