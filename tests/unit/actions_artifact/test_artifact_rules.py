"""Whether an artifact goes onto this device, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.model.artifact import Artifact, PayloadFile, Signature
from moducop_tui.model.artifact_rules import artifact_preconditions
from moducop_tui.model.mender import ClientKind, Mender, Unit
from moducop_tui.model.plan import Met, Precondition
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Image, Partition, PartitionRole, Slot, SlotName, Slots
from moducop_tui.model.versions import is_older

GB = 1_000_000_000
OS = Artifact(
    place="/data/x.mender",
    name="cpu01-standard-v2.8.0.1a2b3c4",
    device_types=("moducop-cpu01",),
    payload_type="rootfs-image",
    compression="gzip",
    signature=Signature.NONE,
    provides=(("rootfs-image.checksum", "ab"), ("rootfs-image.version", "cpu01-standard-v2.8.0.1a2b3c4")),
    depends=(),
    clears=("rootfs-image.*",),
    scripts=(),
    files=(PayloadFile("rootfs.ext4", "ab" * 32, GB),),
    size=300_000_000,
    manifest="cd" * 32,
    payload_size=GB,
    key_demanded=False,
)
APP = replace(
    OS,
    name="app-web-2.0.0",
    payload_type="app",
    provides=(("data-partition.web.version", "2.0.0"),),
    files=(PayloadFile("images.tar.gz", "ab" * 32), PayloadFile("manifests.tar.gz", "cd" * 32)),
    payload_size=None,
    app="web",
)
MENDER = Mender(
    client=ClientKind.MENDER_UPDATE,
    version="4.0.7",
    artifact_name="cpu01-standard-v2.7.0",
    provides=(("artifact_name", "cpu01-standard-v2.7.0"), ("rootfs-image.version", "cpu01-standard-v2.7.0")),
    device_type="moducop-cpu01",
    modules=("app", "rootfs-image"),
    protected=False,
    pending=None,
    pending_error=None,
    daemon=Unit("mender-updated", True, "inactive"),
    deployment=False,
    processes=(),
    core_api=None,
)


def slot(name: SlotName, version: str | None, size: int | None = 2 * GB) -> Slot:
    role = PartitionRole.ROOTFS_A if name is SlotName.A else PartitionRole.ROOTFS_B
    image = None if version is None else Image(f"Moducop-CPU01_Standard-Image_{version}", version, None, "read")
    return Slot(name, Partition(f"/dev/mmcblk0p{2 if name is SlotName.A else 3}", 2, role, size), image)


def slots(
    running: SlotName | None = SlotName.A, b_version: str | None = "v2.6.0", b_size: int | None = 2 * GB
) -> Slots:
    both = (slot(SlotName.A, "v2.7.0.40ee657.20260218.1208"), slot(SlotName.B, b_version, b_size))
    return Slots("/dev/mmcblk0", "dos", (), both, "mender.conf", "/dev/mmcblk0p2", running, "/dev/mmcblk0p2", running)


def judged(
    artifact: Artifact = OS,
    *,
    mender: Mender | None = MENDER,
    layout: Slots | None = None,
    free: int | None = 8 * GB,
) -> dict[str, Precondition]:
    readings = Readings(slots=Reading(layout or slots()), mender=Reading(mender))
    return {one.words: one for one in artifact_preconditions(artifact, readings, free)}


def changed(**fields: Any) -> Mender:
    return replace(MENDER, **fields)


def test_the_right_artifact_meets_everything_and_shows_why() -> None:
    found = judged()
    assert {one.met for one in found.values()} == {Met.YES}
    assert found["made for this device"].reading == "moducop-cpu01"
    assert found["its update module is installed"].reading == "rootfs-image"
    assert found["fits into slot B"].reading == "1000 MB of 2000 MB"
    assert found["its signature"].reading == "not signed; none demanded"
    assert found["newer than what runs"].reading == "v2.8.0.1a2b3c4 after v2.7.0.40ee657.20260218.1208"


def test_nothing_that_is_not_met_can_be_overridden_and_each_says_what_to_do() -> None:
    wrong = replace(OS, device_types=("x",), payload_type="magic", signature=Signature.WRONG, depends=(("a", ("b",)),))
    found = [one for one in judged(wrong, free=1).values() if one.met is Met.NO]
    assert len(found) == 5
    assert all(one.override is None and one.remedy and len(one.remedy) <= 160 for one in found)


@pytest.mark.parametrize("others", [("moducop-cpu02",), ("moducop-cpu01plus",), ("MODUCOP-CPU01",), ()])
def test_the_device_type_is_compared_exactly(others: tuple[str, ...]) -> None:
    found = judged(replace(OS, device_types=others))["made for this device"]
    assert found.met is Met.NO
    assert "this device is moducop-cpu01" in (found.remedy or "")


def test_an_artifact_for_several_devices_is_for_this_one_too() -> None:
    assert judged(replace(OS, device_types=("a", "moducop-cpu01")))["made for this device"].met is Met.YES


def test_a_device_that_does_not_know_its_type_takes_none() -> None:
    assert judged(mender=changed(device_type=None))["made for this device"].met is Met.NO


def test_why_the_type_is_not_known_is_said_where_the_client_makes_nothing_of_its_file() -> None:
    why = "/boot/type ends its line as Windows does: Mender's client refuses every artifact. Write device_type=TYPE."
    found = judged(mender=changed(device_type=None, device_type_error=why))["made for this device"]
    assert (found.met, found.remedy) == (Met.NO, why)


def test_without_a_payload_the_client_compares_neither_type_nor_depends() -> None:
    empty = replace(OS, payload_type=None, device_types=("x",), depends=(("a", ("b",)),), files=(), payload_size=None)
    assert {one.met for one in judged(empty).values()} == {Met.YES}


def test_a_payload_without_its_update_module_is_refused() -> None:
    assert judged(replace(OS, payload_type="os-customization"))["its update module is installed"].met is Met.NO


def test_a_payload_of_another_generation_is_named_as_such() -> None:
    found = judged(replace(OS, payload_type="bootfit-rootfs"))["its update module is installed"]
    assert found.remedy == (
        "It installs by bootfit-rootfs, and this image by rootfs-image: it is for another generation of images."
    )


def test_the_go_client_needs_no_module_for_a_root_file_system() -> None:
    go = changed(client=ClientKind.MENDER_GO, version="3.4.0", modules=())
    assert judged(mender=go)["its update module is installed"].met is Met.YES
    assert judged(mender=changed(modules=()))["its update module is installed"].met is Met.NO


def test_what_it_depends_on_must_be_provided() -> None:
    words = "what it depends on is installed"
    needs = replace(OS, depends=(("rootfs-image.version", ("cpu01-standard-v2.7.0", "other")),))
    assert judged(needs)[words].met is Met.YES
    missing = judged(replace(OS, depends=(("rootfs-image.checksum", ("ab",)),)))[words]
    assert (missing.met, missing.reading) == (Met.NO, "rootfs-image.checksum is not known")
    other = judged(replace(OS, depends=(("artifact_name", ("cpu01-standard-v2.5.0",)),)))[words]
    assert other.remedy == ("It needs artifact_name cpu01-standard-v2.5.0; Mender's memory has cpu01-standard-v2.7.0.")


def test_where_mender_was_not_read_nothing_is_said_to_fit() -> None:
    found = judged(mender=None)
    assert [one.met for one in found.values()] == [Met.NO]


@pytest.mark.parametrize(
    ("signature", "demanded", "protected", "met"),
    [
        (Signature.NONE, False, False, Met.YES),
        (Signature.NONE, True, False, Met.NO),
        (Signature.NONE, False, True, Met.NO),
        (Signature.NONE, None, False, Met.YES),
        (Signature.NONE, False, None, Met.DOUBT),
        (Signature.VERIFIED, True, True, Met.YES),
        (Signature.UNVERIFIED, True, False, Met.DOUBT),
        (Signature.UNVERIFIED, False, False, Met.YES),
        (Signature.WRONG, True, False, Met.NO),
    ],
)
def test_a_signature_is_wanted_where_the_device_demands_one(
    signature: Signature, demanded: bool | None, protected: bool | None, met: Met
) -> None:
    artifact = replace(OS, signature=signature, key_demanded=demanded)
    found = judged(artifact, mender=changed(protected=protected))["its signature"]
    assert found.met is met
    assert (found.remedy is None) == (met is Met.YES)


def test_an_image_larger_than_its_partition_is_refused() -> None:
    large = replace(OS, files=(PayloadFile("rootfs.ext4", "ab" * 32, 2 * GB + 1),), payload_size=2 * GB + 1)
    assert judged(large)["fits into slot B"].met is Met.NO
    exact = replace(OS, files=(PayloadFile("rootfs.ext4", "ab" * 32, 2 * GB),), payload_size=2 * GB)
    assert judged(exact)["fits into slot B"].met is Met.YES


def test_the_partition_that_is_written_counts() -> None:
    layout = slots(running=SlotName.B, b_size=1)
    assert judged(layout=layout)["fits into slot A"].met is Met.YES
    assert judged(layout=slots(running=SlotName.A, b_size=1))["fits into slot B"].met is Met.NO
    assert judged(layout=slots(running=None, b_size=1))["fits into the other slot"].met is Met.NO
    assert judged(layout=slots(b_size=None))["fits into slot B"].met is Met.NO


def test_of_an_image_with_a_kernel_beside_it_only_the_image_counts() -> None:
    files = (PayloadFile("fitImage", "ab" * 32, GB // 10), PayloadFile("x.ext4.verity", "cd" * 32, 2 * GB))
    both = replace(OS, payload_type="bootfit-rootfs", files=files, payload_size=None)
    assert judged(both)["fits into slot B"].met is Met.YES
    unknown = replace(both, files=tuple(replace(file, size=None) for file in files))
    assert judged(unknown)["fits into slot B"].met is Met.DOUBT


def test_an_app_needs_twice_its_payload_on_data() -> None:
    app = replace(APP, payload_size=GB)
    assert judged(app, free=2 * GB)["room on /data"].met is Met.YES
    refused = judged(app, free=2 * GB - 1)["room on /data"]
    assert (refused.met, refused.reading) == (Met.NO, "2000 MB of 1999 MB free")
    assert judged(APP, free=2 * 300_000_000 - 1)["room on /data"].met is Met.NO
    assert judged(APP, free=None)["room on /data"].met is Met.DOUBT
    assert judged(replace(APP, size=None))["room on /data"].met is Met.DOUBT


def test_the_same_version_again_is_worth_a_word() -> None:
    same = replace(OS, provides=(("rootfs-image.version", "cpu01-standard-v2.7.0"),))
    found = judged(same)["newer than what runs"]
    assert (found.met, found.remedy) == (Met.DOUBT, "Slot A runs this version already.")


def test_an_older_version_is_worth_a_word() -> None:
    found = judged(replace(OS, provides=(("rootfs-image.version", "cpu01-standard-v2.6.9"),)))["newer than what runs"]
    assert found.met is Met.DOUBT
    assert found.remedy == "It is older than what is installed: v2.6.9 would follow v2.7.0.40ee657.20260218.1208."


def test_what_the_other_slot_holds_already_is_worth_a_word() -> None:
    found = judged(layout=slots(b_version="v2.8.0.1a2b3c4"))["new to slot B"]
    assert (found.met, found.remedy) == (
        Met.DOUBT, "Slot B holds this version already: switching to it may be enough.",
    )  # fmt: skip


def test_apps_are_compared_with_the_installed_app_of_that_name() -> None:
    words = "newer than the installed web"
    assert words not in judged(APP)
    installed = {
        version: changed(provides=(("data-partition.web.version", version),))
        for version in ("1.9.0", "2.0.0", "2.1.0", "8f249b9")
    }
    met = {version: judged(APP, mender=mender)[words].met for version, mender in installed.items()}
    assert met == {"1.9.0": Met.YES, "2.0.0": Met.DOUBT, "2.1.0": Met.DOUBT, "8f249b9": Met.YES}


@pytest.mark.parametrize(
    ("version", "than", "older"),
    [
        ("v2.6.0", "v2.7.0.40ee657.20260218.1208", True),
        ("cpu01-standard-v2.10.0", "Moducop-CPU01_Standard-Image_v2.9.9", False),
        ("v2.7.0.1111111.2", "v2.7.0.40ee657.1", None),
        ("1.2", "1.2.0", None),
        ("1.2", "1.2.1", True),
        ("8f249b9", "1.0.0", None),
        ("12345678", "1.0.0", None),
        ("", None, None),
    ],
)
def test_versions_are_compared_by_their_first_numbers(version: str, than: str | None, older: bool | None) -> None:
    assert is_older(version, than) is older
