"""How the device must stand once Mender's client has ended: what counts as success of a run of it."""

from __future__ import annotations

from enum import StrEnum


class Expected(StrEnum):
    """How the device must stand after the client has ended; judged by reading, not by its exit code or texts."""

    STAGED = "written, not activated"
    """Pending, the environment untouched (5.x, `--stop-before ArtifactInstall_Enter`)."""
    INSTALLED = "installed, to be tried by a reboot"
    """Pending, environment armed for the other slot."""
    APP_DONE = "installed and committed"
    """Nothing pending, provides name the new version (app module without rollback, empty payload)."""
    APP_PENDING = "installed, to be committed"
    APP_INSTALLED = "installed, committed or to be committed"
    """Of a payload whose update module could not be asked whether it supports a rollback."""
    COMMITTED = "committed"
    """Nothing pending, the running slot permanent."""
    ROLLED_BACK = "rolled back"
    """Nothing pending, the environment names the slot to return to."""
    CLEARED = "cleared"
    """Nothing pending any more; the slots as they were."""
