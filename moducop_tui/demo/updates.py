"""Mender's client and the vendor's server on the simulated device: a pending trial, its commit, an app's update."""

from __future__ import annotations

from moducop_tui.demo import story
from moducop_tui.demo.cast import APPLICATIONS
from moducop_tui.demo.story import Scene, What
from moducop_tui.demo.world import RELEASES
from moducop_tui.model.apps import AppKind
from moducop_tui.model.mender import ClientKind, CoreApi, Mender, PendingUpdate, Unit, UpdateProcess
from moducop_tui.model.slots import SlotName

CLIENT_STARTED = next(scene.begin for scene in story.OPENING if scene.what is What.COMMIT) + 1.4
STORE_WRITTEN = story.COMMITTED - 0.7
"""The client writes the database after the boot environment."""
_APP_ARTIFACT = "nginx-demo-3d51c07"


def mender_at(moment: float) -> Mender:
    """What the client says and what its store holds. Its commit and the app's install are seen at work."""
    commit = story.current(What.COMMIT, moment)
    install = story.current(What.APP_UPDATE, moment)
    provides = _provides(moment)
    return Mender(
        client=ClientKind.MENDER_UPDATE,
        version="5.1.0",
        artifact_name=_APP_ARTIFACT if moment >= story.APP_UPDATED else dict(provides)["rootfs-image.version"],
        provides=provides,
        device_type="moducop-cpu01",
        modules=("app", "os-customization", "rootfs-image"),
        protected=False,
        pending=None if moment >= STORE_WRITTEN else _pending(moment),
        pending_error=None,
        daemon=Unit("mender-updated", present=True, active="active"),
        deployment=False,
        processes=_processes(moment, commit, install),
        core_api=CoreApi(
            Unit("core-api-server", present=True, active="active"),
            state="committing" if commit else "installing" if install else "idle",
            busy=commit is not None or install is not None,
        ),
    )


def _provides(moment: float) -> tuple[tuple[str, str], ...]:
    """Until the commit the database names the image that was installed before."""
    slot = SlotName.B if moment >= STORE_WRITTEN else SlotName.A
    provides = {"rootfs-image.version": RELEASES[slot].artifact}
    for application in APPLICATIONS:
        if application.kind is AppKind.MENDER and application.version is not None:
            updated = application.updated_version if moment >= story.APP_UPDATED else None
            provides[f"data-partition.{application.name}.version"] = updated or application.version
    return tuple(sorted(provides.items()))


def _pending(moment: float) -> PendingUpdate:
    commit = story.current(What.COMMIT, moment)
    begun = commit is not None and moment >= CLIENT_STARTED
    return PendingUpdate(
        artifact_name=RELEASES[SlotName.B].artifact,
        payload_types=("rootfs-image",),
        rootfs_version=RELEASES[SlotName.B].artifact,
        in_state="ArtifactCommit_Enter" if begun else "Before_ArtifactCommit_Enter",
    )


def _processes(moment: float, commit: Scene | None, install: Scene | None) -> tuple[UpdateProcess, ...]:
    if commit is not None and moment >= CLIENT_STARTED:
        return (UpdateProcess(9127, "mender-update commit"),)
    if install is not None and moment >= install.begin + 1.0:
        return (
            UpdateProcess(9344, f"mender-update install /data/{_APP_ARTIFACT}.mender"),
            UpdateProcess(9351, "/usr/share/mender/modules/v3/app ArtifactInstall"),
        )
    return ()
