"""Every row of the state machine of the device facts (2.4), for clients that note their step (5.x) and that do not."""

from __future__ import annotations

import pytest

from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.mender import Mender, PendingUpdate, Unit
from moducop_tui.model.slots import Slots
from moducop_tui.model.verdict import Phase, judge_boot
from tests.unit.slots.verdict_cases import INSTALLING, NEW, OLD, A, B, boot, mender, slots, update

WAITS = "Before_ArtifactCommit_Enter"

IN_A = slots(mounted=A)
IN_B = slots(mounted=B)

ROWS = [
    ("idle", IN_A, boot(2), None, Phase.IDLE),
    ("idle after a commit, whose bootcount stays 1", IN_B, boot(3, count=1), None, Phase.IDLE),
    ("staged", IN_A, boot(2), update("Before_ArtifactInstall_Enter"), Phase.STAGED),
    ("installed, 5.x", IN_A, boot(3, armed=1), update(WAITS), Phase.INSTALLED),
    ("installed, 4.x", IN_A, boot(3, armed=1), update(None), Phase.INSTALLED),
    ("trial, 5.x", IN_B, boot(3, armed=1, count=1), update(WAITS), Phase.TRIAL),
    ("trial, 4.x", IN_B, boot(3, armed=1, count=1), update(None), Phase.TRIAL),
    ("install cut before the switch", IN_A, boot(2), update("ArtifactInstall_Enter"), Phase.INSTALL_CUT),
    ("install cut after the switch", IN_A, boot(3, armed=1), update("ArtifactInstall_Enter"), Phase.INSTALL_CUT),
    ("install cut, booted", IN_B, boot(3, armed=1, count=1), update("ArtifactInstall_Enter"), Phase.INSTALL_CUT),
    ("fell back, 5.x", IN_A, boot(2, count=2), update(WAITS), Phase.FELL_BACK),
    ("fell back, 4.x", IN_A, boot(2, count=2), update(None), Phase.FELL_BACK),
    ("fell back in the commit", IN_A, boot(2, count=2), update("ArtifactCommit_Enter"), Phase.FELL_BACK),
    ("commit cut, 5.x", IN_B, boot(3, count=1), update("ArtifactCommit_Enter"), Phase.COMMIT_CUT),
    ("commit cut, 4.x", IN_B, boot(3, count=1), update(None), Phase.COMMIT_CUT),
    ("commit cut before U-Boot heard", IN_B, boot(3, 1, 1), update("ArtifactCommit_Enter"), Phase.COMMIT_CUT),
    ("commit cut at leaving", IN_B, boot(3, count=1), update("ArtifactCommit_Leave"), Phase.COMMIT_CUT),
    ("commit cut before leaving", IN_B, boot(3, count=1), update("Before_ArtifactCommit_Leave"), Phase.COMMIT_CUT),
    ("commit cut in cleanup", IN_B, boot(3, count=1), update("Cleanup"), Phase.COMMIT_CUT),
    ("rollback cut before the switch back", IN_B, boot(3, 1, 1), update("ArtifactRollback_Enter"), Phase.ROLLBACK_CUT),
    ("rollback cut after it", IN_B, boot(2, count=1), update("ArtifactFailure_Enter"), Phase.ROLLBACK_CUT),
    ("rollback cut in cleanup", IN_B, boot(2), update("Cleanup", rolled_back=True), Phase.ROLLBACK_CUT),
    ("failed, cut in cleanup", IN_A, boot(2), update("Cleanup", failed=True), Phase.ROLLBACK_CUT),
    ("rolled back, 4.x cut", IN_B, boot(2, count=1), update(None), Phase.ROLLBACK_CUT),
    ("rolled back, waiting", IN_B, boot(2, count=1), None, Phase.ROLLED_BACK_WAITING),
    ("manual trial", IN_B, boot(3, armed=1, count=1), None, Phase.MANUAL_TRIAL),
    ("manual switch armed", IN_A, boot(3, armed=1), None, Phase.MANUAL_ARMED),
    ("manual switch armed, used up", IN_A, boot(3, armed=1, count=1), None, Phase.MANUAL_ARMED),
    ("installed, tries used up", IN_A, boot(3, armed=1, count=1), update(None), Phase.INSTALLED),
    ("app pending", IN_A, boot(2), update(None, None, "app"), Phase.APP_PENDING),
    ("app pending, 5.x", IN_A, boot(2), update(WAITS, None, "app"), Phase.APP_PENDING),
    ("app pending while armed", IN_A, boot(3, armed=1), update(WAITS, None, "app"), Phase.MANUAL_ARMED),
    ("staged, but armed", IN_A, boot(3, armed=1), update("Before_ArtifactInstall_Enter"), Phase.UNKNOWN),
    ("a step of tomorrow", IN_A, boot(2), update("Something_New"), Phase.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "environment", "pending", "phase"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_every_row_of_the_state_machine_has_its_phase(
    seen: Slots, environment: BootEnvironment, pending: PendingUpdate | None, phase: Phase
) -> None:
    verdict = judge_boot(seen, environment, mender(pending))
    assert verdict.phase is phase
    assert len(verdict.sentence) <= 78
    assert not verdict.sentence.endswith("...")
    assert verdict.agree


BROKEN = [
    ("the decimal and the hexadecimal number differ", IN_A, boot(3, 1, boot_part_hex=2), "kernel and rootfs differ"),
    ("the hexadecimal number is missing", IN_A, boot(2, boot_part_hex=None), "mender_boot_part_hex is missing"),
    ("no slot is chosen", IN_A, boot(None), "mender_boot_part is missing"),
    ("what is chosen is no number", IN_A, boot(None, variables=(("mender_boot_part", "two"),)), "=two is no number"),
    ("another partition is chosen", IN_A, boot(7), "mender_boot_part=7 is neither"),
    ("the canary is missing", IN_A, boot(2, canary_present=False), "installs fail"),
    ("the trial flag is odd", IN_A, boot(2, armed=2), "upgrade_available=2"),
    ("the trial flag is odd text", IN_A, boot(2, None, variables=(("upgrade_available", "x"),)), "available=x is"),
    ("neither slot runs", slots(mounted=None), boot(2), "Neither slot is booted"),
    ("the witnesses disagree", slots(mounted=B, command_line=A), boot(3), "names A, but B is mounted"),
]  # fmt: skip


@pytest.mark.parametrize(("seen", "environment", "words"), [row[1:] for row in BROKEN], ids=[r[0] for r in BROKEN])
def test_what_is_broken_has_a_sentence_of_its_own(seen: Slots, environment: BootEnvironment, words: str) -> None:
    verdict = judge_boot(seen, environment, mender())
    assert verdict.phase is Phase.BROKEN
    assert words in verdict.sentence


AT_WORK = mender(processes=(INSTALLING,))
DEPLOYING = mender(daemon=Unit("mender-updated", True, "active"), deployment=True)


@pytest.mark.parametrize(
    ("seen", "environment", "client", "phase"),
    [
        (IN_A, boot(2), AT_WORK, Phase.AT_WORK),
        (IN_A, boot(2), mender(update(None), "4.0.7", processes=(INSTALLING,)), Phase.AT_WORK),
        (IN_A, boot(3, 1), mender(update("ArtifactInstall_Enter"), processes=(INSTALLING,)), Phase.AT_WORK),
        (IN_A, boot(2), DEPLOYING, Phase.AT_WORK),
        (IN_B, boot(3, 1, 1), DEPLOYING, Phase.AT_WORK),
        (IN_A, boot(2), mender(deployment=True), Phase.IDLE),
        (IN_B, boot(3, 1, 1), mender(deployment=True), Phase.AT_WORK),
        (IN_B, boot(3, 1, 1), mender(update(WAITS), processes=(INSTALLING,)), Phase.TRIAL),
    ],
    ids=[
        "streaming",
        "streaming with 4.x",
        "installing",
        "the daemon deploys",
        "the daemon tries",
        "the daemon has begun and is stopped",
        "the daemon's trial is nobody's hand's",
        "a trial stays one",
    ],
)
def test_an_update_at_work_is_never_taken_for_what_an_interrupted_one_leaves(
    seen: Slots, environment: BootEnvironment, client: Mender, phase: Phase
) -> None:
    assert judge_boot(seen, environment, client).phase is phase


def test_what_a_stopped_daemon_has_begun_is_waited_for_by_nobody() -> None:
    stopped = mender(deployment=True)
    begun = "Mender's daemon has begun an update and does not run. systemctl start mender-updated ends it."
    assert judge_boot(IN_A, boot(2), stopped).advice == begun
    trial = judge_boot(IN_B, boot(3, 1, 1), stopped)
    assert trial.sentence == "B is on trial. Any reboot returns to A."
    assert trial.advice == f"{begun} Or reboot: what is on trial falls back."


def test_which_of_fell_back_and_commit_cut_it_is_follows_from_the_running_image_alone() -> None:
    environment, client = boot(2, count=1), mender(update(WAITS))
    assert judge_boot(slots(A, a=NEW, b=OLD), environment, client).phase is Phase.COMMIT_CUT
    assert judge_boot(slots(A, a=OLD, b=NEW), environment, client).phase is Phase.FELL_BACK
    assert judge_boot(slots(A, a=NEW, b=NEW), environment, client).phase is Phase.UNKNOWN
    assert judge_boot(slots(A, a=None, b=NEW), environment, client).phase is Phase.UNKNOWN
