from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui.actions.who import find_who
from moducop_tui.host import Host
from moducop_tui.model.work import Who


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: int) -> str:
        raise OSError

    monkeypatch.setattr(os, "ttyname", none)
    monkeypatch.setattr(os, "getppid", lambda: 40)


def process(root: Path, pid: int, parent: int, environment: str) -> None:
    place = root / f"proc/{pid}"
    place.mkdir(parents=True)
    (place / "environ").write_bytes(environment.replace("; ", "\0").encode())
    (place / "stat").write_text(f"{pid} (sh (login) x) S {parent} 1 1")


def test_who_became_root_is_named_by_the_login(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/loginuid").write_text("0")
    assert find_who(Host(tmp_path), {"SUDO_USER": "operator"}).user == "root"
    (tmp_path / "proc/self/loginuid").write_text("4294967295")
    assert find_who(Host(tmp_path), {"SUDO_USER": "operator"}).user == "operator"


def test_without_a_login_the_user_of_the_process_is_named(tmp_path: Path) -> None:
    import pwd

    assert find_who(Host(tmp_path), {}) == Who(pwd.getpwuid(os.getuid()).pw_name)


def test_a_user_without_a_name_is_its_number(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/loginuid").write_text("54321")
    assert find_who(Host(tmp_path), {}).user == "uid 54321"


def test_the_terminal_is_named_without_dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "ttyname", lambda _: "/dev/ttymxc0")
    assert find_who(Host(tmp_path), {}).terminal == "ttymxc0"


def test_the_origin_is_the_address_that_sshd_gives(tmp_path: Path) -> None:
    assert find_who(Host(tmp_path), {"SSH_CONNECTION": "10.0.4.2 50022 10.0.4.17 22"}).origin == "10.0.4.2"


def test_behind_sudo_the_origin_is_found_at_a_parent(tmp_path: Path) -> None:
    process(tmp_path, 40, 39, "TERM=vt220")
    process(tmp_path, 39, 38, "TERM=vt220; SSH_CONNECTION=fe80::1%end0 50022 fe80::2 22")
    process(tmp_path, 38, 1, "A=b")
    assert find_who(Host(tmp_path), {}).origin == "fe80::1%end0"


def test_parents_that_can_not_be_looked_at_are_no_error(tmp_path: Path) -> None:
    process(tmp_path, 40, 40, "TERM=vt220")
    assert find_who(Host(tmp_path), {}).origin is None


def test_hostile_names_are_harmless(tmp_path: Path) -> None:
    who = find_who(Host(tmp_path), {"SUDO_USER": "a\x1b[31mb", "SSH_CONNECTION": "\x1b]0;x\x07y 1 2 3"})
    assert (who.user, who.origin) == ("ab", "y")


def test_a_person_is_told_in_words() -> None:
    assert Who("root", "pts/0", "10.0.4.2").words == "root on pts/0 from 10.0.4.2"
