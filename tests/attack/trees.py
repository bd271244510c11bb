"""Device trees in which every file that the console reads is something else: `--root` of an image nobody has seen."""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from moducop_tui.model import places
from tests.attack.child import judge, run
from tests.attack.tally import Tally

_SOURCES = Path(__file__).parents[2] / "moducop_tui"
_PATH = re.compile(r'"(/(?:[\w.@%-]+/?)+)"')
_READERS = ("sources", "model", "actions", "config.py", "lock_holder.py", "host.py")
_COMMANDS = (["status", "--json"], ["check"], ["history", "--json"], ["logs", "-n", "5", "--all-boots"])
_CODES = (0, 1, 2, 3)
_BESIDES = (
    "/etc/machine-id", "/etc/timezone", "/etc/localtime", "/proc/mounts", "/proc/partitions", "/proc/swaps",
    "/proc/1/cmdline", "/proc/1/stat", "/proc/1/comm", "/proc/4242/cmdline", "/proc/4242/stat", "/proc/4242/comm",
    "/sys/block/mmcblk0/dev", "/sys/block/mmcblk0/size", "/sys/block/mmcblk0/mmcblk0p2/dev", "/sys/block/sda/removable",
    "/sys/class/hwmon/hwmon0/name", "/sys/class/hwmon/hwmon0/temp1_input", "/sys/class/hwmon/hwmon0/temp1_crit",
    "/sys/class/net/eth0/operstate", "/sys/class/net/eth0/address", "/sys/class/thermal/thermal_zone0/temp",
    "/var/lib/mender/mender-store", "/var/lib/mender/mender-store-lock", "/data/mender-app/web/manifests/compose.yaml",
    "/data/mender-app/web/SOFTWARE_VERSION", "/usr/share/mender/modules/v3/app", "/data/x.mender", "/data/y.mender",
    f"/var/log/journal/{'ab' * 16}/system.journal", f"/run/log/journal/{'ab' * 16}/system.journal",
    "/boot/fw_env.config", "/etc/mender/mender-connect.conf",
)  # fmt: skip
"""Paths that the source puts together from parts."""
_HUGE = 6 << 30


def read_paths() -> list[str]:
    """Every path of a device that stands in the program's source: what is added later is attacked too.

    The longest first, so that what is a directory on a device can be one here.
    """
    found: set[str] = set()
    for reader in _READERS:
        place = _SOURCES / reader
        for file in place.rglob("*.py") if place.is_dir() else [place]:
            found |= set(_PATH.findall(file.read_text()))
    kept = {path.rstrip("/") for path in found if not path.startswith(("/dev/null", "/_")) and len(path) > 3}
    ours = {value for value in vars(places).values() if isinstance(value, str) and value.startswith("/")}
    found = {path for path in {*kept, *ours, *_BESIDES} if path.count("/") > 1}
    return sorted(found, key=lambda path: (-path.count("/"), path))


def _device(number: int) -> Callable[[Path], None]:
    return lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, number))


def _written(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(_HUGE)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made, suppress(OSError):  # a path that is too long has none
        made.bind(str(path))


def _deep(path: Path) -> None:
    here = path
    for _ in range(150):
        here.mkdir()
        here /= "d"


def _crowded(path: Path) -> None:
    path.mkdir()
    for number in range(400):
        (path / f"\x1b[31m{number}\u202e").touch()


ODD: dict[str, Callable[[Path], None]] = {
    "empty": _written(b""),
    "FIFO": os.mkfifo,
    "socket": _socket,
    "directory": Path.mkdir,
    "loop of links": lambda path: path.symlink_to(path.name),
    "link to nowhere": lambda path: path.symlink_to("/nowhere/at/all"),
    "link upwards": lambda path: path.symlink_to("/"),
    "link out": lambda path: path.symlink_to("../../../../../../../../etc/shadow"),
    "/dev/zero": _device(5),
    "/dev/random": _device(8),
    "/dev/full": _device(7),
    "6 GiB of nothing": _sparse,
    "zeros": _written(bytes(70_000)),
    "random bytes": _written(random.Random(1).randbytes(50_000)),
    "escapes": _written(b"\x1b]0;title\x07\x1b[2J\x9b31m\xc2\x9b31m\xe2\x80\xae\r\x08\n" * 300),
    "a long line": _written(b"x" * 3_000_000),
    "many lines": _written(b"a=b\n" * 300_000),
    "many digits": _written(b"9" * 200_000),
    "a number": _written(b"99999999999999999999999999999999\n"),
    "a negative number": _written(b"-9223372036854775809\n"),
    "no number": _written("١٢٣ ½ 1e999 nan inf 0x10\n".encode()),
    "a half character": _written(b"\xe2\x82"),
    "a byte order mark": _written(b"\xef\xbb\xbf{}\n"),
    "deep JSON": _written(b"[" * 100_000),
    "deep objects": _written(b'{"a":' * 50_000),
    "JSON of a big number": _written(b'{"a":' + b"9" * 6000 + b"}"),
    "JSON of another kind": _written(b'[null,true,{"a":[1e999]},"\\ud800\\u0000"]'),
    "settings": _written(b'A="$(reboot)"\nNAME=\x00\nID=\x1b[31m\nVERSION_ID=' + b"y" * 9000 + b"\n=\n===\n"),
    "deep directories": _deep,
    "a crowded directory": _crowded,
    "no rights": lambda path: path.touch(0),
}


def attack(seed: int, count: int) -> Tally:
    """All of one kind in each tree first; then mixtures."""
    tally, paths = Tally("trees"), read_paths()
    chance = random.Random(seed)
    kinds = list(ODD)
    if count < len(kinds):
        kinds = chance.sample(kinds, count)
    for name in kinds:
        _try(tally, f"every file is: {name}", [(path, name) for path in paths])
    for number in range(count - len(kinds)):
        chosen = [(path, chance.choice(list(ODD))) for path in paths if chance.random() < 0.6]
        if number % 2:
            chance.shuffle(chosen)
        _try(tally, f"mixture {number} of seed {seed}", chosen)
    return tally


def _try(tally: Tally, what: str, chosen: list[tuple[str, str]]) -> None:
    directory = Path(tempfile.mkdtemp(prefix="attack-tree-"))
    try:
        for path, name in chosen:
            _place(directory, path, name)
        with ThreadPoolExecutor(len(_COMMANDS)) as together:  # most of their time they wait for what hangs
            children = list(together.map(lambda words: run([*words, "--root", str(directory)]), _COMMANDS))
        for words, child in zip(_COMMANDS, children, strict=True):
            judge(tally, child, f"{' '.join(words)}, {what}", _CODES, is_json="--json" in words)
            if "root:" in child.out and ":0:0:" in child.out:
                tally.leak(f"{' '.join(words)}, {what}: a file outside of the root")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _place(root: Path, path: str, name: str) -> None:
    """Where a directory above it is something else already, or it is one itself, it stays so."""
    target = root / path.lstrip("/")
    if "%" in path or any(parent.is_symlink() for parent in _above(root, target)):
        return
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_symlink() and not target.exists():
            ODD[name](target)


def _above(root: Path, target: Path) -> Iterator[Path]:
    while (target := target.parent) != root:
        yield target
