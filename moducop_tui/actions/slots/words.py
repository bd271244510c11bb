"""What plans for slots say of images, and of what Mender believes."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.model.image_match import version_in
from moducop_tui.model.slots import Slot


def image_words(slot: Slot) -> str:
    """The image of a slot by its version, else by its name."""
    image = slot.image
    return "image not known" if image is None else image.version or image.name or image.artifact_name or "no version"


def belief_words(scene: Scene, slot: Slot, when: str) -> tuple[str, ...]:
    """How Mender's memory, which is on /data for both slots, differs from what `slot` holds; nothing where it fits.

    A switch by hand writes nothing there, and wrong provides break what later updates depend on (device facts 2.5).
    """
    mender = scene.readings.mender.value
    if mender is None:
        return ()
    believed = mender.rootfs_version  # its one artifact name may be that of an app (device facts 4.1)
    if believed is None:
        return ("Mender's memory does not say which root file system is installed.",)
    held = version_in(slot.image.version) if slot.image is not None else None
    if held is not None and held == version_in(believed):
        return ()
    way = "which only a signed artifact can put right" if mender.protected else "repair puts that right"
    return (f"Mender will still take {believed} for installed, {way} {when}.",)
