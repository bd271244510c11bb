"""What the image is made of: a Debian root, a newer compose, and the product's pure Python dependencies."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from .places import REPOSITORY, BenchError, cache, exclusively, scratch

RELEASE = "bookworm"
COMPOSE_RELEASE = "trixie"
"""Where a compose v2 comes from; the device has v2 and bookworm has v1. The binary needs nothing but libc."""

INSIDE = (
    *("systemd", "systemd-sysv", "udev", "dbus", "kmod", "login", "less", "procps", "iproute2"),
    *("util-linux", "mount", "e2fsprogs", "fdisk", "docker.io", "iptables", "libubootenv-tool", "mender-client"),
    *("python3", "python3-systemd", "python3-psutil", "python3-pyudev"),
    *("python3-lmdb", "openssl"),  # for the stand-in of Mender's client: its memory, and signatures
)
"""Debian packages of the image."""

FROM_APT = frozenset({"psutil", "pyudev", "systemd-python"})
"""Dependencies of the product that the image has from Debian because they are not pure Python."""

_NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info")
_TOO_BIG = ("usr/bin/ctr", "usr/bin/dnet", "usr/sbin/ovrouter", "usr/bin/containerd-shim-runc-v1")


def run(*argv: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a build command to its end; its last lines become the error when it fails."""
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise BenchError(f"{argv[0]} failed with {done.returncode}:\n{tail}")
    return done.stdout


def digest(*parts: str | bytes) -> str:
    """A short key of everything that decides about the content of a cached file."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\0")
    return total.hexdigest()[:16]


def root_tar(*more: str) -> Path:
    """The Debian root as a tar file, built once for each list of packages (``INSIDE`` and ``more``)."""
    wanted = (*INSIDE, *more)
    target = cache() / f"root-{digest(RELEASE, *wanted, *_NOT_NEEDED, *_TOO_BIG)}.tar"
    with exclusively("root"):
        if not target.exists():
            _bootstrap(target, wanted)
    return target


def _bootstrap(target: Path, wanted: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory(prefix="moducop-root-", dir=scratch()) as work:
        sources = Path(work) / "sources.list"
        sources.write_text(source_line(RELEASE))
        partial = Path(work) / "root.tar"
        excludes = [
            f"--dpkgopt=path-exclude=/{name}{'/*' if name in _NOT_NEEDED else ''}" for name in _NOT_NEEDED + _TOO_BIG
        ]
        run(
            "env", f"TMPDIR={work}", "mmdebstrap", "--variant=minbase", "--mode=root", f"--include={','.join(wanted)}",
            '--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Check-Valid-Until "false"',
            "--dpkgopt=force-unsafe-io", *excludes, RELEASE, partial, sources,
        )  # fmt: skip
        shutil.copyfile(partial, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def source_line(release: str, kind: str = "deb") -> str:
    """An apt source (``deb`` or ``deb-src``) of a release at the place where this machine's own packages come from."""
    wanted = ("Identifier: Packages", "Label: Debian", "Component: main")
    lines = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(SITE)", *wanted).split("\n")
    if not lines[0].strip():
        raise BenchError("this machine's apt knows no Debian archive (run apt-get update)")
    return f"{kind} {lines[0].split()[0]} {release} main\n"


def compose_package() -> Path | None:
    """The Debian package of compose v2, or None when the mirror has no such release."""
    target = cache() / f"compose-{COMPOSE_RELEASE}.deb"
    with exclusively("compose"):
        if not target.exists():
            try:
                _download_compose(target)
            except BenchError:
                return None
    return target


def _download_compose(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="moducop-compose-", dir=scratch()) as work:
        place = Path(work)
        (place / "lists" / "partial").mkdir(parents=True)
        (place / "sources.list").write_text(source_line(COMPOSE_RELEASE))
        # A list directory of its own: the machine's own knowledge of packages stays as it is.
        options = [
            *("-o", f"Dir::Etc::sourcelist={place}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null"),
            *("-o", f"Dir::State::lists={place}/lists", "-o", "APT::Sandbox::User=root"),
        ]
        run("apt-get", *options, "update")
        run("apt-get", *options, "download", "docker-compose", cwd=place)
        found = list(place.glob("docker-compose_2*.deb"))
        if not found:
            raise BenchError("the package is not compose v2")
        shutil.copyfile(found[0], target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def python_site() -> Path:
    """A directory of the product's pure Python dependencies, for the interpreter inside the machine."""
    wanted = sorted(_pure_dependencies())
    target = cache() / f"site-{digest(*wanted)}"
    with exclusively("site"):
        if not target.is_dir():
            partial = target.with_suffix(".part")
            shutil.rmtree(partial, ignore_errors=True)
            # No platform and no ABI: a compiled wheel of this machine's interpreter would not load in there.
            pure = ("--only-binary=:all:", "--platform", "any", "--abi", "none", "--python-version", "3.11")
            run(sys.executable, "-m", "pip", "install", "--quiet", *pure, "--target", partial, *wanted)
            partial.rename(target)
    return target


def _pure_dependencies() -> list[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    listed: list[str] = project["dependencies"]
    return [text for text in listed if re.split(r"[^A-Za-z0-9_-]", text, maxsplit=1)[0].lower() not in FROM_APT]
