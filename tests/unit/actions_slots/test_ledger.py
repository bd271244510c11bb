"""The ledger of slots: its file survives damage without ever vouching wrongly, and is doubted where readings differ."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.actions.hands.ledger import note_slot, verify_slot
from moducop_tui.host import Host
from moducop_tui.model.acts import NoteSlot, VerifySlot
from moducop_tui.model.artifact import Artifact, PayloadFile
from moducop_tui.model.checks import SlotCheck
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.ledger_rules import known_today
from moducop_tui.model.ledger_text import ledger_text, parse_ledger, with_note
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.sources.journal_files import current_boot
from moducop_tui.sources.ledger import read_ledger
from tests.unit.actions_slots.slot_kits import BOOT_ID, Device
from tests.unit.actions_slots.slot_scenes import check
from tests.unit.actions_updates.update_scenes import BOOTFIT
from tests.unit.core.well_device import WALL
from tests.unit.slots import verdict_cases as cases
from tests.unit.slots.verdict_cases import NEW, OLD, A, B

NOTE = SlotNote(B, Known.VERIFIED, f"cpu01-standard-{NEW}", f"cpu01-standard-{NEW}", "a" * 64, 1 << 30, WALL, "boot-1")
LEDGER = Ledger((SlotNote(A, Known.BOOTED, image=OLD), NOTE))


def test_a_ledger_is_read_back_as_it_was_written() -> None:
    assert parse_ledger(ledger_text(LEDGER)) == LEDGER


def test_no_flipped_cut_or_foreign_file_ever_vouches_for_a_slot() -> None:
    text = ledger_text(LEDGER)
    chance = random.Random(4)
    for _ in range(3000):
        damaged = bytearray(text)
        damaged[chance.randrange(len(text))] = chance.randrange(256)
        found = parse_ledger(bytes(damaged))
        assert found == LEDGER or (found.error is not None and found.notes == ())
    for length in range(len(text) - 2):
        assert parse_ledger(text[:length]).error is not None
    for foreign in (b"[]", b"null", b"{}", b'{"notes": 1, "sha256": 2}', b"\xff\xfe", b"[" * 100_000, b"{" * 9):
        found = parse_ledger(foreign)
        assert found.error is not None
        assert "counts as unknown" in found.error


def test_a_ledger_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    import json

    stored = json.loads(ledger_text(LEDGER))
    stored["notes"][0]["tomorrow"] = 1
    canonical = json.dumps(stored["notes"], sort_keys=True, separators=(",", ":")).encode()
    stored["sha256"] = hashlib.sha256(canonical).hexdigest()
    assert parse_ledger(json.dumps(stored).encode()) == LEDGER


def test_names_in_it_are_foreign_text() -> None:
    hostile = replace(NOTE, artifact="x\x1b[2Jy")
    assert parse_ledger(ledger_text(Ledger((hostile,)))).of(B).artifact == "xy"


def test_a_new_entry_replaces_its_slots_only() -> None:
    changed = with_note(LEDGER, SlotNote(B, Known.WRITING))
    assert changed.of(A) == LEDGER.of(A)
    assert changed.of(B).known is Known.WRITING


def test_without_a_file_nothing_is_known_and_a_damaged_one_says_so(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert read_ledger(host) == Ledger()
    place = tmp_path / "data/moducop_tui/slots.json"
    place.parent.mkdir(parents=True)
    place.write_bytes(ledger_text(LEDGER))
    assert read_ledger(host) == LEDGER
    place.write_bytes(ledger_text(LEDGER)[:40])
    assert "it is torn or no ledger" in (read_ledger(host).error or "")
    place.unlink()
    place.mkdir()
    assert "can't be read: Is a directory." in (read_ledger(host).error or "")


# -- what it is worth today --------------------------------------------------------------------------------------

SAME = "5" * 64


def today(note: SlotNote, seen: Slots | None = None, **facts: Any) -> tuple[Known, str]:
    given: dict[str, Any] = {"mender": cases.mender(), "boot_id": "boot-2", **facts}
    found = known_today(note.slot, Ledger((note,)), slots=cases.slots() if seen is None else seen, **given)
    return found.known, found.words


def test_a_verified_slot_stays_verified_while_its_superblock_is_the_same() -> None:
    known, words = today(replace(NOTE, superblock=SAME), superblock=SAME)
    assert known is Known.VERIFIED
    assert words.endswith("unchanged since")


def test_the_first_boot_ends_it_because_that_changes_the_superblock() -> None:
    known, words = today(replace(NOTE, superblock=SAME), superblock="6" * 64)
    assert (known, words.endswith("but booted or written to since")) == (Known.WRITTEN, True)


def test_without_a_look_at_the_superblock_it_holds_in_the_same_boot_only() -> None:
    assert today(NOTE, boot_id="boot-1")[0] is Known.VERIFIED
    known, words = today(NOTE, boot_id="boot-2")
    assert known is Known.WRITTEN
    assert "whether it was tried since is not known" in words
    assert today(NOTE, boot_id=None)[0] is Known.WRITTEN


@pytest.mark.parametrize("known", [Known.VERIFIED, Known.WRITTEN, Known.BOOTED])
def test_another_image_than_written_down_makes_it_unknown(known: Known) -> None:
    found, words = today(replace(NOTE, known=known), cases.slots(b="v2.9.0"))
    assert found is Known.UNKNOWN
    assert "it holds v2.9.0: somebody has written to it since" in words
    assert today(replace(NOTE, known=known), cases.slots(b=None))[0] is Known.UNKNOWN


def test_a_slot_that_was_confirmed_is_known_by_what_its_image_calls_itself() -> None:
    kept = SlotNote(B, Known.BOOTED, image=NEW, at=WALL)
    assert today(kept)[0] is Known.BOOTED
    assert today(kept, cases.slots(b="v2.9.0"))[1].startswith(f"written down is {NEW}, but it holds v2.9.0")
    assert today(replace(kept, version=NEW, image=None))[0] is Known.BOOTED  # as older consoles wrote it


def test_another_file_system_of_the_same_version_makes_it_unknown() -> None:
    seen = cases.slots()
    slot = seen.slots[1]
    seen = replace(seen, slots=(seen.slots[0], replace(slot, partition=replace(slot.partition, uuid="new"))))
    known, words = today(replace(NOTE, uuid="old"), seen)
    assert known is Known.UNKNOWN
    assert words.startswith("written down is another file system of cpu01-standard-v2.7.0")


def test_what_mender_is_writing_by_itself_makes_it_unknown() -> None:
    other = cases.mender(cases.update(version="v2.9.0"))
    known, words = today(replace(NOTE, superblock=SAME), superblock=SAME, mender=other)
    assert known is Known.UNKNOWN
    assert words == "Mender has written cpu01-standard-v2.9.0 since, or begun to"
    ours = cases.mender(cases.update(version=NEW))
    assert today(replace(NOTE, superblock=SAME), superblock=SAME, mender=ours)[0] is Known.VERIFIED


def test_an_unfinished_write_stays_one_however_well_the_slot_looks() -> None:
    known, words = today(replace(NOTE, known=Known.WRITING), cases.slots(b=OLD))
    assert known is Known.WRITING
    assert "the end was not seen" in words


def test_the_running_slot_needs_no_ledger() -> None:
    assert today(SlotNote(A, Known.WRITING)) == (Known.BOOTED, "it runs now")


def test_an_error_and_no_entry_are_unknown() -> None:
    found = known_today(B, Ledger(error="Torn."), slots=None, mender=None, boot_id=None)
    assert (found.known, found.words) == (Known.UNKNOWN, "Torn.")
    assert today(SlotNote(B, Known.UNKNOWN))[0] is Known.UNKNOWN


# -- the hands ---------------------------------------------------------------------------------------------------


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def test_an_entry_gets_the_time_and_the_boot_and_is_private(device: Device) -> None:
    result = note_slot(NoteSlot(SlotNote(B, Known.WRITING, "x")), device.kit())
    assert result.good, result.sentence
    note = read_ledger(device.host).of(B)
    assert (note.known, note.artifact, note.at) == (Known.WRITING, "x", WALL)
    assert note.boot_id == current_boot(device.host) == BOOT_ID.replace("-", "")  # as all readings have it
    place = device.root / "data/moducop_tui"
    assert (place.stat().st_mode & 0o777, (place / "slots.json").stat().st_mode & 0o777) == (0o700, 0o600)
    assert [entry.name for entry in place.iterdir()] == ["slots.json"]


def test_an_entry_for_one_slot_leaves_the_others_and_survives_a_torn_file(device: Device) -> None:
    note_slot(NoteSlot(SlotNote(A, Known.BOOTED)), device.kit())
    note_slot(NoteSlot(SlotNote(B, Known.WRITING)), device.kit())
    assert read_ledger(device.host).of(A).known is Known.BOOTED
    (device.root / "data/moducop_tui/slots.json").write_bytes(b"torn")
    assert note_slot(NoteSlot(SlotNote(B, Known.WRITTEN)), device.kit()).good
    assert [note.known for note in read_ledger(device.host).notes] == [Known.WRITTEN]


def test_a_ledger_that_can_not_be_written_is_said(device: Device) -> None:
    (device.root / "data/moducop_tui").write_text("in the way")
    result = note_slot(NoteSlot(SlotNote(B, Known.WRITING)), device.kit())
    assert not result.good
    assert "could not be written to /data/moducop_tui/slots.json:" in result.sentence


CONTENT = random.Random(7).randbytes((3 << 20) + 4096 + 512)
SIZE = (2 << 20) + 4096


def verify(device: Device, sha256: str | None = None, size: int = SIZE) -> Any:
    (device.root / "dev/mmcblk0p3").write_bytes(CONTENT)
    digest = hashlib.sha256(CONTENT[:size]).hexdigest() if sha256 is None else sha256
    return verify_slot(VerifySlot(B, "/dev/mmcblk0p3", digest, size), device.kit())


def test_a_slot_that_is_the_artifact_is_verified_and_written_down(device: Device) -> None:
    note_slot(NoteSlot(SlotNote(B, Known.WRITING, "name", "version")), device.kit())
    result = verify(device)
    assert result.good, result.sentence
    note = read_ledger(device.host).of(B)
    assert (note.known, note.artifact, note.size) == (Known.VERIFIED, "name", SIZE)
    assert note.superblock == hashlib.sha256(CONTENT[1024:2048]).hexdigest()
    assert [one.done for one in device.progress] == [1 << 20, 2 << 20, SIZE]
    assert device.progress[-1].share == 1.0


@pytest.mark.parametrize("size", [1, 511, 4096, 1 << 20, (1 << 20) + 1, len(CONTENT)])
def test_any_size_is_read_to_the_byte(device: Device, size: int) -> None:
    assert verify(device, size=size).good


def test_the_disk_itself_is_asked_and_not_what_the_kernel_remembers_of_it(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    plain = os.open

    def seen(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if str(path).endswith("mmcblk0p3"):
            opened.append(flags)
        return plain(path, flags, *rest, **more)

    monkeypatch.setattr("moducop_tui.actions.hands.ledger.os.open", seen)
    assert verify(device).good
    assert opened[0] & os.O_DIRECT


def test_a_slot_that_differs_is_not_to_be_booted_and_the_ledger_warns(device: Device) -> None:
    result = verify(device, sha256="0" * 64)
    assert not result.good
    assert "Slot B is NOT as it should be" in result.sentence
    assert "Do not boot it" in result.sentence
    assert read_ledger(device.host).of(B).known is Known.WRITING


def test_a_slot_that_ends_too_early_is_said(device: Device) -> None:
    result = verify(device, size=len(CONTENT) + 1)
    assert f"it ends after {len(CONTENT)} of {len(CONTENT) + 1} bytes" in result.sentence
    assert not result.good


def test_a_check_that_was_stopped_leaves_the_entry_as_it_was(device: Device) -> None:
    note_slot(NoteSlot(SlotNote(B, Known.WRITTEN)), device.kit())
    device.cancelled = lambda: len(device.progress) > 0
    result = verify(device)
    assert result.sentence == "Stopped: what slot B holds is not verified."
    assert read_ledger(device.host).of(B).known is Known.WRITTEN


class Looks:
    """What is found of the artifact and of the slot's kernel when the slot is compared."""

    def __init__(self, kernel: str | None = "fitImage-B on /dev/mmcblk0p1", total: str | None = "c" * 64) -> None:
        self.found: SlotCheck | Unavailable = check(kernel=kernel, kernel_sum=total)
        self.files: tuple[PayloadFile, ...] = (
            PayloadFile("fitImage", "c" * 64, 9),
            PayloadFile("root.ext4", CONTENT_SUM, SIZE),
        )

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        """The other slot."""
        assert name is B
        return self.found

    def artifact(self, place: str, gave_up: Callable[[], bool] = lambda: False) -> Artifact:
        """The artifact at its path."""
        assert place == "/data/x.mender"
        return replace(BOOTFIT, files=self.files)


CONTENT_SUM = hashlib.sha256(CONTENT[:SIZE]).hexdigest()


def verify_pair(device: Device, looks: Looks, size: int | None = SIZE) -> Any:
    (device.root / "dev/mmcblk0p3").write_bytes(CONTENT)
    act = VerifySlot(B, "/dev/mmcblk0p3", CONTENT_SUM, size, "/data/x.mender", "c" * 64)
    return verify_slot(act, replace(device.kit(), inspect=looks))  # type: ignore[arg-type]  # all that it looks at


def test_a_slot_whose_kernel_lies_beside_it_is_verified_with_its_kernel(device: Device) -> None:
    result = verify_pair(device, Looks())
    assert result.good
    assert result.sentence.endswith(" s. So does fitImage-B on /dev/mmcblk0p1.")
    assert read_ledger(device.host).of(B).known is Known.VERIFIED


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        (Looks(total="d" * 64), "fitImage-B on /dev/mmcblk0p1 is not the artifact's (sha256 dddddddddddd...)"),
        (Looks(kernel=None, total=None), "fitImage-B, its kernel, is not there: it is not on the boot partition"),
    ],
    ids=["another", "none"],
)
def test_a_slot_with_another_kernel_beside_it_is_not_to_be_booted(device: Device, looks: Looks, words: str) -> None:
    result = verify_pair(device, looks)
    assert not result.good
    assert words in result.sentence
    assert "Do not boot it" in result.sentence
    assert read_ledger(device.host).of(B).known is Known.WRITING


def test_a_kernel_that_could_not_be_read_back_is_said_and_no_reason_to_give_the_slot_up(device: Device) -> None:
    result = verify_pair(device, Looks(total=None))
    assert result.good
    assert result.sentence.endswith(" s. fitImage-B on /dev/mmcblk0p1 could not be read back.")


def test_a_size_that_only_the_artifact_knows_is_taken_from_there(device: Device) -> None:
    assert verify_pair(device, Looks(), size=None).good
    assert read_ledger(device.host).of(B).size == SIZE
    looks = Looks()
    looks.files = ()
    result = verify_pair(device, looks, size=None)
    assert result.sentence == "How much of slot B /data/x.mender fills can't be told: nothing was compared."
    assert not result.good


def test_names_of_another_content_are_not_kept(device: Device) -> None:
    note_slot(NoteSlot(SlotNote(B, Known.WRITING, "other", "other", sha256="f" * 64)), device.kit())
    assert verify(device).good
    assert read_ledger(device.host).of(B).artifact is None


def test_a_device_that_is_not_there_is_said(device: Device) -> None:
    result = verify_slot(VerifySlot(B, "/dev/mmcblk0p9", "0" * 64, 1), device.kit())
    assert result.sentence == "Slot B (/dev/mmcblk0p9) could not be read back: No such file or directory."


def test_an_update_that_runs_already_was_not_written_into_the_other_slot() -> None:
    running = cases.mender(cases.update(version="v2.6.0"))
    assert today(replace(NOTE, superblock=SAME), superblock=SAME, mender=running)[0] is Known.VERIFIED
