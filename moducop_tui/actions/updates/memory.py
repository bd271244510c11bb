"""What Mender should believe of the root file system that runs, and the step that makes it believe so.

Its memory lies on the data partition, shared by both slots: after a switch by hand, or a commit that was cut short, it
names the other slot's image (device facts 2.5).
"""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import RepairProvides
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.ledger import Ledger
from moducop_tui.model.plan import Power, Step
from moducop_tui.model.rootfs_provides import PLAIN, rootfs_version_in, rootfs_version_key
from moducop_tui.model.slots import Image

_CHECKSUM = "rootfs-image.checksum"
_CLEARS = ("rootfs-image.*",)


def running_image(scene: Scene) -> Image | None:
    """The image that runs, read below every overlay."""
    slots, booted = scene.readings.slots.value, scene.verdict.booted
    slot = None if slots is None or booted is None else slots.slot(booted)
    return None if slot is None else slot.image


def true_provides(scene: Scene) -> tuple[tuple[str, str], ...]:
    """What the running image provides; empty where its artifact's name is not known.

    The version is by default the artifact's name (mender-artifact), the ledger knows of one that differs. The checksum,
    which delta updates depend on, is only given where the ledger has it.
    """
    image, booted, mender = running_image(scene), scene.verdict.booted, scene.readings.mender.value
    if image is None or image.artifact_name is None or booted is None or mender is None:
        return ()
    key = rootfs_version_key(dict(mender.provides), mender.modules)
    work = scene.readings.work.value
    note = (Ledger() if work is None else work.ledger).of(booted)
    noted = note.artifact == image.artifact_name
    # Older consoles noted a slot that was confirmed by hand with its image's own version, which no artifact provides.
    version = note.version if noted and note.version != image.version else None
    found = {key: version or image.artifact_name}
    if key == PLAIN and noted and note.sha256 is not None:
        found[_CHECKSUM] = note.sha256
    return tuple(sorted(found.items()))


def true_version(scene: Scene) -> str | None:
    """The version in it."""
    return rootfs_version_in(dict(true_provides(scene)))


def can_repair(scene: Scene) -> bool:
    """Whether the client takes an artifact of our own: unsigned, without payload (device facts 1.6, 2.5)."""
    mender = scene.readings.mender.value
    if mender is None or mender.protected is not False or mender.device_type is None:
        return False
    return generation_of(mender) in (Generation.CPP4, Generation.CPP5)


def memory_step(scene: Scene) -> Step | None:
    """Make Mender believe that the running image is installed; None where that is not possible."""
    image, provides = running_image(scene), true_provides(scene)
    if not can_repair(scene) or image is None or image.artifact_name is None or not provides:
        return None
    return repair_step(scene, image.artifact_name, provides, _CLEARS)


def repair_step(
    scene: Scene, artifact_name: str, provides: tuple[tuple[str, str], ...], clears: tuple[str, ...]
) -> Step:
    """Install an artifact without payload that provides these."""
    mender = scene.readings.mender.value
    device_type = (mender.device_type if mender else None) or ""
    said = " ".join(f"{key}={value}" for key, value in provides)
    return Step(
        "have Mender believe what is true",
        f"mender-update install an artifact without payload: artifact_name={artifact_name} {said}",
        RepairProvides(artifact_name, device_type, provides, clears),
        Power.MAY,
    )
