"""A stick's files through the process that reads them: bounded, without links, in words when it fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.artifact import Offer
from moducop_tui.model.media import Stick as StickFacts
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import stick_device, stick_offers, stick_session
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_place import PlaceError
from moducop_tui.sources.stick_device import file_system_of
from moducop_tui.sources.stick_file import open_on
from moducop_tui.sources.stick_offers import find_offers, offers_on
from moducop_tui.sources.stick_session import Stick, open_directory

DEVICE = "/dev/sda1"


@pytest.fixture
def directory(tmp_path: Path, made: dict[str, Path]) -> Path:
    """What is on the stick."""
    place = tmp_path / "stick"
    (place / "updates/2026").mkdir(parents=True)
    (place / "readme.txt").write_text("hello")
    (place / "os.mender").write_bytes(made["gzip"].read_bytes())
    (place / "updates/2026/APP.MENDER").write_bytes(made["app"].read_bytes())
    (place / "updates/broken.mender").write_bytes(b"no artifact")
    return place


@pytest.fixture
def opened(directory: Path) -> Iterator[Stick]:
    """The stick, mounted there already."""
    with open_directory(str(directory), DEVICE) as stick:
        yield stick


def offers(stick: Stick) -> dict[str, Offer]:
    return {offer.path: offer for offer in offers_on(Host(), stick, DEVICE)}


def test_the_artifacts_on_a_stick_are_offered_with_their_headers(opened: Stick, directory: Path) -> None:
    found = offers(opened)
    assert list(found) == ["os.mender", "updates/2026/APP.MENDER", "updates/broken.mender"]
    image = found["os.mender"]
    assert image.artifact is not None
    assert (image.artifact.name, image.artifact.place) == ("cpu01-standard-v2.8.0", "stick:/dev/sda1:os.mender")
    assert image.size == image.artifact.size == (directory / "os.mender").stat().st_size
    assert found["updates/broken.mender"].error == (
        "It can't be used: it is no Mender artifact, or its beginning is damaged."
    )


def test_links_directories_pipes_and_hidden_files_are_no_offers(opened: Stick, directory: Path) -> None:
    (directory / "link.mender").symlink_to("/etc/passwd")
    (directory / "linked").symlink_to("/")
    (directory / "dir.mender").mkdir()
    (directory / "._os.mender").write_bytes(b"x")
    (directory / ".Trash").mkdir()
    (directory / ".Trash/old.mender").write_bytes(b"x")
    os.mkfifo(directory / "pipe.mender")
    assert list(offers(opened)) == ["os.mender", "updates/2026/APP.MENDER", "updates/broken.mender"]


@pytest.mark.parametrize(
    "path", ["../secret", "link", "linked/passwd", "pipe", "updates", "none", "updates/../os.mender", "os.mender/x"]
)
def test_nothing_but_the_files_of_the_stick_is_read(opened: Stick, directory: Path, path: str) -> None:
    (directory.parent / "secret").write_text("secret")
    (directory / "link").symlink_to("/etc/passwd")
    (directory / "linked").symlink_to("/etc")
    os.mkfifo(directory / "pipe")
    with pytest.raises(PlaceError, match=" on the stick can't be read: "):
        open_on(opened, path)


@pytest.mark.parametrize("path", ["none.mender", "os.mender/x.mender", "link.mender", "pipe.mender", "\0.mender"])
def test_before_unlocking_errors_do_not_tell_what_is_on_it(opened: Stick, directory: Path, path: str) -> None:
    (directory / "link.mender").symlink_to("os.mender")
    os.mkfifo(directory / "pipe.mender")
    with pytest.raises(PlaceError, match="mender on the stick can't be read: there is no such artifact"):
        open_on(opened, path, listed=True)


@pytest.mark.parametrize(
    "place",
    ["$RECYCLE.BIN/S-1-5-21/$R0AB12.mender", "$Recycle.Bin/x.mender", "System Volume Information/x.mender",
     "updates/RECYCLER/x.mender", "lost+found/#12.mender", "LOST.DIR/x.mender", ".Trash-1000/files/x.mender",
     ".Trashes/501/x.mender", ".Spotlight-V100/x.mender", "Network Trash Folder/x.mender", "updates/._x.mender",
     "@eaDir/x.mender", "#recycle/x.mender"],
)  # fmt: skip
def test_what_was_deleted_and_what_systems_keep_for_themselves_is_no_offer(
    opened: Stick, directory: Path, place: str
) -> None:
    (directory / place).parent.mkdir(parents=True, exist_ok=True)
    (directory / place).write_bytes(b"x")
    assert list(offers(opened)) == ["os.mender", "updates/2026/APP.MENDER", "updates/broken.mender"]


def test_a_name_that_only_resembles_a_system_s_is_offered(opened: Stick, directory: Path) -> None:
    for name in ("recycler-2.mender", "lost+found.mender", "System Volume Information 2/x.mender"):
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_bytes(b"x")
        assert name in offers(opened)


ODD: list[object] = [
    {"open": b"x\0y.mender".hex()}, {"open": b"\0".hex()}, {"open": b"a/\0/b".hex()}, {"open": "zz"}, {"open": 7},
    {"open": ""}, {"open": b"/".hex()}, {"open": b"\xff\xfe".hex()}, {"open": (b"x" * 5000).hex()}, {"open": None},
    {"read": [0, 1]}, {"read": [-1, 5]}, {"read": [0, -5]}, {"read": [1 << 80, 5]}, {"read": [0, 1 << 40]},
    {"read": []}, {"read": "x"}, {"walk": {}}, {"walk": {"depth": "x"}}, {"walk": 5}, {"other": 1}, {}, [], None, 5,
]  # fmt: skip


def test_every_odd_request_is_an_answer_and_never_the_reader_s_end(opened: Stick) -> None:
    for asked in ODD:
        answer = opened.ask(asked)  # type: ignore[arg-type]
        assert isinstance(answer["errno"], int), asked
    assert b"".join(open_on(opened, "readme.txt").blocks) == b"hello"


@pytest.mark.parametrize("line", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"open": "' + b"0" * 50_000])
def test_a_request_that_is_none_is_an_answer_too(opened: Stick, line: bytes) -> None:
    os.write(opened._process.stdin.fileno(), line + b"\n")  # type: ignore[union-attr]
    opened._owed += 1
    assert "errno" in opened._hear()
    assert b"".join(open_on(opened, "readme.txt").blocks) == b"hello"


def test_a_reader_never_hands_out_more_than_a_block(opened: Stick, directory: Path) -> None:
    (directory / "large").write_bytes(bytes(3 << 20))
    open_on(opened, "large")
    assert opened.ask({"read": [0, 1 << 40]})["bytes"] == 1 << 20


@pytest.mark.parametrize("path", ["x\0y.mender", "\ud800.mender", "\0", "a\0/b"])
def test_a_path_that_no_file_can_have_is_a_sentence(opened: Stick, path: str) -> None:
    with pytest.raises(PlaceError, match=" on the stick can't be read: "):
        open_on(opened, path)
    assert b"".join(open_on(opened, "readme.txt").blocks) == b"hello"


def test_a_device_on_a_stick_that_somebody_has_mounted_is_never_opened(opened: Stick, directory: Path) -> None:
    os.mkfifo(directory / "pipe.mender")
    with pytest.raises(PlaceError, match="No such file"):
        open_on(opened, "pipe.mender")
    # A real open for writing would be seen by whoever reads; a pipe without a reader refuses it.
    with pytest.raises(OSError, match="No such device or address"):
        os.open(directory / "pipe.mender", os.O_WRONLY | os.O_NONBLOCK)


def test_a_name_that_can_not_be_shown_is_offered_with_that_word(opened: Stick, directory: Path) -> None:
    (directory / "evil\x1b[2J.mender").write_bytes(b"x")
    (directory / "os.mender").rename(directory / "\udcff.mender")
    hidden = [offer for offer in offers(opened).values() if offer.error and "can't be shown" in offer.error]
    assert {offer.path for offer in hidden} == {"evil.mender", "\\xff.mender"}


def test_a_stick_full_of_entries_is_searched_only_so_far(
    opened: Stick, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(300):
        (directory / f"{index}.txt").touch()
    monkeypatch.setattr(stick_offers, "_ENTRIES", 50)
    *_, last = offers_on(Host(), opened, DEVICE)
    assert (last.path, last.error) == (
        "", "Not all of the stick was looked at: it holds more than the search goes through, or is partly damaged.",
    )  # fmt: skip


def test_a_deep_stick_is_searched_only_so_deep(opened: Stick, directory: Path) -> None:
    deep = directory.joinpath(*"abcdefg")
    deep.mkdir(parents=True)
    (deep / "x.mender").touch()
    assert "" in offers(opened)


def test_a_file_that_was_left_in_the_middle_does_not_spoil_the_next(opened: Stick, directory: Path) -> None:
    content = os.urandom(3_000_000)
    (directory / "large").write_bytes(content)
    for _ in range(3):
        assert next(open_on(opened, "large").blocks) == content[: 1 << 20]
    assert b"".join(open_on(opened, "large").blocks) == content
    assert b"".join(open_on(opened, "readme.txt").blocks) == b"hello"


def test_an_ended_reader_is_a_sentence(opened: Stick, directory: Path) -> None:
    (directory / "large").write_bytes(bytes(8_000_000))
    blocks = open_on(opened, "large").blocks
    next(blocks)
    opened._process.kill()
    with pytest.raises(PlaceError, match="the process that reads it has ended"):
        for _ in blocks:
            pass


def test_a_reader_that_hangs_is_a_sentence(opened: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick_session, "SILENCE_LIMIT", 0.1)
    monkeypatch.setattr(stick_session, "_GOODBYE", 0.1)
    opened._process.send_signal(signal.SIGSTOP)
    with pytest.raises(PlaceError, match="does not answer: pull it out and plug it in again"):
        open_on(opened, "os.mender")


def test_the_reader_ends_with_its_owner(directory: Path) -> None:
    with open_directory(str(directory), DEVICE) as stick:
        process = stick._process
    assert process.poll() == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("stick:", "names no file on a stick"),
        ("stick:/dev/sda1", "names no file on a stick"),
        ("stick:/dev/sda1:/", "names no file on a stick"),
        ("stick:/dev/none:x.mender", "There is no stick /dev/none: it was pulled out, or never was there."),
        ("stick:/etc/passwd:x.mender", "There is no stick /etc/passwd"),
        ("stick:/dev/null:x.mender", "There is no stick /dev/null"),
        ("stick:/dev/\0:x.mender", "There is no stick /dev/^@"),
    ],
)
def test_a_place_that_is_no_stick_is_said_to_be_none(place: str, words: str) -> None:
    found = read_artifact(Host(), place)
    assert isinstance(found, Unavailable)
    assert words in found.reason
    assert found.reason.isprintable()


def test_sticks_are_only_on_the_machine_itself(tmp_path: Path) -> None:
    found = find_offers(Host(tmp_path), StickFacts(DEVICE, None, None, None, None, None))
    assert found == Unavailable("Sticks can only be read on the machine itself, not below a root prefix.")


def test_the_system_s_own_disk_is_no_stick_and_no_other_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick_device, "number_of", lambda path: "179:2")
    monkeypatch.setattr(stick_device, "disk_of", lambda host, number: "179:0")
    monkeypatch.setattr(stick_device, "system_disks", lambda config, host, mounts: frozenset({"179:0"}))
    with pytest.raises(PlaceError, match="There is no stick /dev/mmcblk0p3: it was pulled out, or never was there"):
        stick_device.check_is_stick(Host(), "/dev/mmcblk0p3")


def head(*pieces: tuple[int, bytes]) -> bytes:
    raw = bytearray(4096)
    for offset, content in pieces:
        raw[offset : offset + len(content)] = content
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (head((0x438, b"\x53\xef")), "ext4"),
        (head((3, b"EXFAT   "), (510, b"\x55\xaa")), "exfat"),
        (head((0x52, b"FAT32   "), (510, b"\x55\xaa")), "vfat"),
        (head((0x36, b"FAT16   "), (510, b"\x55\xaa")), "vfat"),
        (head((3, b"NTFS    "), (510, b"\x55\xaa")), "NTFS"),
        (head((510, b"\x55\xaa")), ""),
        (b"", ""),
    ],
)
def test_the_file_system_is_told_by_its_own_mark(content: bytes, kind: str) -> None:
    assert file_system_of(content) == kind
