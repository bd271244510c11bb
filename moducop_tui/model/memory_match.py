"""Whether Mender's memory names the image that runs."""

from __future__ import annotations

from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.slots import Image


def memory_is_true(mender: Mender, image: Image | None) -> bool | None:
    """True when what Mender believes of the root file system is the running image; None when it can't be compared.

    Only `rootfs-image.version` counts: `artifact_name` is an app's after an app's update (device facts 4.1).
    """
    if mender.rootfs_version is None or image is None:
        return None
    return is_image_of(image, PendingUpdate(None, (), mender.rootfs_version, None))
