"""Who acts is told by what the caller can't set; what only the caller says is marked as that."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui.actions.who import find_who
from moducop_tui.host import Host
from moducop_tui.model.work import Who

SOMEBODY = 54321
CLAIM = {"SSH_CONNECTION": "203.0.113.9 50022 10.0.4.17 22", "SUDO_USER": "operator", "USER": "a", "LOGNAME": "b"}


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: int) -> str:
        raise OSError

    monkeypatch.setattr(os, "ttyname", none)
    monkeypatch.setattr(os, "getppid", lambda: 40)
    monkeypatch.setattr(os, "getuid", lambda: 0)


def process(root: Path, pid: int, parent: int, environment: str = "", *, name: str = "sh (x) y", uid: int = 0) -> Path:
    place = root / f"proc/{pid}"
    (place / "fd").mkdir(parents=True)
    (place / "net").mkdir()
    (place / "environ").write_bytes(environment.replace("; ", "\0").encode())
    (place / "stat").write_text(f"{pid} ({name}) S {parent} 1 1")
    (place / "status").write_text(f"Name:\tsh\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t0\t0\t0\t0\n")
    return place


def connected(server: Path, table: str, peer: str, descriptor: int = 4, inode: int = 7001) -> None:
    (server / f"fd/{descriptor}").symlink_to(f"socket:[{inode}]")
    place = server / f"net/{table}"
    old = place.read_text() if place.exists() else "  sl  local_address rem_address   st ...\n"
    listening = f"   0: 00000000:0016 00000000:0000 0A 0:0 00:0 0     0        0 {inode + 500} 1 0 100 0 0 10 0\n"
    place.write_text(f"{old}{listening}   1: 1104000A:0016 {peer}:C396 01 0:0 02:0 0     0        0 {inode} 2 0 20 4\n")


def own(root: Path, name: str, content: str) -> None:
    place = root / f"proc/self/{name}"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content)


def test_who_became_root_is_named_by_the_login_whatever_the_caller_says(tmp_path: Path) -> None:
    own(tmp_path, "loginuid", f"{SOMEBODY}\n")
    assert find_who(Host(tmp_path), CLAIM).user == "uid 54321"
    own(tmp_path, "loginuid", "0")
    assert find_who(Host(tmp_path), CLAIM).user == "root"


def test_without_a_login_who_became_root_is_named_by_the_process_that_they_came_from(tmp_path: Path) -> None:
    own(tmp_path, "loginuid", "4294967295")
    process(tmp_path, 40, 39)
    process(tmp_path, 39, 38, name="sudo")
    process(tmp_path, 38, 1, uid=SOMEBODY)
    assert find_who(Host(tmp_path), CLAIM).user == "uid 54321"


def test_who_only_the_caller_names_is_marked_as_that(tmp_path: Path) -> None:
    process(tmp_path, 40, 1)
    assert find_who(Host(tmp_path), CLAIM).user == "root, operator (said by the caller)"
    assert find_who(Host(tmp_path), {"SUDO_USER": "root"}).user == "root"
    assert find_who(Host(tmp_path), {"USER": "a", "LOGNAME": "b"}).user == "root"


def test_without_a_login_the_user_of_the_process_is_named(tmp_path: Path) -> None:
    assert find_who(Host(tmp_path), {}) == Who("root")


def test_somebody_who_is_not_root_is_himself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: SOMEBODY)
    process(tmp_path, 40, 1, uid=1)
    assert find_who(Host(tmp_path), {}).user == "uid 54321"


@pytest.mark.parametrize(
    ("number", "name"),
    [(136 << 8 | 3, "pts/3"), (137 << 8 | 1, "pts/257"), (207 << 8 | 16, "ttymxc0"), (0, None), (99 << 8 | 1, None)],
)
def test_the_terminal_is_the_one_of_the_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, name: str | None
) -> None:
    own(tmp_path, "stat", f"50 (moducop-tui) S 40 50 50 {number} 50 4194304 1")
    device = tmp_path / "sys/dev/char"
    device.mkdir(parents=True)
    (tmp_path / "sys/devices/ttymxc0").mkdir(parents=True)
    (device / "207:16").symlink_to("../../devices/ttymxc0")
    found = find_who(Host(tmp_path), {}).terminal
    assert found == name
    monkeypatch.setattr(os, "ttyname", lambda _: "/dev/ttyS9")  # as its input it can be given any other
    assert find_who(Host(tmp_path), {}).terminal == (found or "ttyS9")


def test_without_one_it_is_the_terminal_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "ttyname", lambda _: "/dev/ttymxc0")
    assert find_who(Host(tmp_path), {}).terminal == "ttymxc0"


@pytest.mark.parametrize(
    ("table", "peer", "address"),
    [
        ("tcp", "0204000A", "10.0.4.2"),
        ("tcp6", "0000000000000000FFFF00000204000A", "10.0.4.2"),
        ("tcp6", "B80D0120000000000000000001000000", "2001:db8::1"),
    ],
)
@pytest.mark.parametrize("server", ["sshd", "sshd-session", "dropbear"])
def test_the_origin_is_the_other_end_of_the_servers_connection_whatever_the_caller_says(
    tmp_path: Path, server: str, table: str, peer: str, address: str
) -> None:
    process(tmp_path, 40, 39, "SSH_CONNECTION=203.0.113.9 1 2 3")
    process(tmp_path, 39, 38, name="sshd", uid=SOMEBODY)
    connected(process(tmp_path, 38, 37, name=server), table, peer)
    process(tmp_path, 37, 1, name=server)
    assert find_who(Host(tmp_path), CLAIM).origin == address


def test_what_the_server_forwards_is_not_where_the_session_comes_from(tmp_path: Path) -> None:
    server = process(tmp_path, 40, 1, name="sshd")
    connected(server, "tcp", "09C80A0A", descriptor=11, inode=7009)
    connected(server, "tcp", "0204000A", descriptor=4, inode=7010)
    assert find_who(Host(tmp_path), {}).origin == "10.0.4.2"


def test_a_server_that_is_not_roots_is_none(tmp_path: Path) -> None:
    """Anybody can start a program of that name, with a connection to wherever."""
    connected(process(tmp_path, 40, 1, name="sshd", uid=SOMEBODY), "tcp", "0204000A")
    assert find_who(Host(tmp_path), {}).origin is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("sessionid", "7\n"), ("cgroup", "0::/user.slice/user-0.slice/session-7.scope\n"),
     ("cgroup", "3:cpu:/x\n1:name=systemd:/user.slice/user-0.slice/session-7.scope\n0::/\n")],
)  # fmt: skip
def test_where_the_server_can_not_be_seen_the_logins_record_counts(tmp_path: Path, name: str, content: str) -> None:
    own(tmp_path, name, content)
    sessions = tmp_path / "run/systemd/sessions"
    sessions.mkdir(parents=True)
    (sessions / "7").write_text("UID=0\nREMOTE=1\nREMOTE_HOST=10.0.4.2\nTTY=pts/0\n")
    (sessions / "4294967295").write_text("REMOTE_HOST=203.0.113.1\n")
    assert find_who(Host(tmp_path), CLAIM).origin == "10.0.4.2"
    own(tmp_path, name, "4294967295\n")
    assert find_who(Host(tmp_path), {}).origin is None


def test_an_origin_that_only_the_caller_names_is_marked_as_that(tmp_path: Path) -> None:
    assert find_who(Host(tmp_path), CLAIM).origin == "203.0.113.9 (said by the caller)"
    process(tmp_path, 40, 39, "TERM=vt220")
    process(tmp_path, 39, 38, "TERM=vt220; SSH_CONNECTION=fe80::1%end0 50022 fe80::2 22")
    process(tmp_path, 38, 1, "A=b")
    assert find_who(Host(tmp_path), {}).origin == "fe80::1%end0 (said by the caller)"


def test_parents_that_can_not_be_looked_at_are_no_error(tmp_path: Path) -> None:
    process(tmp_path, 40, 40, "TERM=vt220")
    assert find_who(Host(tmp_path), {}).origin is None


def test_hostile_names_are_harmless(tmp_path: Path) -> None:
    who = find_who(Host(tmp_path), {"SUDO_USER": "a\x1b[31mb", "SSH_CONNECTION": "\x1b]0;x\x07y 1 2 3"})
    assert (who.user, who.origin) == ("root, ab (said by the caller)", "y (said by the caller)")


def test_a_person_is_told_in_words() -> None:
    assert Who("root", "pts/0", "10.0.4.2").words == "root on pts/0 from 10.0.4.2"
