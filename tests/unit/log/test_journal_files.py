"""Which of several journal directories is the device's: the one that journald writes, told by the files themselves."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources.journal_files import journal_in_use, last_boot

OWN, OTHER, THIRD = "0123456789abcdef" * 2, "f" * 32, "e" * 32
NOW, BEFORE = "b" * 32, "a" * 32
RUN, VAR = "/run/log/journal", "/var/log/journal"


def header(boot: str = NOW, monotonic: int = 1000, realtime: int = 0, entries: int = 1) -> bytes:
    """The beginning of a journal file (systemd, journal-def.h)."""
    numbers = struct.pack("<Q", entries) + bytes(32) + struct.pack("<QQ", realtime, monotonic)
    return b"LPKSHHRH" + bytes(48) + bytes.fromhex(boot) + bytes(80) + numbers


def device(root: Path, files: dict[str, bytes], *, runs: bool = True, machine_id: str | None = OWN) -> Host:
    for name, content in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if runs:
        (root / "proc/sys/kernel/random").mkdir(parents=True)
        (root / "proc/sys/kernel/random/boot_id").write_text(f"{NOW[:8]}-{NOW[8:]}\n")
    if machine_id is not None:
        (root / "etc").mkdir()
        (root / "etc/machine-id").write_text(f"{machine_id}\n")
    return Host(root)


LIVE = "system.journal"
CASES = {
    "left in /run by an initial RAM disk under another id": (
        {f"{RUN}/{OTHER}/{LIVE}": header(monotonic=10), f"{VAR}/{OWN}/{LIVE}": header(monotonic=2000)},
        f"{VAR}/{OWN}",
    ),
    "the same, and what is in use is in memory": (
        {f"{RUN}/{OTHER}/{LIVE}": header(monotonic=10), f"{RUN}/{OWN}/{LIVE}": header(monotonic=2000)},
        f"{RUN}/{OWN}",
    ),
    "the machine id was changed under journald": (
        {f"{VAR}/{OTHER}/{LIVE}": header(), f"{VAR}/{OWN}/{LIVE}": header(BEFORE, 9_000_000)},
        f"{VAR}/{OTHER}",
    ),
    "a namespace beside it": (
        {f"{RUN}/{OWN}.probe/{LIVE}": header(monotonic=9_000_000), f"{VAR}/{OWN}/{LIVE}": header()},
        f"{VAR}/{OWN}",
    ),
    "a leftover of another device that was cut off in the middle": (
        {f"{VAR}/{OTHER}/{LIVE}": header(BEFORE, 9_000_000, 9_000_000), f"{VAR}/{OWN}/{LIVE}": header()},
        f"{VAR}/{OWN}",
    ),
    "journald went back to memory, as at shutdown": (
        {f"{VAR}/{OWN}/{LIVE}": header(monotonic=5000), f"{RUN}/{OWN}/{LIVE}": header(monotonic=6000)},
        f"{RUN}/{OWN}",
    ),
    "just rotated, the new file has no entry yet": (
        {
            f"{VAR}/{OWN}/{LIVE}": header("0" * 32, 0, 0, 0),
            f"{VAR}/{OWN}/system@1-2-3.journal": header(monotonic=7000),
            f"{RUN}/{OTHER}/{LIVE}": header(monotonic=10),
        },
        f"{VAR}/{OWN}",
    ),
    "in the moment of rotation, there is no new file": (
        {f"{VAR}/{OWN}/system@1-2-3.journal": header(), f"{RUN}/{OTHER}/{LIVE}": header(BEFORE)},
        f"{VAR}/{OWN}",
    ),
    "a container with a journal of its own writes beside it, in the same boot": (
        {f"{VAR}/{OTHER}/{LIVE}": header(monotonic=9000), f"{VAR}/{OWN}/{LIVE}": header(monotonic=8000)},
        f"{VAR}/{OWN}",
    ),
    "journals of other machines that were sent here": (
        {f"{VAR}/remote/remote-x.journal": header(monotonic=9000), f"{VAR}/{OWN}/{LIVE}": header(BEFORE)},
        f"{VAR}/{OWN}",
    ),
    "a file that is none": ({f"{RUN}/{OTHER}/{LIVE}": b"x" * 300, f"{VAR}/{OWN}/{LIVE}": header()}, f"{VAR}/{OWN}"),
    "a file cut after its name": ({f"{RUN}/{OTHER}/{LIVE}": b"LPK", f"{VAR}/{OWN}/{LIVE}": header()}, f"{VAR}/{OWN}"),
    "nothing of this boot": (
        {f"{RUN}/{OTHER}/{LIVE}": header(BEFORE), f"{VAR}/{OWN}/{LIVE}": header(BEFORE)},
        f"{VAR}/{OWN}",
    ),
    "only another machine's": ({f"{VAR}/{OTHER}/{LIVE}": header(BEFORE)}, f"{VAR}/{OTHER}"),
    "only a namespace's": ({f"{RUN}/{OWN}.probe/{LIVE}": header()}, None),
    "files without a directory of a machine": ({f"{VAR}/{LIVE}": header()}, VAR),
    "only what was put aside after a power cut": ({f"{VAR}/{OWN}/system@1-2.journal~": header(BEFORE)}, f"{VAR}/{OWN}"),
    "put aside in this boot, and journald has gone over to memory": (
        {f"{VAR}/{OWN}/system@1-2.journal~": header(), f"{RUN}/{OWN}/{LIVE}": header(monotonic=2000)},
        f"{RUN}/{OWN}",
    ),
    "put aside in this boot, in the moment before there is a new file": (
        {f"{VAR}/{OWN}/system@1-2.journal~": header(), f"{RUN}/{OTHER}/{LIVE}": header(BEFORE)},
        f"{VAR}/{OWN}",
    ),
    "none": ({}, None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_directory_that_journald_writes_is_the_journal(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert journal_in_use(device(tmp_path, files)) == expected


def test_an_id_in_large_letters_is_the_same_id(tmp_path: Path) -> None:
    files = {f"{VAR}/{OTHER}/{LIVE}": header(monotonic=9000), f"{VAR}/{OWN}/{LIVE}": header(monotonic=8000)}
    assert journal_in_use(device(tmp_path, files, machine_id=OWN.upper())) == f"{VAR}/{OWN}"


def test_on_a_disk_that_nobody_runs_the_newest_stands_where_no_id_is_its_own(tmp_path: Path) -> None:
    files = {f"{VAR}/{OTHER}/{LIVE}": header(BEFORE, realtime=1), f"{VAR}/{THIRD}/{LIVE}": header(NOW, realtime=2)}
    host = device(tmp_path, files, runs=False, machine_id=None)
    assert journal_in_use(host) == f"{VAR}/{THIRD}"
    assert last_boot(host) == NOW


def test_a_disk_that_nobody_runs_has_the_journal_of_its_own_id(tmp_path: Path) -> None:
    files = {f"{VAR}/{OTHER}/{LIVE}": header(realtime=9), f"{VAR}/{OWN}/{LIVE}": header(BEFORE, realtime=2)}
    host = device(tmp_path, files, runs=False)
    assert journal_in_use(host) == f"{VAR}/{OWN}"
    assert last_boot(host) == BEFORE


def test_an_empty_file_tells_no_boot(tmp_path: Path) -> None:
    assert last_boot(device(tmp_path, {f"{VAR}/{OWN}/{LIVE}": header(entries=0)}, runs=False)) is None
    assert last_boot(device(tmp_path / "none", {}, runs=False, machine_id=None)) is None


def test_of_two_written_in_this_boot_journald_itself_tells_by_what_it_has_open(tmp_path: Path) -> None:
    """Neither is that of /etc/machine-id: a container's journald, in another process namespace, is not asked."""
    files = {f"{VAR}/{OTHER}/{LIVE}": header(monotonic=9000), f"{VAR}/{THIRD}/{LIVE}": header(monotonic=8000)}
    host = device(tmp_path, files)
    for process, space, opened in ((1, "pid:[1]", None), (77, "pid:[1]", THIRD), (99, "pid:[2]", OTHER)):
        place = tmp_path / f"proc/{process}"
        (place / "ns").mkdir(parents=True)
        (place / "ns/pid").symlink_to(space)
        (place / "fd").mkdir()
        (place / "comm").write_text("systemd\n" if opened is None else "systemd-journal\n")
        if opened is not None:
            (place / "fd/7").symlink_to(tmp_path / f"var/log/journal/{opened}/{LIVE}")
    assert journal_in_use(host) == f"{VAR}/{THIRD}"
