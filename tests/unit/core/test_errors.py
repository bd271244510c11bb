from __future__ import annotations

import socket
from pathlib import Path

from moducop_tui import errors


def fail(text: str) -> None:
    raise ValueError(text)


def failure(text: str) -> Exception:
    try:
        fail(text)
    except ValueError as error:
        return error
    return AssertionError("nothing was raised")


def test_an_error_goes_to_the_journal_with_its_traceback_under_its_id(tmp_path: Path) -> None:
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(path)
        journal.settimeout(1.0)
        error_id = errors.report(failure("surprise"), log_socket=path)
        lines = journal.recv(65536).decode().splitlines()
    assert lines[0].startswith("<27>moducop-tui[")
    assert lines[0].endswith(f"]: internal error {error_id}")
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: surprise"


def test_the_same_error_has_the_same_id_and_another_place_another() -> None:
    nowhere = "/nonexistent"
    first = errors.report(failure("one"), nowhere)
    assert errors.report(failure("two"), nowhere) == first
    assert errors.report(KeyError("one"), nowhere) != first
    assert len(first) == 6


def test_a_journal_that_does_not_listen_is_no_second_error(tmp_path: Path) -> None:
    assert errors.report(failure("surprise"), log_socket=str(tmp_path / "missing"))
    assert errors.report(failure("surprise"), log_socket="x" * 500)


def test_a_long_traceback_is_cut_in_its_middle(tmp_path: Path) -> None:
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(path)
        journal.settimeout(1.0)
        errors.report(ValueError("\n".join(["\ud800 line"] * 500)), log_socket=path)
        lines = journal.recv(65536).decode().splitlines()
    assert len(lines) == 62
    assert lines[31] == "..."
