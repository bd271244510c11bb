"""A small bundle in an empty root: its Python and its console are stand-ins, the setup's scripts are the real ones."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from assets.bundle.commit import ROOT
from tests.patience import PATIENCE

_PYTHON = f"""\
#!/bin/sh
here=${{0%/*}}
if [ -e "$here/broken" ]; then cat "$here/broken" >&2; exit 1; fi
case $* in *"import ssl"*) exit 0 ;; esac
exec {sys.executable} "$@"
"""
_CONSOLE = """\
#!/bin/sh
echo "moducop-tui 1.0"
"""


class Stage:
    """`shell` is the one that runs the scripts; `tools`, when given, the only directory of commands."""

    def __init__(self, place: Path, shell: str = "sh", tools: Path | None = None) -> None:
        self.root = place / "root"
        self.bundle = place / "bundle"
        self.home = self.root / "data/moducop_tui"
        self._shell, self._tools = shell, tools
        for name in ("data", "etc/profile.d", "bin", "sbin"):
            (self.root / name).mkdir(parents=True)
        shutil.copytree(ROOT / "assets/bundle/setup", self.bundle / "setup")
        shutil.copytree(ROOT / "assets/getty", self.bundle / "getty")
        (self.bundle / "bin").mkdir()
        self.put("bin/python3", _PYTHON)
        self.put("bin/moducop-tui", _CONSOLE)
        self._quick = place / "quick"
        self._quick.mkdir()
        # Whether it waits for the disk is seen where the power is cut; here it would only wait.
        (self._quick / "sync").symlink_to("/bin/true")
        self.tell()

    def put(self, name: str, text: str) -> None:
        """Write a program of the bundle."""
        (self.bundle / name).write_text(text)
        (self.bundle / name).chmod(0o755)

    def tell(self, *, architecture: str = platform.machine(), version: str = "1.0", size: int = 100) -> None:
        """Write the facts of the bundle and the digests of its files as they are now."""
        facts = f"VERSION={version}\nARCHITECTURE={architecture}\nGLIBC=2.36\nSIZE={size}\n"
        files = sorted(path for path in self.bundle.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
        programs = (path.relative_to(self.bundle) for path in files if path.stat().st_mode & 0o100)
        (self.bundle / "bundle.txt").write_text(facts + "".join(f"EXECUTABLE={path}\n" for path in programs))
        files = sorted({*files, self.bundle / "bundle.txt"})
        sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(self.bundle)}\n" for path in files)
        (self.bundle / "SHA256SUMS").write_text("".join(sums))

    def setup(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call the setup of the bundle."""
        return self._call(self.bundle / "setup/setup", words)

    def installed_setup(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call the setup that was installed."""
        return self._call(self.home / "bin/moducop-tui-setup", words)

    def _call(self, script: Path, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        tools = os.environ["PATH"] if self._tools is None else str(self._tools)
        environment = {**os.environ, "MODUCOP_TUI_ROOT": str(self.root), "PATH": f"{self._quick}:{tools}"}
        argv = [*self._shell.split(), str(script), *words]
        return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=PATIENCE)

    def files(self) -> set[str]:
        """All files and links below the root, and no directories."""
        found = (path for path in self.root.rglob("*") if path.is_symlink() or not path.is_dir())
        return {str(path.relative_to(self.root)) for path in found}

    @property
    def in_use(self) -> str:
        """The directory of the version that the command starts."""
        return os.readlink(self.home / "program/current")  # noqa: PTH115  (the text of the link)
