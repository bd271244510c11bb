from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.expected import Expected
from moducop_tui.model.mender import Mender
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.update_outcomes import NEWEST, UpdateOutcome, update_outcomes
from moducop_tui.model.work import Outcome, Record, Who
from tests.unit.core.well_device import MENDER, PENDING

TRIAL = replace(MENDER, pending=PENDING)
OUT = UpdateOutcome


def did(kind: ActionKind, outcome: Outcome = Outcome.DONE, expected: Expected | None = None,
        version: str | None = None) -> Record:  # fmt: skip
    return Record("id", Action(kind), kind.value, Who("root"), 1.0, None, outcome, expected=expected, version=version)


INSTALL = did(ActionKind.INSTALL, expected=Expected.INSTALLED, version="cpu01-standard-v2.8.0")
APP = did(ActionKind.INSTALL, expected=Expected.APP_DONE)
APP_PENDING = did(ActionKind.INSTALL, expected=Expected.APP_PENDING)
COMMIT = did(ActionKind.COMMIT, expected=Expected.COMMITTED)
ROLLBACK = did(ActionKind.ROLLBACK, expected=Expected.ROLLED_BACK)
CLEARED = did(ActionKind.ROLLBACK, expected=Expected.CLEARED)
REBOOT = did(ActionKind.REBOOT)


def became(*oldest_first: Record, mender: Mender | None = MENDER, phase: Phase | None = Phase.IDLE) -> list[OUT]:
    return [one.outcome for one in update_outcomes(tuple(reversed(oldest_first)), mender, phase)]


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        ((INSTALL, REBOOT, COMMIT), OUT.COMMITTED),
        ((INSTALL, ROLLBACK), OUT.ROLLED_BACK),
        ((INSTALL, REBOOT, ROLLBACK), OUT.ROLLED_BACK),
        ((INSTALL, REBOOT, CLEARED), OUT.FELL_BACK),
        ((INSTALL, did(ActionKind.COMMIT, Outcome.FAILED), CLEARED), OUT.FELL_BACK),
        ((INSTALL, did(ActionKind.COMMIT, Outcome.CUT), did(ActionKind.KEEP)), OUT.COMMITTED),
        ((INSTALL, did(ActionKind.RESUME, expected=Expected.COMMITTED)), OUT.COMMITTED),
        ((INSTALL, did(ActionKind.RESUME, expected=Expected.ROLLED_BACK)), OUT.ROLLED_BACK),
        ((APP,), OUT.COMMITTED),
        ((APP_PENDING, COMMIT), OUT.COMMITTED),
        ((APP_PENDING, CLEARED), OUT.ROLLED_BACK),
        ((did(ActionKind.INSTALL, expected=Expected.APP_INSTALLED),), OUT.COMMITTED),
        ((did(ActionKind.INSTALL, Outcome.FAILED),), OUT.FAILED),
        ((did(ActionKind.INSTALL, Outcome.CANCELLED),), OUT.CANCELLED),
        ((did(ActionKind.INSTALL, Outcome.CUT),), OUT.CUT),
        ((did(ActionKind.INSTALL, Outcome.CUT), CLEARED), OUT.CUT),
        ((did(ActionKind.INSTALL, Outcome.CUT), did(ActionKind.RESUME, expected=Expected.INSTALLED), COMMIT),
         OUT.COMMITTED),
        ((did(ActionKind.INSTALL, Outcome.RUNNING),), OUT.RUNNING),
        ((INSTALL, did(ActionKind.COMMIT, Outcome.REFUSED)), OUT.UNKNOWN),
        ((INSTALL,), OUT.UNKNOWN),
    ],
)  # fmt: skip
def test_what_was_done_afterwards_says_what_became_of_an_update(story: tuple[Record, ...], outcome: OUT) -> None:
    assert became(*story) == [outcome]


@pytest.mark.parametrize(
    ("mender", "phase", "outcome"),
    [
        (TRIAL, Phase.TRIAL, OUT.WAITING),
        (TRIAL, Phase.INSTALLED, OUT.WAITING),
        (TRIAL, Phase.FELL_BACK, OUT.FELL_BACK),
        (None, None, OUT.UNKNOWN),
        (replace(MENDER, pending_error="The store can't be read."), Phase.UNKNOWN, OUT.UNKNOWN),
        (replace(MENDER, provides=(("rootfs-image.version", "cpu01-standard-v2.8.0"),)), Phase.IDLE, OUT.COMMITTED),
        (MENDER, Phase.IDLE, OUT.UNKNOWN),
    ],
)
def test_the_newest_one_that_nobody_has_ended_here_is_told_by_the_device(
    mender: Mender | None, phase: Phase | None, outcome: OUT
) -> None:
    assert became(INSTALL, REBOOT, mender=mender, phase=phase) == [outcome]


def test_what_is_pending_now_says_nothing_of_an_older_update() -> None:
    assert became(INSTALL, INSTALL, mender=TRIAL, phase=Phase.TRIAL) == [OUT.WAITING, OUT.UNKNOWN]


def test_a_commit_belongs_to_the_install_before_it_and_to_no_other() -> None:
    assert became(INSTALL, ROLLBACK, INSTALL, COMMIT, INSTALL, CLEARED) == [
        OUT.FELL_BACK, OUT.COMMITTED, OUT.ROLLED_BACK,
    ]  # fmt: skip


def test_an_install_that_was_refused_is_no_update() -> None:
    refused = did(ActionKind.INSTALL, Outcome.REFUSED)
    assert became(INSTALL, refused, COMMIT) == [OUT.COMMITTED]
    assert became(refused) == []


def test_what_ended_it_is_named() -> None:
    (update,) = update_outcomes((COMMIT, INSTALL), MENDER, Phase.IDLE)
    assert update.ended_by == COMMIT


def test_the_last_twenty_are_told() -> None:
    assert len(became(*[APP] * (NEWEST + 5))) == NEWEST
