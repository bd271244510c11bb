"""Whether an image is the one that an update wanted to install: how 'fell back' is told from 'commit cut short'."""

from __future__ import annotations

import re

from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.slots import Image

_VERSION = re.compile(r"(?<![A-Za-z0-9])v\d.*")


def version_in(text: str | None) -> str | None:
    """The version inside an image or artifact name: from the first lone `v` before a digit to the end.

    Names differ between image types (`Standard-Image`, `Standard-Image-Production`, `_dirty`), so nothing else is asked
    of them (device facts 6).
    """
    found = None if text is None else _VERSION.search(text)
    return None if found is None else found.group().rstrip()


def is_image_of(image: Image | None, update: PendingUpdate) -> bool | None:
    """Whether `image` is what `update` installs; None when neither versions nor names can be compared."""
    if image is None:
        return None
    if image.artifact_name is not None and image.artifact_name == update.artifact_name:
        return True
    wanted = version_in(update.rootfs_version) or version_in(update.artifact_name)
    present = image.version or version_in(image.artifact_name)
    if wanted is not None and present is not None:
        return _same_version(wanted, present)
    names = {name for name in (image.name, image.artifact_name) if name is not None}
    asked = {name for name in (update.rootfs_version, update.artifact_name) if name is not None}
    if not names or not asked:
        return None
    return bool(names & asked)


def _same_version(one: str, other: str) -> bool:
    """Equal, or one leaves out what the other adds behind a dot: `v2.7.0` and `v2.7.0.40ee657.20260218.1208`.

    Artifacts of development builds add `-dev` behind all of it, their image's own name does not.
    """
    one, other = one.removesuffix("-dev"), other.removesuffix("-dev")
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")
