"""Which artifacts are copied before they are installed, and what room that takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.model.acts import DropFile, MountStick, ReleaseStick, RunClient, VerifyArtifact
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.places import COPIES, DOWNLOADS
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Power
from tests.unit.actions_updates.update_scenes import ALL_CLIENTS, APP, MANIFEST, ROOTFS, client_of, scene_of

COPY = f"{COPIES}/{MANIFEST[:16]}.mender"
SIZE = ROOTFS.size or 0


def install(
    place: str, client: str = "5.x", artifact: Artifact = ROOTFS, free: int = 2 << 30, media: Media | None = None
) -> Plan:
    scene = scene_of(client_of(client), artifact=artifact, free=free, media=media)
    return make_plan(Action(ActionKind.INSTALL, place), scene)


def verified(plan: Plan) -> VerifyArtifact:
    (act,) = [step.act for step in plan.steps if isinstance(step.act, VerifyArtifact)]
    return act


def installed(plan: Plan) -> set[str]:
    return {step.act.path for step in plan.steps if isinstance(step.act, RunClient) and step.act.path}


def stick(*mount_points: str) -> Media:
    return Media((Stick("/dev/sda1", "SERVICE", "ext4", 1 << 30, None, None, mount_points),))


@pytest.mark.parametrize("client", ALL_CLIENTS)
@pytest.mark.parametrize(
    "place",
    ["/data/x.mender", "/data/volumes/web/x.mender", "/uboot/x.mender", "/root/x.mender", "/media/stick/x.mender",
     "/run/moducop_tui/stick/x.mender", f"{DOWNLOADS}/../x.mender", f"{DOWNLOADS}/../../volumes/x.mender",
     f"{DOWNLOADS}/a/x.mender", f"{DOWNLOADS}/", f"{DOWNLOADS}/..", f"{DOWNLOADS}-2/x.mender", f"{COPIES}/x.mender"],
)  # fmt: skip
def test_of_any_path_a_copy_is_installed_and_deleted_whatever_happens(place: str, client: str) -> None:
    plan = install(place, client)
    assert verified(plan) == VerifyArtifact(place, MANIFEST, COPY, SIZE)
    assert installed(plan) == {COPY}
    assert plan.steps[-1].act == DropFile(COPY)
    assert plan.steps[-1].always
    first = plan.steps[0]
    assert first.command == f"copy {place} to {COPY}; sha256 of it"
    assert (first.undo, first.power) == ("deleted at the end", Power.MAY)


def test_on_a_stick_that_somebody_else_has_mounted_too() -> None:
    place = "stick:/dev/sda1:updates/x.mender"
    plan = install(place, media=stick("/media/stick"))
    assert [type(step.act) for step in plan.steps][:2] == [MountStick, VerifyArtifact]
    assert verified(plan).path == "/run/moducop_tui/stick/updates/x.mender"
    assert verified(plan).copy == COPY
    assert installed(plan) == {COPY}
    assert [type(step.act) for step in plan.steps][-2:] == [DropFile, ReleaseStick]


def test_where_nobody_else_can_write_it_is_installed_from_where_it_lies() -> None:
    alone = install("stick:/dev/sda1:updates/x.mender", media=stick())
    assert verified(alone).copy is None
    assert installed(alone) == {"/run/moducop_tui/stick/updates/x.mender"}
    ours = install(f"{DOWNLOADS}/0123456789abcdef.mender")
    assert verified(ours).copy is None
    loaded = install("https://updates.example/x.mender")
    assert verified(loaded).copy is None
    assert installed(loaded) == {f"{DOWNLOADS}/{MANIFEST[:16]}.mender"}


def test_room_for_the_copy_is_asked_for_with_its_reading() -> None:
    plan = install("/data/x.mender")
    (asked,) = [one for one in plan.preconditions if one.words == "room for the copy on /data"]
    assert (asked.reading, asked.met) == ("22 MB of 2147 MB free", Met.YES)
    full = install("/data/x.mender", free=SIZE + (10 << 20))
    assert not full.runs
    assert (
        full.refusal
        == "/data has 32 MB free; 22 MB are needed, and 17 MB have to stay free: make room, or use a stick."
    )


@pytest.mark.parametrize("place", ["/data/x.mender", "https://updates.example/x.mender"])
def test_an_app_needs_room_beside_the_artifact_itself(place: str) -> None:
    """Its module keeps the payload and unpacks it beside; the artifact lies on /data all that time."""
    app = replace(APP, size=100_000_000, payload_size=120_000_000)
    assert install(place, artifact=app, free=345_000_000).runs
    scarce = install(place, artifact=app, free=330_000_000)
    assert scarce.refusal == ("What it needs on /data is not free (240 MB of 230 MB free): make room there first.")


def test_where_a_mounted_stick_lacks_room_for_a_copy_it_is_told_how_to_do_without() -> None:
    place = "stick:/dev/sda1:updates/x.mender"
    scarce = install(place, free=24 << 20, media=stick("/media/stick"))
    assert scarce.refusal is not None
    assert scarce.refusal.endswith("make room, or unmount /dev/sda1, for then it needs no copy.")
    assert install(place, free=24 << 20, media=stick()).runs
