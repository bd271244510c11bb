"""What a plan is made from, and what is pinned until it runs."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.config import Config
from moducop_tui.device import simulated_device
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once
from tests.unit.actions_updates.update_scenes import MANIFEST, ROOTFS

PATH = "/data/ok.mender"


class Looks:
    """Stands behind InspectPort as far as an install asks."""

    def artifact(self, place: str, gave_up: object = None, *, listed: bool = False) -> Artifact:
        """The artifact at its path."""
        assert place == PATH
        return ROOTFS

    def free(self) -> int:
        """Room enough."""
        return 2 << 30


def test_an_install_is_pinned_to_the_artifact_that_was_shown() -> None:
    device = replace(simulated_device(Config()), inspect=Looks())  # type: ignore[arg-type]  # all that is looked at
    readings = read_once(device.sources, frozenset(Topic) - {Topic.LOG}, 10.0)
    assert prepare(device, Config(), Action(ActionKind.INSTALL, PATH), readings).action.detail == MANIFEST
    other = prepare(device, Config(), Action(ActionKind.INSTALL, PATH, "0" * 64), readings)
    assert "is not the artifact any more that was shown" in (other.refusal or "")
