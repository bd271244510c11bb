"""From packages to one file: the order in which a bundle is put together."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from assets.bundle import archive, interpreter, licences, manifest, wheels
from assets.bundle.architectures import Architecture, of_this_machine
from assets.bundle.commit import ROOT, Commit
from assets.bundle.problem import run

HERE = Path(__file__).parent
_OWN = ((HERE / "setup", "setup"), (ROOT / "assets/getty", "getty"))
"""Directories of ours and where they lie in a bundle."""
_OWN_FILES = ((HERE / "program/moducop-tui", "bin/moducop-tui"), (HERE / "program/install", "install"))


def cache() -> Path:
    """What is kept between builds: `$MODUCOP_BUNDLE_CACHE`, or one below the user's cache directory."""
    chosen = os.environ.get("MODUCOP_BUNDLE_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = Path(chosen) if chosen else base / "moducop_tui" / "bundle"
    path.mkdir(parents=True, exist_ok=True)
    return path


def name_of(commit: Commit, architecture: Architecture) -> str:
    """The name of a bundle, of its file without the ending and of the directory in it."""
    return f"moducop-tui-{commit.version}-{architecture.name}"


def build(architecture: Architecture, commit: Commit, directory: Path, say: Callable[[str], None]) -> Path:
    """Build one bundle into a directory and return its file. Raises BuildError."""
    directory.mkdir(parents=True, exist_ok=True)
    name = name_of(commit, architecture)
    with tempfile.TemporaryDirectory(prefix="moducop-bundle-") as temporary:
        work = Path(temporary)
        tree = work / name
        tree.mkdir()
        fill(architecture, commit, work, tree, say)
        say(f"packing {name}")
        target = directory / f"{name}.tar.gz"
        archive.pack(tree, name, target, commit.time)
    return target


def fill(architecture: Architecture, commit: Commit, work: Path, tree: Path, say: Callable[[str], None]) -> None:
    """Put everything of a bundle into an empty tree; `work` is a directory for what is only needed meanwhile."""
    say(f"Debian's packages for {architecture.name}")
    parts = interpreter.fetch(architecture, cache())
    interpreter.assemble(parts, architecture, work / "unpacked", tree)
    say(f"wheels for {architecture.name}")
    others = wheels.fetch(architecture, cache())
    own = wheels.build_own(commit, work)
    for wheel in (*others, own):
        wheels.unpack(wheel, tree / interpreter.SITE)
    packages = [*parts, *others, own]
    licences.gather(packages, work / "unpacked", tree)
    say("compiling")
    compile_modules(architecture, work, tree)
    for source, inside in _OWN:
        shutil.copytree(source, tree / inside)
    for source, inside_file in _OWN_FILES:
        shutil.copy(source, tree / inside_file)
    drop_empty(tree)
    manifest.write(packages, architecture, commit, tree)


def drop_empty(tree: Path) -> None:
    """Remove directories that hold nothing: the installer takes one without a listed file for one that was added."""
    for path in sorted(tree.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def compile_modules(architecture: Architecture, work: Path, tree: Path) -> None:
    """Compile with the very Python that is carried, or its twin of this machine's architecture."""
    here = of_this_machine()
    python = tree / interpreter.BINARY
    if here != architecture:
        twin = work / "twin"
        interpreter.assemble(interpreter.fetch(here, cache()), here, work / "twin-unpacked", twin)
        python = twin / interpreter.BINARY
    # The seed decides the order of sets, and so the bytes.
    run(
        ["env", "-i", "PYTHONHASHSEED=0", "LC_ALL=C.UTF-8", python, "-S", "-B", HERE / "compile_tree.py",
         tree / interpreter.LIBRARY],
    )  # fmt: skip
