"""Plans that install: the steps of each payload with each client, what must be so before, and what must be typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import (
    ArmDeadMan,
    AwaitHealth,
    ControlUnit,
    DropFile,
    FetchArtifact,
    MountStick,
    NoteSlot,
    ReleaseStick,
    RememberBefore,
    RunClient,
    VerifyArtifact,
    VerifySlot,
)
from moducop_tui.model.artifact import Artifact, Signature
from moducop_tui.model.confirming import missing
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.mender import ClientKind
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Power, Weight
from moducop_tui.model.reading import Reading
from tests.unit.actions_updates.update_scenes import (
    ALL_CLIENTS,
    APP,
    BOOTFIT,
    EMPTY,
    MANIFEST,
    NEW_ARTIFACT,
    ROOTFS,
    SHA,
    SIZE,
    boot,
    client_of,
    scene_of,
    with_daemon,
)
from tests.unit.core.well_device import APPS, STORAGE
from tests.unit.slots.verdict_cases import A, B

PATH = "/data/ok.mender"
COPY = f"/data/moducop_tui/copies/{MANIFEST[:16]}.mender"


def install(scene: Scene, place: str = PATH, detail: str | None = None) -> Plan:
    return make_plan(Action(ActionKind.INSTALL, place, detail), scene)


def of(client: str, artifact: Artifact = ROOTFS, **more: Any) -> Scene:
    return scene_of(client_of(client, **more.pop("mender", {})), artifact=artifact, **more)


def kinds(plan: Plan) -> list[type]:
    return [type(step.act) for step in plan.steps]


def runs(plan: Plan) -> list[RunClient]:
    return [step.act for step in plan.steps if isinstance(step.act, RunClient)]


def commands(plan: Plan) -> list[str]:
    return [step.command for step in plan.steps if isinstance(step.act, RunClient)]


def test_5_x_writes_compares_and_only_then_arms() -> None:
    plan = install(of("5.x"))
    assert plan.runs, plan.refusal
    assert kinds(plan) == [
        VerifyArtifact, RememberBefore, NoteSlot, RunClient, VerifySlot, RunClient, RunClient, ArmDeadMan,
        DropFile,
    ]  # fmt: skip
    assert commands(plan) == [
        f"mender-update install --stop-before ArtifactInstall_Enter {COPY}",
        "mender-update resume",
        "mender-update rollback   (only if B is not verified)",
    ]
    stage, arm, back = runs(plan)
    assert (stage.expected, stage.slot, arm.expected, arm.slot) == (Expected.STAGED, A, Expected.INSTALLED, B)
    assert (back.unless_verified, back.slot) == (B, A)


@pytest.mark.parametrize(("client", "program"), [("4.x", "mender-update"), ("3.x", "mender")])
def test_older_clients_arm_as_they_write_so_what_is_wrong_is_taken_back(client: str, program: str) -> None:
    plan = install(of(client))
    assert plan.runs, plan.refusal
    assert kinds(plan) == [
        VerifyArtifact,
        RememberBefore,
        NoteSlot,
        RunClient,
        VerifySlot,
        RunClient,
        ArmDeadMan,
        DropFile,
    ]
    assert commands(plan) == [f"{program} install {COPY}", f"{program} rollback   (only if B is not verified)"]
    back = plan.steps[5]
    assert back.always
    assert plan.steps[4].power is Power.KEEP


@pytest.mark.parametrize("client", ALL_CLIENTS)
def test_what_the_slot_must_hold_is_the_payload_s_own_checksum(client: str) -> None:
    plan = install(of(client))
    (verify,) = [step.act for step in plan.steps if isinstance(step.act, VerifySlot)]
    assert verify == VerifySlot(B, "/dev/mmcblk0p3", SHA, SIZE)
    (note,) = [step.act.note for step in plan.steps if isinstance(step.act, NoteSlot)]
    assert (note.slot, note.known, note.artifact, note.sha256, note.size) == (B, Known.WRITING, NEW_ARTIFACT, SHA, SIZE)


def test_the_power_stays_on_while_the_client_works() -> None:
    plan = install(of("5.x"))
    assert {step.power for step in plan.steps if isinstance(step.act, RunClient)} == {Power.KEEP}
    assert {step.power for step in plan.steps if isinstance(step.act, VerifyArtifact | VerifySlot)} == {Power.MAY}


def test_the_plan_says_what_it_does_and_what_comes_then() -> None:
    plan = install(of("5.x"))
    assert plan.title == f"Install {NEW_ARTIFACT} into slot B"
    assert plan.summary == (
        f"Writes {NEW_ARTIFACT} (101 MB) into slot B; A goes on running.",
        "The next reboot tries B once: unless it is committed then, the device returns to A.",
    )
    assert (plan.weight, plan.phrase) == (Weight.BOOTS, "install B")
    assert plan.afterwards == (
        "Reboot to try B: that is a step of its own.",
        "Unless it is committed within 10 min of that boot, the device returns to A.",
    )


def test_without_a_dead_man_timer_that_is_said() -> None:
    plan = install(of("5.x", dead_man=0))
    assert ArmDeadMan not in kinds(plan)
    assert plan.afterwards[1].endswith("no timer does it: none is configured.")
    volatile = replace(STORAGE, overlays=())
    assert "/etc is no overlay" in install(of("5.x", storage=volatile)).afterwards[1]


def test_the_daemon_is_stopped_around_it_and_started_again_whatever_happens() -> None:
    plan = install(scene_of(with_daemon(client_of("5.x")), artifact=ROOTFS))
    units = [(step.act.start, step.always) for step in plan.steps if isinstance(step.act, ControlUnit)]
    assert units == [(False, False), (True, True)]
    assert kinds(plan).index(VerifyArtifact) < kinds(plan).index(ControlUnit)


def test_what_was_known_before_is_kept_for_the_boot_after() -> None:
    (remember,) = [step.act for step in install(of("5.x")).steps if isinstance(step.act, RememberBefore)]
    assert remember == RememberBefore(A, B, NEW_ARTIFACT, NEW_ARTIFACT)


def test_an_artifact_on_a_stick_is_mounted_and_released_whatever_happens() -> None:
    stick = Media((Stick("/dev/sda1", "SERVICE", "ext4", 1 << 30, None, None),))
    plan = install(of("5.x", media=stick), "stick:/dev/sda1:/updates/ok.mender")
    assert kinds(plan)[0] is MountStick
    assert kinds(plan)[-1] is ReleaseStick
    assert plan.steps[-1].always
    assert plan.steps[0].command == (
        "mount -t ext4 -o ro,nosuid,nodev,noexec,noload,errors=continue,nowarn_on_error "
        "/dev/sda1 /run/moducop_tui/stick"
    )
    assert runs(plan)[0].path == "/run/moducop_tui/stick/updates/ok.mender"


def test_what_an_earlier_download_left_is_deleted_once_it_is_installed() -> None:
    left = "/data/moducop_tui/downloads/0123456789abcdef.mender"
    plan = install(of("5.x"), left)
    assert (plan.steps[-1].act, plan.steps[-1].always) == (DropFile(left), False)
    assert runs(plan)[0].path == left


def test_nothing_is_written_into_a_slot_before_that_is_written_down() -> None:
    steps = install(of("5.x")).steps
    note = next(step for step in steps if isinstance(step.act, NoteSlot))
    assert steps.index(note) < next(index for index, step in enumerate(steps) if isinstance(step.act, RunClient))
    assert not note.minor


@pytest.mark.parametrize(("client", "counted"), [("3.x", 21983232), ("4.x", SIZE), ("5.x", SIZE)])
def test_progress_is_counted_as_each_client_counts_it(client: str, counted: int) -> None:
    assert runs(install(of(client)))[0].size == counted
    assert runs(install(of("5.x", BOOTFIT)))[0].size is None


def test_a_url_is_loaded_first_and_deleted_again_whatever_happens() -> None:
    url = "https://updates.example/ok.mender"
    plan = install(of("5.x"), url)
    target = f"/data/moducop_tui/downloads/{MANIFEST[:16]}.mender"
    assert plan.steps[0].act == FetchArtifact(url, target, 21983232)
    assert plan.steps[-1].act == DropFile(target)
    assert plan.steps[-1].always
    assert runs(plan)[0].path == target
    full = install(of("5.x", free=30 << 20), url)
    assert (
        full.refusal
        == "/data has 31 MB free; 22 MB are needed, and 17 MB have to stay free: make room, or use a stick."
    )


HTTP = "http://updates.example/ok.mender"


@pytest.mark.parametrize(
    ("place", "artifact", "protected", "reading"),
    [
        (HTTP, {}, False, None),
        (HTTP.upper(), {}, False, None),
        (HTTP, {}, None, None),
        (HTTP, {"signature": Signature.UNVERIFIED}, False, None),
        (HTTP, {"signature": Signature.VERIFIED}, False, "signed, verified"),
        (HTTP, {"signature": Signature.UNVERIFIED}, True, "http, but a signature is demanded"),
        (HTTP, {"signature": Signature.UNVERIFIED, "key_demanded": True}, False, "http, but a signature is demanded"),
        ("https://updates.example/ok.mender", {}, False, "https"),
    ],
)
def test_what_comes_unencrypted_and_unsigned_is_installed_only_against_a_word(
    place: str, artifact: dict[str, Any], protected: bool | None, reading: str | None
) -> None:
    plan = install(of("5.x", replace(ROOTFS, **artifact), mender={"protected": protected}), place)
    (way,) = [one for one in plan.preconditions if one.words == "nobody on the way can change it"]
    assert plan.runs, plan.refusal
    assert plan.overrides == (() if reading else ("unencrypted",))
    if reading is None:
        assert way.met is Met.NO
        assert missing(plan, plan.phrase, None, ()) is not None
        assert missing(plan, plan.phrase, None, ("unencrypted",)) is None
    else:
        assert (way.met, way.reading) == (Met.YES, reading)


@pytest.mark.parametrize(
    ("rollback", "expected", "words"),
    [
        (False, Expected.APP_DONE, "This app module commits by itself"),
        (True, Expected.APP_PENDING, "It waits for a commit then"),
        (None, Expected.APP_INSTALLED, "Whether it then waits for a commit shows"),
    ],
)
def test_an_app_is_watched_afterwards_and_its_module_says_whether_it_waits(
    rollback: bool | None, expected: Expected, words: str
) -> None:
    plan = install(of("5.x", APP, mender={"app_rollback": rollback}))
    assert plan.runs, plan.refusal
    assert kinds(plan) == [VerifyArtifact, RememberBefore, RunClient, AwaitHealth, DropFile]
    assert runs(plan)[0].expected is expected
    assert plan.steps[-2].act == AwaitHealth((), 120, "nginx-demo")
    assert (plan.phrase, plan.title) == ("install nginx-demo", "Install app nginx-demo a895c3c")
    assert plan.afterwards[0].startswith(words)
    (remember,) = [step.act for step in plan.steps if isinstance(step.act, RememberBefore)]
    assert remember.expected_slot is None


def test_a_kernel_and_root_of_the_later_generations_are_compared_both() -> None:
    plan = install(of("5.x", BOOTFIT))
    assert plan.runs, plan.refusal
    assert kinds(plan) == kinds(install(of("5.x")))
    (step,) = [step for step in plan.steps if isinstance(step.act, VerifySlot)]
    assert step.act == VerifySlot(B, "/dev/mmcblk0p3", SHA, SIZE, kernel="cc" * 32)
    assert step.command.endswith(f"of /dev/mmcblk0p3: {SHA[:16]}...; of fitImage-B: cccccccccccccccc...")
    (note,) = [step.act.note for step in plan.steps if isinstance(step.act, NoteSlot)]
    assert (note.known, note.sha256, note.size) == (Known.WRITING, SHA, SIZE)
    assert plan.phrase == "install B"
    assert "(101 MB) into slot B" in plan.summary[0]


def test_of_a_kernel_and_root_from_a_web_server_the_sizes_are_known_once_they_are_here() -> None:
    unmeasured = replace(BOOTFIT, files=tuple(replace(file, size=None) for file in BOOTFIT.files))
    plan = install(of("5.x", unmeasured), "https://updates.example/ok.mender")
    assert plan.runs, plan.refusal
    (step,) = [step for step in plan.steps if isinstance(step.act, VerifySlot)]
    path = f"/data/moducop_tui/downloads/{MANIFEST[:16]}.mender"
    assert step.act == VerifySlot(B, "/dev/mmcblk0p3", SHA, None, path, "cc" * 32)
    assert step.command.startswith("sha256 of as many bytes as the artifact has for it of /dev/mmcblk0p3: ")


@pytest.mark.parametrize(
    "names", [("fitImage-1", "root.squashfs"), ("a.ext4", "b.ext4"), ("fitImage-1", "root.ext4", "third")]
)
def test_a_payload_of_files_that_no_module_is_known_to_take_is_written_and_not_compared(names: tuple[str, ...]) -> None:
    odd = replace(BOOTFIT, files=tuple(replace(BOOTFIT.files[0], name=name) for name in names))
    for artifact in (odd, replace(BOOTFIT, files=tuple(replace(one, size=None) for one in BOOTFIT.files),
                                  compression="zstd")):  # fmt: skip
        plan = install(of("5.x", artifact))
        assert kinds(plan) == [VerifyArtifact, RememberBefore, NoteSlot, RunClient, NoteSlot, ArmDeadMan, DropFile]
        notes = [step.act.note.known for step in plan.steps if isinstance(step.act, NoteSlot)]
        assert notes == [Known.WRITING, Known.WRITTEN]


def test_a_payload_whose_size_nobody_knows_is_written_and_not_compared() -> None:
    (file,) = ROOTFS.files
    unknown = replace(ROOTFS, files=(replace(file, size=None),), payload_size=None)
    assert VerifySlot not in kinds(install(of("5.x", unknown)))


def test_an_artifact_without_payload_only_changes_what_mender_believes() -> None:
    plan = install(of("5.x", EMPTY))
    assert kinds(plan) == [VerifyArtifact, RememberBefore, RunClient, DropFile]
    assert plan.phrase == "install it"
    assert "only changes what Mender believes" in plan.summary[0]
    assert install(of("3.x", EMPTY)).refusal == (
        "This client (3.x) refuses artifacts without a payload: they can't be installed here."
    )


def test_any_other_payload_is_handed_to_its_module() -> None:
    plan = install(of("5.x", replace(ROOTFS, payload_type="os-customization")))
    assert plan.runs, plan.refusal
    assert kinds(plan) == [VerifyArtifact, RememberBefore, RunClient, DropFile]
    assert (plan.phrase, runs(plan)[0].expected) == ("install os-customization", Expected.APP_INSTALLED)


@pytest.mark.parametrize("name", ["x y", "ü", "-rf", "a" * 41, "a\u202eb"])
def test_what_has_to_be_typed_can_be_typed_whatever_the_app_calls_itself(name: str) -> None:
    assert install(of("5.x", replace(APP, app=name))).phrase == "install it"


def test_an_artifact_that_can_t_be_read_is_said_in_its_reader_s_words() -> None:
    plan = install(scene_of(client_of("5.x"), artifact_error="ok.mender is no Mender artifact."))
    assert not plan.runs
    assert plan.refusal == "ok.mender is no Mender artifact."
    assert plan.steps == ()


def test_an_artifact_that_is_not_the_one_that_was_shown_is_refused() -> None:
    assert install(of("5.x"), detail=MANIFEST).runs
    plan = install(of("5.x"), detail="cd" * 32)
    assert plan.refusal == f"{PATH} is not the artifact any more that was shown: look at it again."


def test_what_the_artifact_itself_demands_is_asked() -> None:
    plan = install(of("5.x", replace(ROOTFS, device_types=("moducop-cpu01plus",))))
    assert plan.refusal is not None
    assert "moducop-cpu01plus" in plan.refusal


def test_no_install_without_a_client_whose_ways_are_known() -> None:
    none = replace(client_of("5.x"), client=ClientKind.NONE, version=None)
    assert not install(scene_of(none, artifact=ROOTFS)).runs
    silent = replace(client_of("5.x"), version=None, error="mender-update --version failed with code 1: boom.")
    plan = install(scene_of(silent, artifact=ROOTFS))
    assert plan.overrides == ("unknown client",)
    assert runs(plan)[0].stop_before is None  # as the simplest of them knows it


def test_no_plan_is_made_from_a_stale_environment() -> None:
    scene = of("5.x")
    old = replace(scene.readings, boot=Reading(boot(2), 900.0, "fw_printenv hangs.", 990.0))
    plan = install(replace(scene, readings=old))
    assert plan.refusal is not None
    assert plan.refusal.endswith("fw_printenv hangs.")


def test_nothing_read_yet_is_said_once() -> None:
    scene = of("5.x")
    plan = install(replace(scene, readings=replace(scene.readings, mender=Reading())))
    assert plan.refusal is not None
    assert plan.refusal.count("Mender's state can't be read, so nothing is changed") == 1


def test_a_plan_made_twice_has_the_same_commands() -> None:
    """The executor makes it anew, later, and compares."""
    first = install(scene_of(with_daemon(client_of("5.x")), artifact=ROOTFS))
    later = replace(scene_of(with_daemon(client_of("5.x")), artifact=ROOTFS), wall_now=9e9)
    assert [step.command for step in install(later).steps] == [step.command for step in first.steps]


def test_an_app_is_not_installed_by_an_engine_that_can_start_nothing() -> None:
    dead = replace(APPS, engine=replace(APPS.engine, trouble="containerd does not run. Start it."))
    assert install(of("5.x", APP, apps=dead)).refusal == "containerd does not run. Start it."
    assert install(of("5.x", ROOTFS, apps=dead)).runs
