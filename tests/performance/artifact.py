"""`make bench-artifact`: how fast an artifact is verified beside the tools that do a part of it, in how much memory.

Every figure is of the same artifact in the same run; the files are in memory, so that no disk is measured.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.performance.artifact_memory import peak_of_verifying

_COMPRESSIONS = ("none", "gzip", "lzma")
_UNPACKERS = {"gzip": "gzip -dc", "lzma": "xz -dc"}
_VERIFY = (
    "import sys; from moducop_tui.host import Host; from moducop_tui.model.artifact import Verified\n"
    "from moducop_tui.sources.artifact_verify import verify_artifact\n"
    "found = verify_artifact(Host(), sys.argv[1], lambda done, total: None, lambda: False)\n"
    "assert isinstance(found, Verified), found\n"
    "print(found.seconds)\n"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.artifact", description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=512, help="size of the payload")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each; the fastest counts")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        payload = Path(place) / "rootfs.ext4"
        write_payload(payload, wanted.mebibytes)
        for compression in _COMPRESSIONS:
            print_one(Path(place), payload, compression, wanted.repeat)
    for compression in ("none", "gzip"):
        peak = peak_of_verifying(2 << 30, compression)
        print(
            f"\nA payload of 2 GiB, {compression}: {peak / 1024:.0f} MiB of memory at the peak, Python's own included"
        )


def write_payload(target: Path, mebibytes: int) -> None:
    """What a root file system is like: a third program code, a third text, a third nothing."""
    source = random.Random(1)
    with target.open("wb") as file:
        for _ in range(mebibytes):
            file.write(source.randbytes(350_000) + b"the quick brown fox jumps over the lazy dog\n" * 8000)
            file.write(bytes((1 << 20) - 350_000 - 352_000))


def print_one(place: Path, payload: Path, compression: str, repeat: int) -> None:
    """The table of one artifact."""
    artifact = place / f"{compression}.mender"
    about: list[str | Path] = [
        "-t",
        "a",
        "-n",
        "n",
        "-f",
        payload,
        "-o",
        artifact,
        "--compression",
        compression,
        "--no-progress",
    ]
    subprocess.run(["mender-artifact", "write", "rootfs-image", *about], check=True, capture_output=True)
    peers: dict[str, Callable[[], float]] = {"sha256sum FILE": lambda: timed(["sha256sum", artifact])}
    if compression in _UNPACKERS:
        packed = place / "packed"
        with packed.open("wb") as file:
            member = next(name for name in outer_names(artifact) if name.startswith("data/"))
            subprocess.run(["tar", "-xOf", artifact, member], stdout=file, check=True)
        pipeline = f"{_UNPACKERS[compression]} <{packed} | sha256sum"
        peers[f"{_UNPACKERS[compression]} | sha256sum"] = lambda: timed(["sh", "-c", pipeline])
    peers["mender-artifact validate"] = lambda: timed(["mender-artifact", "validate", artifact])
    ours, cpu = min((verified(artifact) for _ in range(repeat)), key=lambda both: both[0])
    rate = payload.stat().st_size / ours / 1e6
    print(f"\n{compression}: {artifact.stat().st_size / 1e6:.0f} MB, unpacked {payload.stat().st_size / 1e6:.0f} MB")
    print(f"{'':34}{'seconds':>9}{'ours to it':>12}")
    print(f"{'verify_artifact':34}{ours:9.2f}{'':>12}   {rate:.0f} MB/s unpacked, {cpu:.2f} s of CPU")
    for name, measure in peers.items():
        seconds = min(measure() for _ in range(repeat))
        print(f"{name:34}{seconds:9.2f}{ours / seconds:12.2f}")


def outer_names(artifact: Path) -> list[str]:
    """The parts of an artifact."""
    return subprocess.run(["tar", "-tf", artifact], capture_output=True, text=True, check=True).stdout.split()


def timed(command: list[str | Path]) -> float:
    """Seconds that a command takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def verified(artifact: Path) -> tuple[float, float]:
    """Seconds that our verification takes, by its own word, and seconds of CPU, both without Python's start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([sys.executable, "-c", _VERIFY, artifact], capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return float(said), cpu


if __name__ == "__main__":
    main()
