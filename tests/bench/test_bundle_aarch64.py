"""The bundle for the device's processor: what it demands of the device, that it is reproducible, and that it runs."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from assets.bundle import debian, elf
from assets.bundle.architectures import DEVICE
from assets.bundle.build import build, cache
from assets.bundle.commit import this_commit
from assets.bundle.contents import OF_THE_DEVICE
from assets.bundle.package import sha256

from .bundled import built
from .conftest import require_bench

SCARTHGAP, KIRKSTONE = (2, 39), (2, 35)
"""The C libraries of the Yocto releases that ModuCops have or had."""
OF_A_DEVICE = (
    *("libc6", "libsystemd0", "libudev1", "liblz4-1", "libzstd1", "liblzma5", "libcap2", "libgcrypt20"),
    *("libgpg-error0", "libgcc-s1"),
)
"""What the root file system of the emulated processor has: the C library, systemd's libraries, and what they load."""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_bench()
    return build(DEVICE, this_commit(), tmp_path_factory.mktemp("bundle"), lambda _: None)


@pytest.fixture(scope="module")
def tree(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked bundle."""
    place = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(packed) as tar:
        tar.extractall(place, filter="fully_trusted")
    return next(place.iterdir())


@pytest.fixture(scope="module")
def files(tree: Path) -> dict[Path, elf.Elf]:
    return {path: elf.read(path) for path in elf.elf_files(tree)}


def test_all_that_is_compiled_is_for_the_device(files: dict[Path, elf.Elf]) -> None:
    assert len(files) > 20
    assert {one.machine for one in files.values()} == {"AArch64"}


def test_what_a_file_needs_is_in_the_bundle_or_of_libc_or_libsystemd(files: dict[Path, elf.Elf]) -> None:
    for path, one in files.items():
        for name in set(one.needed) - OF_THE_DEVICE:
            assert one.runpath is not None, f"{path} does not say where {name} is"
            directory = Path(os.path.normpath(one.runpath.replace("$ORIGIN", str(path.parent))))
            assert directory / name in files, f"{path} needs {name}"


def test_nothing_changes_where_other_programs_look_for_libraries(tree: Path, files: dict[Path, elf.Elf]) -> None:
    assert [path for path, one in files.items() if one.rpath] == []
    paths = {one.runpath for one in files.values()} - {None}
    assert all(path.startswith("$ORIGIN") for path in paths if path)
    scripts = [tree / "bin/moducop-tui", *(tree / "getty").iterdir(), *(tree / "setup").iterdir()]
    assert [path for path in scripts if "LD_LIBRARY_PATH" in path.read_text()] == []


def test_the_interpreter_starts_through_the_devices_loader(files: dict[Path, elf.Elf], tree: Path) -> None:
    assert files[tree / "bin/python3"].interpreter == "/lib/ld-linux-aarch64.so.1"


def test_scarthgaps_c_library_is_new_enough_and_kirkstones_is_not(tree: Path) -> None:
    demanded = elf.demanded_glibc(tree)
    assert KIRKSTONE < demanded <= SCARTHGAP
    told = dict(line.split("=") for line in (tree / "bundle.txt").read_text().splitlines())
    assert told["GLIBC"] == ".".join(map(str, demanded))


def test_it_is_small(packed: Path) -> None:
    assert packed.stat().st_size < 25e6


def test_every_package_is_told_with_its_digest_and_its_licence(tree: Path) -> None:
    manifest = json.loads((tree / "manifest.json").read_text())
    assert manifest["architecture"] == "aarch64"
    for package in manifest["packages"]:
        assert len(package["sha256"]) == 64
        licence = tree / "licences" / package["name"]
        assert [path for path in licence.iterdir() if path.stat().st_size > 0]


def test_every_module_is_compiled_and_never_compared_with_its_source(tree: Path) -> None:
    sources = sorted(tree.rglob("lib/**/*.py"))
    assert len(sources) > 1000
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc"
        with compiled.open("rb") as file:
            assert int.from_bytes(file.read(8)[4:], "little") == 0b01, compiled


def made_of(packed: Path) -> object:
    """What a bundle tells of itself: the commit, and every package with its digest."""
    with tarfile.open(packed) as tar:
        manifest = tar.extractfile(f"{packed.name.removesuffix('.tar.gz')}/manifest.json")
        assert manifest is not None
        return json.load(manifest)


def test_two_builds_give_the_same_bytes(desk_bundle: Path, tmp_path: Path) -> None:
    first, second = desk_bundle, built(tmp_path / "second")
    if made_of(first) != made_of(second):  # somebody has worked on the checkout since the first
        first, second = second, built(tmp_path / "third")
    assert sha256(first) == sha256(second)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root file system for the emulated processor that has only the C library and systemd's."""
    archive = debian.Archive(DEVICE, cache())
    archive.update()
    place = tmp_path_factory.mktemp("root")
    debian.unpack(archive.fetch(OF_A_DEVICE), place)
    return place


def emulated(root: Path, tree: Path, *words: str) -> str:
    """What the bundle's Python says on an emulated processor."""
    argv = ["qemu-aarch64-static", "-L", str(root), str(tree / "bin/python3"), "-I", "-B", *words]
    done = subprocess.run(argv, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"}, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_of_ours_and_every_library_loads_on_the_processor(root: Path, tree: Path) -> None:
    program = """
import importlib, pkgutil, platform
import ssl, hashlib, ctypes, zlib, bz2, lzma, pyexpat, psutil, docker, textual.app, systemd.journal
import moducop_tui
from moducop_tui.sources.udev_binding import load_pyudev
load_pyudev().Context()
names = [one.name for one in pkgutil.walk_packages(moducop_tui.__path__, "moducop_tui.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(platform.machine(), len(names) > 200)
"""
    assert emulated(root, tree, "-c", program) == "aarch64 True\n"


def test_it_tells_of_the_simulated_device_on_the_processor(root: Path, tree: Path) -> None:
    assert emulated(root, tree, "-m", "moducop_tui", "--demo", "status").startswith(" DEMO ")
