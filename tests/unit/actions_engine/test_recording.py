"""What may be done although it can't be recorded: what helps a device whose data partition takes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.checks import Checks
from moducop_tui.model.plan import Action, ActionKind, Met, Precondition
from moducop_tui.model.reading import Reading
from moducop_tui.model.recording import UNRECORDED
from moducop_tui.model.storage import Storage
from moducop_tui.model.work import Work
from tests.unit.core.well_device import STORAGE, WALL, well

EVEN_SO = (ActionKind.REBOOT, ActionKind.POWER_OFF, ActionKind.COMMIT, ActionKind.ROLLBACK)
OTHERS = tuple(kind for kind in ActionKind if kind not in EVEN_SO)
REFUSED = "What is done can't be recorded in /data/moducop_tui/audit.jsonl (No space left on device)."


def read_only(*places: str) -> Storage:
    systems = tuple(replace(one, read_only=one.mount_point in places) for one in STORAGE.file_systems)
    return replace(STORAGE, file_systems=systems)


def judged(
    kind: ActionKind, storage: Storage, refused: str | None = None, untrusted: str | None = None
) -> Precondition | None:
    work = Work(unrecordable=refused, untrusted=untrusted)
    readings = replace(well(), storage=Reading(storage, 990.0), work=Reading(work, 990.0))
    plan = make_plan(Action(kind), Scene(readings, Checks(), WALL))
    return next((one for one in plan.preconditions if one.words == "what is done can be recorded"), None)


@pytest.mark.parametrize("kind", ActionKind)
def test_a_device_that_records_is_not_asked_about_it(kind: ActionKind) -> None:
    assert judged(kind, read_only("/")) is None


@pytest.mark.parametrize("kind", EVEN_SO)
@pytest.mark.parametrize("refused", [None, REFUSED])
def test_what_helps_such_a_device_needs_a_word_and_no_record(kind: ActionKind, refused: str | None) -> None:
    found = judged(kind, read_only("/data") if refused is None else STORAGE, refused)
    assert found is not None
    assert (found.met, found.override) == (Met.NO, UNRECORDED)
    assert (found.remedy or "").endswith("Only the journal has it then, and until the next boot /run.")


@pytest.mark.parametrize("kind", ActionKind)
@pytest.mark.parametrize("places", [(), ("/data",)])
def test_where_others_can_write_nothing_is_done_and_no_word_leads_around_it(
    kind: ActionKind, places: tuple[str, ...]
) -> None:
    found = judged(kind, read_only(*places), untrusted="/data/moducop_tui belongs to uid 1000, not to root.")
    assert found is not None
    assert (found.met, found.override) == (Met.NO, None)
    assert found.remedy == "/data/moducop_tui belongs to uid 1000, not to root."


@pytest.mark.parametrize("kind", OTHERS)
def test_all_else_waits_for_a_data_partition_that_takes_it(kind: ActionKind) -> None:
    found = judged(kind, read_only("/data"))
    assert found is not None
    assert (found.met, found.override) == (Met.NO, None)
    assert found.remedy == (
        "/data is read-only, so /data/moducop_tui/audit.jsonl can't be written. "
        "The data partition may be damaged: reboot, then look again."
    )


@pytest.mark.parametrize("kind", OTHERS)
def test_a_data_partition_that_was_full_keeps_nobody_from_another_try(kind: ActionKind) -> None:
    assert judged(kind, STORAGE, REFUSED) is None
