"""How the device stands after the client, against how it was to stand: the rows of device facts 2.3 and 2.4."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.updates.client_outcome import Standing, judge_client
from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.mender import Mender
from tests.unit.actions_updates.update_scenes import (
    APP_ARTIFACT,
    INSTALLING,
    NEW_ARTIFACT,
    STAGED,
    WAITS,
    app_update,
    boot,
    client_of,
    slots,
    update,
)
from tests.unit.slots.verdict_cases import A, B

IN_A, IN_B = slots(mounted=A), slots(mounted=B)


def five(pending: Any = None, **changed: Any) -> Mender:
    return client_of("5.x", pending, **changed)


def standing(client: Mender, seen: Any = IN_A, environment: Any = None) -> Standing:
    return Standing(seen, environment or boot(2), client)


COMMITTED = five(artifact_name=NEW_ARTIFACT)
GOOD = [
    (Expected.STAGED, A, standing(five(update(STAGED)))),
    (Expected.INSTALLED, B, standing(five(update(WAITS)), environment=boot(3, 1))),
    (Expected.INSTALLED, B, standing(client_of("4.x", update(None)), environment=boot(3, 1))),
    (Expected.COMMITTED, B, standing(COMMITTED, IN_B, boot(3, count=1))),
    (Expected.ROLLED_BACK, A, standing(five())),
    (Expected.ROLLED_BACK, A, standing(five(), IN_B, boot(2, count=1))),
    (Expected.CLEARED, A, standing(five(), environment=boot(2, count=2))),
    (Expected.APP_DONE, None, standing(COMMITTED)),
    (Expected.APP_INSTALLED, None, standing(COMMITTED)),
]
BAD = [
    ("only staged", Expected.INSTALLED, B, standing(five(update(STAGED)))),
    ("armed too early", Expected.STAGED, A, standing(five(update(WAITS)), environment=boot(3, 1))),
    ("another artifact", Expected.INSTALLED, B,
     standing(five(replace(update(WAITS), artifact_name="other")), environment=boot(3, 1))),
    ("cut before it was noted", Expected.INSTALLED, B, standing(five(update(INSTALLING)), environment=boot(3, 1))),
    ("nothing happened", Expected.INSTALLED, B, standing(five())),
    ("rolled back by the commit", Expected.COMMITTED, B, standing(five(), IN_B, boot(2, count=1))),
    ("still on trial", Expected.COMMITTED, B, standing(five(update(WAITS)), IN_B, boot(3, 1, 1))),
    ("permanent, not forgotten", Expected.COMMITTED, B, standing(five(update("Cleanup")), IN_B, boot(3, count=1))),
    ("believed, and on trial still", Expected.COMMITTED, B, standing(COMMITTED, IN_B, boot(3, 1, 1))),
    ("believed, and the other slot boots next", Expected.COMMITTED, B, standing(COMMITTED, IN_B, boot(2, count=1))),
    ("another is believed", Expected.COMMITTED, B, standing(five(), IN_B, boot(3, count=1))),
    ("still armed", Expected.ROLLED_BACK, A, standing(five(), environment=boot(3, 1))),
    ("pending still", Expected.CLEARED, A, standing(five(update(WAITS)), environment=boot(2, count=2))),
    ("flipped to the other slot", Expected.CLEARED, A, standing(five(), environment=boot(3))),
    ("inconsistent", Expected.APP_DONE, None, standing(five(artifact_name=f"{NEW_ARTIFACT}_INCONSISTENT"))),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "slot", "now"), GOOD)
def test_what_was_to_be_is(expected: Expected, slot: Any, now: Standing) -> None:
    outcome = judge_client(RunClient(ClientVerb.INSTALL, expected, artifact=NEW_ARTIFACT, slot=slot), now, "said so")
    assert outcome.good
    assert outcome.sentence
    assert "said so" not in outcome.sentence


@pytest.mark.parametrize(("expected", "slot", "now"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_was_to_be_is_not(expected: Expected, slot: Any, now: Standing) -> None:
    act = RunClient(ClientVerb.INSTALL, expected, artifact=NEW_ARTIFACT, slot=slot)
    outcome = judge_client(act, now, "it said so")
    assert not outcome.good
    assert outcome.sentence.startswith("It was not installed: it said so.")
    assert now.verdict.sentence in outcome.sentence


@pytest.mark.parametrize(
    ("pending", "good"),
    [(app_update(WAITS), True), (app_update(None), True), (app_update(INSTALLING), False),
     (app_update(WAITS, failed=True), False), (None, False)],
)  # fmt: skip
def test_an_app_that_waits_for_its_commit(pending: Any, good: bool) -> None:
    act = RunClient(ClientVerb.INSTALL, Expected.APP_PENDING, artifact=APP_ARTIFACT)
    assert judge_client(act, standing(five(pending)), None).good is good


def test_a_memory_that_can_t_be_read_proves_nothing() -> None:
    now = standing(five(pending_error="Mender's memory is not readable."))
    outcome = judge_client(RunClient(ClientVerb.ROLLBACK, Expected.CLEARED, slot=A), now, None)
    assert not outcome.good
    assert outcome.sentence == "What became of it can't be told: Mender's memory is not readable."


def test_an_app_that_failed_without_a_way_back_is_said() -> None:
    """Transcript apps40, 2: the database gets the new version and `_INCONSISTENT`."""
    now = standing(five(artifact_name=f"{APP_ARTIFACT}_INCONSISTENT"))
    act = RunClient(ClientVerb.INSTALL, Expected.APP_DONE, artifact=APP_ARTIFACT)
    assert "neither the old version nor the new one" in judge_client(act, now, None).sentence


def test_an_app_that_its_module_could_not_roll_back_is_not_called_rolled_back() -> None:
    """The client forgets the update all the same, with code 1, and believes the version that it gave up."""
    act = RunClient(ClientVerb.ROLLBACK, Expected.CLEARED, artifact=APP_ARTIFACT)
    outcome = judge_client(act, standing(five(artifact_name=f"{APP_ARTIFACT}_INCONSISTENT")), "exit code 2")
    assert not outcome.good
    assert outcome.sentence.startswith("It was not rolled back: exit code 2. The app may be neither")
    assert judge_client(act, standing(five()), None).good
