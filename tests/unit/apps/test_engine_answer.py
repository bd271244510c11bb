"""What is kept of an engine's answer: all of a usual one, and never more than its bounds."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from socket import AF_UNIX, socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as made

from moducop_tui.sources import engine_answer
from moducop_tui.sources.engine_answer import Shortener, TooMuchError, ask

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
TEXTS = made.text(max_size=40)
VALUES = made.recursive(
    TEXTS | made.integers(-9, 9) | made.none(), lambda inner: made.lists(inner) | made.dictionaries(TEXTS, inner)
)


class Engine:
    """Answers each question with the same bytes, in the pieces in which they are given."""

    def __init__(self, place: Path) -> None:
        self.place = str(place / "engine.sock")
        self.pieces: list[bytes] = []
        self.pause = 0.0
        self._socket = socket(AF_UNIX)
        self._socket.bind(self.place)
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                connection.recv(4096)
                try:
                    for piece in self.pieces:
                        connection.sendall(piece)
                        time.sleep(self.pause)
                except OSError:
                    continue


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def answer(engine: Engine, *pieces: bytes, seconds: float = 3.0) -> tuple[int, bytes]:
    engine.pieces = list(pieces)
    return ask(engine.place, "/version", seconds)


def test_an_answer_comes_as_it_is_in_each_of_http_s_forms(engine: Engine) -> None:
    assert answer(engine, OK + LENGTH % 2 + b"{}") == (200, b"{}")
    assert answer(engine, OK + b"\r\n{", b"}") == (200, b"{}")
    assert answer(engine, OK + CHUNKED + b"1\r\n{\r\n", b"1;x=y\r\n}\r\n0\r\nT: t\r\n\r\n") == (200, b"{}")
    assert answer(engine, b"HTTP/1.1 404 Not Found\r\n" + LENGTH % 2 + b"{}") == (404, b"{}")


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + LENGTH % 9 + b"{}",),
        (OK + CHUNKED + b"9\r\n{}",),
        (),
        (OK[:5],),
    ],
)
def test_an_answer_that_ends_too_early_is_a_connection_that_was_closed(
    engine: Engine, pieces: tuple[bytes, ...]
) -> None:
    with pytest.raises((ConnectionResetError, ValueError)):
        answer(engine, *pieces)


@pytest.mark.parametrize("size", [1 << 40, 1 << 62, 10**30])
def test_no_room_is_made_for_what_is_only_announced(engine: Engine, size: int) -> None:
    """Python's own reader would first make room for all that an answer announces."""
    for head in (LENGTH % size, CHUNKED + b"%x\r\n" % size):
        with pytest.raises((ConnectionResetError, ValueError)):
            answer(engine, OK + head + b"[]")


def test_time_is_for_the_whole_answer_however_it_drips(engine: Engine) -> None:
    engine.pause = 0.02
    for pieces in ([OK, b"\r\n", *[b" "] * 1000], [OK, *[b"A: b\r\n"] * 1000], [OK + CHUNKED, *[b"1\r\n \r\n"] * 1000]):
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            answer(engine, *pieces, seconds=0.1)
        assert time.monotonic() - begun < 5.0


def test_an_answer_is_read_to_a_bound_and_less_of_it_is_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_answer, "READ", 1 << 20)
    monkeypatch.setattr(engine_answer, "PLAIN", 1 << 14)
    monkeypatch.setattr(engine_answer, "KEPT", 1 << 15)
    with pytest.raises(TooMuchError, match="1 MiB"):
        answer(engine, OK + b'\r\n["', *[b"x" * 65536] * 40)
    with pytest.raises(TooMuchError):
        answer(engine, OK + b"\r\n[", *[b" " * 65536] * 2)
    with pytest.raises(ValueError, match="no answer of HTTP"):
        answer(engine, OK, b"H: h\r\n" * 1000)
    status, body = answer(engine, OK + b'\r\n["', *[b"x" * 65536] * 4, b'", "y"]')
    assert (status, json.loads(body)) == (200, ["x" * engine_answer.TEXT, "y"])


@pytest.mark.parametrize("body", [b"{},", b"1,", b"[", b'{"a":'])
def test_an_answer_of_very_many_values_is_not_understood_at_the_cost_of_memory(engine: Engine, body: bytes) -> None:
    with pytest.raises(TooMuchError, match="100000 values"):
        answer(engine, OK + b"\r\n[" + body * 100_001)


def test_a_compressed_answer_is_none(engine: Engine) -> None:
    with pytest.raises(ValueError, match="compressed"):
        answer(engine, OK + b"Content-Encoding: gzip\r\n\r\nx")


# -- long texts --------------------------------------------------------------------------------------------------


def shortened(document: bytes, step: int) -> bytes:
    shortener = Shortener()
    return b"".join(shortener.feed(document[at : at + step]) for at in range(0, len(document), step))


@settings(max_examples=30, deadline=None)
@given(VALUES, made.booleans(), made.integers(1, 40))
def test_a_document_whose_texts_are_short_stays_as_it_is(value: object, ascii_only: bool, step: int) -> None:
    document = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert shortened(document, step) == document


@settings(max_examples=60, deadline=None)
@given(made.lists(TEXTS, max_size=8), made.booleans(), made.integers(1, 40), made.integers(0, 12))
def test_a_long_text_is_cut_and_the_document_stays_one(
    texts: list[str], ascii_only: bool, step: int, room: int
) -> None:
    document = json.dumps(texts, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine_answer, "TEXT", room)
        kept = json.loads(shortened(document, step).decode("utf-8", "replace"))
    assert len(kept) == len(texts)
    assert all(len(one) <= room for one in kept)


@pytest.mark.parametrize("text", [rb'["\u12"]......', rb'["\ud8', b'["\\'])
def test_an_escape_that_is_none_ends_the_reading_or_waits_for_more(text: bytes) -> None:
    if text.endswith(b"."):
        with pytest.raises(ValueError, match="escape"):
            shortened(text, len(text))
    else:
        assert shortened(text, len(text)) == b'["'


def test_the_work_grows_as_the_answer_does() -> None:
    """Texts of escapes, of quotes and of nothing: four times as much takes about four times as long."""

    def seconds(document: bytes) -> float:
        times = []
        for _ in range(3):
            begun = time.process_time()
            shortened(document, 65536)
            times.append(time.process_time() - begun)
        return min(times)

    for part in (rb"\\", b'","', rb"\ud83d\ude00", b"x"):
        once = seconds(b'["' + part * (50_000 // len(part)) + b'"]')
        four = seconds(b'["' + part * (200_000 // len(part)) + b'"]')
        assert four < 12 * once + 0.01, part
