"""Scenes for plans of updates: a device with slots A (runs, old) and B, one of three clients, and what is pending."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moducop_tui.actions.scene import Scene
from moducop_tui.model.artifact import Artifact, PayloadFile, Signature
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.checks import AppCheck, Checks
from moducop_tui.model.ledger import Ledger
from moducop_tui.model.mender import ClientKind, Mender, PendingUpdate, Unit
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.work import DeadMan, Work
from tests.unit.core.well_device import APPS, LOG, STORAGE, SYSTEM, WALL
from tests.unit.slots.verdict_cases import NEW, OLD, A, boot, mender, slots, update

WAITS = "Before_ArtifactCommit_Enter"
STAGED = "Before_ArtifactInstall_Enter"
INSTALLING = "ArtifactInstall_Enter"
COMMITTING = "ArtifactCommit_Enter"
CLEANUP = "Cleanup"

NEW_ARTIFACT = f"cpu01-standard-{NEW}"
OLD_ARTIFACT = f"cpu01-standard-{OLD}"
APP_ARTIFACT = "app-nginx-demo-moducop-cpu01-linux_arm64-a895c3c"
SHA = "f13ead66b62e4e1390099643c32f357451b661dc1d1861f66e14181ea13e462e"
SIZE = 100663296
MANIFEST = "ab" * 32

ROOTFS = Artifact(
    place="/data/ok.mender",
    name=NEW_ARTIFACT,
    device_types=("moducop-cpu01",),
    payload_type="rootfs-image",
    compression="gzip",
    signature=Signature.NONE,
    provides=(("rootfs-image.checksum", SHA), ("rootfs-image.version", NEW_ARTIFACT)),
    depends=(),
    clears=("artifact_group", "rootfs_image_checksum", "rootfs-image.*"),
    scripts=(),
    files=(PayloadFile("rootfs-2.7.0.ext4", SHA, SIZE),),
    size=21983232,
    manifest=MANIFEST,
    payload_size=SIZE,
    key_demanded=False,
)
APP = replace(
    ROOTFS,
    name=APP_ARTIFACT,
    payload_type="app",
    provides=(("data-partition.nginx-demo.version", "a895c3c"),),
    clears=("data-partition.nginx-demo.*",),
    files=(PayloadFile("images.tar.gz", "aa" * 32, 4096), PayloadFile("manifests.tar.gz", "bb" * 32, 1024)),
    app="nginx-demo",
    payload_size=5120,
)
EMPTY = replace(ROOTFS, payload_type=None, files=(), payload_size=None)
BOOTFIT = replace(
    ROOTFS,
    payload_type="bootfit-rootfs",
    files=(PayloadFile("fitImage-1", "cc" * 32, 9_000_000), PayloadFile("root.ext4.verity", SHA, SIZE)),
    payload_size=None,
)

CLIENTS = {"3.x": (ClientKind.MENDER_GO, "3.4.0+ds1-5+b1"), "4.x": (ClientKind.MENDER_UPDATE, "4.0.7"),
           "5.x": (ClientKind.MENDER_UPDATE, "5.1.0")}  # fmt: skip
ALL_CLIENTS = tuple(CLIENTS)


def client_of(name: str, pending: PendingUpdate | None = None, **changed: Any) -> Mender:
    """One of the three clients on a device with the daemon stopped, whose memory names the old image."""
    kind, version = CLIENTS[name]
    facts: dict[str, Any] = {
        "client": kind,
        "modules": ("app", "bootfit-rootfs", "os-customization", "rootfs-image"),
        "provides": (("rootfs-image.version", OLD_ARTIFACT),),
    }
    return replace(mender(pending, version), **(facts | changed))


def app_update(step: str | None = None, **changed: Any) -> PendingUpdate:
    """The update of nginx-demo that the transcripts have pending."""
    provides = (("data-partition.nginx-demo.version", "a895c3c"),)
    return replace(PendingUpdate(APP_ARTIFACT, ("app",), None, step, provides=provides), **changed)


def readings_of(
    client: Mender, seen: Slots | None = None, environment: BootEnvironment | None = None, **topics: Any
) -> Readings:
    """All topics, fresh."""
    values: dict[str, Any] = {
        "slots": seen or slots(mounted=A),
        "boot": environment or boot(2),
        "mender": client,
        "storage": STORAGE,
        "apps": APPS,
        "log": LOG,
        "system": SYSTEM,
        "work": Work(),
    }
    return Readings(**{name: Reading(value, 990.0) for name, value in (values | topics).items()})


def scene_of(
    client: Mender,
    seen: Slots | None = None,
    environment: BootEnvironment | None = None,
    *,
    artifact: Artifact | None = None,
    artifact_error: str | None = None,
    app: AppCheck | None = None,
    free: int | None = 2 << 30,
    dead_man: int = 600,
    **topics: Any,
) -> Scene:
    """A scene of that device."""
    checks = Checks(artifact=artifact, artifact_error=artifact_error, app=app, free=free)
    return Scene(readings_of(client, seen, environment, **topics), checks, WALL, dead_man=dead_man)


def with_daemon(client: Mender) -> Mender:
    """Its daemon runs, and is in no deployment."""
    return replace(client, daemon=Unit("mender-updated", True, "active"), deployment=False)


def noted(*notes: Any) -> Work:
    """A ledger with these entries, and a dead-man timer that is armed for B."""
    return Work(ledger=Ledger(tuple(notes)), dead_man=DeadMan(SlotName.B, 600))


__all__ = ["NEW", "OLD", "WALL", "boot", "slots", "update"]
