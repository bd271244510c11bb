from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.log import LogFilter
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.journal import Journal, JournalSource
from moducop_tui.sources.journal_files import current_boot, journal_in_use
from moducop_tui.sources.journal_places import is_persistent, places

MACHINE = "0123456789abcdef0123456789abcdef"


def journal_in(root: Path, directory: str) -> Path:
    file = root / directory.lstrip("/") / MACHINE / "system.journal"
    file.parent.mkdir(parents=True)
    file.touch()
    return file


def mounted(root: Path, *lines: str) -> None:
    (root / "proc/1").mkdir(parents=True)
    (root / "proc/1/mountinfo").write_text("".join(f"{line}\n" for line in lines))


ROOT = "22 1 179:2 / / ro,relatime - ext4 /dev/mmcblk0p2 ro"
TMPFS = "30 22 0:25 / /var/volatile rw,relatime - tmpfs tmpfs rw"
DATA_LOG = "31 22 179:4 /log /var/log rw,relatime - ext4 /dev/mmcblk0p4 rw"


def test_files_in_run_are_the_ones_in_use(tmp_path: Path) -> None:
    journal_in(tmp_path, "/var/log/journal")
    journal_in(tmp_path, "/run/log/journal")
    assert journal_in_use(Host(tmp_path)) == f"/run/log/journal/{MACHINE}"
    assert is_persistent(Host(tmp_path)) is False


def test_an_empty_directory_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "run/log/journal" / MACHINE).mkdir(parents=True)
    assert journal_in_use(Host(tmp_path)) is None
    assert is_persistent(Host(tmp_path)) is None


def test_a_journal_in_var_log_that_leads_into_memory_dies_at_reboot(tmp_path: Path) -> None:
    journal_in(tmp_path, "/var/volatile/log/journal")
    (tmp_path / "var/log").symlink_to("/var/volatile/log")
    mounted(tmp_path, ROOT, TMPFS)
    assert is_persistent(Host(tmp_path)) is False


def test_a_journal_on_the_data_partition_survives(tmp_path: Path) -> None:
    journal_in(tmp_path, "/var/log/journal")
    mounted(tmp_path, ROOT, DATA_LOG)
    assert is_persistent(Host(tmp_path)) is True


def test_without_a_mount_table_nothing_is_claimed(tmp_path: Path) -> None:
    journal_in(tmp_path, "/var/log/journal")
    assert is_persistent(Host(tmp_path)) is None


def test_a_directory_that_is_replaced_is_another_place(tmp_path: Path) -> None:
    file = journal_in(tmp_path, "/var/log/journal")
    before = places(Host(tmp_path))
    file.parent.rename(tmp_path / "aside")
    file.parent.mkdir()
    file.touch()
    assert places(Host(tmp_path)) != before


def test_the_boot_id_is_written_as_the_journal_writes_it(tmp_path: Path) -> None:
    assert current_boot(Host(tmp_path)) is None
    (tmp_path / "proc/sys/kernel/random").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/random/boot_id").write_text("f0893136-bc04-4df1-a03e-bbeb1b8aded8\n")
    assert current_boot(Host(tmp_path)) == "f0893136bc044df1a03ebbeb1b8aded8"


def test_no_journal_at_all_is_a_sentence(tmp_path: Path) -> None:
    log = JournalSource(Config(), Host(tmp_path)).read()
    assert isinstance(log, Unavailable)
    assert log.reason == "There is no journal: neither /run/log/journal nor /var/log/journal holds a file of journald."


def test_a_journal_that_may_not_be_read_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal_in(tmp_path, "/run/log/journal")
    monkeypatch.setattr("os.access", lambda *_: False)
    sentence = "The journal in /run/log/journal may not be read by this user; start the console as root."
    assert JournalSource(Config(), Host(tmp_path)).read() == Unavailable(sentence)
    assert Journal(Config(), Host(tmp_path)).open(LogFilter(), 10) == Unavailable(sentence)


def test_to_a_user_who_may_not_look_a_journal_does_not_look_like_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run/log/journal" / MACHINE).mkdir(parents=True)
    monkeypatch.setattr("os.access", lambda path, _: MACHINE not in str(path))
    sentence = "The journal in /run/log/journal may not be read by this user; start the console as root."
    assert JournalSource(Config(), Host(tmp_path)).read() == Unavailable(sentence)
