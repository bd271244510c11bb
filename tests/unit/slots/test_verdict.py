"""The verdict's numbers, witnesses and words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.image_match import is_image_of, version_in
from moducop_tui.model.mender import ClientKind, Mender, PendingUpdate
from moducop_tui.model.slots import Image, Slots
from moducop_tui.model.verdict import Phase, judge_boot
from tests.unit.slots.test_verdict_table import ROWS
from tests.unit.slots.verdict_cases import INSTALLING, NEW, OLD, A, B, boot, image, mender, slots, update

WAITS = "Before_ArtifactCommit_Enter"


def test_a_trial_says_that_any_reboot_returns() -> None:
    verdict = judge_boot(slots(B), boot(3, 1, 1), mender(update(WAITS)))
    assert verdict.sentence == "B is booted on trial: not committed. Any reboot returns to A."
    assert (verdict.booted, verdict.next_boot, verdict.falls_back_to) == (B, A, A)
    assert (verdict.tries_left, verdict.committed) == (0, False)
    assert verdict.advice is not None
    assert verdict.advice.startswith("Commit keeps B.")


def test_an_installed_update_has_one_try_and_must_not_be_committed_yet() -> None:
    verdict = judge_boot(slots(A), boot(3, 1, 0), mender(update(WAITS)))
    assert verdict.sentence == "An update is installed in B. The next boot tries it, once."
    assert (verdict.booted, verdict.next_boot, verdict.falls_back_to, verdict.tries_left) == (A, B, A, 1)
    assert verdict.committed is True
    assert "Do not commit before the reboot: that throws the update away." in (verdict.advice or "")


def test_the_old_client_would_leave_no_fallback_when_it_commits_before_the_reboot() -> None:
    verdict = judge_boot(slots(A), boot(3, 1, 0), mender(update(None), "3.4.0", client=ClientKind.MENDER_GO))
    assert "leaves no fallback" in (verdict.advice or "")


def test_a_higher_bootlimit_gives_more_boots() -> None:
    verdict = judge_boot(slots(B), boot(3, 1, 1, bootlimit=3), mender(update(WAITS)))
    assert verdict.sentence == "B is booted on trial: not committed. 2 more boots left, then A."
    assert (verdict.next_boot, verdict.tries_left) == (B, 2)


def test_without_a_bootlimit_nothing_falls_back() -> None:
    verdict = judge_boot(slots(B), boot(3, 1, 1, bootlimit=None), mender(update(WAITS)))
    assert "never falls back" in verdict.sentence
    assert (verdict.next_boot, verdict.falls_back_to, verdict.tries_left) == (B, None, None)


def test_an_armed_slot_whose_tries_are_used_up_is_not_booted() -> None:
    verdict = judge_boot(slots(A), boot(3, 1, 1), mender(update(WAITS)))
    assert verdict.next_boot is A
    assert verdict.sentence.endswith("Its tries are used up: A boots again.")


def test_a_commit_cut_short_is_kept_by_the_console_and_undone_by_mender() -> None:
    seen, environment = slots(B), boot(3, 0, 1)
    for client, words in (
        (mender(update(None), "4.0.7"), "Keep makes it permanent."),
        (mender(update("ArtifactCommit_Enter")), "Mender's own commit and rollback would both make A boot next!"),
        (mender(update("Cleanup")), "Resume finishes it. Use neither commit nor rollback."),
    ):
        verdict = judge_boot(seen, environment, client)
        assert verdict.phase is Phase.COMMIT_CUT
        assert verdict.committed is False
        assert words in (verdict.advice or "")


def test_a_rollback_needs_a_reboot_only_where_another_slot_runs_than_stays() -> None:
    cut = "ArtifactInstall_Enter"
    assert "reboot" not in (judge_boot(slots(A), boot(3, 1), mender(update(cut))).advice or "")
    assert "Then reboot to be on A." in (judge_boot(slots(B), boot(3, 1, 1), mender(update(cut))).advice or "")


def test_the_three_witnesses_speak_in_their_own_words() -> None:
    verdict = judge_boot(slots(B), boot(3, 1, 1), mender(update(WAITS)))
    assert [(witness.name, witness.says, witness.slot) for witness in verdict.witnesses] == [
        ("kernel command line", "root=/dev/mmcblk0p3", B),
        ("mount table", "/dev/mmcblk0p3 at /", B),
        ("boot environment", "mender_boot_part=3  upgrade_available=1  bootcount=1", B),
    ]


def test_an_environment_that_names_the_other_slot_contradicts_nobody_while_a_phase_explains_it() -> None:
    verdict = judge_boot(slots(B), boot(2), mender())
    assert verdict.phase is Phase.ROLLED_BACK_WAITING
    assert verdict.agree
    assert (verdict.booted, verdict.next_boot, verdict.committed) == (B, A, False)


def test_a_command_line_that_contradicts_the_mount_table_is_said_and_the_mount_table_believed() -> None:
    verdict = judge_boot(slots(mounted=B, command_line=A), boot(3), mender())
    assert not verdict.agree
    assert verdict.booted is B
    assert verdict.contradictions == ("The kernel command line names A, but B is mounted at /.",)


def test_a_command_line_that_names_no_slot_contradicts_nobody() -> None:
    verdict = judge_boot(slots(mounted=B, command_line=None), boot(3), mender())
    assert verdict.phase is Phase.IDLE
    assert verdict.agree


def test_where_the_mount_table_can_not_be_read_the_command_line_is_believed() -> None:
    seen = slots(mounted=None, command_line=B, mounted_root=None, mounted_error="The mount table can't be read.")
    verdict = judge_boot(seen, boot(3), mender())
    assert (verdict.phase, verdict.booted) == (Phase.IDLE, B)


def test_a_trial_of_another_image_than_the_pending_one_is_doubted() -> None:
    verdict = judge_boot(slots(B, b="v9.9.9"), boot(3, 1, 1), mender(update(WAITS)))
    assert verdict.phase is Phase.TRIAL
    assert verdict.agree
    assert (verdict.advice or "").startswith("The image in B is not the one that Mender has pending!")


def test_an_unreadable_store_never_reads_as_idle() -> None:
    client = mender(pending_error="mender-store can't be read.")
    verdict = judge_boot(slots(A), boot(2), client)
    assert verdict.phase is Phase.UNKNOWN
    assert verdict.committed is None
    trial = judge_boot(slots(B), boot(3, 1, 1), client)
    assert trial.sentence == "B is on trial. Any reboot returns to A. Pending updates: unknown."
    assert trial.next_boot is A


def test_what_has_not_been_read_is_said() -> None:
    assert judge_boot(None, None, None).sentence == "The slots have not been read: what is booted is not known."
    without_boot = judge_boot(slots(B), None, mender())
    assert without_boot.sentence == "B is booted. The boot environment has not been read."
    assert (without_boot.phase, without_boot.booted, without_boot.next_boot) == (Phase.UNKNOWN, B, None)
    assert judge_boot(slots(A), boot(2), None).phase is Phase.UNKNOWN


def test_three_failures_of_the_environment_are_three_sentences() -> None:
    sentences = {
        judge_boot(slots(A), BootEnvironment(state, "Because."), mender()).sentence
        for state in EnvironmentState
        if state is not EnvironmentState.READABLE
    }
    assert len(sentences) == 3


def test_a_machine_without_slots_has_nothing_to_judge() -> None:
    bare = slots(mounted=None, slots=(), disk_error="No ModuCop layout.")
    verdict = judge_boot(bare, BootEnvironment(EnvironmentState.NO_TOOL, "No tool."), mender())
    assert verdict.phase is Phase.UNKNOWN
    assert verdict.sentence == "This machine has no two rootfs slots: there is nothing to judge."


def test_a_missing_canary_hides_no_trial() -> None:
    verdict = judge_boot(slots(B), boot(3, 1, 1, canary_present=False), mender(update(WAITS)))
    assert verdict.phase is Phase.TRIAL


def test_versions_are_found_in_every_kind_of_name() -> None:
    assert version_in("Moducop-CPU01_Standard-Image_v2.7.0.40ee657.20260218.1208") == "v2.7.0.40ee657.20260218.1208"
    assert version_in("cpu01-standard-image-dirty_v2.7.0.x") == "v2.7.0.x"
    assert version_in("dev1-standard-v3.0") == "v3.0"
    assert version_in("no version") is None


def test_images_are_compared_by_version_then_by_name() -> None:
    assert is_image_of(image(NEW), update(None, NEW)) is True
    assert is_image_of(image(OLD), update(None, NEW)) is False
    assert is_image_of(image(NEW), update(None, "v2.7.0")) is True
    nameless = PendingUpdate("release-4", ("rootfs-image",), None, None)
    assert is_image_of(Image("release-4", None, None, ""), nameless) is True
    assert is_image_of(Image("release-3", None, None, ""), nameless) is False
    assert is_image_of(Image(None, None, None, ""), nameless) is None


NUMBERS = st.none() | st.integers(-2, 4) | st.integers()
TEXTS = st.none() | st.text(max_size=200)
SEEN = st.none() | st.builds(
    slots,
    mounted=st.sampled_from([A, B, None]),
    command_line=st.sampled_from([A, B, None]),
    a=st.sampled_from([OLD, NEW, None]),
    b=st.sampled_from([OLD, NEW, None]),
    mounted_error=TEXTS,
)
ENVIRONMENTS = st.none() | st.builds(
    boot,
    part=NUMBERS,
    armed=NUMBERS,
    count=NUMBERS,
    state=st.sampled_from(EnvironmentState),
    boot_part_hex=NUMBERS,
    bootlimit=NUMBERS,
    canary_present=st.none() | st.booleans(),
    sentence=TEXTS,
    variables=st.lists(st.tuples(st.just("mender_boot_part"), st.text(max_size=90)), max_size=1).map(tuple),
)
UPDATES = st.none() | st.builds(
    PendingUpdate,
    artifact_name=TEXTS,
    payload_types=st.lists(st.sampled_from(["app", "rootfs-image", "bootfit-rootfs", "x"]), max_size=2).map(tuple),
    rootfs_version=TEXTS | st.just(NEW),
    in_state=st.none()
    | st.sampled_from([WAITS, "ArtifactInstall_Enter", "Cleanup", "ArtifactCommit_Enter"])
    | st.text(),
    failed=st.booleans(),
    rolled_back=st.booleans(),
)
CLIENTS = st.none() | st.builds(
    mender,
    pending=UPDATES,
    version=st.sampled_from(["4.0.7", "5.1.0", "", "x"]),
    pending_error=TEXTS,
    deployment=st.none() | st.booleans(),
    processes=st.sampled_from([(), (INSTALLING,)]),
)


@given(SEEN, ENVIRONMENTS, CLIENTS)
def test_any_combination_of_readings_has_a_verdict_that_fits_its_row(
    seen: Slots | None, environment: BootEnvironment | None, client: Mender | None
) -> None:
    verdict = judge_boot(seen, environment, client)
    assert 0 < len(verdict.sentence) <= 78
    assert len(verdict.witnesses) == 3
    if verdict.phase is Phase.IDLE:
        assert seen is not None
        assert environment is not None
        assert client is not None
        assert environment.boot_part == environment.boot_part_hex
        assert client.pending is None
        assert client.pending_error is None
    if client is None:
        assert verdict.phase in {Phase.UNKNOWN, Phase.BROKEN}


@pytest.mark.parametrize(("row", "seen", "environment", "pending", "phase"), ROWS, ids=[row[0] for row in ROWS])
def test_advice_names_the_consoles_own_actions_and_no_tool(
    row: str, seen: Any, environment: Any, pending: Any, phase: Phase
) -> None:
    """They check, record and repair; the tools do not."""
    for version in ("4.0.7", "5.1.0"):
        advice = judge_boot(seen, environment, mender(pending, version)).advice or ""
        assert not re.search(r"fw_setenv|mender-update|mender (commit|rollback|resume)", advice), advice
