"""What the console believes: only what nobody but root can have put there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from moducop_tui import trusted
from moducop_tui.actions.running.durable import (
    link_durably,
    make_directory_durably,
    remove_durably,
    write_durably,
)
from moducop_tui.actions.running.private_files import make_private_directory, write_private
from moducop_tui.host import Host
from moducop_tui.model.places import AUDIT, DEAD_MAN, LEDGER, LOCK, STATE
from moducop_tui.trusted import UntrustedError
from tests.unit.base.given_away import SOMEBODY, give_away


@pytest.fixture
def state(tmp_path: Path) -> Path:
    place = tmp_path / STATE.lstrip("/")
    place.mkdir(parents=True, mode=0o700)
    (place / "slots.json").write_text("{}")
    return place


def refusal(root: Path, path: str = LEDGER) -> str:
    with pytest.raises(UntrustedError) as raised:
        trusted.read_bytes(Host(root), path)
    return (raised.value.strerror or "").replace(f"{root}/", "/")


def test_what_is_ours_is_read(tmp_path: Path, state: Path) -> None:
    assert trusted.read_text(Host(tmp_path), LEDGER) == "{}"
    assert trusted.why_untrusted(Host(tmp_path), STATE) is None


def test_what_is_not_there_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        trusted.read_bytes(Host(tmp_path), LEDGER)
    assert trusted.why_untrusted(Host(tmp_path), STATE) is None


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("data", "/data belongs to uid 54321, not to root: chown root:root /data"),
        ("data/moducop_tui", "/data/moducop_tui belongs to uid 54321, not to root: remove it, or look at it and "
                             "chown -R root:root /data/moducop_tui"),
        ("data/moducop_tui/slots.json", "/data/moducop_tui/slots.json belongs to uid 54321, not to root: remove it, or "
                                        "look at it and chown root:root /data/moducop_tui/slots.json"),
    ],
)  # fmt: skip
def test_somebody_elses_is_refused_with_whose_it_is_and_what_to_do(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, which: str, sentence: str
) -> None:
    give_away(monkeypatch, tmp_path / which)
    assert refusal(tmp_path) == sentence


@pytest.mark.parametrize("mode", [0o020, 0o002, 0o022])
@pytest.mark.parametrize("which", ["data", "data/moducop_tui", "data/moducop_tui/slots.json"])
def test_what_others_may_write_is_refused(tmp_path: Path, state: Path, which: str, mode: int) -> None:
    (tmp_path / which).chmod(0o700 | mode)
    said = refusal(tmp_path)
    who = "everybody" if mode & 0o002 else "the group "
    assert said.startswith(f"/{which} may be written by {who}")
    assert said.endswith(f"look at it and chmod go-w /{which}")


def test_above_ours_others_may_have_files_of_their_own_where_they_can_not_touch_ours(
    tmp_path: Path, state: Path
) -> None:
    (tmp_path / "data").chmod(0o1777)
    assert trusted.read_text(Host(tmp_path), LEDGER) == "{}"
    state.chmod(0o1777)
    assert "may be written by everybody" in refusal(tmp_path)


@pytest.mark.parametrize("which", ["data/moducop_tui", "data/moducop_tui/slots.json"])
def test_no_link_in_what_is_ours_is_followed_not_even_roots(tmp_path: Path, state: Path, which: str) -> None:
    (tmp_path / which).rename(tmp_path / "elsewhere")
    (tmp_path / which).symlink_to("/elsewhere")
    assert refusal(tmp_path) == f"/{which} is a symbolic link: remove it"


def test_a_link_above_ours_is_followed_where_root_has_made_it(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mnt").mkdir()
    (tmp_path / "data").rename(tmp_path / "mnt/real")
    (tmp_path / "mnt/next").symlink_to("./../mnt/real")
    (tmp_path / "data").symlink_to("/mnt/next")
    assert trusted.read_text(Host(tmp_path), LEDGER) == "{}"
    with monkeypatch.context() as theirs:
        give_away(theirs, tmp_path / "mnt/next")
        assert refusal(tmp_path) == "/mnt/next is a link of uid 54321, not of root: remove it"
    give_away(monkeypatch, tmp_path / "mnt")
    assert refusal(tmp_path) == "/mnt belongs to uid 54321, not to root: chown root:root /mnt"


def test_links_in_a_circle_are_no_endless_way(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to("/there")
    (tmp_path / "there").symlink_to("/data")
    assert "symbolic link" in refusal(tmp_path)


@pytest.mark.parametrize("kind", ["fifo", "socket"])
def test_what_is_no_plain_file_is_not_even_opened(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    import socket

    place = state / "slots.json"
    place.unlink()
    if kind == "fifo":
        os.mkfifo(place)
    else:
        monkeypatch.chdir(state)  # the name of a socket has to be short
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("slots.json")
    assert refusal(tmp_path) == "/data/moducop_tui/slots.json is no plain file: remove it"


def test_a_second_name_of_a_file_is_a_way_to_it(tmp_path: Path, state: Path) -> None:
    (tmp_path / "other").hardlink_to(state / "slots.json")
    assert refusal(tmp_path) == "/data/moducop_tui/slots.json has another name too (a hard link): remove it"


def test_whoever_owns_a_root_prefix_owns_what_is_below_it(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device's tree that an ordinary user has unpacked, looked at by root: there is nothing to be protected."""
    give_away(monkeypatch, tmp_path, tmp_path / "data", state, state / "slots.json")
    assert trusted.read_text(Host(tmp_path), LEDGER) == "{}"


def test_a_directory_that_others_made_first_gets_no_file_of_ours(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_away(monkeypatch, state)
    writes: tuple[Callable[[], object], ...] = (
        lambda: write_durably(state / "slots.json", b"new"),
        lambda: write_private(state / "slots.json", b"new"),
        lambda: link_durably(state / "link", "there"),
        lambda: remove_durably(state / "slots.json"),
        lambda: make_directory_durably(state),
        lambda: make_directory_durably(state / "dead-man"),
        lambda: make_private_directory(state),
    )
    for write in writes:
        with pytest.raises(UntrustedError):
            write()
    assert [path.name for path in state.iterdir()] == ["slots.json"]
    assert (state / "slots.json").read_text() == "{}"


def test_what_lies_ready_under_the_name_of_a_temporary_file_is_not_written_to(tmp_path: Path, state: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    for name in (".slots.json.new", f".slots.json.{os.getpid()}"):
        (state / name).hardlink_to(victim)
    write_durably(state / "slots.json", b"one")
    write_private(state / "slots.json", b"two")
    assert victim.read_text() == "as it was"
    assert (state / "slots.json").read_text() == "two"
    assert [path.name for path in state.iterdir()] == ["slots.json"]


def test_directories_are_made_for_root_alone(tmp_path: Path) -> None:
    make_directory_durably(tmp_path / DEAD_MAN.lstrip("/"))
    make_private_directory(tmp_path / "run/moducop_tui/orders")
    for made in ("data/moducop_tui", "data/moducop_tui/dead-man", "run/moducop_tui", "run/moducop_tui/orders"):
        assert (tmp_path / made).stat().st_mode & 0o777 == 0o700


def test_the_rule_holds_for_files_that_are_made(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.close(trusted.open_file(Host(tmp_path), AUDIT, os.O_WRONLY | os.O_CREAT))
    assert (state / "audit.jsonl").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileNotFoundError):
        trusted.open_file(Host(tmp_path), LOCK, os.O_WRONLY | os.O_CREAT)
    give_away(monkeypatch, state / "audit.jsonl")
    with pytest.raises(UntrustedError, match=f"uid {SOMEBODY}"):
        trusted.open_file(Host(tmp_path), AUDIT, os.O_WRONLY | os.O_CREAT)
