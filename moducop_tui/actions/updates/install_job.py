"""What an install is about: the artifact, where it comes from, the slot that it is written into."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.place import Source
from moducop_tui.model.artifact import Artifact, PayloadFile
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.phases import ROOTFS_PAYLOADS
from moducop_tui.model.plan import Action
from moducop_tui.model.slots import Slot, SlotName

APP = "app"
"""The type of payload, and the update module, of an app."""
_UNMEASURED = "zstd"
"""A payload packed so is only measured when all of it is unpacked."""


@dataclass(frozen=True, slots=True)
class Job:
    """What an install is about, as far as it is known before anything is written."""

    action: Action
    scene: Scene
    artifact: Artifact
    source: Source

    @property
    def generation(self) -> Generation:
        """That of the client."""
        return generation_of(self.scene.readings.mender.value)

    @property
    def target(self) -> SlotName | None:
        """The slot that is written: the other one."""
        booted = self.scene.verdict.booted
        return None if booted is None or self.artifact.payload_type not in ROOTFS_PAYLOADS else booted.other

    @property
    def slot(self) -> Slot | None:
        """That slot as it was read."""
        slots = self.scene.readings.slots.value
        return None if slots is None or self.target is None else slots.slot(self.target)

    @property
    def content(self) -> PayloadFile | None:
        """What the slot must hold afterwards; None where that can't be compared byte for byte.

        Of several files the sizes are known once the artifact is on this device.
        """
        root, several = self.artifact.root, len(self.artifact.files) > 1
        if root is None or (self.content_size is None and (not several or self.artifact.compression == _UNMEASURED)):
            return None
        return root

    @property
    def streamed(self) -> int | None:
        """Bytes that the client's progress counts: of the payload's file, Go's of the artifact."""
        one = len(self.artifact.files) == 1
        return self.artifact.size if self.generation is Generation.GO else self.content_size if one else None

    @property
    def content_size(self) -> int | None:
        """Bytes that are written into the slot, or of a payload's only file."""
        files, root = self.artifact.files, self.artifact.root
        if len(files) == 1:
            return files[0].size or self.artifact.payload_size
        return None if root is None else root.size

    @property
    def waits_for_commit(self) -> bool | None:
        """Whether an app's update then waits for a commit; None where its module does not say."""
        mender = self.scene.readings.mender.value
        return None if mender is None else mender.app_rollback
