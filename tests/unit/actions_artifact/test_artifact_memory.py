"""What takes much memory is unpacked by a process that may die of it; what is not unpacked is said in words."""

from __future__ import annotations

import lzma
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Offer, Signature, Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_feed import ArtifactError, peek, small
from moducop_tui.sources.artifact_unpack import unpack
from moducop_tui.sources.artifact_verify import verify_artifact
from moducop_tui.sources.kept_offers import find_kept
from moducop_tui.sources.offer_memory import LIMIT, within_limit
from tests.unit.actions_artifact.hostile_artifacts import HOSTILE, MIB, plain, with_text, xz, xz_of_blocks
from tests.unit.actions_artifact.made_artifacts import refusal, verify
from tests.unit.actions_artifact.mutator_tar import join

LARGE = 64 * MIB
"""The dictionary with which `mender-artifact` packs."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The programs that were started."""
    found: list[subprocess.Popen[bytes]] = []
    start = runner.start

    def noted(*arguments: object, **named: object) -> subprocess.Popen[bytes]:
        found.append(start(*arguments, **named))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(runner, "start", noted)
    return found


@pytest.fixture
def build(tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes an artifact."""

    def put(content: bytes) -> Path:
        path = tmp_path / "x.mender"
        path.write_bytes(content)
        return path

    return put


def packed_with(dictionary: int, behind: bytes = b"") -> bytes:
    """A sound artifact, its payload packed with a dictionary of that size."""
    taken = plain(".xz")
    return replace(taken, packed_payload=xz(iter([join(taken.payload)]), dictionary) + behind).build()


def test_a_payload_with_a_large_dictionary_is_unpacked_by_another_process(
    build: Callable[[bytes], Path], started: list[subprocess.Popen[bytes]]
) -> None:
    before = threading.active_count()
    assert isinstance(verify(build(packed_with(LARGE))), Verified)
    assert [process.poll() for process in started] == [0]
    assert threading.active_count() == before


def test_one_with_a_small_dictionary_needs_no_other_process(
    build: Callable[[bytes], Path], started: list[subprocess.Popen[bytes]]
) -> None:
    assert isinstance(verify(build(packed_with(8 * MIB))), Verified)
    assert not started


def test_a_later_block_with_a_larger_dictionary_is_not_unpacked_in_this_process(
    build: Callable[[bytes], Path], started: list[subprocess.Popen[bytes]]
) -> None:
    taken = plain(".xz")
    content = join(taken.payload)
    halves = content[:700], content[700:]
    even = xz_of_blocks((halves[0], MIB), (halves[1], MIB))
    assert lzma.decompress(even) == content
    assert isinstance(verify(build(replace(taken, packed_payload=even).build())), Verified)
    grown = xz_of_blocks((halves[0], MIB), (halves[1], LARGE))
    assert lzma.decompress(grown) == content
    words = "a later block of its payload takes more memory than its first: have it packed anew"
    assert words in refusal(build(replace(taken, packed_payload=grown).build()))
    assert not started
    shrunk = xz_of_blocks((halves[0], LARGE), (halves[1], MIB))
    assert isinstance(verify(build(replace(taken, packed_payload=shrunk).build())), Verified)


def test_a_look_starts_no_process(build: Callable[[bytes], Path], started: list[subprocess.Popen[bytes]]) -> None:
    found = read_artifact(Host(), str(build(packed_with(LARGE))))
    assert isinstance(found, Artifact)
    assert [file.size for file in found.files] == [6, 4]
    assert not started


def test_the_process_has_limits_and_is_the_first_to_die(started: list[subprocess.Popen[bytes]]) -> None:
    blocks = unpack([xz(iter([bytes(8 * MIB)]), LARGE)], "xz", "it", apart=True)
    assert len(next(blocks)) == MIB
    place = Path(f"/proc/{started[0].pid}")
    assert (place / "oom_score_adj").read_text() == "1000\n"
    limits = next(line.split() for line in (place / "limits").read_text().splitlines() if line.startswith("Max data"))
    assert limits[3:5] == [str(128 * MIB)] * 2
    blocks.close()  # type: ignore[attr-defined]
    assert started[0].poll() is not None


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_the_system_ends_is_told_as_that(started: list[subprocess.Popen[bytes]], by: int) -> None:
    blocks = unpack([xz(iter([bytes(16 * MIB)]), LARGE)], "xz", "its payload", apart=True)
    next(blocks)
    os.kill(started[0].pid, by)
    with pytest.raises(ArtifactError, match="was ended, as where memory is short; try again when less is running"):
        list(blocks)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda packed: packed[:-1], "it ends in the middle of it"),
        (lambda packed: packed + b"x", "something stands behind the end of it"),
        (lambda packed: packed + packed, "something stands behind the end of it"),
        (lambda packed: packed[:200] + bytes([packed[200] ^ 1]) + packed[201:], "it is damaged and can't be unpacked"),
        (lambda packed: packed + bytes(400_000), "something stands behind the end of it"),
    ],
    ids=["cut", "a byte more", "twice", "damaged", "many bytes more"],
)
@pytest.mark.parametrize("dictionary", [MIB, LARGE])
def test_both_ways_of_unpacking_say_the_same(change: Callable[[bytes], bytes], words: str, dictionary: int) -> None:
    content = os.urandom(300_000)
    with pytest.raises(ArtifactError, match=words):
        list(unpack([change(xz(iter([content]), dictionary))], "xz", "it", apart=True))


def test_what_is_not_unpacked_for_want_of_memory_is_told_with_the_way_out(build: Callable[[bytes], Path]) -> None:
    words = (
        "x.mender can't be used: unpacking its payload takes more than 96 MiB of memory, which are all that is spent "
        "on it here; Mender's client may install it all the same: have it packed with xz -9 or less."
    )
    path = build(packed_with(512 * MIB))
    assert refusal(path) == words
    assert read_artifact(Host(), str(path)) == Unavailable(words)


def test_a_process_that_can_not_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ArtifactError, match="it is packed with xz: /nowhere/python is not installed"):
        list(unpack([xz(iter([b"x"]), LARGE)], "xz", "it", apart=True))


def test_a_window_of_zstd_that_no_client_takes_is_told(started: list[subprocess.Popen[bytes]]) -> None:
    for front in (b"\x28\xb5\x2f\xfd\x00\xa0", b"\x28\xb5\x2f\xfd\xa0" + (1 << 30).to_bytes(4, "little")):
        with pytest.raises(ArtifactError, match="unpacking it takes 1024 MiB of memory, and 128 MiB are all"):
            list(unpack([front + bytes(20)], "zstd", "it"))
    assert not started


def test_a_window_of_zstd_as_large_as_mender_takes_is_unpacked() -> None:
    command = ["zstd", "-q", "-c", "-1", "--zstd=wlog=27", "--single-thread"]
    packed = subprocess.run(command, input=bytes(MIB), capture_output=True, check=True).stdout
    assert sum(map(len, unpack([packed[:3], packed[3:]], "zstd", "it"))) == MIB


def test_stopping_ends_the_process_too(build: Callable[[bytes], Path], started: list[subprocess.Popen[bytes]]) -> None:
    before = threading.active_count()
    path = build(packed_with(LARGE))
    found = verify_artifact(Host(), str(path), lambda done, total: None, lambda: True)
    assert found == Unavailable("Checking x.mender was stopped before its end.")
    assert [process.poll() is None for process in started] == [False]
    assert threading.active_count() == before


def test_a_kernel_that_would_fill_the_dictionary_is_not_passed_over_for_a_size(build: Callable[[bytes], Path]) -> None:
    found = read_artifact(Host(), str(build(HOSTILE["xz-kernel-32"]())))
    assert isinstance(found, Artifact)
    assert [file.size for file in found.files] == [32 * MIB, None]


def values(count: int) -> bytes:
    return b'{"a":[' + b"0," * (count - 2) + b"0]}"


def test_a_text_of_very_many_values_is_refused_before_it_is_read(build: Callable[[bytes], Path]) -> None:
    assert isinstance(verify(build(with_text("meta-data", values(49_000)))), Verified)
    for text in (values(51_000), b'{"a":[' + b"[]," * 30_000 + b"0]}", b'{"a":{}' + b',"a":{}' * 20_000 + b"}"):
        assert "holds more than 50000 values, more than can be right" in refusal(build(with_text("meta-data", text)))


def offers() -> Iterator[Offer]:
    wide = tuple((f"{number}", "\u0431" * 200) for number in range(400))
    artifact = Artifact(
        place="", name="n", device_types=(), payload_type="app", compression="none", clears=(), scripts=(), files=(),
        signature=Signature.NONE, provides=wide, depends=(), size=None, manifest="",
    )  # fmt: skip
    for number in range(100):
        yield Offer(f"/{number}", 1, artifact=replace(artifact, name=str(number)))


def test_a_list_of_artifacts_keeps_no_more_than_it_has_room_for() -> None:
    found = list(within_limit(offers()))
    kept = [offer for offer in found if offer.artifact is not None]
    assert len(found) == 100
    assert 10 < len(kept) < 30
    assert {offer.error for offer in found[len(kept) :]} == {
        "Its header says more than the list has room for: give its whole path to look at it."
    }
    assert LIMIT == 4 * MIB


def test_hostile_artifacts_on_the_data_partition_are_listed_in_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    content = HOSTILE["depends"]()
    for number in range(6):
        (tmp_path / f"data/{number}.mender").write_bytes(content)
    found = find_kept(Host(tmp_path))
    assert isinstance(found, tuple)
    assert [offer.artifact is not None for offer in found] == [True, False, False, False, False, False]


def test_the_front_of_a_stream_is_looked_at_and_nothing_is_lost() -> None:
    pieces = [b"", b"ab", b"c", b"defg"]
    for count in range(10):
        front, whole = peek(pieces, count)
        assert front == b"abcdefg"[:count]
        assert b"".join(map(bytes, whole)) == b"abcdefg"
    assert [len(piece) for piece in small([bytes(300_000), b"x"])] == [131072, 131072, 37856, 1]


def test_the_child_reads_what_this_process_reads() -> None:
    content = os.urandom(100_000) + bytes(3 * MIB)
    for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_SHA256):
        packed = lzma.compress(content, check=check, preset=9)
        assert b"".join(map(bytes, unpack([packed], "xz", "it", apart=True))) == content
