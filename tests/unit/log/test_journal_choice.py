"""Which way the journal is read: libsystemd's reader where it is in memory, another process where it is on a disk."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.log import Boot
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.journal_backend import JournalView
from moducop_tui.sources.journal_choice import UNGUARDED, CarefulBackend, choose_backend
from moducop_tui.sources.journal_match import EVERYTHING, Matches
from moducop_tui.sources.journal_places import is_on_disk
from moducop_tui.sources.journal_reader import ReaderBackend
from moducop_tui.sources.journalctl import WITHOUT_BINDING, JournalctlBackend

MACHINE = "0123456789abcdef0123456789abcdef"
ROOT = "22 1 179:2 / / ro,relatime - ext4 /dev/mmcblk0p2 ro\n"
DATA_LOG = "31 22 179:4 /log /var/log rw,relatime - ext4 /dev/mmcblk0p4 rw\n"
MEMORY_LOG = "31 22 0:40 / /var/log rw,relatime - tmpfs tmpfs rw\n"
OVERLAY_LOG = "31 22 0:41 / /var/log rw,relatime - overlay overlay rw\n"


def journal_in(root: Path, directory: str, name: str = "system.journal") -> None:
    place = root / directory.lstrip("/") / MACHINE
    place.mkdir(parents=True)
    (place / name).touch()


def mounted(root: Path, table: str) -> None:
    (root / "proc/1").mkdir(parents=True, exist_ok=True)
    (root / "proc/1/mountinfo").write_text(table)


class Way:
    """A way of reading that only tells its name."""

    note: str | None = None

    def __init__(self, name: str, pause: float) -> None:
        self.name = name
        self.newest_pause = pause
        self.views: list[Matches] = []

    def view(self, matches: Matches) -> JournalView:
        self.views.append(matches)
        return None  # type: ignore[return-value]  # nobody reads it

    def boots(self, limit: int, current: str | None) -> tuple[Boot, ...]:
        return (Boot(self.name, 0, None, None),)


@pytest.mark.parametrize(
    ("directory", "table", "on_disk"),
    [
        ("/run/log/journal", ROOT, False),
        ("/var/log/journal", ROOT + MEMORY_LOG, False),
        ("/var/log/journal", ROOT + DATA_LOG, True),
        ("/var/log/journal", ROOT + OVERLAY_LOG, True),
        ("/var/log/journal", ROOT, True),
    ],
)
def test_a_journal_is_on_a_disk_unless_it_is_known_to_be_in_memory(
    tmp_path: Path, directory: str, table: str, on_disk: bool
) -> None:
    journal_in(tmp_path, directory)
    mounted(tmp_path, table)
    assert is_on_disk(Host(tmp_path)) is on_disk


def test_old_files_on_a_disk_count_beside_those_in_memory_and_an_unknown_place_is_a_disk(tmp_path: Path) -> None:
    assert not is_on_disk(Host(tmp_path))
    journal_in(tmp_path, "/run/log/journal")
    journal_in(tmp_path, "/var/log/journal")
    assert is_on_disk(Host(tmp_path)), "without a mount table nobody knows"
    mounted(tmp_path, ROOT + DATA_LOG)
    assert is_on_disk(Host(tmp_path))


def test_files_that_were_put_aside_as_damaged_are_the_last_to_be_read_without_a_guard(tmp_path: Path) -> None:
    journal_in(tmp_path, "/var/log/journal", "system@0006-2a.journal~")
    mounted(tmp_path, ROOT + DATA_LOG)
    assert is_on_disk(Host(tmp_path))


def test_when_journald_goes_over_to_the_disk_the_next_view_is_the_guarded_one(tmp_path: Path) -> None:
    now = 0.0
    reader, command = Way("systemd.journal", 0.0), Way("journalctl", 5.0)
    journal_in(tmp_path, "/run/log/journal")
    mounted(tmp_path, ROOT + DATA_LOG)
    careful = CarefulBackend(Host(tmp_path), reader, command, lambda: now)
    careful.view(EVERYTHING)
    assert (careful.name, careful.newest_pause) == ("systemd.journal", 0.0)
    journal_in(tmp_path, "/var/log/journal")
    assert careful.name == "systemd.journal", "it is not looked at for every entry"
    careful.view(EVERYTHING)
    assert (len(reader.views), len(command.views)) == (1, 1)
    assert (careful.name, careful.newest_pause) == ("journalctl", 5.0)
    assert careful.boots(1, None)[0].boot_id == "journalctl"
    assert careful.note is None


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_these(binding: bool, command: bool) -> object:
        monkeypatch.setattr("moducop_tui.sources.journal_reader.is_installed", lambda: binding)
        monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/journalctl" if command else None)
        return choose_backend(Host(tmp_path))

    assert isinstance(with_these(True, True), CarefulBackend)
    only_command, only_binding = with_these(False, True), with_these(True, False)
    assert isinstance(only_command, JournalctlBackend)
    assert only_command.note == WITHOUT_BINDING
    assert isinstance(only_binding, ReaderBackend)
    assert only_binding.note == UNGUARDED
    neither = with_these(False, False)
    assert isinstance(neither, Unavailable)
    assert "neither systemd's binding for Python (systemd-python) nor journalctl is installed" in neither.reason


def test_a_reader_of_a_journal_in_memory_is_shown_that_place_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of itself it would open files on a disk too, as soon as journald has gone over to it."""
    opened: list[str | None] = []

    def reader(path: str | None = None) -> object:
        opened.append(path)
        return object()

    journal = types.SimpleNamespace(Reader=reader)
    monkeypatch.setitem(sys.modules, "systemd", types.SimpleNamespace(journal=journal))
    monkeypatch.setattr("moducop_tui.sources.journal_reader.is_own", lambda _, where: where.endswith(MACHINE))
    other = "f" * 32
    for directory in ("/run/log/journal/" + MACHINE, "/var/log/journal/" + MACHINE, "/var/log/journal/" + other):
        monkeypatch.setattr("moducop_tui.sources.journal_reader.journal_in_use", lambda _, where=directory: where)
        ReaderBackend(Host())._open()
    assert opened == [f"/run/log/journal/{MACHINE}", None, f"/var/log/journal/{other}"]
