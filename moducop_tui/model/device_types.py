"""Which device an image is for, as far as its names say: Mender's `device_type` is no part of a root file system."""

from __future__ import annotations

import re

from moducop_tui.model.slots import Image

_IMAGE_NAME = re.compile(r"(moducop-cpu[0-9]+[a-z]*)_", re.IGNORECASE | re.ASCII)
"""`<CPU Type>_<Image Type>_<Version>`, such as `Moducop-CPU01Plus_Standard-Image_v2.3.1` (device facts)."""
_ARTIFACT_NAME = re.compile(r"(cpu[0-9]+[a-z]*)-", re.IGNORECASE | re.ASCII)
"""`cpu01-standard-v2.7.0`."""
_FAMILY = re.compile(r"moducop-cpu[0-9]+[a-z]*", re.ASCII)


def device_type_of(image: Image | None) -> str | None:
    """The device type that an image's names tell, such as `moducop-cpu01`; None where they tell none."""
    if image is None:
        return None
    named = _IMAGE_NAME.match(image.name or "")
    if named is not None:
        return named[1].lower()
    named = _ARTIFACT_NAME.match(image.artifact_name or "")
    return None if named is None else f"moducop-{named[1].lower()}"


def fits(found: str | None, device: str | None, running: str | None) -> bool | None:
    """Whether an image of type `found` is for this device, whose Mender has the type `device`.

    `running` is the type of the image that runs here. None where it can't be told: a customer's own image may have
    names and a device type of its own.
    """
    if found is None:
        return None
    if found in {device, running}:
        return True
    if device is not None and _FAMILY.fullmatch(device):
        return False if _FAMILY.fullmatch(found) else None
    return False if device is None and running is not None else None
