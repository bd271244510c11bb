"""Looks at the device that cost more than a reading and are taken only when a plan needs them."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.artifact import Artifact
from moducop_tui.model.slots import Image, SlotName


@dataclass(frozen=True, slots=True)
class SlotCheck:
    """The other slot's root file system, looked at without changing a byte of it. None: could not be told."""

    slot: SlotName
    device: str
    fs_type: str | None
    fs_size: int | None
    """Bytes of the file system by its superblock."""
    partition_size: int | None
    clean: bool | None
    """The superblock says that it was left in order, and `e2fsck -n` finds nothing."""
    clean_words: str
    kernel: str | None
    """The kernel that the boot loader would take, such as `/boot/Image`, or `fitImage-B on p1`; None: there is none."""
    init: str | None
    image: Image | None
    device_type: str | None
    """Device type of the image, None when it does not say."""
    mounted: bool
    problems: tuple[str, ...] = ()
    """What speaks against booting it beyond the fields above, a sentence each."""
    superblock: str | None = None
    """sha256 of its superblock, in hexadecimal: it changes with every boot of the slot and with every new image."""
    unread: str | None = None
    """Why its files can't be read here, a sentence that says nothing against them: then `kernel`, `init`, `image` and
    `device_type` are unknown, and not missing."""
    kernel_sum: str | None = None
    """sha256 of its kernel, in hexadecimal, where that lies on the boot partition and could be read to its end."""


@dataclass(frozen=True, slots=True)
class AppCheck:
    """An app's directories below /data/mender-app, as its update module left them."""

    app: str
    file: str | None
    """Its compose file; None: none is known."""
    compose: tuple[str, ...]
    """The compose command of this device, such as `docker compose`; empty when there is none."""
    previous: str | None
    """Its `-previous` directory, when that is complete."""
    previous_file: str | None
    """Where the compose file of that version is once the directory is back in its place."""
    previous_version: str | None
    transaction: str | None = None
    """What locks an update of it that is not resolved (second generation of the `app` module, device facts 4.2)."""
    broken: str | None = None
    """A sentence when an interrupted update left it inconsistent."""
    is_combined: bool = False
    """Whether its module runs compose files of its own beside `file` (second generation)."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything that was looked at for a plan. An `..._error` is the sentence why it could not be."""

    slot: SlotCheck | None = None
    slot_error: str | None = None
    artifact: Artifact | None = None
    artifact_error: str | None = None
    app: AppCheck | None = None
    app_error: str | None = None
    free: int | None = None
    """Bytes free on the data partition."""
