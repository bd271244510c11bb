"""What this system may lack: each is a sentence and a documented exit code, and what can be told is told."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import IO

import pytest

from moducop_tui import config, errors, worker
from moducop_tui.__main__ import main
from moducop_tui.cli.reread import Reread
from moducop_tui.collector import Collector
from moducop_tui.device import Device
from moducop_tui.model.log import LogBatch
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.read_once import read_once
from moducop_tui.store import Store
from tests.unit.cli.fake_device import FakeLog, fake_device
from tests.unit.core.core_fakes import FakeSource

Circumstance = Callable[[], None]


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ())


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)


def ended(words: list[str], circumstance: Circumstance, device: Device | None = None) -> tuple[int, str, str]:
    """Exit code, output and complaints of the program in a child of this process: Python need not start anew."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.stdin, sys.stdout, sys.stderr = (
                _stream(0, "r"),
                _stream(1, "w"),
                _stream(2, "w"),
            )
            circumstance()
            os._exit(main(words, device))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()


def _stream(descriptor: int, mode: str):  # type: ignore[no-untyped-def]  # what open gives
    return open(descriptor, mode, closefd=False, buffering=1 if mode == "w" else -1)


def files(count: int) -> Circumstance:
    """No more than so many files."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def closed(*descriptors: int) -> Circumstance:
    """The caller has closed these of standard input, output and error: Python then has None for them."""

    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)
            setattr(sys, ("stdin", "stdout", "stderr")[descriptor], None)

    return close


def leading_to(path: str, *descriptors: int, flags: int = os.O_WRONLY) -> Circumstance:
    """These descriptors lead to a file, such as one on a disk that is full."""

    def lead() -> None:
        opened = os.open(path, flags)
        for descriptor in descriptors:
            os.dup2(opened, descriptor)

    return lead


# -- threads -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_threads")
def test_without_threads_status_and_check_tell_what_they_tell_with_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("moducop_tui.read_once.DISTANCE", 0.0)
    assert main(["check"], fake_device()) == 0
    assert main(["status"], fake_device()) == 0
    out, err = capsys.readouterr()
    assert out.startswith("OK - ")
    assert err == ""


@pytest.mark.usefixtures("no_threads")
def test_without_threads_a_source_that_hangs_holds_nobody_up() -> None:
    def hang(_: int) -> object:
        time.sleep(30)
        return "never"

    slow = FakeSource(Topic.LOG, answer=hang)
    slow.time_limit = 0.1
    fine = FakeSource(Topic.STORAGE, answer=lambda _: "read")
    readings = read_once([slow, fine], frozenset({Topic.LOG, Topic.STORAGE}), 5.0)
    assert readings.log.error is not None
    assert readings.log.error.startswith("The journal has not answered for")
    assert readings.storage.error is None
    assert readings.storage.value is not None


@pytest.mark.usefixtures("no_threads")
def test_without_threads_a_topic_is_read_again_in_this_one() -> None:
    device = fake_device()
    assert not isinstance(Reread(lambda: device).read(Topic.STORAGE), Unavailable)


@pytest.mark.usefixtures("no_threads")
def test_a_console_whose_sources_get_no_threads_says_so_on_each_panel() -> None:
    store = Store()
    Collector([FakeSource(Topic.STORAGE, answer=lambda _: "read")], store).start()
    told = store.readings.storage.error
    assert told is not None
    assert "no thread can be started here" in told


def test_a_narrow_address_space_gets_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that gets no memory dies before its starter, who waits for it, hears of it."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (200 << 20, resource.RLIM_INFINITY))
    assert not worker.begin(threading.Thread(target=int))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert worker.begin(threading.Thread(target=int))


# -- what an exception says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("can't start new thread"), "no thread can be started here"),
        (MemoryError(), "there is not enough memory for it"),
        (OSError(24, "Too many open files"), "this process may not open so many files (ulimit -n)"),
        (OSError(23, "Too many open files in system"), "the whole system can open no more files"),
        (OSError(12, "Cannot allocate memory"), "there is not enough memory for it"),
        (ValueError("surprise"), "internal error"),
    ],
)
@pytest.mark.parametrize(("command", "code"), [("status", 1), ("check", 3)])
def test_what_is_lacking_is_named_with_the_id_of_its_traceback(
    error: Exception, words: str, command: str, code: int, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("moducop_tui.cli.status.run", fail)
    monkeypatch.setattr("moducop_tui.cli.check.run", fail)
    assert main([command], fake_device()) == code
    told = "".join(capsys.readouterr())
    assert words in told
    assert "id " in told
    assert "Traceback" not in told


def test_a_source_that_lacks_something_says_what_on_its_panel() -> None:
    def fail(_: int) -> object:
        raise MemoryError

    told = worker.read_guarded(FakeSource(Topic.APPS, answer=fail))
    assert isinstance(told, Unavailable)
    assert "failed: there is not enough memory for it" in told.reason


def test_a_report_that_can_not_be_made_is_no_second_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SystemError("error return without exception set")

    monkeypatch.setattr("traceback.format_exception", fail)
    assert len(errors.report(MemoryError(), "/nonexistent")) == 6


# -- files, streams ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "code"), [("status", 2), ("check", 3)])
@pytest.mark.parametrize("count", [6, 39])
def test_with_too_few_files_nothing_is_said_of_the_device(command: str, code: int, count: int) -> None:
    """With a few files the readings fail one by one, and a data partition that is there is called missing."""
    ending = ended([command], files(count), fake_device())
    assert ending[0] == code
    assert "this process may not open 40 files" in ending[1] + ending[2]
    assert "missing" not in ending[1]


def test_a_limit_that_may_be_raised_is_raised() -> None:
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (30, 4096))  # noqa: E731
    assert ended(["check"], limit, fake_device())[0] == 0


STREAMS = {
    "input closed": (closed(0), 0),
    "output closed": (closed(1), 0),
    "complaints closed": (closed(2), 0),
    "all closed": (closed(0, 1, 2), 0),
    "complaints to a full disk": (leading_to("/dev/full", 2), 0),
    "output to a full disk": (leading_to("/dev/full", 1), 1),
    "both to a full disk": (leading_to("/dev/full", 1, 2), 1),
    "output only to be read": (leading_to("/dev/null", 1, flags=os.O_RDONLY), 1),
}
WORDS = (["--version"], ["status", "--schema"], ["logs"])


@pytest.mark.parametrize("name", STREAMS)
def test_streams_that_lead_nowhere_are_no_error_of_ours(name: str) -> None:
    circumstance, code = STREAMS[name]
    for words in WORDS:
        device = replace(fake_device(), log=FakeLog(LogBatch((), note="said")))
        ending = ended(words, circumstance, device)
        assert ending[0] == code, (words, ending)
        told = ending[1] + ending[2]
        assert not any(word in told for word in ("Traceback", "internal error", "Exception ignored")), told
        if name in {"output to a full disk", "output only to be read"}:
            assert "the output can't be written" in ending[2]


def _as_debians_python_does(_: argparse.ArgumentParser, message: str, file: IO[str] | None = None) -> None:
    (sys.stderr if file is None else file).write(message)


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["--help"], 0), (["no-such-command"], 2)])
def test_an_older_argparse_without_any_stream_is_no_error_either(
    words: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argparse.ArgumentParser, "_print_message", _as_debians_python_does)
    assert ended(words, closed(0, 1, 2), fake_device()) == (code, "", "")


@pytest.mark.parametrize(("words", "code"), [(["line"], 2), (["line", "--json"], 2), (["pin"], 1), ([], 2)])
def test_without_an_input_what_needs_one_says_so(words: list[str], code: int) -> None:
    ending = ended(words, closed(0), fake_device())
    assert (ending[0], ending[1]) == (code, "")
    assert ending[2].startswith("moducop-tui: ")
    assert "internal error" not in ending[2]


def test_what_is_complained_never_goes_into_the_output() -> None:
    refused = replace(fake_device(), log=FakeLog(refusal="There is no journal."))
    assert ended(["logs"], closed(2), refused) == (1, "", "")


def test_a_reader_that_has_gone_ends_every_command_quietly() -> None:
    def gone() -> None:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)

    for words in (["keys"], ["--version"], ["--help"], ["status", "--schema"]):
        assert ended(words, gone, fake_device()) == (141, "", "")
