"""'Fell back' and 'commit cut short' told apart, also where an update is of the version that was there before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.phases import Phase
from moducop_tui.model.slots import Image, Slots
from moducop_tui.model.verdict import judge_boot
from tests.unit.slots.verdict_cases import NEW, OLD, A, boot, image, mender, slots, update

WAITS = "Before_ArtifactCommit_Enter"
TWINS = slots(mounted=A, a=NEW, b=NEW)
FROM_A, FROM_B = 2, 3


def noted(step: str | None, came_from: int) -> PendingUpdate:
    return replace(update(step), switched=True, came_from=came_from)


def phase(seen: Slots, environment: BootEnvironment, pending: PendingUpdate, believed: str = OLD) -> Phase:
    provides = (("rootfs-image.version", f"cpu01-standard-{believed}"),)
    return judge_boot(seen, environment, mender(pending, provides=provides)).phase


@pytest.mark.parametrize("step", [None, WAITS])
@pytest.mark.parametrize("seen", [TWINS, slots(mounted=A, a=None, b=None)], ids=["the same in both", "unreadable"])
def test_where_the_images_can_t_tell_the_modules_note_does(step: str | None, seen: Slots) -> None:
    assert phase(seen, boot(2, count=1), noted(step, FROM_A)) is Phase.FELL_BACK
    assert phase(seen, boot(2, count=1), noted(step, FROM_B)) is Phase.COMMIT_CUT


def test_what_menders_rollback_would_do_counts_more_than_a_version() -> None:
    """It returns to the slot of the note: to call that harmless because of an image's name would be wrong."""
    assert phase(slots(mounted=A, a=OLD, b=NEW), boot(2, count=1), noted(WAITS, FROM_B)) is Phase.COMMIT_CUT
    assert phase(slots(mounted=A, a=NEW, b=OLD), boot(2, count=1), noted(WAITS, FROM_A)) is Phase.FELL_BACK


def test_a_note_that_names_neither_slot_is_passed_over() -> None:
    assert phase(slots(mounted=A, a=NEW, b=OLD), boot(2, count=1), noted(WAITS, 7)) is Phase.COMMIT_CUT


@pytest.mark.parametrize("step", [None, WAITS])
def test_without_a_note_u_boots_count_beyond_its_limit_says_that_it_fell_back(step: str | None) -> None:
    assert phase(TWINS, boot(2, count=2), update(step)) is Phase.FELL_BACK
    assert phase(TWINS, boot(2, count=1), update(step)) is Phase.UNKNOWN
    assert phase(TWINS, boot(2, count=2, bootlimit=None), update(step)) is Phase.UNKNOWN


@pytest.mark.parametrize("believed", [NEW, OLD])
@pytest.mark.parametrize("other", [NEW, OLD, None])
def test_a_write_of_the_version_that_runs_which_was_cut_is_no_cut_commit(other: str | None, believed: str) -> None:
    """4.x notes the update before it writes; its module, which writes down the slot before the switch, never did."""
    begun = replace(update(None), switched=False)
    assert phase(slots(mounted=A, a=NEW, b=other), boot(2, count=1), begun, believed) is Phase.FELL_BACK


def test_an_older_module_that_notes_nothing_leaves_a_cut_commit_one() -> None:
    assert phase(slots(mounted=A, a=NEW, b=OLD), boot(2, count=1), update(None)) is Phase.COMMIT_CUT


def test_images_of_later_generations_are_known_by_their_own_scheme_of_names() -> None:
    """The vendor adds `-dev` to an artifact's name; the image names its artifact in /etc/mender/artifact_info too."""
    artifact = "cpu01-standard-image-v3.0.0-alpha.1+4.secure-boot.7b4da3c-dev"
    pending = PendingUpdate(artifact, ("bootfit-rootfs",), artifact, None)
    by_version = Image("Moducop-CPU01_Standard-Image", "v3.0.0-alpha.1+4.secure-boot.7b4da3c", None, "read")
    by_artifact = Image("named by another scheme", "v9", artifact, "read")
    assert is_image_of(by_version, pending) is True
    assert is_image_of(by_artifact, pending) is True
    assert is_image_of(image(OLD), pending) is False
