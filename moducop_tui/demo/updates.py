"""Mender's client and the vendor's server on the simulated device, and who of them is at work."""

from __future__ import annotations

from moducop_tui.demo.releases import DEVICE_TYPE
from moducop_tui.demo.state import CLIENT_STARTED
from moducop_tui.demo.story import Scene, What
from moducop_tui.demo.world import World
from moducop_tui.model.mender import ClientKind, CoreApi, Mender, Unit, UpdateProcess

CLIENT_VERSION = "5.1.0"
DAEMON = "mender-updated"
_APP_ARTIFACT = "nginx-demo-3d51c07"


def mender_at(world: World, moment: float) -> Mender:
    """What the client says and what its store holds. Commits and installs are seen at work."""
    state = world.state_at(moment)
    commit, install = world.current(What.COMMIT, moment), world.current(What.APP_UPDATE, moment)
    provides = {"rootfs-image.version": state.rootfs_version}
    provides |= {f"data-partition.{name}.version": version for name, version in state.versions}
    return Mender(
        client=ClientKind.MENDER_UPDATE,
        version=CLIENT_VERSION,
        artifact_name=state.artifact_name,
        provides=tuple(sorted(provides.items())),
        device_type=DEVICE_TYPE,
        modules=("app", "os-customization", "rootfs-image"),
        protected=False,
        pending=state.pending,
        pending_error=None,
        daemon=Unit(DAEMON, present=True, active="active" if state.daemon_active else "inactive"),
        deployment=False,
        processes=(*_processes(moment, commit, install), *_ours(world, moment)),
        core_api=CoreApi(
            Unit("core-api-server", present=True, active="active"),
            state="committing" if commit else "installing" if install else "idle",
            busy=commit is not None or install is not None,
        ),
        app_rollback=False,
    )


def _processes(moment: float, commit: Scene | None, install: Scene | None) -> tuple[UpdateProcess, ...]:
    """What the fleet server has told the client to do."""
    if commit is not None and moment >= CLIENT_STARTED:
        return (UpdateProcess(9127, "mender-update commit"),)
    if install is not None and moment >= install.begin + 1.0:
        return (
            UpdateProcess(9344, f"mender-update install /data/{_APP_ARTIFACT}.mender"),
            UpdateProcess(9351, "/usr/share/mender/modules/v3/app ArtifactInstall"),
        )
    return ()


def _ours(world: World, moment: float) -> tuple[UpdateProcess, ...]:
    """The client while an action of this console runs it."""
    command = world.client_at(moment)
    return (UpdateProcess(10_412, command),) if command else ()
