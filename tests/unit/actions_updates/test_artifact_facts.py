"""An artifact's header and what is there already, as the plan shows it before anything is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.model.artifact_facts import artifact_facts
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.readings import Readings
from moducop_tui.pages.plan import plan_body
from moducop_tui.text import plain
from tests.unit.actions_updates.update_scenes import (
    APP,
    EMPTY,
    NEW,
    NEW_ARTIFACT,
    OLD,
    OLD_ARTIFACT,
    ROOTFS,
    client_of,
    noted,
    readings_of,
    scene_of,
)
from tests.unit.slots.verdict_cases import B

IDLE = readings_of(client_of("5.x"))


def facts(artifact: object, readings: Readings = IDLE) -> dict[str, str]:
    return {one.words: one.text for one in artifact_facts(artifact, readings)}  # type: ignore[arg-type]


def test_the_whole_header_is_shown() -> None:
    assert facts(ROOTFS) == {
        "artifact": f"{NEW_ARTIFACT}, for moducop-cpu01; not signed",
        "payload": "rootfs-image, gzip, 22 MB in all, 101 MB unpacked",
        "depends on": "nothing",
        "provides": f"rootfs-image.checksum f13ead66b62e..., rootfs-image.version {NEW_ARTIFACT}",
        "there now": f"A runs {OLD}, B holds {NEW}",
    }


def test_what_it_depends_on_is_shown_with_all_that_would_do() -> None:
    depends = (("rootfs-image.version", ("v1", "v2")), ("artifact_group", ("trains",)))
    found = facts(replace(ROOTFS, depends=depends, device_types=("a", "b")))
    assert found["depends on"] == "rootfs-image.version v1 or v2, artifact_group trains"
    assert ", for a, b;" in found["artifact"]


def test_scripts_that_run_as_root_are_named() -> None:
    assert facts(replace(ROOTFS, scripts=("ArtifactInstall_Enter_00",)))["scripts"] == (
        "ArtifactInstall_Enter_00: Mender's client runs them as root"
    )


def test_a_slot_that_is_not_written_to_its_end_holds_no_version() -> None:
    readings = readings_of(client_of("5.x"), work=noted(SlotNote(B, Known.WRITING)))
    assert facts(ROOTFS, readings)["there now"] == f"A runs {OLD}, B is not written to its end"


@pytest.mark.parametrize(
    ("artifact", "there"),
    [
        (APP, "nginx-demo 8f249b9"),
        (replace(APP, app="other"), "no other"),
        (EMPTY, f"{OLD_ARTIFACT}, by Mender's memory"),
    ],
)
def test_what_is_there_of_the_same_kind_is_shown(artifact: object, there: str) -> None:
    assert facts(artifact)["there now"] == there


def test_an_artifact_without_payload_says_so() -> None:
    assert facts(EMPTY)["payload"] == "none: it only changes what Mender believes"


def test_foreign_lists_of_any_length_stay_short() -> None:
    many = tuple((f"key-{number}" + "k" * 200, "v" * 200) for number in range(500))
    found = facts(replace(ROOTFS, provides=many, name="n" * 5000, device_types=("t" * 90,) * 90))
    assert max(map(len, found.values())) < 1000


def test_the_plan_shows_it_before_its_steps() -> None:
    plan = make_plan(Action(ActionKind.INSTALL, "/data/ok.mender"), scene_of(client_of("5.x"), artifact=ROOTFS))
    rows = [plain(row) for row in plan_body(plan, 80, 20)]
    assert next(n for n, row in enumerate(rows) if row.startswith(" payload")) < next(
        n for n, row in enumerate(rows) if row.startswith(" 1   copy it, and check every part")
    )
